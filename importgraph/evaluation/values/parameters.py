"""Parameters of functions: which argument goes to which, and whether a body makes its function a generator.

The rules are those of `initialize_locals` in CPython's `ceval.c`.
"""

import ast
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from importgraph.evaluation.values.nodes import children

T = TypeVar("T")


class Distribution(NamedTuple, Generic[T]):
    """Arguments by parameter."""

    bound: dict[str, T]
    """Without the two below, and without parameters that got none."""
    more: tuple[T, ...]
    """What `*args` gets."""
    rest: dict[str, T]
    """What `**kwargs` gets."""
    absent: tuple[str, ...]
    """Parameters that got none, in order; some may have a default."""


def distribute(
    parameters: ast.arguments, positional: Sequence[T], keywords: Mapping[str, T], *, is_open: bool = False
) -> Distribution[T] | str:
    """Give each parameter its argument; what Python says against the call where that cannot be.

    Args:
        parameters: Those of the function.
        positional: What is given by position.
        keywords: What is given by name.
        is_open: What is given is not all known: a name that does not fit may not be among it.
    """
    plain, only, named = _names(parameters)
    bound = dict(zip(plain, positional, strict=False))
    more = tuple(positional[len(plain) :])
    rest = {key: value for key, value in keywords.items() if key not in named}
    if more and parameters.vararg is None:
        return "takes fewer positional arguments than it is given"
    if rest and parameters.kwarg is None and not is_open:
        return f"got an unexpected keyword argument {next(iter(rest))!r}"
    twice = next((key for key in keywords if key in named and key in bound), None)
    if twice is not None and not is_open:
        return f"got multiple values for argument {twice!r}"
    bound.update((key, value) for key, value in keywords.items() if key in named)
    return Distribution(bound, more, rest, tuple(name for name in (*plain, *only) if name not in bound))


@lru_cache(maxsize=4096)
def _names(parameters: ast.arguments) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return the parameters that take positions, those that take only keywords, and all that take these."""
    plain = tuple(one.arg for one in (*parameters.posonlyargs, *parameters.args))
    only = tuple(one.arg for one in parameters.kwonlyargs)
    return plain, only, frozenset((*plain[len(parameters.posonlyargs) :], *only))


def missing(names: Collection[str]) -> str:
    """Say that parameters without a default got no argument."""
    return f"missing the argument {next(iter(names))!r}"


@lru_cache(maxsize=4096)
def yields(node: ast.AST) -> bool:
    """Tell whether the body of a function, without what is defined in it, makes it a generator."""
    stack: list[ast.AST] = [*node.body] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    while stack:
        inner = stack.pop()
        kind = type(inner)
        if kind in _YIELDS:
            return True
        if kind not in _APART:
            stack.extend(children(inner))
    return False


_YIELDS = frozenset((ast.Yield, ast.YieldFrom))
_APART = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Name, ast.Constant))
"""Nodes in which nothing makes the function around a generator."""
