"""The difference of two digests: everything that came, went or changed, good or bad."""

from collections.abc import Mapping

from msgspec import Struct

from importgraph.findings.entry_points import TESTS
from importgraph.regressions.growth import compare_loads
from importgraph.regressions.loading import EXTERNAL, as_view, is_module, title
from importgraph.regressions.model import CycleMark, Digest, FragmentMark, Mark
from importgraph.regressions.moves import rename, renamed_modules

Edge = tuple[str, str, str]
"""Importer, imported, name; the name is empty for a plain import."""


class LoadChange(Struct, frozen=True):
    """What an entry point loads before and after."""

    entry: str
    before: int
    after: int
    """Modules of ours."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Modules of ours and external ones, sorted."""


class FragmentChange(Struct, frozen=True):
    """A definition whose import paths changed."""

    definition: str
    before: Mapping[str, int]
    after: Mapping[str, int]
    """Statements by path; empty where it was not fragmented."""


class Difference(Struct, frozen=True):
    """All that differs, each part sorted."""

    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]
    modules_renamed: tuple[tuple[str, str], ...]
    """Old and new name; everything else is told with the new names."""
    edges_added: tuple[Edge, ...]
    edges_removed: tuple[Edge, ...]
    cycles_added: tuple[CycleMark, ...]
    cycles_removed: tuple[CycleMark, ...]
    loads: tuple[LoadChange, ...]
    """Entry points whose load differs."""
    fragmentation: tuple[FragmentChange, ...]
    canonical_usage: tuple[float, float]
    findings_added: tuple[Mark, ...]
    findings_removed: tuple[Mark, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs."""
        values = (getattr(self, name) for name in self.__struct_fields__ if name != "canonical_usage")
        return not any(values) and self.canonical_usage[0] == self.canonical_usage[1]


def edges_of(digest: Digest) -> set[Edge]:
    """Return the static imports of a digest as a set."""
    return {
        (importer, imported, name)
        for importer, imports in digest.edges.items()
        for imported, names in imports.items()
        for name in names
    }


def difference(before: Digest, after: Digest) -> Difference:
    """Return what differs between two digests; empty for a digest and itself."""
    renamed = renamed_modules(before.modules, after.modules)
    before = rename(before, renamed)
    old, new = edges_of(before), edges_of(after)
    return Difference(
        modules_added=tuple(sorted(set(after.modules) - set(before.modules))),
        modules_removed=tuple(sorted(set(before.modules) - set(after.modules))),
        modules_renamed=tuple(sorted(renamed.items())),
        edges_added=tuple(sorted(new - old)),
        edges_removed=tuple(sorted(old - new)),
        cycles_added=_cycles(after, before),
        cycles_removed=_cycles(before, after),
        loads=_loads(before, after),
        fragmentation=_fragments(before, after),
        canonical_usage=(before.fragmentation.canonical_usage, after.fragmentation.canonical_usage),
        findings_added=tuple(sorted(set(after.findings) - set(before.findings))),
        findings_removed=tuple(sorted(set(before.findings) - set(after.findings))),
    )


def _cycles(one: Digest, other: Digest) -> tuple[CycleMark, ...]:
    known = set(other.cycles)
    return tuple(cycle for cycle in one.cycles if cycle not in known)


def _loads(before: Digest, after: Digest) -> tuple[LoadChange, ...]:
    then, now = as_view(before.loading), as_view(after.loading)
    shared = (set(before.modules) & set(after.modules)) | {TESTS}
    names = {entry.name for entry in (*before.entry_points, *after.entry_points)} & shared
    found = []
    for name in sorted(names):
        loads = compare_loads(then, now, name)
        added = {title(n) for n in loads.after - loads.before if is_module(n) or n.startswith(EXTERNAL)}
        removed = {title(n) for n in loads.before - loads.after if is_module(n) or n.startswith(EXTERNAL)}
        if added or removed:
            counts = (loads.count_before(), loads.count_after())
            found.append(LoadChange(name, *counts, tuple(sorted(added)), tuple(sorted(removed))))
    return tuple(found)


def _fragments(before: Digest, after: Digest) -> tuple[FragmentChange, ...]:
    old: dict[str, FragmentMark] = {one.definition: one for one in before.fragmentation.definitions}
    new: dict[str, FragmentMark] = {one.definition: one for one in after.fragmentation.definitions}
    found = []
    for name in sorted({*old, *new}):
        paths = [dict(marks[name].paths) if name in marks else {} for marks in (old, new)]
        if paths[0] != paths[1]:
            found.append(FragmentChange(name, *paths))
    return tuple(found)
