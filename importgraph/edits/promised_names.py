"""What a stub says that its module gives."""

import ast
from collections.abc import Iterable, Iterator


def stub_names(text: str) -> frozenset[str]:
    """Return the public names of a stub; none where it does not parse.

    As the typing specification has it: what is defined there or imported under its own name again (`X as X`)
    and has no underscore in front, and what `__all__` lists in plain text.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset()
    statements = tuple(_at_module_level(tree.body))
    listed = {name for one in statements for name in _listed(one)}
    bound = {name for one in statements for name in _bound(one) if not name.startswith("_")}
    return frozenset(name for name in listed | bound if name.isidentifier())


def _at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, those in branches too: which of them hold is asked of the module itself."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try):
            yield from _at_module_level([*statement.body, *statement.orelse])
        if isinstance(statement, ast.Try):
            yield from _at_module_level(one for handler in statement.handlers for one in handler.body)


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        yield from (node.id for node in _targets(statement) if isinstance(node, ast.Name))
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (name.name for name in statement.names if name.asname == name.name)


def _listed(statement: ast.stmt) -> Iterator[str]:
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return
    value = statement.value
    named = any(isinstance(node, ast.Name) and node.id == "__all__" for node in _targets(statement))
    if named and isinstance(value, ast.List | ast.Tuple):
        yield from (
            item.value
            for item in value.elts
            if isinstance(item, ast.Constant) and isinstance(item.value, str)
        )


def _targets(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]
