"""Syntax-tree nodes younger than Python 3.11: the host's own, else ours with the same names and fields."""

import ast
from collections.abc import Callable
from typing import Any

_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


class _TypeVar(ast.AST):
    _fields = ("name", "bound", "default_value")
    _attributes = _PLACE


class _TypeVarTuple(ast.AST):
    _fields = ("name", "default_value")
    _attributes = _PLACE


class _ParamSpec(ast.AST):
    _fields = ("name", "default_value")
    _attributes = _PLACE


class _TypeAlias(ast.stmt):
    _fields = ("name", "type_params", "value")


class _TemplateStr(ast.expr):
    _fields = ("values",)


class _Interpolation(ast.expr):
    _fields = ("value", "str", "conversion", "format_spec")


def _newest(name: str, ours: type[ast.AST]) -> Callable[..., Any]:
    """Give the host's class of this name, else ours, made to look like it to visitors and dumps."""
    ours.__name__ = ours.__qualname__ = name
    newest: Callable[..., Any] = getattr(ast, name, ours)
    return newest


TypeVar = _newest("TypeVar", _TypeVar)
TypeVarTuple = _newest("TypeVarTuple", _TypeVarTuple)
ParamSpec = _newest("ParamSpec", _ParamSpec)
TypeAlias = _newest("TypeAlias", _TypeAlias)
TemplateStr = _newest("TemplateStr", _TemplateStr)
Interpolation = _newest("Interpolation", _Interpolation)


def mark_lazy(statement: ast.Import | ast.ImportFrom) -> None:
    """Mark an import as Python 3.15 marks lazy ones."""
    node: Any = statement
    node.is_lazy = 1


def with_type_parameters(definition: ast.AST, parameters: list[ast.AST]) -> ast.AST:
    """Give a function or class its type parameters, so that walks reach them on every host."""
    node: Any = definition
    if "type_params" not in node._fields:
        node._fields = (*node._fields, "type_params")
    node.type_params = parameters
    return definition


def unpacking_dict(items: ast.expr, generators: list[ast.comprehension]) -> ast.DictComp:
    """Make ``{**items for ...}``, a comprehension without a value."""
    nothing: Any = None
    return ast.DictComp(key=items, value=nothing, generators=generators)
