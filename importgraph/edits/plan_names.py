"""What a plan leaves, moves and defers, by name; and how often a project breaks its own rules."""

import ast
from collections import Counter
from collections.abc import Iterator

from importgraph.edits.changes import Plan
from importgraph.edits.running import Pair
from importgraph.findings.own_rules.check import check_rules, own_rules
from importgraph.fixes.model import DeferImport, DropImport, RewriteImport
from importgraph.names import resolve_relative
from importgraph.project import Project

_OTHER_OBJECTS = {"deprecated", "missing-import", "missing-type-import"}
"""Kinds of fixes after which a name is another object, or one where there was none."""


def deferred_names(made: Plan, path: str) -> frozenset[str]:
    """Return the local names that a file no longer binds at import, as its fixes say."""
    edits = (edit for fix in made.fixes for edit in fix.fix.edits if edit.path == path)
    return frozenset(edit.bound for edit in edits if isinstance(edit, DeferImport | DropImport))


def left_modules(project: Project, made: Plan) -> frozenset[str]:
    """Return the modules that statements of a plan no longer import, and those around and in them."""
    packages = {module.path: module.package for module in project.graph.modules.values()}
    found: set[str] = set()
    for edit in (edit for fix in made.fixes for edit in fix.fix.edits):
        statement = edit.before if isinstance(edit, RewriteImport) else getattr(edit, "statement", "")
        node = ast.parse(statement).body[0] if statement else None
        if isinstance(node, ast.Import):
            found.add(node.names[0].name)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_relative(packages.get(edit.path, ""), node.level, node.module or "") or ""
            found |= {module, f"{module}.{node.names[0].name}"}
    return frozenset(found)


def breaks_of(project: Project) -> Counter[tuple[str, str, str]]:
    """Count the breaks of a project's own rules by code, subject and path."""
    found = project.ignores.apply(list(check_rules(own_rules(project.snapshot), project.snapshot)))
    return Counter((one.code, one.subject, one.locations[0].path) for one in found)


def same_objects(project: Project, made: Plan) -> Iterator[Pair]:
    """Yield the two paths of each name that a fix takes from elsewhere and that is to stay what it is."""
    packages = {module.path: module.package for module in project.graph.modules.values()}
    for fix in made.fixes:
        if fix.fix.kind in _OTHER_OBJECTS:
            continue
        for edit in fix.fix.edits:
            if not isinstance(edit, RewriteImport) or not edit.before.startswith("from "):
                continue
            old, new = (_taken(side, packages.get(edit.path, "")) for side in (edit.before, edit.after))
            if old and new:
                yield Pair(*old, *new)


def offered_definitions(project: Project, made: Plan) -> frozenset[str]:
    """Return the definitions that a plan offers by one more path on purpose: from a module of its own."""
    packages = {module.path: module.package for module in project.graph.modules.values()}
    edits = (edit for fix in made.fixes if fix.fix.kind == "consolidation" for edit in fix.fix.edits)
    found: set[str] = set()
    for edit in edits:
        taken = _taken(edit.before, packages.get(edit.path, "")) if isinstance(edit, RewriteImport) else None
        symbol = project.resolver.lookup(*taken) if taken is not None else None
        if symbol is not None:
            found.add(f"{symbol.module}.{symbol.name}")
    return frozenset(found)


def _taken(statement: str, package: str) -> tuple[str, str] | None:
    """Return the module and name that a statement takes, absolute."""
    node = ast.parse(statement).body[0]
    if not isinstance(node, ast.ImportFrom):
        return None
    module = resolve_relative(package, node.level, node.module or "")
    return (module, node.names[0].name) if module else None
