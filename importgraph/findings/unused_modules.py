"""Modules that nothing imports."""

from collections import defaultdict
from collections.abc import Iterator

from importgraph.findings.duplicates import is_test_code
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.model import Graph, Kind
from importgraph.names import ancestors, parent
from importgraph.snapshot import Snapshot

_ENTRY_NAMES = {"__main__", "conftest", "setup", "manage", "wsgi", "asgi", "conf", "noxfile", "tasks", "version", "_version"}


class UnusedModules(Evidence, frozen=True):
    """Modules of one package that no import names."""

    package: str
    modules: tuple[str, ...]
    computed: tuple[Location, ...]
    """Computed imports of the tree, any of which may load them."""


def find_unused_modules(snapshot: Snapshot) -> tuple[UnusedModules, ...]:
    """Find the modules that no import of any view names, by package; most first.

    Tests, scripts, entry points, packages with used modules below them, and what computed imports of a known prefix may
    load are left out.
    """
    graph = snapshot.graph
    imported = {edge.imported for edge in graph.imports}
    used = imported | {above for name in imported for above in ancestors(name)}
    used |= {name for name, _ in snapshot.entry_points}
    prefixes = _computed_prefixes(graph)
    by_package: dict[str, list[str]] = defaultdict(list)
    for module in graph.modules.values():
        if module.name in used or module.kind not in {Kind.MODULE, Kind.PACKAGE, Kind.ORPHAN} or "." not in module.name:
            continue
        last = module.name.rpartition(".")[2]
        if last in _ENTRY_NAMES or is_test_code(module.path) or any(module.name.startswith(p) for p in prefixes):
            continue
        by_package[parent(module.name)].append(module.name)
    computed = _computed_imports(graph)
    found = [UnusedModules(package, tuple(names), computed) for package, names in by_package.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.modules), one.package)))


def _computed_prefixes(graph: Graph) -> tuple[str, ...]:
    patterns = {d.pattern for facts in graph.facts.values() for d in facts.dynamic}
    return tuple(sorted(p.partition("{}")[0] for p in patterns if "." in p.partition("{}")[0].strip(".")))


def _computed_imports(graph: Graph) -> tuple[Location, ...]:
    places = []
    for name, facts in graph.facts.items():
        if graph.modules[name].kind not in {Kind.TEST, Kind.CONFTEST}:
            places += [Location(graph.modules[name].path, dynamic.line) for dynamic in facts.dynamic]
    return tuple(sorted(set(places)))


def check_unused_modules(snapshot: Snapshot) -> Iterator[Finding]:
    """Report unused modules, one finding for each package."""
    for one in find_unused_modules(snapshot):
        count = len(one.modules)
        caution = ""
        if one.computed:
            place = one.computed[0]
            more = f" and {len(one.computed) - 1} more" if len(one.computed) > 1 else ""
            caution = f" Computed imports ({place.path}:{place.line}{more}) may load them: check before deleting."
        names = ", ".join(f"`{name}`" for name in one.modules[:3]) + (f" and {count - 3} more" if count > 3 else "")
        yield Finding(
            code="IG601",
            subject=one.package,
            message=f"No import names {names}.{caution}",
            severity=Severity.NOTE,
            locations=tuple(Location(snapshot.graph.modules[name].path, 1) for name in one.modules),
            evidence=one,
            weight=count,
        )
