"""The headers of functions that no evaluation called: parameters may change as long as nothing else does.

Parameters are of interest to calls alone. Of other functions an evaluation takes the defaults, and the
annotations where the target's Python evaluates them; those that are literals, built-in types or what comes
from outside change nothing and take no steps.
"""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from importgraph.evaluation.functions import FREE_STEPS
from importgraph.facts.source.bodies import is_blanked
from importgraph.graph.edited.additions import TYPES

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
IsPlainName = Callable[[str], bool]
"""Tells whether a name of a module is built in or taken from outside, and nothing else."""


class Header(NamedTuple):
    """What was taken off a function."""

    arguments: ast.arguments
    returns: ast.expr | None

    def parts(self) -> Iterator[ast.AST]:
        """Yield all there is."""
        yield self.arguments
        if self.returns is not None:
            yield self.returns

    def evaluated(self) -> Iterator[ast.expr]:
        """Yield the defaults and annotations in the order in which they are evaluated."""
        arguments = self.arguments
        yield from arguments.defaults
        yield from (default for default in arguments.kw_defaults if default is not None)
        several = (arguments.posonlyargs, arguments.args, arguments.kwonlyargs)
        every = [one for some in several for one in some]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        yield from (one.annotation for one in every if one.annotation is not None)
        if self.returns is not None:
            yield self.returns


Headers = dict[ast.AST, Header]
"""By function what was taken off it."""


def taken_off(tree: ast.AST) -> Headers:
    """Take the headers off the functions of which a tree has no bodies."""
    found: Headers = {}
    for node in ast.walk(tree):
        if isinstance(node, FunctionDef) and is_blanked(node):
            found[node] = Header(node.args, node.returns)
    for node in found:
        node.args, node.returns = _nothing(), None  # type: ignore[attr-defined]
    return found


def put_back(tree: ast.AST, headers: Headers) -> None:
    """Give the functions of a tree the headers that were taken off them."""
    for node in ast.walk(tree):
        if node in headers:
            node.args, node.returns = headers[node]  # type: ignore[attr-defined]


def is_same(one: Header, other: Header) -> bool:
    """Tell whether two headers say the same."""
    return [ast.dump(part) for part in one.parts()] == [ast.dump(part) for part in other.parts()]


def says_the_same(one: Header, other: Header, is_plain: IsPlainName) -> bool:
    """Tell whether two headers are the same for who does not call the function."""
    return _told(one, is_plain) == _told(other, is_plain)


def _told(header: Header, is_plain: IsPlainName) -> list[str]:
    return [ast.dump(part) for part in header.evaluated() if not _is_free(part, is_plain)]


def _is_free(part: ast.expr, is_plain: IsPlainName) -> bool:
    nodes = list(ast.walk(part))
    return (
        len(nodes) <= FREE_STEPS
        and all(isinstance(node, TYPES) for node in nodes)
        and all(is_plain(node.id) for node in nodes if isinstance(node, ast.Name))
    )


def _nothing() -> ast.arguments:
    return ast.arguments([], [], None, [], [], None, [])
