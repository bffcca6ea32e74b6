"""import-linter contracts of the analysed project, read as import-linter reads them."""

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importgraph.config import read_toml
from importgraph.errors import ConfigError
from importgraph.facts.model import Guard, Origin
from importgraph.files import read_text_file
from importgraph.findings.model import Finding, Location, Severity
from importgraph.findings.own_rules.model import Violation
from importgraph.graph.algorithms import to_grimp
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, architecture, without
from importgraph.names import is_within, top_level
from importgraph.regressions.rules.contract_checks import Break, Unusable, broken_by
from importgraph.snapshot import Snapshot

if TYPE_CHECKING:
    import grimp

CODES = {
    "layers": "IL101",
    "forbidden": "IL102",
    "independence": "IL103",
    "acyclic_siblings": "IL104",
    "protected": "IL105",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract as import-linter's configuration states it."""

    name: str
    type: str
    values: Mapping[str, tuple[str, ...]]
    roots: tuple[str, ...]
    """The packages whose imports it is about; empty: all of the tree."""
    externals: bool
    """Whether it may name packages from outside."""
    skip_type_checking: bool


def read_contracts(root: Path) -> tuple[Contract, ...]:
    """Read the contracts from `setup.cfg`, `.importlinter` or `pyproject.toml`, the first that has any.

    Contracts of types that only the project knows are left out.

    Raises:
        ConfigError: If one of the files cannot be read.
    """
    for found in (*(_from_ini(root / name) for name in ("setup.cfg", ".importlinter")), _from_toml(root)):
        if found is not None:
            return tuple(one for one in found if one.type in CODES)
    return ()


def _from_toml(root: Path) -> list[Contract] | None:
    tool = read_toml(root / "pyproject.toml").get("tool", {})
    session = tool.get("importlinter", {}) if isinstance(tool, dict) else {}
    tables = session.get("contracts") if isinstance(session, dict) else None
    if not isinstance(tables, list):
        return None
    return [_contract(table, session) for table in tables if isinstance(table, dict)]


def _from_ini(path: Path) -> list[Contract] | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(read_text_file(path), path.name)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, configparser.Error) as error:
        reason = " ".join(str(error).split()).replace(str(path), path.name)
        raise ConfigError(f"{path.name} cannot be read: {reason}.", "Mend the file and run again.") from error
    if not parser.has_section("importlinter"):
        return None
    session = dict(parser.items("importlinter"))
    sections = [name for name in parser.sections() if name.startswith("importlinter:")]
    return [_contract(dict(parser.items(name)), session) for name in sections]


def _contract(table: Mapping[str, Any], session: Mapping[str, Any]) -> Contract:
    values = {key: _texts(value) for key, value in table.items()}
    return Contract(
        name="\n".join(values.get("name", ())),
        type="".join(values.get("type", ())),
        values=values,
        roots=(*_texts(session.get("root_package", ())), *_texts(session.get("root_packages", ()))),
        externals=_is_on(session.get("include_external_packages")),
        skip_type_checking=_is_on(session.get("exclude_type_checking_imports")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else str(value).splitlines()
    return tuple(str(item).strip() for item in items if str(item).strip())


def _is_on(value: Any) -> bool:
    return str(value).lower() == "true"


def check_contract(contract: Contract, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what breaks a contract, each with the statements that do."""
    graph = graph_of(contract, snapshot)
    places: dict[tuple[str, str], list[ImportEdge]] = {}
    for edge in snapshot.graph.imports:
        imported = top_level(edge.imported) if edge.external else edge.imported
        places.setdefault((edge.importer, imported), []).append(edge)
    try:
        broken = list(broken_by(contract.type, contract.values, graph))
    except Unusable as problem:
        yield _finding(
            contract, str(problem), f"The contract {contract.name!r} cannot be checked: {problem}."
        )
        return
    seen = set()
    for one in broken:
        edges = [place for pair in one.imports for place in places.get(pair, ())]
        key = one.imports or one.subject
        if key not in seen:
            seen.add(key)
            where = tuple(dict.fromkeys(Location(edge.path, edge.line, edge.column) for edge in edges))
            yield _finding(
                contract, one.subject, _message(contract, one), _or_module(where, one, snapshot), one
            )


def _message(contract: Contract, one: Break) -> str:
    return f"The contract {contract.name!r} is broken: {one.message}."


def _or_module(where: tuple[Location, ...], one: Break, snapshot: Snapshot) -> tuple[Location, ...]:
    module = snapshot.graph.modules.get(one.importer)
    return where or ((Location(module.path, 1),) if module is not None else ())


def _finding(
    contract: Contract,
    subject: str,
    message: str,
    places: tuple[Location, ...] = (),
    one: Break | None = None,
) -> Finding:
    return Finding(
        code=CODES[contract.type],
        subject=f"{contract.name}: {subject}",
        message=message,
        severity=Severity.ERROR,
        locations=places,
        evidence=Violation(one.importer if one else "", one.imported if one else ""),
    )


def graph_of(contract: Contract, snapshot: Snapshot) -> "grimp.ImportGraph":
    """Return what import-linter would build: the root packages, with outside packages by top-level name."""

    def is_inside(name: str) -> bool:
        return not contract.roots or any(is_within(name, root) for root in contract.roots)

    def is_dropped(edge: Any) -> bool:
        return contract.skip_type_checking and Guard.TYPE_CHECKING in getattr(edge, "guards", ())

    whole = architecture(snapshot.graph)
    nodes = tuple(node for node in whole.nodes if is_inside(node))
    kept = set(nodes)
    arcs = {
        node: tuple(arc for arc in whole.arcs[node] if arc.target in kept)
        for node in nodes
        if node in whole.arcs
    }
    view = without(View(nodes, arcs), lambda arc: is_dropped(arc.cause))
    outside = [
        (edge.importer, top_level(edge.imported), edge.line, "")
        for edge in snapshot.graph.imports
        if contract.externals and edge.external and edge.importer in kept and not is_dropped(edge)
        if edge.origin is Origin.STATEMENT and not is_inside(top_level(edge.imported))
    ]
    return to_grimp(view, outside)
