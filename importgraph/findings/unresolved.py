"""Imports of first-party modules and names that are not there, with where they went."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from importgraph.facts.model import Guard, Origin, StepKind
from importgraph.findings.build_outputs import BuildOutputs
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.findings.test_code import is_broken_on_purpose, is_example
from importgraph.graph.model import Graph, ImportEdge, Kind
from importgraph.graph.namespaces import Names
from importgraph.graph.resolve import Resolver
from importgraph.names import near_matches, parent, top_level
from importgraph.snapshot import Snapshot

_REASONS = {
    "IG401": "missing module",
    "IG402": "missing name",
    "IG403": "past the top-level package",
    "IG404": "optional, missing",
}


class Unresolved(Evidence, frozen=True):
    """One import that cannot succeed."""

    importer: str
    path: str
    line: int
    column: int
    target: str
    """The module that is asked for, absolute where that can be said."""
    name: str | None
    """The name that is asked for, where the module is there."""
    code: str
    reason: str
    suggestion: str | None
    """The path that works, where one does."""
    type_only: bool = False
    """Only type checkers see it: nothing fails at run time."""


def find_unresolved(snapshot: Snapshot) -> tuple[Unresolved, ...]:
    """Find the imports that fail for what the tree does not hold, sorted by place.

    What the build makes is not reported, nor a module of a package with native sources beside it.
    """
    where = _Elsewhere(snapshot.graph, snapshot.resolver)
    scripts = [module.path for module in snapshot.graph.modules.values() if module.path.endswith(".py")]
    built = BuildOutputs(snapshot.graph.other, scripts, snapshot.read_text)
    patched = _patched_names(snapshot.graph)
    found = []
    for edge in snapshot.graph.imports:
        missing = edge.missing or _only_for_type_checkers(edge, snapshot.resolver)
        if not missing or not edge.active or edge.recovered or edge.origin is Origin.MOCK:
            continue
        known = (
            edge.name in patched
            or _is_built(edge, missing, snapshot.graph, built)
            or _is_put_on_path(edge, snapshot.graph)
            or _is_known_to_type_checkers(edge, snapshot.resolver)
            or _means_a_library(edge, snapshot)
            or _is_test_of_a_failure(edge, snapshot.graph)
        )
        if not known:
            found.append(_unresolved(edge, missing, where))
    return tuple(found)


def _patched_names(graph: Graph) -> frozenset[str]:
    """Return the attributes that some module sets on another by assignment (`other.name = …`)."""
    found = set()
    for facts in graph.facts.values():
        imported = {item.bound for item in facts.imports}
        for step in facts.body:
            owner, dot, name = step.name.partition(".")
            if dot and step.kind is StepKind.BIND and owner in imported:
                found.add(name)
    return frozenset(found)


def _only_for_type_checkers(edge: ImportEdge, resolver: Resolver) -> str:
    """Return the name an import takes at run time from a module that has it for type checkers only."""
    if edge.external or edge.name is None or edge.submodule or Guard.TYPE_CHECKING in edge.guards:
        return ""
    names = resolver.names(edge.imported)
    if (
        names is None
        or edge.name in names.bindings
        or names.has_getattr
        or names.stars
        or names.facts.hazards
    ):
        return ""
    return f"{edge.imported}.{edge.name}" if edge.name in _type_only_names(names) else ""


def _is_known_to_type_checkers(edge: ImportEdge, resolver: Resolver) -> bool:
    """Tell whether a type checker finds a name that its module imports under TYPE_CHECKING."""
    names = resolver.names(edge.imported) if edge.imported in resolver.modules else None
    return Guard.TYPE_CHECKING in edge.guards and names is not None and edge.name in _type_only_names(names)


def _type_only_names(names: Names) -> frozenset[str]:
    return frozenset(names.type_only) | frozenset(names.facts.type_only)


def _means_a_library(edge: ImportEdge, snapshot: Snapshot) -> bool:
    """Tell whether a library is meant whose namesake is a folder of examples, as examples/pydantic/."""
    item = snapshot.graph.facts[edge.importer].imports[edge.index] if edge.index >= 0 else None
    top = snapshot.graph.modules.get(top_level(edge.imported))
    return item is not None and item.level == 0 and top is not None and is_example(f"{top.path or top.name}")


def _is_test_of_a_failure(edge: ImportEdge, graph: Graph) -> bool:
    """Tell whether a test expects an import to fail."""
    return edge.tried and graph.modules[edge.importer].kind in {Kind.TEST, Kind.CONFTEST}


def _is_built(edge: ImportEdge, missing: str, graph: Graph, built: BuildOutputs) -> bool:
    holder = graph.modules.get(edge.imported)
    if holder is None or not holder.path.endswith("__init__.py"):
        return False
    folder = holder.path.rpartition("/")[0]
    rest = missing.removeprefix(f"{holder.name}.").removeprefix(f"{holder.importable_as}.")
    return built.has_native_sources(folder) or built.maker(folder, rest) != ""


def _is_put_on_path(edge: ImportEdge, graph: Graph) -> bool:
    """Tell whether the importer changes `sys.path` and a file of the tree fits what it asks for."""
    facts = graph.facts[edge.importer]
    if "sys.path" not in facts.path_changes or edge.index < 0 or facts.imports[edge.index].level:
        return False
    path = edge.missing.replace(".", "/")
    ends = (f"{path}.py", f"{path}/__init__.py")
    return any(
        f"/{module.path}".endswith(tuple(f"/{end}" for end in ends)) for module in graph.modules.values()
    )


def _unresolved(edge: ImportEdge, missing: str, where: "_Elsewhere") -> Unresolved:
    code = _code(edge, missing)
    by_name = code == "IG402"
    return Unresolved(
        importer=edge.importer,
        path=edge.path,
        line=edge.line,
        column=edge.column,
        target=edge.imported if by_name else missing,
        name=edge.name if by_name else None,
        code=code,
        reason=_REASONS[code],
        suggestion=where.name(edge) if by_name else where.module(missing, edge.name),
        type_only=Guard.TYPE_CHECKING in edge.guards,
    )


def _code(edge: ImportEdge, missing: str) -> str:
    if Guard.OPTIONAL in edge.guards or edge.tried:
        return "IG404"
    if missing.startswith("."):
        return "IG403"
    is_name = edge.name is not None and edge.name != "*" and missing == f"{edge.imported}.{edge.name}"
    return "IG402" if is_name else "IG401"


class _Elsewhere:
    """Looks for what was moved or renamed."""

    def __init__(self, graph: Graph, resolver: Resolver) -> None:
        self.graph = graph
        self.resolver = resolver
        self._homes: dict[str, list[str]] = defaultdict(list)
        for module, facts in graph.facts.items():
            for definition in facts.definitions:
                self._homes[definition.name].append(module)
        self._by_last: dict[str, list[str]] = defaultdict(list)
        for module in graph.modules:
            self._by_last[module.rpartition(".")[2]].append(module)

    def name(self, edge: ImportEdge) -> str | None:
        """Return where a name is now, or a name of the module that looks like it."""
        wanted = edge.name or ""
        homes = self._homes.get(wanted, [])
        if homes:
            return f"{_nearest(edge.imported, homes)}.{wanted}"
        names = self.resolver.names(edge.imported)
        near = (
            near_matches(wanted, [n for n in names.bindings if "." not in n], limit=1)
            if names is not None
            else []
        )
        return f"{edge.imported}.{near[0]}" if near else None

    def module(self, target: str, name: str | None) -> str | None:
        """Return what was meant: the nearest module of that last name, a misspelt one, or the name's home.

        A module that does not offer the name taken from it is not what was meant.
        """
        candidates = [c for c in self._by_last.get(target.rpartition(".")[2], []) if self._has(c, name)]
        if candidates:
            return _nearest(target, candidates)
        siblings = [module for module in self.graph.modules if parent(module) == parent(target)]
        near = near_matches(target, siblings, limit=1)
        if near and self._has(near[0], name):
            return near[0]
        homes = self._homes.get(name, []) if name else []
        return f"{_nearest(target, homes)}.{name}" if homes else None

    def _has(self, module: str, name: str | None) -> bool:
        """Tell whether a module defines a name, holds it as a module or, a package, passes it on."""
        if not name or name == "*" or f"{module}.{name}" in self.graph.modules:
            return True
        symbol = self.resolver.lookup(module, name)
        passes_on = self.graph.modules[module].path.endswith("__init__.py")
        return symbol is not None and (passes_on or symbol.module == module)


def _nearest(target: str, candidates: list[str]) -> str:
    """Return the candidate that shares the longest package path with the target."""
    parts = target.split(".")

    def common(candidate: str) -> int:
        pairs = zip(parts, candidate.split("."), strict=False)
        return next(
            (i for i, (one, two) in enumerate(pairs) if one != two), min(len(parts), candidate.count(".") + 1)
        )

    return min(candidates, key=lambda candidate: (-common(candidate), candidate.count("."), candidate))


_SEVERITIES: Mapping[str, Severity] = {
    "IG401": Severity.ERROR,
    "IG402": Severity.ERROR,
    "IG403": Severity.ERROR,
    "IG404": Severity.NOTE,
}


def _severity(code: str, found: list[Unresolved]) -> Severity:
    harmless = all(one.type_only or is_broken_on_purpose(one.path) for one in found)
    return Severity.NOTE if harmless else _SEVERITIES[code]


def check_unresolved(snapshot: Snapshot) -> Iterator[Finding]:
    """Report unresolved imports, one finding for each target."""
    by_target: dict[tuple[str, str], list[Unresolved]] = defaultdict(list)
    for one in find_unresolved(snapshot):
        by_target[one.code, f"{one.target}.{one.name}" if one.name else one.target].append(one)
    for (code, target), found in by_target.items():
        first = found[0]
        hint = f" `{first.suggestion}` exists." if first.suggestion else ""
        what = {
            "IG401": f"There is no module `{target}`",
            "IG402": f"`{first.target}` has no name `{first.name}`",
            "IG403": f"`{target}` goes past the top-level package",
            "IG404": f"`{target}` is not there; the ImportError is caught",
        }[code]
        statements = f"{len(found)} import statement{'s' if len(found) != 1 else ''}"
        if all(one.type_only for one in found):
            statements += ", under TYPE_CHECKING"
        yield Finding(
            code=code,
            subject=target,
            message=f"{what}: {statements}.{hint}",
            severity=_severity(code, found),
            locations=tuple(Location(one.path, one.line, one.column) for one in found),
            evidence=first,
            weight=len(found),
        )
