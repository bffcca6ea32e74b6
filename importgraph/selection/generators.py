"""The `pytest_generate_tests` hooks in sight of a test, and whether they leave it alone."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import ast
import os
from typing import Any

from importgraph.selection.collectors import FoundTest
from importgraph.selection.conftests import Conftests
from importgraph.selection.frame import Frame
from importgraph.selection.ids import Undecided
from importgraph.selection.values import Func, GiveUp


def check_generators(
    frame: Frame, conftests: Conftests, test: FoundTest, chain: tuple[str, ...], names: set[str]
) -> None:
    """Refuse tests that a `pytest_generate_tests` in sight may parametrise."""
    hooks = _hooks(frame, conftests, test, chain)
    for hook in hooks:
        if not _spares(frame, hook, names):
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
            texts.append(ast.unparse(frame.space.whole(hook.scope.path, hook.node)))
        except (GiveUp, AttributeError):
            texts.append("scope indirect mark")
    return texts


def _spares(frame: Frame, hook: Any, names: set[str]) -> bool:
    """Tell whether a hook does nothing for a test that uses these fixtures: it only asks for other names."""
    if not isinstance(hook, Func) or not isinstance(hook.node, ast.FunctionDef):
        return False
    try:
        body = frame.space.whole(hook.scope.path, hook.node).body
    except GiveUp:
        return False
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        match statement:
            case ast.If(
                test=ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In()], comparators=[right]),
                orelse=[],
            ):
                if name in names or not (isinstance(right, ast.Attribute) and right.attr == "fixturenames"):
                    return False
            case ast.If(
                test=ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.NotIn()], comparators=[right]),
                body=[ast.Return(value=None)],
                orelse=[],
            ) if isinstance(right, ast.Attribute) and right.attr == "fixturenames" and name not in names:
                return True
            case _:
                return False
    return True
