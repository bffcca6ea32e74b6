"""Where import statements go: to the top of functions, and into a block for type checkers."""

import ast
from collections import defaultdict
from collections.abc import Sequence

from importgraph.fixes.texts.source_text import Change, Text, Unusual
from importgraph.fixes.texts.use_sites import MAIN_BLOCK

_Import = ast.Import | ast.ImportFrom
Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.If
"""What a statement can be moved into: a function, or a block that runs only as a script."""


def at_top(
    text: Text, function: Body, suite: Sequence[ast.stmt], statements: Sequence[str]
) -> Change | Unusual:
    """Put statements at the top of a function, below its docstring, or of a branch in it."""
    first = suite[0]
    indent = text.before(first)
    name, head = (MAIN_BLOCK, "if") if isinstance(function, ast.If) else (function.name, "def")
    if indent.strip():
        return Unusual(f"the body of `{name}` stands on the line of its `{head}`")
    if first is not function.body[0] or not _is_docstring(first):
        place = text.line_start(first_line_of(first))
    elif text.stands_alone(first):
        place = text.line_start((first.end_lineno or first.lineno) + 1)
    else:
        return Unusual(f"the docstring of `{name}` shares its line")
    return Change(place, place, gap(text, place) + lines_of(text, statements, indent))


def for_type_checkers(text: Text, tree: ast.Module, statements: Sequence[str]) -> Change | Unusual:
    """Keep names for type checkers, in the block there is or in a new one below the imports."""
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            indent = text.before(node.body[0])
            if not indent.strip():
                place = text.line_start(node.body[0].lineno)
                return Change(place, place, lines_of(text, statements, indent))
    last = _last_import(text, tree)
    if isinstance(last, Unusual):
        return last
    place, end = text.line_start(last + 1), text.newline
    known = any(_binds_type_checking(node) for node in tree.body)
    head = "" if known else f"from typing import TYPE_CHECKING{end}"
    block = f"{head}{end}if TYPE_CHECKING:{end}{lines_of(text, statements, '    ')}{end}"
    return Change(place, place, gap(text, place) + block)


def lines_of(text: Text, statements: Sequence[str], indent: str) -> str:
    """Return statements as lines, those of one module in one."""
    return "".join(f"{indent}{line}{text.newline}" for line in merged(statements))


def merged(statements: Sequence[str]) -> list[str]:
    """Join statements without comments that take names from the same module, in the order of the first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for statement in dict.fromkeys(statements):
        head, found, name = statement.partition(" import ")
        if found and "#" not in statement:
            groups[head].append(name)
        else:
            groups[statement] = []
    return [f"{head} import {', '.join(names)}" if names else head for head, names in groups.items()]


def gap(text: Text, place: int) -> str:
    """Return the end of a line where text is put at the end of a file that has none there."""
    return text.newline if place == len(text.source) and text.source[-1:] not in {"", "\n", "\r"} else ""


def first_line_of(node: ast.stmt) -> int:
    """Return the line where a statement begins, with its decorators."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
        return min(node.lineno, node.decorator_list[0].lineno)
    return node.lineno


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _last_import(text: Text, tree: ast.Module) -> int | Unusual:
    """Return the last line of the imports at the top."""
    last = 0
    for node in tree.body:
        if isinstance(node, _Import):
            if not text.stands_alone(node):
                return Unusual(f"line {node.lineno} holds more than an import")
            last = node.end_lineno or node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and last:
            break
    return last


def _binds_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(
        a.name == "TYPE_CHECKING" and a.asname is None for a in node.names
    )
