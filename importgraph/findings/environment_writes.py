"""Writes to `os.environ` that are no calls: `os.environ["X"] = …`, `|=`, `del`. Facts keep calls alone."""

import ast
from collections.abc import Callable, Iterable, Iterator

_NOT_NOW = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DECIDED = ("__main__", "TYPE_CHECKING", "platform", "version_info", "os.name")
"""What stands in tests that depend on more than the run: below them nothing is said."""


def environment_writes(tree: ast.Module, is_environment: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each write that runs when a module is imported.

    Args:
        tree: The module.
        is_environment: Tells whether a dotted expression is `os.environ`.
    """
    for node in _statements(tree.body):
        for target, pattern in _targets(node):
            if is_environment(ast.unparse(target.value if isinstance(target, ast.Subscript) else target)):
                key = ast.unparse(target.slice) if isinstance(target, ast.Subscript) else ""
                yield node.lineno, pattern.format(f"os.environ[{key}]" if key else "os.environ")


def _targets(node: ast.stmt) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(node, ast.Assign):
        yield from ((target, "{} =") for target in node.targets if isinstance(target, ast.Subscript))
    elif isinstance(node, ast.AugAssign) and isinstance(
        node.target, ast.Subscript | ast.Attribute | ast.Name
    ):
        yield node.target, "{} |=" if isinstance(node.op, ast.BitOr) else "{} +="
    elif isinstance(node, ast.Delete):
        yield from ((target, "del {}") for target in node.targets if isinstance(target, ast.Subscript))


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run at import, not those of handlers."""
    for node in body:
        if isinstance(node, _NOT_NOW):
            continue
        yield node
        if isinstance(node, ast.If) and any(word in ast.unparse(node.test) for word in _DECIDED):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, part, ()))
