"""What a baseline accepts in vain: entries that match nothing any more."""

from collections.abc import Iterator

from importgraph.regressions.collection_gates import stale_collection
from importgraph.regressions.finding_gates import ratchet_of
from importgraph.regressions.model import Digest, Stale


def find_stale(before: Digest, after: Digest) -> tuple[Stale, ...]:
    """Find entries of the earlier digest without a counterpart, sorted."""
    return tuple(
        sorted(
            [
                *_loads(before, after),
                *_cycles(before, after),
                *_findings(before, after),
                *stale_collection(before, after),
            ]
        )
    )


def _loads(before: Digest, after: Digest) -> Iterator[Stale]:
    now = {entry.name: entry for entry in after.entry_points}
    for entry in before.entry_points:
        if entry.name not in after.modules and entry.name not in now:
            yield Stale("entry-point", entry.name, "There is no such entry point any more.")
        elif entry.name in now:
            gone = set(entry.modules) - set(now[entry.name].modules)
            gone |= set(entry.external) - set(now[entry.name].external)
            if gone:
                some = ", ".join(sorted(gone)[:3]) + (" …" if len(gone) > 3 else "")  # noqa: PLR2004
                yield Stale("loads", entry.name, f"It does not load {len(gone):,} modules any more ({some}).")


def _cycles(before: Digest, after: Digest) -> Iterator[Stale]:
    for cycle in before.cycles:
        members = set(cycle.modules)
        if not any(one.kind == cycle.kind and members <= set(one.modules) for one in after.cycles):
            subject = " <-> ".join(cycle.modules[:6]) + (" …" if len(cycle.modules) > 6 else "")  # noqa: PLR2004
            yield Stale("cycle", subject, f"The cycle of class {cycle.kind} is gone or smaller.")


def _findings(before: Digest, after: Digest) -> Iterator[Stale]:
    now = {(mark.code, mark.subject): mark for mark in after.findings}
    for mark in before.findings:
        if ratchet_of(mark.code) is None:
            continue
        known = now.get((mark.code, mark.subject))
        if known is None:
            yield Stale("finding", f"{mark.code} {mark.subject}", "It is not found any more.")
        elif len(known.importers) < len(mark.importers):
            count = f"{len(known.importers)} of {len(mark.importers)}"
            yield Stale("finding", f"{mark.code} {mark.subject}", f"It is found in {count} places only.")
    definitions = {one.definition: one.stray for one in after.fragmentation.definitions}
    for one in before.fragmentation.definitions:
        if definitions.get(one.definition, 0) < one.stray:
            yield Stale("fragmentation", one.definition, "Fewer statements take it by another path.")
