"""Gates on what entry points load."""

from collections.abc import Iterator

from importgraph.findings.entry_points import TESTS
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.views import View, certain_part, closure
from importgraph.names import is_within
from importgraph.regressions.gates import Gates
from importgraph.regressions.growth import Growth, Loads, attribute, compare_loads, is_light_test_import
from importgraph.regressions.loading import EXTERNAL, as_view, is_module, title
from importgraph.regressions.model import Digest, Regression
from importgraph.regressions.places import Places

_SHOWN = 4


def load_gates(
    before: Digest | None, after: Digest, gates: Gates, now: View, places: Places
) -> Iterator[Regression]:
    """Yield what entry points load in excess.

    The entry points of both digests are compared, and those that gates name; one that only one side knows
    is left to the limits that need no comparison.
    """
    then = as_view(before.loading) if before is not None else None
    for entry in _entries(before, after, gates, now):
        yield from _forbidden(entry, gates, now, places)
        is_comparable = then is not None and (entry in then.known or (before and entry in before.modules))
        if before is None or then is None or not is_comparable:
            yield from _too_many(entry, gates, now)
            continue
        loads = compare_loads(then, now, entry)
        yield from _limits(loads, gates, now, places)
        if "external" in gates.ratchet:
            yield from _ratchet("external", loads, loads.new_external(before.modules), places)
        if "loads" in gates.ratchet and gates.growth_allowed(entry) is None:
            older = compare_loads(then, now, entry, new_tests=False)
            if older.count_after() > older.count_before():
                yield from _ratchet("loads", older, older.new_modules(before.modules), places)


def _entries(before: Digest | None, after: Digest, gates: Gates, now: View) -> list[str]:
    known = set(after.modules) | ({TESTS} if TESTS in now.known else set())
    names = {entry.name for entry in after.entry_points} | set(gates.entries_named())
    names |= {entry.name for entry in before.entry_points} if before is not None else set()
    return sorted(names & known)


def _forbidden(entry: str, gates: Gates, now: View, places: Places) -> Iterator[Regression]:
    names = gates.forbidden(entry)
    reached = closure(now, [entry]) if names else frozenset()
    for name in names:
        nodes = [n for n in reached if n == EXTERNAL + name or (is_module(n) and is_within(n, name))]
        chains = [c for c in (shortest_chain(now, entry, node) for node in nodes) if c is not None]
        if not chains:
            continue
        chain = min(chains, key=lambda found: (len(found), found))
        steps = places.along(chain)
        message = f"{entry_title(entry)} loads `{name}`, which is forbidden."
        yield Regression("forbid-loaded", entry, message, None, name, steps[-1], steps, (name,))


def _too_many(entry: str, gates: Gates, now: View) -> Iterator[Regression]:
    allowed = gates.modules_allowed(entry)
    count = sum(map(is_module, closure(now, [entry])))
    if allowed is not None and count > allowed:
        yield Regression("max-modules", entry, _over(now, entry, count, allowed), None, count)


def _over(now: View, entry: str, count: int, allowed: float) -> str:
    surely = sum(map(is_module, closure(certain_part(now), [entry])))
    return f"{entry_title(entry)} loads {count:,} modules ({surely:,} surely); {allowed:,g} are allowed."


def _limits(loads: Loads, gates: Gates, now: View, places: Places) -> Iterator[Regression]:
    before, after = loads.count_before(), loads.count_after()
    allowed = gates.modules_allowed(loads.entry)
    growth = gates.growth_allowed(loads.entry)
    over = []
    if allowed is not None and after > allowed:
        over.append(("max-modules", _over(now, loads.entry, after, allowed)))
    if growth is not None and after > growth.limit(before):
        over.append(("max-growth", _over(now, loads.entry, after, int(growth.limit(before)))))
    if not over:
        return
    brought = attribute(loads, (node for node in loads.after - loads.before if is_module(node)))
    for gate, message in over:
        if brought:
            yield _regression(gate, message, loads, brought[0], places)
        else:
            yield Regression(gate, loads.entry, message, before, after)


def _ratchet(gate: str, loads: Loads, nodes: frozenset[str], places: Places) -> Iterator[Regression]:
    for growth in attribute(loads, nodes):
        if gate != "loads" or not is_light_test_import(loads, growth):
            yield _regression(gate, _message(loads.entry, growth), loads, growth, places)


def _regression(gate: str, message: str, loads: Loads, growth: Growth, places: Places) -> Regression:
    return Regression(
        gate=gate,
        subject=loads.entry,
        message=message,
        before=loads.count_before(),
        after=loads.count_after(),
        edge=places.step(*growth.edge),
        chain=places.along(growth.chain),
        added=tuple(map(title, growth.added)),
    )


def _message(entry: str, growth: Growth) -> str:
    names = [f"`{title(node)}`" for node in growth.added]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    source, target = map(title, growth.edge)
    what = f"{entry_title(entry)} newly loads {', '.join(names[:_SHOWN])}{more}"
    return f"{what}: `{source}` now leads to `{target}`."


def entry_title(entry: str) -> str:
    """Name an entry point in a sentence."""
    return "A test session" if entry == TESTS else f"`import {entry}`"
