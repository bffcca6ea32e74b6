"""The `pytest_generate_tests` hooks in sight of a test, and whether they leave it alone."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import ast
import os
from functools import lru_cache
from typing import Any

from importgraph.collection.collectors import FoundTest
from importgraph.collection.parameters.ids import Undecided
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Func, GiveUp
from importgraph.session.conftests import Conftests


def check_generators(
    frame: Frame, conftests: Conftests, test: FoundTest, chain: tuple[str, ...], names: set[str]
) -> None:
    """Refuse tests that a `pytest_generate_tests` in sight may parametrise."""
    marked = test.func is None or bool(test.func.marks)
    for hook in _hooks(frame, conftests, test, chain):
        if not _spares(frame, hook, names, marked=marked):
            raise Undecided


def _hooks(frame: Frame, conftests: Conftests, test: FoundTest, chain: tuple[str, ...]) -> list[Any]:
    """Return every `pytest_generate_tests` in sight of a test."""
    hooks = [hook for conftest in chain for hook in conftests.report(conftest).generates]
    hooks.append(frame.scope.names.get("pytest_generate_tests"))
    hooks += [cls.names.get("pytest_generate_tests") for _, cls in test.classes]
    return [hook for hook in hooks if hook is not None]


def hook_texts(frame: Frame, conftests: Conftests, test: FoundTest, path: str) -> list[str]:
    """Return the text of those hooks; of one that is not in sight, what stands for everything."""
    texts = []
    for hook in _hooks(frame, conftests, test, conftests.chain(os.path.dirname(path))):
        try:
            texts.append(_text_of(frame.space.whole(hook.scope.path, hook.node)))
        except (GiveUp, AttributeError):
            texts.append("scope indirect mark")
    return texts


_ASKED = {"fixturenames", "function", "config", "module", "cls"}
"""Attributes of the object a hook gets that change nothing."""


def _spares(frame: Frame, hook: Any, names: set[str], *, marked: bool) -> bool:
    """Tell whether a hook does nothing for a test that uses these fixtures: it only asks for other names.

    Args:
        frame: Where the test is.
        hook: The hook.
        names: The fixtures that the test uses.
        marked: The test function has marks of its own.
    """
    if not isinstance(hook, Func) or not isinstance(hook.node, ast.FunctionDef):
        return False
    arguments = hook.node.args.args
    try:
        body = frame.space.whole(hook.scope.path, hook.node).body
    except GiveUp:
        return False
    return bool(arguments) and _Reader(arguments[-1].arg, names, marked=marked).is_quiet(body)


class _Reader:
    """Reads a hook for one test.

    Args:
        metafunc: The name of the hook's argument.
        names: The fixtures that the test uses.
        marked: The test function has marks of its own.
    """

    def __init__(self, metafunc: str, names: set[str], *, marked: bool) -> None:
        self.metafunc = metafunc
        self.names = names
        self.marked = marked

    def is_quiet(self, body: list[ast.stmt]) -> bool:
        """Tell whether statements that may run leave the test alone."""
        for statement in body:
            if isinstance(statement, ast.If):
                verdict = self._decided(statement.test)
                if verdict is True and isinstance(statement.body[-1], ast.Return):
                    return self.is_quiet(statement.body[:-1])
                branches = [(verdict is not False, statement.body), (verdict is not True, statement.orelse)]
                if self._touches(statement.test) or not all(
                    self.is_quiet(branch) for runs, branch in branches if runs
                ):
                    return False
            elif self._touches(statement):
                return False
        return True

    def _decided(self, test: ast.expr) -> bool | None:
        """Tell what a condition is; None where text does not tell."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                verdict = self._decided(inner)
                return None if verdict is None else not verdict
            case ast.BoolOp(op=ast.And(), values=values) if False in [self._decided(one) for one in values]:
                return False
            case ast.Compare(
                left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()], comparators=[right]
            ):
                if not self._is_attribute(right, "fixturenames"):
                    return None
                return (name in self.names) == isinstance(test.ops[0], ast.In)
            case ast.Call(func=ast.Name(id="hasattr"), args=[one, ast.Constant(value="pytestmark")]):
                return False if self._is_attribute(one, "function") and not self.marked else None
            case _:
                return None

    def _is_attribute(self, node: ast.expr, name: str) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == name and self._is_metafunc(node.value)

    def _is_metafunc(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self.metafunc

    def _touches(self, node: ast.AST) -> bool:
        """Tell whether code does something with the object a hook gets, beyond asking."""
        if isinstance(node, ast.If):
            return not self.is_quiet([node])
        if isinstance(node, ast.stmt) and self.metafunc not in _names_used(node):
            return False
        if isinstance(node, ast.Attribute) and self._is_metafunc(node.value):
            return node.attr not in _ASKED
        if self._is_metafunc(node):
            return True
        return any(self._touches(child) for child in ast.iter_child_nodes(node))


@lru_cache(maxsize=4096)
def _text_of(node: ast.AST) -> str:
    return ast.unparse(node)


@lru_cache(maxsize=4096)
def _names_used(node: ast.AST) -> frozenset[str]:
    return frozenset(found.id for found in ast.walk(node) if isinstance(found, ast.Name))
