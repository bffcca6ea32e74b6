"""What each type of import-linter contract forbids, on the graph that import-linter would build.

The rules are those of import-linter 2.16: its documentation of contract types, and grimp's searches.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importgraph.names import is_within

if TYPE_CHECKING:
    import grimp

Values = Mapping[str, tuple[str, ...]]
_DEPTH = 10
"""How far below its ancestors `acyclic_siblings` looks by default."""


class Unusable(Exception):  # noqa: N818 -- import-linter refuses to check such a contract; it is our finding
    """A contract that names what is not there."""


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which a contract is broken."""

    subject: str
    """What it is about, without lines; with the contract its identity."""
    message: str
    imports: tuple[tuple[str, str], ...]
    """The imports that break it: the first step of a chain, or all that close a cycle."""
    importer: str = ""
    imported: str = ""
    """The ends of the way, where there are two."""


def broken_by(kind: str, values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    """Yield what breaks a contract, sorted.

    Args:
        kind: The type of the contract.
        values: Its options, each a tuple of texts.
        graph: The imports it is about; those that it ignores are removed.

    Raises:
        Unusable: If it names modules or imports that are not there, or lacks an option.
    """
    from grimp.exceptions import GrimpException

    try:
        _ignore(values, graph)
        yield from _CHECKS[kind](values, graph)
    except (ValueError, GrimpException) as error:
        raise Unusable(str(error).rstrip(".")) from error


def _ignore(values: Values, graph: "grimp.ImportGraph") -> None:
    alert = "".join(values.get("unmatched_ignore_imports_alerting", ())) or "error"
    for text in values.get("ignore_imports", ()):
        importer, _, imported = (part.strip() for part in text.partition("->"))
        found = graph.find_matching_direct_imports(f"{importer} -> {imported}")
        if not found and alert == "error":
            raise Unusable(f"it ignores `{importer} -> {imported}`, which matches no import")
        for one in found:
            graph.remove_import(importer=one["importer"], imported=one["imported"])


def _flag(values: Values, key: str, *, default: bool = False) -> bool:
    given = values.get(key)
    return given[0].lower() == "true" if given else default


def _expand(texts: Iterable[str], graph: "grimp.ImportGraph", *, required: bool = False) -> set[str]:
    """Return the modules that expressions mean; `*` stands for one component, `**` for any number."""
    found: set[str] = set()
    for text in texts:
        matching = graph.find_matching_modules(text) if "*" in text else {text}
        if required and not (matching & graph.modules):
            raise Unusable(f"`{text}` is no module of the tree")
        found |= matching
    return found


def _needed(values: Values, key: str) -> tuple[str, ...]:
    if not values.get(key):
        raise Unusable(f"it has no `{key}`")
    return values[key]


def _ways(chains: Iterable[tuple[str, ...]]) -> Iterator[Break]:
    for chain in sorted(chains):
        subject = f"{chain[0]} -> {chain[-1]}"
        yield Break(subject, " -> ".join(chain), ((chain[0], chain[1]),), chain[0], chain[-1])


def _routes(dependencies: Iterable[Any]) -> Iterator[tuple[str, ...]]:
    for dependency in dependencies:
        for route in dependency.routes:
            for head in route.heads:
                for tail in route.tails:
                    yield (head, *route.middle, tail)


# -- the types --------------------------------------------------------------------------------------


def _layers(values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    import grimp

    layers = [_tails(text) for text in _needed(values, "layers")]
    containers = _expand(values.get("containers", ()), graph)
    for parent in sorted(containers) if values.get("containers") else [""]:
        for name, is_optional in (tail for tails, _ in layers for tail in tails):
            full = f"{parent}.{name}" if parent else name
            if not is_optional and full not in graph.modules:
                raise Unusable(f"its layer `{full}` is no module of the tree")
    broken = graph.find_illegal_dependencies_for_layers(
        layers=[grimp.Layer(*(name for name, _ in tails), independent=alone) for tails, alone in layers],
        containers=containers,
    )
    yield from _ways(_routes(broken))
    if _flag(values, "exhaustive"):
        declared = {name for tails, _ in layers for name, _ in tails} | {
            *values.get("exhaustive_ignores", ())
        }
        for child in sorted(child for parent in containers for child in graph.find_children(parent)):
            if child.rpartition(".")[2] not in declared:
                yield Break(f"{child} is no layer", f"`{child}` is not among its layers", (), child, child)


def _tails(text: str) -> tuple[list[tuple[str, bool]], bool]:
    """Read a layer: its modules, each with whether it may be missing, and whether they are independent."""
    parts = [part.strip() for part in text.split("|" if "|" in text else ":")]
    tails = [
        (part[1:-1], True) if part.startswith("(") and part.endswith(")") else (part, False) for part in parts
    ]
    return tails, "|" in text or ":" not in text


def _forbidden(values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    as_packages = _flag(values, "as_packages", default=True)
    direct = _flag(values, "allow_indirect_imports")
    sources = sorted(_expand(_needed(values, "source_modules"), graph, required=True))
    targets = sorted(_expand(_needed(values, "forbidden_modules"), graph) & graph.modules)
    found: set[tuple[str, ...]] = set()
    for source in sources:
        for target in targets:
            overlaps = is_within(source, target) or is_within(target, source)
            if source == target or (as_packages and overlaps):
                continue
            if direct:
                importers, imported = (_members(name, graph, as_packages) for name in (source, target))
                found |= {
                    (one, two)
                    for one in importers
                    for two in graph.find_modules_directly_imported_by(one)
                    if two in imported
                }
            else:
                found |= set(graph.find_shortest_chains(source, target, as_packages=as_packages))
    yield from _ways(found)


def _members(name: str, graph: "grimp.ImportGraph", as_package: bool) -> set[str]:
    if not as_package or graph.is_module_squashed(name):
        return {name}
    return {name, *graph.find_descendants(name)}


def _independence(values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    modules = _expand(_needed(values, "modules"), graph, required=True)
    yield from _ways(_routes(graph.find_illegal_dependencies_for_layers(layers=(modules,))))


def _acyclic_siblings(values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    ancestors = _expand(_needed(values, "ancestors"), graph, required=True)
    skipped = _expand(values.get("skip_descendants", ()), graph, required=True)
    depth = int(values.get("depth", (str(_DEPTH),))[0])
    if depth < 0:
        raise Unusable(f"its depth is {depth}")
    breakers: dict[str, set[tuple[str, str]]] = {}
    for ancestor in sorted(ancestors):
        breakers |= _breakers_below(ancestor, depth, skipped, graph)
    for package, imports in sorted(breakers.items()):
        level = package.count(".") + 2
        pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for importer, imported in sorted(imports):
            ends = (".".join(importer.split(".")[:level]), ".".join(imported.split(".")[:level]))
            pairs.setdefault(ends, []).append((importer, imported))
        for (one, two), found in pairs.items():
            count = f"{len(found)} import{'s' if len(found) != 1 else ''}"
            message = f"siblings in `{package}` import each other, round through `{one} -> {two}` ({count})"
            yield Break(f"{one} -> {two}", message, tuple(found), one, two)


def _breakers_below(
    package: str, depth: int, skipped: set[str], graph: "grimp.ImportGraph"
) -> dict[str, set[tuple[str, str]]]:
    children = graph.find_children(package)
    found = {}
    if len(children) > 1:
        breakers = graph.nominate_cycle_breakers(package)
        if breakers:
            found[package] = breakers
    if depth:
        for child in sorted(children - skipped):
            found |= _breakers_below(child, depth - 1, skipped, graph)
    return found


def _protected(values: Values, graph: "grimp.ImportGraph") -> Iterator[Break]:
    as_packages = _flag(values, "as_packages", default=True)
    allowed = _expand(values.get("allowed_importers", ()), graph)
    if as_packages:
        allowed |= {below for name in allowed & graph.modules for below in graph.find_descendants(name)}
    found = set()
    for top in _expand(_needed(values, "protected_modules"), graph, required=True):
        inside = _members(top, graph, as_packages)
        for module in inside:
            importers = graph.find_modules_that_directly_import(module) - allowed - inside
            found |= {(importer, module) for importer in importers}
    yield from _ways(found)


_CHECKS: Mapping[str, Callable[[Values, "grimp.ImportGraph"], Iterator[Break]]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independence": _independence,
    "acyclic_siblings": _acyclic_siblings,
    "protected": _protected,
}
