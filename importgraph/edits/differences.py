"""What differs between two runs of a project, in words."""

from collections.abc import Iterator

from importgraph.edits.running import Collected, ModuleState


def mends(before: Collected, now: Collected) -> bool:
    """Tell whether all tests are still collected, and no other file fails to be."""
    return set(before.ids) <= set(now.ids) and set(now.failing) <= set(before.failing)


def lost_names(name: str, before: ModuleState, after: ModuleState, deferred: frozenset[str]) -> Iterator[str]:
    """Say which public names a module lost; a deferred import is one only in `__all__`."""
    if before.exported != after.exported:
        yield f"`{name}.__all__` changed"
    lost = {one for one in before.names - after.names if not one.startswith("_")} - deferred
    lost |= (set(before.exported or ()) & before.names) - after.names
    if lost:
        yield f"`{name}` lost {', '.join(f'`{one}`' for one in sorted(lost)[:3])}"


def other_tests(before: Collected, now: Collected | None) -> str:
    """Say how what pytest collects differs."""
    ids = set(now.ids) if now is not None else set()
    gone = [one for one in before.ids if one not in ids]
    if gone:
        return f"{len(gone)} of {len(before.ids)} tests are no longer collected, {gone[0]} first"
    fresh = len(ids - set(before.ids))
    return (
        f"{fresh} more tests are collected"
        if fresh
        else "pytest collects in another order, or fails otherwise"
    )
