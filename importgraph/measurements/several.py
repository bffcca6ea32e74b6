"""Profiles of several entry points as one: what each module cost at its best, and who needed whom."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from importgraph.measurements.model import SEVERAL, ImportEvent, ImportProfile, ModuleTiming

_BETWEEN = ", "


def merge(profiles: Sequence[ImportProfile]) -> ImportProfile:
    """Return one profile of all entries; of one alone, that one.

    A module's self time is the least that any run saw: what it does itself is the same from wherever it is
    imported, and noise only adds. Totals are sums over entries, and mean nothing more.
    """
    first, *rest = profiles
    if not rest:
        return first
    return replace(
        first,
        entry=_BETWEEN.join(profile.entry for profile in profiles),
        kind=SEVERAL,
        total_us=sum(profile.total_us for profile in profiles),
        spread_us=max(profile.spread_us for profile in profiles),
        cpu_us=sum(profile.cpu_us for profile in profiles),
        cold_us=None,
        runs_us=(),
        complete=all(profile.complete for profile in profiles),
        notes=tuple(dict.fromkeys(note for profile in profiles for note in profile.notes)),
        modules=_modules(profiles),
        imports=_imports(profiles),
        effects=tuple(dict.fromkeys(effect for profile in profiles for effect in profile.effects)),
        advice=first.advice,
    )


def entries_of(profile: ImportProfile) -> tuple[str, ...]:
    """Return the entries that a profile was taken of."""
    return tuple(profile.entry.split(_BETWEEN)) if profile.kind == SEVERAL else (profile.entry,)


def _modules(profiles: Iterable[ImportProfile]) -> tuple[ModuleTiming, ...]:
    best: dict[str, ModuleTiming] = {}
    for profile in profiles:
        for module in profile.modules:
            known = best.get(module.name)
            better = known is None or (known.error is not None and module.error is None)
            if known is None or better or (module.error is None and module.self_us < known.self_us):
                best[module.name] = module
    return tuple(best.values())


def _imports(profiles: Iterable[ImportProfile]) -> tuple[ImportEvent, ...]:
    return tuple(dict.fromkeys(event for profile in profiles for event in profile.imports))
