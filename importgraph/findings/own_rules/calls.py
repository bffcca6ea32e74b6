"""Rules about calls, resolved through aliases and re-exports."""

from collections.abc import Iterator, Mapping

from importgraph.facts.model import Flow, Import, ModuleFacts, Step, StepKind
from importgraph.findings.model import Finding, Location
from importgraph.findings.own_rules.imports import finding
from importgraph.findings.own_rules.model import CustomRule
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.names import resolve_relative
from importgraph.snapshot import Snapshot


def check_calls(rule: CustomRule, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the calls of a deprecated name, by module and line."""
    last = rule.name.rpartition(".")[2]
    for name, facts in snapshot.graph.facts.items():
        module = snapshot.graph.modules[name]
        if not rule.holds_for(name) or f"{name}.{last}" == rule.name:
            continue
        for number, step in _calls(facts, at_import=rule.when == "import"):
            if full_name(snapshot.resolver, name, facts, number, step.name) == rule.name:
                yield finding(rule, name, rule.name, Location(module.path, step.line))


def _calls(facts: ModuleFacts, *, at_import: bool) -> Iterator[tuple[int, Step]]:
    bodies = [(-1, facts.body)]
    if not at_import:
        bodies += [(number, function.body) for number, function in enumerate(facts.functions)]
    for number, body in bodies:
        for step in body:
            if step.kind is StepKind.CALL and not step.flow & Flow.DEAD:
                yield number, step


def full_name(resolver: Resolver, module: str, facts: ModuleFacts, function: int, chain: str) -> str:
    """Return the full dotted name of what a chain in a body means, or an empty string.

    Imports in the functions around the body count before those of the module.
    """
    first, dot, rest = chain.partition(".")
    local = _local_imports(facts, function).get(first)
    if local is not None:
        symbol = _of_import(resolver, module, local)
    else:
        symbol = resolver.lookup(module, first) if "(" not in first else None
    for link in rest.split(".") if dot else ():
        if symbol is None or "(" in link:
            return ""
        symbol = resolver.attribute(symbol, link)
    return f"{symbol.module}.{symbol.name}".rstrip(".") if symbol is not None else ""


def _local_imports(facts: ModuleFacts, function: int) -> Mapping[str, Import]:
    if function < 0:
        return {}
    qualname = facts.functions[function].qualname
    around = {
        number
        for number, one in enumerate(facts.functions)
        if number == function or qualname.startswith(f"{one.qualname}.<locals>.")
    }
    return {item.bound: item for item in facts.imports if item.function in around and item.bound}


def _of_import(resolver: Resolver, module: str, item: Import) -> Symbol | None:
    found = resolver.of_import(module, item)
    if found is not None:
        if found.kind == "external" and item.name is None and item.alias is None:
            return Symbol("external", found.module.partition(".")[0])
        return found
    absolute = resolve_relative(resolver.modules[module].package, item.level, item.module)
    return Symbol("external", f"{absolute}.{item.name}" if item.name else str(absolute)) if absolute else None
