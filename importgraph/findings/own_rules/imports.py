"""Rules about imports."""

from collections.abc import Iterator

from importgraph.facts.model import Guard, Origin
from importgraph.findings.model import Finding, Location
from importgraph.findings.own_rules.model import CustomRule, Violation, matches
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import runs_with_body
from importgraph.names import is_within
from importgraph.snapshot import Snapshot


def check_imports(rule: CustomRule, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the imports that a rule forbids or deprecates, in the order of the text."""
    for edge in snapshot.graph.imports:
        if edge.origin is Origin.MOCK or not rule.holds_for(edge.importer):
            continue
        if rule.when == "import" and not _at_import(edge, snapshot):
            continue
        target = (
            _forbidden(rule, edge) if rule.kind == "forbidden-import" else deprecated_by(rule, edge, snapshot)
        )
        if target:
            yield finding(rule, edge.importer, target, Location(edge.path, edge.line, edge.column))


def finding(rule: CustomRule, importer: str, target: str, place: Location) -> Finding:
    """Make the finding of a rule: identified by code, module and what it is about."""
    hint = f" Use `{rule.replacement}`." if rule.replacement else ""
    message = rule.message or _MESSAGES[rule.kind].format(importer=importer, target=target, base=rule.base)
    return Finding(
        code=rule.code,
        subject=target,
        message=f"{message}{hint}",
        severity=rule.severity,
        locations=(place,),
        evidence=Violation(importer, target, rule.replacement),
    )


_MESSAGES = {
    "forbidden-import": "`{importer}` must not import `{target}`.",
    "deprecated-import": "`{target}` is deprecated.",
    "deprecated-call": "Calling `{target}` is deprecated.",
    "required-base": "`{target}` should inherit from `{base}`.",
    "conflicting-methods": "`{target}` has methods that exclude each other.",
}


def _at_import(edge: ImportEdge, snapshot: Snapshot) -> bool:
    if not runs_with_body(edge):
        return False
    return edge.function < 0 or _runs(edge, snapshot)


def _runs(edge: ImportEdge, snapshot: Snapshot) -> bool:
    from importgraph.graph.views import importing_node

    return importing_node(snapshot.graph, edge) in snapshot.graph.run_at_import


def _forbidden(rule: CustomRule, edge: ImportEdge) -> str:
    if Guard.TYPE_CHECKING in edge.guards:
        return ""
    named = f"{edge.imported}.{edge.name}" if edge.name and not edge.submodule else edge.imported
    if matches(edge.imported, rule.imported):
        return edge.imported
    return named if edge.name and matches(named, rule.imported) else ""


def deprecated_by(rule: CustomRule, edge: ImportEdge, snapshot: Snapshot) -> str:
    """Return the deprecated name that an import takes, or nothing."""
    if is_within(edge.imported, rule.name) or (edge.missing and is_within(edge.missing, rule.name)):
        return rule.name
    if not edge.name or edge.name == "*":
        return ""
    if f"{edge.imported}.{edge.name}" == rule.name:
        return rule.name
    symbol = None if edge.external else snapshot.resolver.lookup(edge.imported, edge.name)
    is_same = symbol is not None and f"{symbol.module}.{symbol.name}".rstrip(".") == rule.name
    return rule.name if is_same else ""
