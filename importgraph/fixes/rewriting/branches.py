"""The branch of a function that alone uses a name: an import that moves there runs when the branch does.

A command line that dispatches by `if` and `elif`, or by `match`, starts by what all commands share.
"""

import ast
from collections.abc import Collection, Iterator, Sequence

from importgraph.fixes.rewriting.import_places import Body
from importgraph.fixes.texts.source_text import Text

Suite = Sequence[ast.stmt]
"""The statements of a function, or of a branch in it."""
_ANY_NAME = frozenset({"eval", "exec", "locals", "vars", "globals"})
"""Functions by which a body may use any name, outside the branch too."""


def narrowest_suite(text: Text, function: Body, name: str) -> Suite:
    """Return the innermost branch that holds all uses of a name in a function, or the function's own body.

    Branches of `if` and `match` are looked into. Loops are not, since an import there would run again and
    again; nor `try` and `with`, which may catch what an import raises.
    """
    suite: Suite = function.body
    if _read(suite, _ANY_NAME):
        return suite
    while (inner := _only_branch(text, suite, name)) is not None:
        suite = inner
    return suite


def _only_branch(text: Text, suite: Suite, name: str) -> Suite | None:
    users = [statement for statement in suite if _read([statement], {name})]
    if len(users) != 1:
        return None
    parts = [part for part in _parts(users[0]) if _read(part, {name})]
    if len(parts) != 1 or not isinstance(parts[0][0], ast.stmt):
        return None  # a condition uses it, or several branches
    branch = [node for node in parts[0] if isinstance(node, ast.stmt)]
    is_elif = len(branch) == 1 and isinstance(branch[0], ast.If) and _is_elif(text, branch[0])
    if is_elif:
        return _only_branch(text, branch, name)
    return None if text.before(branch[0]).strip() else branch


def _parts(statement: ast.stmt) -> Iterator[Sequence[ast.AST]]:
    """Yield the condition of a statement and its branches, each with what it holds."""
    if isinstance(statement, ast.If):
        yield [statement.test]
        yield statement.body
        if statement.orelse:
            yield statement.orelse
    elif isinstance(statement, ast.Match):
        yield [statement.subject]
        for case in statement.cases:
            yield [case.pattern, *([case.guard] if case.guard else [])]
            yield case.body


def _is_elif(text: Text, statement: ast.If) -> bool:
    return text.source.startswith("elif", text.span(statement)[0])


def _read(nodes: Sequence[ast.AST], names: Collection[str]) -> bool:
    inside = (inner for node in nodes for inner in ast.walk(node))
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in inside)
