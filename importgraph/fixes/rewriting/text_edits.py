"""Edits of code other than moving an import: text replaced, imports added, a list of lazy modules kept."""

import ast
from collections.abc import Iterable, Sequence
from itertools import pairwise

from importgraph.fixes.model import AddImport, ReplaceText
from importgraph.fixes.rewriting.import_places import first_line_of, gap
from importgraph.fixes.texts.source_text import Change, Text, Unusual

_Import = ast.Import | ast.ImportFrom
LAZY_MODULES = "__lazy_modules__"


def replaced(text: Text, edit: ReplaceText) -> Change | Unusual:
    """Return the change that an edit asks for, or why its place does not say what it did."""
    if not 1 <= edit.line <= len(text.lines):
        return Unusual(f"there is no line {edit.line}")
    start = text.offset(edit.line, edit.column)
    before, after = (side.replace("\n", text.newline) for side in (edit.before, edit.after))
    if not text.source.startswith(before, start):
        first = edit.before.partition("\n")[0]
        return Unusual(f"line {edit.line} does not say `{first}`")
    if before and len(after) > len(before) and before in after and _stands(text, start, before, after):
        return Unusual(f"line {edit.line} says `{edit.after.partition(chr(10))[0]}` already")
    return Change(start, start + len(before), after)


def _stands(text: Text, start: int, before: str, after: str) -> bool:
    """Tell whether what an edit makes, which holds what was there, stands there already."""
    return text.source.startswith(after, start - after.index(before))


def added(text: Text, tree: ast.Module, edit: AddImport) -> Change | Unusual | None:
    """Return where an import goes; None where the same one stands there already.

    It goes below the import on the line that the edit names, else below the first imports of the file: only
    what runs at the very beginning is bound for all that follows.
    """
    wanted = ast.parse(edit.statement).body[0]
    if not isinstance(wanted, _Import):
        return Unusual(f"`{edit.statement}` is no import")
    if any(_same(node, wanted) for node in tree.body):
        return None
    bound = wanted.names[0].asname or wanted.names[0].name.partition(".")[0]
    near = next((n for n in ast.walk(tree) if isinstance(n, _Import) and n.lineno == edit.line), None)
    if _binds(tree, bound):
        return Unusual(f"`{bound}` means something else here")
    if edit.line and (near is None or not text.stands_alone(near)):
        return Unusual(f"line {edit.line} holds no import alone")
    below = (near.end_lineno or near.lineno) if near is not None else _below_head(tree)
    place, indent = text.line_start(below + 1), text.before(near) if near is not None else ""
    return Change(place, place, f"{gap(text, place)}{indent}{edit.statement}{text.newline}")


def listed(text: Text, tree: ast.Module, modules: Iterable[str]) -> list[Change] | Unusual:
    """Name modules in `__lazy_modules__`, which stands before the first import (PEP 810)."""
    wanted = sorted(set(modules))
    found = next((node for node in tree.body if _is_list(node)), None)
    if isinstance(found, ast.Assign) and isinstance(found.value, ast.List | ast.Tuple | ast.Set):
        known = [one.value for one in found.value.elts if isinstance(one, ast.Constant)]
        more = [name for name in wanted if name not in known]
        if len(known) < len(found.value.elts) or not known:
            return Unusual(f"`{LAZY_MODULES}` is not a list of texts")
        place = text.span(found.value.elts[-1])[1]
        return [Change(place, place, "".join(f', "{name}"' for name in more))] if more else []
    if found is not None:
        return Unusual(f"`{LAZY_MODULES}` is not a list of texts")
    names = ", ".join(f'"{name}"' for name in wanted)
    place = text.line_start(_below_future(tree) + 1)
    return [Change(place, place, f"{gap(text, place)}{LAZY_MODULES} = [{names}]{text.newline}{text.newline}")]


def meeting(changes: Sequence[Change]) -> bool:
    """Tell whether two changes are about the same text, so that they cannot both be made."""
    spans = sorted((change.start, change.end) for change in changes if change.end > change.start)
    return any(one[1] > other[0] for one, other in pairwise(spans))


def _same(node: ast.stmt, wanted: _Import) -> bool:
    alias = wanted.names[0]
    if type(node) is not type(wanted) or not isinstance(node, _Import):
        return False
    if getattr(node, "level", 0) != getattr(wanted, "level", 0):
        return False
    if getattr(node, "module", None) != getattr(wanted, "module", None):
        return False
    return any((one.name, one.asname) == (alias.name, alias.asname) for one in node.names)


def _binds(tree: ast.Module, name: str) -> bool:
    """Tell whether something in a file gives a meaning to a name."""
    return any(name in _bound_by(node) for node in ast.walk(tree))


def _bound_by(node: ast.AST) -> tuple[str | None, ...]:
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0],)
    return (getattr(node, "name", None), getattr(node, "arg", None) if isinstance(node, ast.arg) else None)


def _is_list(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(one, ast.Name) and one.id == LAZY_MODULES for one in targets)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _head(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements at the top of a file: docstring and imports, up to the first other one."""
    found = []
    for node in body:
        if not (isinstance(node, _Import) or _is_text(node) or _is_list(node)):
            break
        found.append(node)
    return found


def _below_head(tree: ast.Module) -> int:
    head = _head(tree.body)
    return max((node.end_lineno or node.lineno for node in head), default=_above(tree))


def _below_future(tree: ast.Module) -> int:
    """Return the last line of the docstring and the imports from `__future__`."""
    last = _above(tree)
    for node in tree.body:
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (is_future or _is_text(node)):
            break
        last = node.end_lineno or node.lineno
    return last


def _above(tree: ast.Module) -> int:
    """Return the line above the first statement, where comments about the whole file end."""
    return first_line_of(tree.body[0]) - 1 if tree.body else 0
