"""One definition, several import paths: which are used, and which is canonical under a policy."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from importgraph.facts.model import Origin
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.model import ImportEdge
from importgraph.graph.resolve import Resolver, Symbol
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
    uses = _uses(snapshot)
    explicit = dict(snapshot.config.canonical)
    several: list[Fragment] = []
    total = stray = 0
    for symbol, edges, counts in uses:
        canonical = explicit.get(f"{symbol.module}.{symbol.name}") or _canonical(
            snapshot.resolver, symbol, counts, policy
        )
        astray = [edge for edge in edges if not _is_accepted(edge, symbol, canonical, policy)]
        total, stray = total + len(edges), stray + len(astray)
        if len(counts) > 1:
            several.append(_fragment(symbol, canonical, counts, astray))
    several.sort(key=lambda f: (-len(f.stray), f.canonical_usage, -len(f.paths), f.module, f.name))
    kept = total - stray
    return Fragmentation(policy, tuple(several), len(uses), total, kept, _share(kept, total))


@once_per_snapshot
def _uses(snapshot: Snapshot) -> tuple[tuple[Symbol, list[ImportEdge], Counter[str]], ...]:
    """Return each definition that is imported, the imports that take it, and how many by which path."""
    uses: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
    symbols: dict[tuple[str, str], Symbol] = {}
    for edge, symbol in _imported_definitions(snapshot):
        uses[symbol.module, symbol.name].append(edge)
        symbols[symbol.module, symbol.name] = symbol
    return tuple((symbols[k], edges, Counter([e.imported for e in edges])) for k, edges in uses.items())


_NEARLY_ALL = 0.75


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def _imported_definitions(snapshot: Snapshot) -> Iterator[tuple[ImportEdge, Symbol]]:
    for edge in snapshot.graph.imports:
        named = edge.name is not None and edge.name != "*" and edge.origin is Origin.STATEMENT
        if not named or edge.external or edge.submodule or edge.missing or edge.name is None:
            continue
        symbol = snapshot.resolver.lookup(edge.imported, edge.name)
        if symbol is None or symbol.kind not in {"class", "function", "value"} or "." in symbol.name:
            continue
        if symbol.module.startswith(f"{edge.importer}."):
            continue  # a package passing on what is defined below it
        yield edge, symbol


def _fragment(symbol: Symbol, canonical: str, counts: Counter[str], stray: list[ImportEdge]) -> Fragment:
    total = counts.total()
    return Fragment(
        module=symbol.module,
        name=symbol.name,
        kind=symbol.kind,
        canonical=canonical,
        paths=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        canonical_usage=_share(total - len(stray), total),
        stray=tuple(sorted(Location(edge.path, edge.line, edge.column) for edge in stray)),
    )


def _canonical(resolver: Resolver, symbol: Symbol, counts: Counter[str], policy: str) -> str:
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


def _offers(resolver: Resolver, package: str, symbol: Symbol) -> bool:
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


def _is_accepted(edge: ImportEdge, symbol: Symbol, canonical: str, policy: str) -> bool:
    if edge.imported == canonical:
        return True
    inside = policy == "public" and is_within(edge.importer, canonical)
    return (
        inside and edge.imported == symbol.module
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
