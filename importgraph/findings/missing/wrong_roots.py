"""Packages of which most imports fail because their names begin at another folder than was taken."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.model import Graph, ImportEdge
from importgraph.names import top_level

_FEWEST = 3
"""Statements that must fail before a root is doubted."""
_MOST = 0.5
"""The share of a package's imports that fail, and of those that another root would mend."""


class WrongRoot(Evidence, frozen=True):
    """A package whose source root is probably wrong."""

    package: str
    """Its top-level name."""
    root: str
    """The folder its names were taken to begin at; empty for the analysed root."""
    better: str
    """The folder from which most of what is asked for would be found."""
    failing: int
    """Statements that find nothing."""
    statements: int
    """All statements that import from the package by its absolute name."""
    places: tuple[Location, ...]
    """Where the statements that fail are."""


def find_wrong_roots(graph: Graph, missing: Sequence[tuple[ImportEdge, str]]) -> tuple[WrongRoot, ...]:
    """Find the top-level packages of which most absolute imports fail and would succeed from another folder.

    Args:
        graph: The graph.
        missing: The imports that fail, with what is not there.
    """
    failing: dict[str, list[tuple[ImportEdge, str]]] = defaultdict(list)
    for edge, target in missing:
        if _is_absolute(graph, edge):
            failing[top_level(target)].append((edge, target))
    failing = {package: edges for package, edges in failing.items() if len(edges) >= _FEWEST}
    asked = _asked(graph, {package: len(edges) / _MOST for package, edges in failing.items()})
    found = []
    for package, edges in sorted(failing.items()):
        if len(edges) > _MOST * asked[package]:
            better, mended = _better_root(graph, [target for _, target in edges])
            if mended > _MOST * len(edges):
                module = graph.modules.get(package)
                places = tuple(Location(edge.path, edge.line, edge.column) for edge, _ in edges)
                root = module.root if module is not None else ""
                found.append(WrongRoot(package, root, better, len(edges), asked[package], places))
    return tuple(found)


def _asked(graph: Graph, enough: Mapping[str, float]) -> Mapping[str, int]:
    """Return by top-level package how many statements import from it by its absolute name.

    Args:
        graph: The graph.
        enough: The packages, with the number from which on no more are counted.
    """
    left, asked = dict(enough), Counter[str]()
    for edge in graph.imports if left else ():
        package = top_level(edge.imported)
        if package in left and not edge.external and _is_absolute(graph, edge):
            asked[package] += 1
            if asked[package] >= left[package]:
                del left[package]
                if not left:
                    break
    return asked


def _is_absolute(graph: Graph, edge: ImportEdge) -> bool:
    item = graph.item(edge)
    return item is not None and item.level == 0


def _better_root(graph: Graph, targets: Iterable[str]) -> tuple[str, int]:
    """Return the folder from which most of the targets would be found, and how many."""
    by_last: dict[str, list[str]] = defaultdict(list)
    for module in graph.modules.values():
        if module.path.endswith(".py"):
            path = module.path.removesuffix(".py").removesuffix("/__init__")
            by_last[path.rpartition("/")[2]].append(path)
    votes: Counter[str] = Counter()
    for target in targets:
        end = target.replace(".", "/")
        paths = by_last.get(end.rpartition("/")[2], ())
        votes.update({path.removesuffix(end).rstrip("/") for path in paths if f"/{path}".endswith(f"/{end}")})
    return votes.most_common(1)[0] if votes else ("", 0)


def wrong_root_findings(roots: Iterable[WrongRoot]) -> Iterator[Finding]:
    """Report each wrong root once, with the setting to try."""
    for one in roots:
        yield Finding(
            code="IG401",
            subject=one.package,
            message=f"{one.failing} of {one.statements} imports of `{one.package}` find nothing: its names "
            f'probably begin at another folder. Try `source-roots = ["{one.better or "."}"]` in '
            "[tool.importgraph].",
            severity=Severity.WARNING,
            locations=one.places,
            evidence=one,
            weight=one.failing,
        )
