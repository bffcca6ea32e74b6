"""One definition, several import paths: which are used, and which is canonical under a policy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Raw
from msgspec.msgpack import decode

from importgraph.facts.model import Origin
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.edited.asked_since import Asked, asked_of, is_answered_as_before
from importgraph.graph.model import ImportEdge
from importgraph.graph.resolve import Resolver, graph_resolver
from importgraph.kept.questions import digest_of
from importgraph.names import ancestors, is_within
from importgraph.snapshot import Snapshot, once_per_snapshot


class Fragment(Evidence, frozen=True):
    """A definition with the paths that statements take it from."""

    module: str
    """Where it is defined."""
    name: str
    kind: str
    canonical: str
    """The path it should be taken from."""
    paths: Mapping[str, int]
    """Statements by the module they name, most used first."""
    canonical_usage: float
    """Share of the statements that use an accepted path, 0 to 1."""
    stray: tuple[Location, ...]
    """Statements that use another path, sorted."""


class Fragmentation(Evidence, frozen=True):
    """The import paths of a whole tree under one policy."""

    policy: str
    definitions: tuple[Fragment, ...]
    """Those with two or more paths; most stray statements first."""
    imported: int
    """Definitions that any statement imports."""
    statements: int
    """Those that import a first-party definition."""
    canonical: int
    """How many of them use an accepted path."""
    canonical_usage: float
    """The share of these, 0 to 1."""

    @property
    def share(self) -> str:
        """The share as text, the same in every output: with both counts."""
        return f"{100 * self.canonical_usage:.1f} % ({self.canonical:,} of {self.statements:,} statements)"


@once_per_snapshot
def measure_fragmentation(snapshot: Snapshot, policy: str | None = None) -> Fragmentation:
    """Count by which paths every definition is imported.

    Statements in a package's `__init__` that pass a name of the package on are plumbing and do not count.

    Args:
        snapshot: The tree.
        policy: `definition`, `public` or `majority`; None takes the configured one.
    """
    policy = policy or snapshot.config.policy
    part = f"paths-{digest_of((policy, snapshot.config.canonical))}"
    known = _recalled(snapshot, policy, part)
    if known is not None:
        return known
    uses = _uses(snapshot)
    measured = [_measured(snapshot, one, takes, policy) for one, takes in uses.items()]
    several = [fragment for fragment, _ in measured if fragment is not None]
    total = sum(map(len, uses.values()))
    found = _fragmentation(policy, several, len(uses), total, sum(stray for _, stray in measured))
    if snapshot.since is not None:
        snapshot.since.keep(part, (found, asked_of(snapshot.resolver)))
    return found


class _Defined(NamedTuple):
    """What is imported."""

    module: str
    name: str
    kind: str


class _Taken(NamedTuple):
    """An import that takes it."""

    importer: str
    imported: str
    line: int
    column: int


def _fragmentation(
    policy: str, several: list[Fragment], imported: int, total: int, stray: int
) -> Fragmentation:
    several.sort(key=lambda f: (-len(f.stray), f.canonical_usage, -len(f.paths), f.module, f.name))
    kept = total - stray
    return Fragmentation(policy, tuple(several), imported, total, kept, _share(kept, total))


def _measured(
    snapshot: Snapshot, one: _Defined, takes: Sequence[_Taken], policy: str
) -> tuple[Fragment | None, int]:
    """Return the paths of a definition, where it has several, and how many imports use a wrong one."""
    if not takes:
        return None, 0
    counts = Counter([taken.imported for taken in takes])
    explicit = dict(snapshot.config.canonical).get(f"{one.module}.{one.name}")
    canonical = explicit or _canonical(snapshot.resolver, one, counts, policy)
    astray = [taken for taken in takes if not _is_accepted(taken, one, canonical, policy)]
    if len(counts) == 1:
        return None, len(astray)
    modules = snapshot.graph.modules
    places = (Location(modules[taken.importer].path, taken.line, taken.column) for taken in astray)
    fragment = Fragment(
        module=one.module,
        name=one.name,
        kind=one.kind,
        canonical=canonical,
        paths=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        canonical_usage=_share(len(takes) - len(astray), len(takes)),
        stray=tuple(sorted(places)),
    )
    return fragment, len(astray)


@once_per_snapshot
def _uses(snapshot: Snapshot) -> Mapping[_Defined, Sequence[_Taken]]:
    """Return each definition that is imported with the imports that take it, in the order of their places."""
    found = _by_definition(snapshot.resolver, snapshot.graph.imports)
    if snapshot.since is not None:
        snapshot.since.keep(_USES, {f"{one.module}:{one.name}": takes for one, takes in found.items()})
    return found


_USES = "uses"


def _by_definition(resolver: Resolver, edges: Iterable[ImportEdge]) -> Mapping[_Defined, list[_Taken]]:
    uses: dict[_Defined, list[_Taken]] = defaultdict(list)
    for edge in edges:
        named = edge.name is not None and edge.name != "*" and edge.origin is Origin.STATEMENT
        if not named or edge.external or edge.submodule or edge.missing or edge.name is None:
            continue
        symbol = resolver.lookup(edge.imported, edge.name)
        if symbol is None or symbol.kind not in {"class", "function", "value"} or "." in symbol.name:
            continue
        if symbol.module.startswith(f"{edge.importer}."):
            continue  # a package passing on what is defined below it
        one = _Defined(symbol.module, symbol.name, symbol.kind)
        uses[one].append(_Taken(edge.importer, edge.imported, edge.line, edge.column))
    return uses


def _recalled(snapshot: Snapshot, policy: str, part: str) -> Fragmentation | None:
    """Return what was kept, with the definitions that changed modules import differently measured again."""
    since, graph = snapshot.since, snapshot.graph
    kept = since.load(part, tuple[Fragmentation, Asked]) if since is not None else None
    if since is None or kept is None or not is_answered_as_before(since, snapshot.resolver, kept[1]):
        return None
    known, changed = kept[0], since.changed
    ordered = sorted(changed, key=lambda name: graph.modules[name].path)
    resolver = graph_resolver(since.before)
    old = _by_definition(resolver, [e for name in ordered for e in since.before.imports_of(name)])
    new = _by_definition(snapshot.resolver, [e for name in ordered for e in graph.imports_of(name)])
    touched = [one for one in {**old, **new} if old.get(one) != new.get(one)]
    uses = since.load(_USES, dict[str, Raw]) if touched else {}
    if uses is None:
        return None
    several = {(one.module, one.name): one for one in known.definitions}
    imported, total, stray = known.imported, known.statements, known.statements - known.canonical
    for one in touched:
        data = uses.get(f"{one.module}:{one.name}")
        before = decode(data, type=list[_Taken]) if data is not None else []
        after = [*(taken for taken in before if taken.importer not in changed), *new.get(one, ())]
        after.sort(key=lambda taken: (graph.modules[taken.importer].path, taken.line, taken.column))
        fragment, astray = _measured(snapshot, one, after, policy)
        imported += bool(after) - bool(before)
        total += len(after) - len(before)
        stray += astray - _measured(snapshot, one, before, policy)[1]
        several.pop((one.module, one.name), None)
        if fragment is not None:
            several[one.module, one.name] = fragment
    return _fragmentation(policy, list(several.values()), imported, total, stray)


_NEARLY_ALL = 0.75


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def _canonical(resolver: Resolver, symbol: _Defined, counts: Counter[str], policy: str) -> str:
    if policy == "majority":
        return min(counts, key=lambda path: (-counts[path], path.count("."), path))
    if policy == "public":
        for package in ancestors(symbol.module):
            if package in resolver.modules and _offers(resolver, package, symbol):
                return package
        favourite = max(counts, key=counts.__getitem__)  # the first of several
        if counts[favourite] >= _NEARLY_ALL * counts.total():
            return (
                favourite  # no package above it exports it, and nearly everybody takes it from one re-export
            )
    return symbol.module


def _offers(resolver: Resolver, package: str, symbol: _Defined) -> bool:
    """Tell whether a package exports a definition: in `__all__`, or bound where there is no `__all__`."""
    names = resolver.names(package)
    if names is None or symbol.name.startswith("_"):
        return False
    if not (symbol.name in names.bindings or names.stars or symbol.name in names.type_only):
        return False  # what it may have besides is a submodule
    found = resolver.lookup(package, symbol.name)
    if found is None or (found.module, found.name) != (symbol.module, symbol.name):
        return False
    return names.facts.exports is None or resolver.star_exports(package, symbol.name)


def _is_accepted(taken: _Taken, one: _Defined, canonical: str, policy: str) -> bool:
    if taken.imported == canonical:
        return True
    inside = policy == "public" and is_within(taken.importer, canonical)
    return (
        inside and taken.imported == one.module
    )  # a package does not import itself through its own front door


def check_fragmentation(snapshot: Snapshot) -> Iterator[Finding]:
    """Report each definition with stray import statements."""
    for fragment in measure_fragmentation(snapshot).definitions:
        if fragment.stray:
            others = len(fragment.paths) - (fragment.canonical in fragment.paths)
            yield Finding(
                code="IG301",
                subject=f"{fragment.module}.{fragment.name}",
                message=(
                    f"`{fragment.name}` is imported through {len(fragment.paths)} paths; "
                    f"{len(fragment.stray)} of "
                    f"{sum(fragment.paths.values())} statements use {others} other than "
                    f"`{fragment.canonical}`."
                ),
                severity=Severity.WARNING if len(fragment.paths) > 2 else Severity.NOTE,  # noqa: PLR2004
                locations=fragment.stray,
                evidence=fragment,
                weight=len(fragment.stray),
            )
