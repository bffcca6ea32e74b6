"""Imports of a module or name that moved, in every form, and the dotted texts that name it."""

import ast
from collections.abc import Iterator

from importgraph.facts.model import Import, Origin
from importgraph.findings.own_rules.imports import deprecated_by
from importgraph.findings.own_rules.model import CustomRule
from importgraph.fixes.model import Edit, ReplaceText, RewriteImport
from importgraph.fixes.texts.code_sites import chain_of, sites_of
from importgraph.fixes.texts.dotted_texts import texts_naming
from importgraph.fixes.texts.parsed import parsed
from importgraph.fixes.texts.statements import statement_of
from importgraph.graph.model import ImportEdge
from importgraph.names import resolve_relative
from importgraph.snapshot import Snapshot, once_per_snapshot


def moved_in(snapshot: Snapshot, rule: CustomRule, module: str) -> tuple[list[Edit], int, list[str]]:
    """Return the edits of one module, how many imports and texts they change, and why others are left."""
    path = snapshot.graph.modules[module].path
    edits: list[Edit] = []
    left: list[str] = []
    if rule.name.rpartition(".")[2] not in snapshot.read_text(path):
        return edits, 0, left
    for edge in _edges(snapshot).get(module, ()):
        item = snapshot.graph.item(edge)
        if item is None or item.origin is not Origin.STATEMENT or not deprecated_by(rule, edge, snapshot):
            continue
        made = list(_rewritten(snapshot, rule, module, item))
        if made:
            edits += made
        else:
            left.append(f"line {item.line}: `{statement_of(item)}` has to be changed by hand")
    tree = parsed(snapshot.read_text(path)).tree
    texts = list(texts_naming(snapshot, path, tree, rule.name, rule.replacement))
    uses = sum(isinstance(edit, RewriteImport) for edit in edits) + len(texts)
    return [*edits, *texts], uses, left


@once_per_snapshot
def _edges(snapshot: Snapshot) -> dict[str, list[ImportEdge]]:
    found: dict[str, list[ImportEdge]] = {}
    for edge in snapshot.graph.imports:
        found.setdefault(edge.importer, []).append(edge)
    return found


def _rewritten(snapshot: Snapshot, rule: CustomRule, module: str, item: Import) -> Iterator[Edit]:
    graph = snapshot.graph
    path = graph.modules[module].path
    absolute = resolve_relative(graph.modules[module].package, item.level, item.module) or ""
    before, old, new = statement_of(item), rule.name, rule.replacement
    if item.name is None:
        target = new + item.module.removeprefix(old)
        if item.alias:
            yield RewriteImport(path, item.line, before, f"import {target} as {item.alias}")
        else:
            yield from renamed_module(snapshot, path, item, target)
        return
    if item.name == "*":
        return
    whole = f"{absolute}.{item.name}"
    if absolute == old or absolute.startswith(f"{old}."):  # names of a module that moved
        yield RewriteImport(
            path, item.line, before, _taken(new + absolute.removeprefix(old), item.name, item)
        )
    elif whole == old or _is_reexport(snapshot, rule, absolute, item.name):
        home, _, name = new.rpartition(".")
        yield RewriteImport(path, item.line, before, _taken(home, name, item))


def _taken(home: str, name: str, item: Import) -> str:
    alias = item.alias or (item.name if name != item.name else "")
    statement = f"from {home} import {name}" if home else f"import {name}"
    return f"{statement} as {alias}" if alias else statement


def _is_reexport(snapshot: Snapshot, rule: CustomRule, module: str, name: str) -> bool:
    symbol = snapshot.resolver.lookup(module, name) if module in snapshot.graph.modules else None
    return symbol is not None and f"{symbol.module}.{symbol.name}".rstrip(".") == rule.name


def renamed_module(snapshot: Snapshot, path: str, item: Import, target: str) -> Iterator[Edit]:
    """Rewrite `import a.b` with all that is reached by it; nothing where its root means something else."""
    sites = list(sites_of(parsed(snapshot.read_text(path)).tree))
    root = item.module.partition(".")[0]
    names = [one.node for one in sites if isinstance(one.node, ast.Name) and one.node.id == root]
    stored = any(not isinstance(node.ctx, ast.Load) for node in names)
    if stored or any(one.is_local(root) for one in sites if isinstance(one.node, ast.Name)):
        return
    found = [one for one in sites if chain_of(one.node) == item.module]
    split = [one for one in found if one.node.lineno != one.node.end_lineno]
    if len(found) < len(names) and not all(_other_root(snapshot, path, item, root)):
        return
    if split:
        return
    yield RewriteImport(path, item.line, statement_of(item), f"import {target}")
    for one in found:
        yield ReplaceText(path, one.node.lineno, one.node.col_offset, item.module, target)


def _other_root(snapshot: Snapshot, path: str, item: Import, root: str) -> Iterator[bool]:
    """Tell whether another import of the file binds the root that other code uses."""
    graph = snapshot.graph
    module = next(name for name, one in graph.modules.items() if one.path == path)
    others = (one for one in graph.facts[module].imports if one.bound == root and one is not item)
    yield any(one.function < 0 for one in others)
