"""Which sets of imports to defer in a whole tree: one set of edits once, with every entry point it helps.

A set is sought for each heavy module of each entry point; what it gains is then the difference of two
closures at every entry point. The best are taken one after the other, by what they free beside those before.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.groups import groups_by_entry
from importgraph.findings.loads import Load, is_candidate, loads
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import EdgeKey, key_of
from importgraph.fixes.deferring.started import used_at_once
from importgraph.fixes.sets.cut_sets import LEAST_GAIN, Limits, cost, find_set
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, modules_of
from importgraph.snapshot import Snapshot

_CANDIDATES = 40
"""How many of the heaviest modules of an entry point are tried."""
_MOST = 24
"""How many sets are chosen."""
_LEAST_FRESH = 0.25
"""A set is named beside better ones if this share of what it frees is not freed by them."""
_ALIKE = 0.95
"""Of sets that save at least this share of the most, the one that defers least of ours is taken."""
_LEAST_COUNTED = 250
"""A statement that retains less, in microseconds, is no proposal at all."""
_MICROSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Effect:
    """What a set does to one entry point."""

    entry: EntryPoint
    before: int
    after: int
    """What it costs, in the unit of weights."""
    freed: frozenset[str]
    """All that is no longer loaded, modules of libraries among it."""
    loaded: frozenset[str]
    """All that it loads now."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A set of imports to defer, and what it does."""

    edges: tuple[ImportEdge, ...]
    module: str
    """The module the set was found for."""
    effects: tuple[Effect, ...]
    """Of the entry points it helps, the most valuable first."""

    @property
    def keys(self) -> frozenset[EdgeKey]:
        """The imports."""
        return frozenset(map(key_of, self.edges))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set that was chosen, and what it frees of the first entry point beside the sets before it."""

    offer: Offer
    fresh: frozenset[str]


def least_gain(snapshot: Snapshot, total: int) -> int:
    """Return what a set must save an entry point of some cost to be shown, by the settings."""
    share = round(total * snapshot.config.min_gain_percent / 100)
    if snapshot.unit == "us":
        return max(share, round(snapshot.config.min_gain_ms * _MICROSECONDS), 1)
    return max(share, LEAST_GAIN[snapshot.unit])


@dataclass
class Portfolio:
    """The search in one tree; what is asked again is remembered."""

    deferrals: Deferrals
    loads: Sequence[tuple[View, Load]]
    _inside: dict[str, frozenset[str]] = field(default_factory=dict)
    _never: dict[str, frozenset[EdgeKey]] = field(default_factory=dict)
    _after: dict[tuple[int, frozenset[EdgeKey]], View] = field(default_factory=dict)
    _saved: dict[tuple[frozenset[str], frozenset[str]], int] = field(default_factory=dict)

    @property
    def snapshot(self) -> Snapshot:
        """What is looked at."""
        return self.deferrals.snapshot

    def inside(self, view: View, entry: EntryPoint) -> frozenset[str]:
        """Return what an entry point loads."""
        if entry.node not in self._inside:
            self._inside[entry.node] = closure(view, [entry.node])
        return self._inside[entry.node]

    def never(self, entry: EntryPoint) -> frozenset[EdgeKey]:
        """Return the imports that an entry point uses at once."""
        if entry.node not in self._never:
            self._never[entry.node] = used_at_once(self.deferrals, entry)
        return self._never[entry.node]

    def after(self, view: View, keys: frozenset[EdgeKey]) -> View:
        """Return what loads what once some imports are deferred."""
        known = (id(view), keys)  # the views live as long as `loads`
        if known not in self._after:
            self._after[known] = self.deferrals.after(view, keys)
        return self._after[known]

    # -- seeking --------------------------------------------------------------------------------

    def sets(self, statements: int) -> dict[frozenset[EdgeKey], Offer]:
        """Seek a set for each heavy module of each entry point; the bound of its gain is what it retains."""
        found: dict[frozenset[EdgeKey], Offer] = {}
        by_part: dict[str, list[Offer]] = defaultdict(list)
        for view, load in self.loads:
            limits = Limits(statements=statements, never=self.never(load.entry))
            for part in heavy_parts(self.snapshot, load)[:_CANDIDATES]:
                if any(self._cuts_off(view, load.entry, one, part) for one in by_part[part.name]):
                    continue  # what was found for another entry point serves this one too
                cutting = find_set(self.deferrals, view, load.entry.node, part.members, limits)
                if cutting is not None:
                    offer = Offer(cutting.edges, part.name, ())
                    by_part[part.name].append(found.setdefault(offer.keys, offer))
        return {keys: Offer(one.edges, one.module, self.effects(one)) for keys, one in found.items()}

    def _cuts_off(self, view: View, entry: EntryPoint, offer: Offer, part: "Part") -> bool:
        keys = offer.keys - self.never(entry)
        return closure(self.after(view, keys), [entry.node]).isdisjoint(part.members)

    def effects(self, offer: Offer) -> tuple[Effect, ...]:
        """Return what a set does to each entry point that loads one of its importers."""
        importers = {edge.importer for edge in offer.edges}
        found = []
        for view, load in self.loads:
            inside = self.inside(view, load.entry)
            keys = offer.keys - self.never(load.entry)
            if not keys or importers.isdisjoint(inside):
                continue
            after = closure(self.after(view, keys), [load.entry.node])
            freed = modules_of(inside - after)
            if freed:
                costs = cost(self.snapshot, inside), cost(self.snapshot, after)
                found.append(Effect(load.entry, *costs, freed, inside))
        found.sort(key=lambda one: (-one.entry.importance * (one.before - one.after), one.entry.node))
        return tuple(one for one in found if one.before > one.after)

    # -- choosing -------------------------------------------------------------------------------

    def choose(self, offers: Iterable[Offer], stands: Callable[[Offer], bool]) -> list[Chosen]:
        """Choose the sets that save most; each saves an entry point enough beside those before it.

        Args:
            offers: Sets with their effects.
            stands: Looks closer at a set that would be chosen.
        """
        left = list(offers)
        covered: dict[str, frozenset[str]] = {}
        chosen: list[Chosen] = []
        while left and len(chosen) < _MOST:
            worth = {one.keys: self._worth(one, covered) for one in left}
            most = max(worth.values())
            if most <= 0:
                break
            near = [one for one in left if worth[one.keys] >= _ALIKE * most]
            best = min(near, key=lambda one: (self._own(one), len(one.edges), -worth[one.keys], one.module))
            left.remove(best)
            if self._is_enough(best, covered) and stands(best):
                entry = best.effects[0].entry.node
                fresh = best.effects[0].freed.difference(covered.get(entry, ()))
                chosen.append(Chosen(best, fresh))
                for effect in best.effects:
                    covered[effect.entry.node] = covered.get(effect.entry.node, frozenset()) | effect.freed
        return chosen

    def _own(self, offer: Offer) -> int:
        """Count the modules of ours that a set defers: the nearer to what costs, the less changes."""
        ours = self.snapshot.graph.modules
        return len({name for effect in offer.effects for name in effect.freed if name in ours})

    def _fresh(self, effect: Effect, covered: Mapping[str, frozenset[str]]) -> int:
        """Return what a set saves an entry point beside what is freed already."""
        key = effect.freed, covered.get(effect.entry.node, frozenset())
        if key not in self._saved:
            self._saved[key] = cost(self.snapshot, key[0] - key[1])
        return self._saved[key]

    def _worth(self, offer: Offer, covered: Mapping[str, frozenset[str]]) -> float:
        """Weigh a set: what it saves, by the importance of entry points, over the root of its statements."""
        lines = {(edge.path, self.deferrals.statement_line(edge)) for edge in offer.edges}
        saved = sum(effect.entry.importance * self._fresh(effect, covered) for effect in offer.effects)
        return saved / float(len(lines) ** 0.5)

    def _is_enough(self, offer: Offer, covered: Mapping[str, frozenset[str]]) -> bool:
        """Tell whether some entry point gains enough, and most of what the set frees is not freed already."""
        fresh = [(effect, self._fresh(effect, covered)) for effect in offer.effects]
        if all(saved < least_gain(self.snapshot, effect.before) for effect, saved in fresh):
            return False
        most = sum(effect.entry.importance * (effect.before - effect.after) for effect, _ in fresh)
        return sum(effect.entry.importance * saved for effect, saved in fresh) >= _LEAST_FRESH * most


@dataclass(frozen=True, slots=True)
class Part:
    """Something that an entry point loads and could load later: a module, or a library."""

    name: str
    members: frozenset[str]
    retained: int


def heavy_parts(snapshot: Snapshot, load: Load) -> list[Part]:
    """Return the parts that retain enough for a set to be shown, heaviest first."""
    least = least_gain(snapshot, load.retained.get(load.entry.node, load.total))
    around = {load.entry.node, load.entry.module}
    found = [
        Part(node, frozenset({node}), weight)
        for node, weight in load.retained.items()
        if weight >= least
        and node not in around
        and is_candidate(snapshot, node, load.above)
        and snapshot.may_load(node)
    ]
    groups = groups_by_entry(snapshot)[load.entry.node].groups.values()
    found += [
        Part(group.top, group.members, group.retained)
        for group in groups
        if group.retained >= least and len(group.members) > 1
    ]
    return sorted(found, key=lambda part: (-part.retained, part.name, len(part.members)))


def smaller_parts(deferrals: Deferrals) -> int:
    """Count the statements that could be deferred and retain too little at every entry point to be shown."""
    snapshot = deferrals.snapshot
    most: dict[str, bool] = {}
    for _, load in loads(snapshot):
        least = least_gain(snapshot, load.retained.get(load.entry.node, load.total))
        for node, weight in load.retained.items():
            if weight >= _LEAST_COUNTED:
                most[node] = most.get(node, False) or weight >= least
    small = {node for node, is_large in most.items() if not is_large}
    return len(set(_statements(deferrals, small)))


def _statements(deferrals: Deferrals, targets: Collection[str]) -> Iterator[tuple[str, int]]:
    for edge in deferrals.snapshot.graph.imports:
        if edge.imported in targets and deferrals.may_go(edge):
            yield edge.path, edge.line
