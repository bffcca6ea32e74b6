"""`try`: its handlers run where the body surely fails, and perhaps where it may."""

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from importgraph.evaluator.branches import container_of, either
from importgraph.evaluator.frame import bind, lookup
from importgraph.evaluator.imports import check_statement, uncertain
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Ext,
    Func,
    GiveUp,
    ImportFails,
    Inst,
    NotComputed,
    Unknown,
)

_CATCH_ALL = {"Exception", "BaseException"}
_CATCH_IMPORT = {"ImportError", "ModuleNotFoundError", *_CATCH_ALL}


def run_try(frame: Frame, node: Any) -> None:
    """Run a `try`: its handlers run where the body surely fails, and perhaps where it may."""
    try:
        _body(frame, node)
    except ImportFails as failure:
        handler = _handler(node, failure)
        if handler is None:
            frame.space.execute(frame, node.finalbody)
            raise
        _bind_error(frame, handler, node.lineno)
        try:
            frame.space.execute(frame, handler.body)
        except ImportFails as second:
            if not second.reason.startswith("raises "):
                raise
            reason = f"{failure.reason}, for which its handler {second.reason}"
            raise ImportFails(reason, second.line, missing=second.missing) from None
    frame.space.execute(frame, node.finalbody)


def _body(frame: Frame, node: Any) -> None:
    if not node.handlers or not _may_raise(frame, node):
        frame.space.execute(frame, node.body)
        frame.space.execute(frame, node.orelse)
        return

    if _computed(frame, node):
        frame.space.execute(frame, node.orelse)
        return

    def passes() -> None:
        frame.space.execute(frame, node.body)
        frame.space.execute(frame, node.orelse)

    def fails(handler: ast.ExceptHandler) -> Callable[[], None]:
        def run() -> None:
            for statement in node.body:
                for name in _bound_names(statement):
                    bind(frame, name, Unknown("bound in a `try` that may fail", statement.lineno))
            _bind_error(frame, handler, node.lineno)
            frame.space.execute(frame, handler.body)

        return run

    _sure_failures(frame, node)
    either(
        frame,
        [passes, *(fails(handler) for handler in node.handlers)],
        node.lineno,
        [*node.body, *_bodies(node)],
    )


_FEW = 6


def _computed(frame: Frame, node: Any) -> bool:
    """Run the body of a `try` if all that could raise in it is computed; else undo it, and say no.

    Raises:
        ImportFails: If it surely raises.
    """
    if frame.unsure or len(node.body) > _FEW or frame.space.effects_only:
        return False
    if any(_changes_container(frame, found) for statement in node.body for found in ast.walk(statement)):
        return False
    imports = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Import | ast.ImportFrom)]
    if any(uncertain(frame, found) for found in imports):
        return False
    before = dict(frame.scope.names)
    frame.space.strict += 1
    try:
        frame.space.execute(frame, node.body)
    except (NotComputed, GiveUp):
        frame.scope.names.clear()
        frame.scope.names.update(before)
        return False
    finally:
        frame.space.strict -= 1
    return True


