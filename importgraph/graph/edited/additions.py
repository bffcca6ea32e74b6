"""Statements at the top of a module that change nothing an evaluation does while nobody asks for them.

An evaluation puts plain definitions and assignments off until somebody asks for what they bind, and an import
from outside that is there runs nothing of the tree; neither takes a step. So a text in which only such
statements came and went is evaluated as before: but for names that were asked for.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from importgraph.evaluation.values.scope import bound_names

IsThere = Callable[[str], bool]
"""Tells whether a dotted name is surely a module outside the tree."""

_LITERALS = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)
TYPES = (*_LITERALS, ast.Name, ast.Subscript, ast.BinOp, ast.BitOr)
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


class Parted(NamedTuple):
    """Two trees without what only one of them has."""

    before: ast.Module
    after: ast.Module
    removed: tuple[ast.stmt, ...]
    added: tuple[ast.stmt, ...]


def parted_from(before: ast.Module, after: ast.Module) -> Parted:
    """Part the statements that both trees have, in their order, from the others.

    Args:
        before: The tree that was evaluated.
        after: What stands there now.
    """
    old, new = ([ast.dump(one) for one in tree.body] for tree in (before, after))
    kept: tuple[list[ast.stmt], list[ast.stmt]] = ([], [])
    removed: list[ast.stmt] = []
    added: list[ast.stmt] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    whole = [("equal", 0, len(old), 0, len(new))]
    for what, first, last, start, end in matcher.get_opcodes() if old != new else whole:
        is_kept = what == "equal"
        (kept[0] if is_kept else removed).extend(before.body[first:last])
        (kept[1] if is_kept else added).extend(after.body[start:end])
    one, other = (
        ast.Module(body, tree.type_ignores) for body, tree in zip(kept, (before, after), strict=True)
    )
    return Parted(one, other, tuple(removed), tuple(added))


def names_of(statements: Iterable[ast.stmt]) -> list[str]:
    """Return the names that statements bind."""
    return [name for statement in statements for name in bound_names([statement])]


def are_unasked(added: Iterable[ast.stmt], read: Iterable[ast.AST]) -> bool:
    """Tell whether each statement binds names of its own that code does not mention, not even in a text."""
    names = names_of(added)
    mentioned = (word for tree in read for node in ast.walk(tree) for word in _words(node))
    return len(set(names)) == len(names) and set(names).isdisjoint(mentioned)


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Constant(value=str(text)):
            yield from text.replace(".", " ").split()
        case ast.alias(name=name, asname=other):
            yield from name.split(".")
            yield other or ""
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            pass


def is_plain_statement(statement: ast.stmt, is_there: IsThere) -> bool:
    """Tell whether a statement is plain."""
    if any(name.startswith("__") for name in bound_names([statement])):
        return False
    match statement:
        case ast.Import(names=names):
            return all(is_there(alias.name) for alias in names)
        case ast.ImportFrom(module=str(module), level=0, names=names):
            is_star = any(alias.name == "*" for alias in names)
            return not is_star and module != "__future__" and is_there(module)
        case _:
            return _is_plain_definition(statement)


def _is_plain_definition(statement: ast.stmt) -> bool:
    """Tell whether a statement binds names to what runs nothing when it is made."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            return all(isinstance(one, ast.Name) for one in targets) and _holds(value, _LITERALS)
        case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=ast.expr() as value):
            return _holds(annotation, TYPES) and _holds(value, _LITERALS)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _is_plain_function(statement)
        case ast.ClassDef(bases=[], keywords=[], decorator_list=[], body=body):
            return all(_is_silent(one) or _is_plain_definition(one) for one in body)
        case _:
            return False


def _is_plain_function(node: _FUNCTIONS) -> bool:
    arguments = node.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    parameters += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    types = [*(one.annotation for one in parameters), node.returns]
    defaults = [*arguments.defaults, *arguments.kw_defaults]
    return (
        not node.decorator_list
        and all(one is None or _holds(one, TYPES) for one in types)
        and all(one is None or _holds(one, _LITERALS) for one in defaults)
        and not getattr(node, "type_params", ())
    )


def _is_silent(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _holds(value: ast.expr, kinds: tuple[type[ast.AST], ...]) -> bool:
    return all(isinstance(node, kinds) for node in ast.walk(value))
