"""import-linter contracts of the analysed project: layers, forbidden, independence."""

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importgraph.config import read_toml
from importgraph.facts.model import Guard
from importgraph.findings.model import Finding, Location, Severity
from importgraph.graph.algorithms import to_grimp
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import architecture, without
from importgraph.regressions.rules.model import Violation
from importgraph.snapshot import Snapshot

if TYPE_CHECKING:
    import grimp

CODES = {"layers": "IL101", "forbidden": "IL102", "independence": "IL103"}


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract as import-linter's configuration states it."""

    name: str
    type: str
    values: Mapping[str, tuple[str, ...]]
    skip_type_checking: bool

    def flag(self, key: str) -> bool:
        """Return an option that is on or off."""
        return self.values.get(key, ("false",))[0].lower() in {"true", "1", "yes", "on"}


def read_contracts(root: Path) -> tuple[Contract, ...]:
    """Read the contracts from `pyproject.toml`, `setup.cfg` or `.importlinter`; other types are left out."""
    tool = read_toml(root / "pyproject.toml").get("tool", {})
    table = tool.get("importlinter", {}) if isinstance(tool, dict) else {}
    if isinstance(table, dict) and isinstance(table.get("contracts"), list):
        skip = bool(table.get("exclude_type_checking_imports", False))
        found = [_contract(one, skip) for one in table["contracts"] if isinstance(one, dict)]
    else:
        found = [one for name in ("setup.cfg", ".importlinter") for one in _from_ini(root / name)]
    return tuple(one for one in found if one.type in CODES)


def _contract(table: Mapping[str, Any], skip: bool) -> Contract:
    values = {key: _texts(value) for key, value in table.items()}
    return Contract(str(table.get("name", "")), str(table.get("type", "")), values, skip)


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else str(value).splitlines()
    return tuple(str(item).strip() for item in items if str(item).strip())


def _from_ini(path: Path) -> Iterator[Contract]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return  # the loader of settings reports files that cannot be read
    skip = parser.get("importlinter", "exclude_type_checking_imports", fallback="false").lower() == "true"
    for section in parser.sections():
        if section.startswith("importlinter:contract"):
            yield _contract(dict(parser.items(section)), skip)


def check_contract(contract: Contract, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the imports by which a contract is broken: of each forbidden way, the first step."""
    graph = to_grimp(_view(contract, snapshot))
    places: dict[tuple[str, str], ImportEdge] = {}
    for one in snapshot.graph.imports:
        places.setdefault((one.importer, one.imported), one)
    seen = set()
    for chain in _chains(contract, graph):
        step = (chain[0], chain[1])
        if step not in seen and step in places:
            seen.add(step)
            edge = places[step]
            way = " -> ".join(chain)
            yield Finding(
                code=CODES[contract.type],
                subject=f"{contract.name}: {chain[0]} -> {chain[-1]}",
                message=f"The contract {contract.name!r} is broken: {way}.",
                severity=Severity.ERROR,
                locations=(Location(edge.path, edge.line, edge.column),),
                evidence=Violation(chain[0], chain[-1]),
            )


def _view(contract: Contract, snapshot: Snapshot) -> Any:
    ignored = [one.partition("->")[::2] for one in contract.values.get("ignore_imports", ())]
    patterns = [(importer.strip(), imported.strip()) for importer, imported in ignored]

    def is_dropped(arc: Any) -> bool:
        type_only = isinstance(arc.cause, ImportEdge) and Guard.TYPE_CHECKING in arc.cause.guards
        if contract.skip_type_checking and type_only:
            return True
        return any(_fits(arc.source, one) and _fits(arc.target, two) for one, two in patterns)

    return without(architecture(snapshot.graph), is_dropped)


def _fits(name: str, pattern: str) -> bool:
    """Match as import-linter does: `*` stands for one component, `**` for any number."""
    if "**" in pattern:
        return fnmatchcase(name, pattern.replace("**", "*"))
    parts, wanted = name.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _chains(contract: Contract, graph: "grimp.ImportGraph") -> Iterator[tuple[str, ...]]:
    match contract.type:
        case "layers":
            yield from _layer_chains(contract, graph)
        case "forbidden":
            direct = contract.flag("allow_indirect_imports")
            for source in contract.values.get("source_modules", ()):
                for target in contract.values.get("forbidden_modules", ()):
                    yield from _between(graph, source, target, direct_only=direct)
        case _:
            for source, target in permutations(contract.values.get("modules", ()), 2):
                yield from _between(graph, source, target, direct_only=False)


def _between(
    graph: "grimp.ImportGraph", source: str, target: str, *, direct_only: bool
) -> Iterator[tuple[str, ...]]:
    if source not in graph.modules or target not in graph.modules:
        return
    chains = graph.find_shortest_chains(source, target, as_packages=True)
    yield from sorted(tuple(chain) for chain in chains if not direct_only or len(chain) == 2)  # noqa: PLR2004


def _layer_chains(contract: Contract, graph: "grimp.ImportGraph") -> Iterator[tuple[str, ...]]:
    containers = set(contract.values.get("containers", ())) & graph.modules
    layers = [_layer(text) for text in contract.values.get("layers", ())]
    if contract.values.get("containers") and not containers:
        return
    broken = graph.find_illegal_dependencies_for_layers(layers=layers, containers=containers or None)
    chains = [
        (head, *route.middle, tail)
        for dependency in broken
        for route in dependency.routes
        for head in sorted(route.heads)
        for tail in sorted(route.tails)
    ]
    yield from sorted(chains)


def _layer(text: str) -> Any:
    import grimp

    independent = "|" in text
    names = [name.strip().strip("()").strip() for name in text.replace("|", ":").split(":")]
    return grimp.Layer(*names, independent=independent) if len(names) > 1 else names[0]