def _changes_container(frame: Frame, node: ast.AST) -> bool:
    """Tell whether an expression calls a method of a list, set or dictionary that may change it."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            return method not in _READING and container_of(frame, name) is not None
        case _:
            return False


_READING = {"get", "items", "keys", "values", "copy", "count", "index", "union", "intersection", "difference"}


def _sure_failures(frame: Frame, node: Any) -> None:
    """Let imports that surely fail do so before the outcome is split."""
    for statement in node.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return
        check_statement(frame, statement)


def _bodies(node: Any) -> list[ast.stmt]:
    return [statement for handler in node.handlers for statement in handler.body]


@lru_cache(maxsize=4096)
def _bound_names(statement: ast.AST) -> set[str]:
    names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.name for n in ast.walk(statement) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for found in ast.walk(statement):
        if isinstance(found, ast.Import | ast.ImportFrom):
            names |= {
                (alias.asname or alias.name).partition(".")[0] for alias in found.names if alias.name != "*"
            }
    return names


def _bind_error(frame: Frame, handler: ast.ExceptHandler, line: int) -> None:
    if handler.name:
        bind(frame, handler.name, Unknown("an exception", line, instance=True))


def _names(node: ast.expr | None) -> set[str]:
    if node is None:
        return {"BaseException"}
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts}


def _handler(node: Any, failure: ImportFails) -> Any:
    for handler in node.handlers:
        caught = _names(handler.type)
        if caught & (_CATCH_IMPORT if failure.missing else _CATCH_ALL) or any(
            name in failure.reason for name in caught if name
        ):
            return handler
    return None


def _may_raise(frame: Frame, node: Any) -> bool:
    """Tell whether a body holds anything that its handlers may have to catch."""
    only_import = all(_names(handler.type) <= _CATCH_IMPORT - _CATCH_ALL for handler in node.handlers)
    risky: tuple[type[ast.AST], ...] = (
        (ast.Call,) if only_import else (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp)
    )
    bound: set[str] = set()
    for statement in node.body:
        if _reads_item(frame, statement):
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            if uncertain(frame, statement):
                return True
            bound |= _bound_names(statement)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        elif (
            isinstance(statement, ast.Try | ast.With | ast.If)
            or any(isinstance(n, risky) for n in ast.walk(statement))
        ) and not (only_import and _raises_no_import_error(frame, statement, bound - {"importlib"})):
            return True
    return False


def _reads_item(frame: Frame, statement: ast.stmt) -> bool:
    """Tell whether a statement takes an attribute that a test's item surely has."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Attribute(value=ast.Name(id=name), attr=attribute)):
            owner = lookup(frame, name)
            return (
                isinstance(owner, Inst)
                and isinstance(owner.cls, Ext)
                and owner.cls.name == "pytest.Item"
                and attribute in owner.kwargs
            )
        case _:
            return False


def _imports(statement: ast.stmt) -> bool:
    return any(isinstance(n, ast.Import | ast.ImportFrom | ast.Call) for n in ast.walk(statement))


def _raises_no_import_error(frame: Frame, statement: ast.stmt, imported: set[str]) -> bool:
    """Tell whether a statement raises no ImportError: it calls what imports only what is there.

    Args:
        frame: Where the statement stands.
        statement: A statement of a `try`.
        imported: Names that the `try` has imported before.
    """
    if not isinstance(statement, ast.Assign | ast.Expr):
        return not _imports(statement)
    calls = [n.func for n in ast.walk(statement) if isinstance(n, ast.Call)]
    called = [n for n in calls if isinstance(n, ast.Name | ast.Attribute) and _root(n) not in imported]
    callees = [frame.space.evaluate(frame, n) for n in called]
    return all(not isinstance(c, Ext) or c.name != "importlib.import_module" for c in callees) and not any(
        isinstance(c, Unknown) or (isinstance(c, Func) and not _imports_safely(frame, c)) for c in callees
    )


def _root(node: ast.expr) -> str:
    """Return the name that a chain of attributes starts with; empty for another start."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _imports_safely(frame: Frame, func: Func) -> bool:
    """Tell whether the imports in a function are there, and none of them is computed."""
    space, path = frame.space, func.scope.path
    if func.node is None:
        return False
    for node in _outside_of_tries(space.whole(path, func.node)):
        match node:
            case (
                ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module")
                | ast.Raise()
            ):
                return False
            case ast.Import() if any(space.find(alias.name, path) is None for alias in node.names):
                return False
            case ast.ImportFrom() if node.level or space.find(node.module or "", path) is None:
                return False
            case ast.Import() | ast.ImportFrom() if uncertain(Frame(func.scope, space), node):
                return False
    return True


def _outside_of_tries(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it but for bodies of a `try` that catches ImportError."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Try) and any(_names(one.type) & _CATCH_IMPORT for one in child.handlers):
            for inner in (*child.handlers, *child.orelse, *child.finalbody):
                yield from _outside_of_tries(inner)
        else:
            yield from _outside_of_tries(child)
