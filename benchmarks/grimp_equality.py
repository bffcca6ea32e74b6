"""Compare our architecture view with grimp's graph, edge by edge.

    python benchmarks/grimp_equality.py [PACKAGE...]      table on standard output
    python benchmarks/grimp_equality.py --write           also to benchmarks/results/grimp_equality.md

Both read the same folder; external imports are included, squashed to their top-level name as grimp
does. An edge is a pair (importer, imported). Every difference must be of a kind that we can name; any
other is listed as unnamed and makes the exit status 1. The kinds:

- self import: a module that imports a name from itself; grimp keeps the edge, we leave it out.
- in a module grimp leaves out: the importer stands in a folder without `__init__.py` inside the package,
  or in one whose name is no identifier.
- of a module grimp leaves out: the imported module is one of these, or an extension module.
- credited to an ancestor: grimp's side of the line before, a package around the module it does not know.
- missing module: it does not exist; we credit the nearest package that does, grimp often the top one.
- literal import_module: `import_module("a.b")`, `__import__`, `importorskip`, which we add.
- computed or answered lazily: loops over literal names, registries, and names that a package answers
  through `__getattr__` or a literal table, which we add.
- m.py beside m/__init__.py: grimp reads `m.py`, CPython the package.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp

from importgraph.config import from_options
from importgraph.facts.model import Origin
from importgraph.graph.model import Graph, ImportEdge
from importgraph.graph.views import architecture
from importgraph.names import is_within, top_level
from importgraph.project import open_project

CORPORA = Path(__file__).resolve().parents[1] / ".corpora"
RESULT = Path(__file__).resolve().parent / "results" / "grimp_equality.md"
PACKAGES = {
    "homeassistant": "homeassistant-2026.2.3",
    "django": "django-5.2.19",
    "sympy": "sympy-1.14.0",
    "pandas": "pandas-3.1.1",
    "networkx": "networkx-3.6.1",
    "sqlalchemy": "sqlalchemy-2.1.9/lib",
    "celery": "celery-5.7.0",
    "rich": "rich-15.0.0",
}

Edge = tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Where two graphs of one package agree and differ."""

    package: str
    modules: int
    grimp_edges: int
    our_edges: int
    equal: int
    only_ours: Counter[str]
    """By kind."""
    only_grimp: Counter[str]
    unnamed: tuple[str, ...]


def compare(root: Path, package: str, *, workers: int = 1) -> Comparison:
    """Read a package with both and name the differences."""
    sys.path.insert(0, str(root))
    try:
        theirs = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    finally:
        sys.path.remove(str(root))
    graph = open_project(root / package, from_options(workers=workers)).graph
    their_edges = {
        (importer, imported)
        for importer in theirs.modules
        for imported in theirs.find_modules_directly_imported_by(importer)
    }
    our_edges = set(edges_of(graph))
    ours = Counter(kind_of_ours(edge, graph, theirs) for edge in our_edges - their_edges)
    grimps = Counter(kind_of_grimps(edge, graph, our_edges, theirs) for edge in their_edges - our_edges)
    unnamed = sorted(kind for kind in [*ours, *grimps] if kind.startswith("unnamed"))
    return Comparison(
        package,
        len(theirs.modules),
        len(their_edges),
        len(our_edges),
        len(our_edges & their_edges),
        ours,
        grimps,
        tuple(unnamed),
    )


def edges_of(graph: Graph) -> Iterator[Edge]:
    """Yield the edges of the architecture view, and the imports of external packages by statements."""
    for arcs in architecture(graph).arcs.values():
        yield from ((arc.source, arc.target) for arc in arcs)
    for edge in graph.imports:
        if edge.external and edge.origin in {Origin.STATEMENT, Origin.DYNAMIC}:
            yield edge.importer, top_level(edge.imported)


def kind_of_ours(edge: Edge, graph: Graph, theirs: "grimp.ImportGraph") -> str:
    """Name an edge that grimp does not have."""
    importer, imported = edge
    behind = behind_of(edge, graph)
    if doubled(importer, graph) or doubled(imported, graph):
        return "m.py beside m/__init__.py"
    if importer not in theirs.modules:
        return "in a module grimp leaves out"
    if all(item.origin is Origin.DYNAMIC for item in behind):
        is_literal = any(item.index >= 0 for item in behind)
        return "literal import_module" if is_literal else "computed or answered lazily"
    if imported in graph.modules and imported not in theirs.modules:
        return "of a module grimp leaves out"
    if all(item.missing for item in behind):
        return "missing module"
    return f"unnamed: only we have {importer} -> {imported}"


def kind_of_grimps(edge: Edge, graph: Graph, ours: set[Edge], theirs: "grimp.ImportGraph") -> str:
    """Name an edge that we do not have."""
    importer, imported = edge
    if importer == imported:
        return "self import"
    if doubled(importer, graph) or doubled(imported, graph):
        return "m.py beside m/__init__.py"
    unknown = {target for source, target in ours if source == importer and target not in theirs.modules}
    if any(is_within(target, imported) for target in unknown):
        return "credited to an ancestor"
    missing = {item.missing for item in graph.imports if item.importer == importer and item.missing}
    if any(is_within(target, imported) for target in missing):
        return "missing module"
    return f"unnamed: only grimp has {importer} -> {imported}"


def behind_of(edge: Edge, graph: Graph) -> list[ImportEdge]:
    """Return the imports that make an edge."""
    importer, imported = edge
    return [
        item
        for item in graph.imports
        if item.importer == importer
        and item.origin is not Origin.MOCK
        and imported == (top_level(item.imported) if item.external else item.imported)
    ]


def doubled(name: str, graph: Graph) -> bool:
    """Tell whether both a module and a package claim a name."""
    package = graph.modules.get(name)
    taken = {module.importable_as for module in graph.modules.values() if "/" in module.name}
    return name in taken or (package is not None and "/" in package.name)


def report(comparisons: Iterable[Comparison]) -> str:
    lines = [
        "# The architecture view against grimp",
        "",
        f"grimp {grimp.__version__}. `benchmarks/grimp_equality.py` says what the kinds are.",
        "",
        "| package | modules | grimp's edges | our edges | equal | only ours | only grimp's | unnamed |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- | ---: |",
    ]
    lines += [
        f"| {c.package} | {c.modules:,} | {c.grimp_edges:,} | {c.our_edges:,} | {c.equal:,} "
        f"| {kinds(c.only_ours)} | {kinds(c.only_grimp)} | {len(c.unnamed)} |"
        for c in comparisons
    ]
    return "\n".join(lines) + "\n"


def kinds(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items())) or "none"


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare our architecture view with grimp's graph.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(PACKAGES)}")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.name}")
    options = parser.parse_args()
    comparisons = []
    for package in options.packages or PACKAGES:
        root = CORPORA / PACKAGES[package]
        if not root.exists():
            print(f"{package}: not fetched, run python benchmarks/corpora.py {package}", file=sys.stderr)
            continue
        comparisons.append(compare(root, package, workers=2))
        print(*(f"{line}\n" for line in comparisons[-1].unnamed), sep="", end="", file=sys.stderr)
    text = report(comparisons)
    print(text, end="")
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 1 if any(comparison.unnamed for comparison in comparisons) or not comparisons else 0


if __name__ == "__main__":
    raise SystemExit(main())
