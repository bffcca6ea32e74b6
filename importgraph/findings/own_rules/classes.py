"""Rules about classes, through inheritance across files."""

from collections.abc import Iterator

from importgraph.facts.model import Class
from importgraph.findings.model import Finding, Location
from importgraph.findings.own_rules.calls import full_name
from importgraph.findings.own_rules.imports import finding
from importgraph.findings.own_rules.model import CustomRule, matches
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.snapshot import Snapshot


def check_bases(rule: CustomRule, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield matching classes that do not inherit from the required one.

    A class with a base that text cannot resolve is left out: that base may inherit from it.
    """
    for module, path, one in _classes(rule, snapshot):
        own = f"{module}.{one.qualname}"
        names = bases_of(snapshot.resolver, Symbol("class", module, one.qualname))
        if own != rule.base and rule.base not in names and "" not in names:
            yield finding(rule, module, own, Location(path, one.line))


def check_methods(rule: CustomRule, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield classes that have all of some methods, their own or inherited, and define one of them."""
    wanted = set(rule.methods)
    for module, path, one in _classes(rule, snapshot):
        symbol = Symbol("class", module, one.qualname)
        owners = {
            name: owner
            for owner in snapshot.resolver.mro(symbol)
            for name in wanted
            if _defines(snapshot.resolver, owner, name)
        }
        is_own = any(_defines(snapshot.resolver, symbol, name) for name in wanted)
        if set(owners) == wanted and is_own:
            yield finding(rule, module, f"{module}.{one.qualname}", Location(path, one.line))


def _classes(rule: CustomRule, snapshot: Snapshot) -> Iterator[tuple[str, str, Class]]:
    for module, facts in snapshot.graph.facts.items():
        if rule.holds_for(module):
            for one in facts.classes:
                last = one.qualname.rpartition(".")[2]
                if not rule.classes or matches(last, rule.classes):
                    yield module, snapshot.graph.modules[module].path, one


def _defines(resolver: Resolver, owner: Symbol, name: str) -> bool:
    names = resolver.names(owner.module)
    return names is not None and f"{owner.name}.{name}" in names.bindings


def bases_of(resolver: Resolver, symbol: Symbol) -> set[str]:
    """Return the full names of all classes above one; an empty one stands for what text cannot resolve."""
    found: set[str] = set()
    for owner in resolver.mro(symbol):
        found.add(f"{owner.module}.{owner.name}")
        facts = resolver.facts.get(owner.module)
        for one in facts.classes if facts is not None else ():
            if one.qualname == owner.name and facts is not None:
                found |= {_base(resolver, owner, base) for base in one.bases}
    return found


def _base(resolver: Resolver, owner: Symbol, base: str) -> str:
    symbol = resolver.in_scope(owner.module, owner.name, base) if base and "(" not in base else None
    if symbol is not None:
        return f"{symbol.module}.{symbol.name}".rstrip(".")
    if base in {"object", "Exception", "dict", "list", "str", "int", "tuple", "set", "type", "ValueError"}:
        return f"builtins.{base}"
    return full_name(resolver, owner.module, resolver.facts[owner.module], -1, base) if base else ""
