"""Which modules stand in the overview: the code without tests, loose scripts and small packages beside it."""

from collections import Counter
from collections.abc import Iterable

from importgraph.graph.model import Graph, Kind, Module
from importgraph.graph.views import Arc
from importgraph.names import top_level

SMALL = 20
"""A top-level package with less than 1/20 of the modules of the largest is small."""


def tests_of(graph: Graph) -> set[str]:
    """Return the test modules, and all of a top-level package that mostly holds tests.

    A library can hold more tests than anything else, so the package with most other modules keeps them.
    """
    tests = {name for name, module in graph.modules.items() if is_test(module)}
    sizes, tested = Counter(map(top_level, graph.modules)), Counter(map(top_level, tests))
    library = max(sizes, key=lambda top: (sizes[top] - tested[top], top), default="")
    mostly = {top for top in sizes if 3 * tested[top] > 2 * sizes[top]} - {library}
    return {name for name in graph.modules if name in tests or top_level(name) in mostly}


def code_of(graph: Graph) -> set[str]:
    """Return what is neither test nor loose script; without packages the scripts too, without code all."""
    rest = graph.modules.keys() - tests_of(graph)
    packaged = {name for name in rest if not is_loose(graph.modules[name])}
    if any("." in name for name in packaged):
        return packaged
    return rest or set(graph.modules)


def is_test(module: Module) -> bool:
    """Tell whether a module is test code: a test file, or anything in a folder of tests."""
    folders = [*module.root.split("/"), *module.path.split("/")[:-1]]
    return module.kind in {Kind.TEST, Kind.CONFTEST} or "tests" in folders or module.path.startswith("test/")


def is_loose(module: Module) -> bool:
    """Tell whether a module belongs to no package: a script, or a file whose name cannot be imported."""
    return "/" in module.name or (module.kind in {Kind.SCRIPT, Kind.ORPHAN} and "." not in module.name)


def standing_apart(names: set[str], arcs: Iterable[Arc]) -> set[str]:
    """Return small top-level packages that no large one imports, such as the settings of documentation."""
    sizes = Counter(map(top_level, names))
    large = {top for top in sizes if sizes[top] >= max(sizes.values()) / SMALL}
    imported = {top_level(arc.target) for arc in arcs if top_level(arc.source) in large}
    return sizes.keys() - large - imported
