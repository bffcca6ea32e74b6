"""Managers that swallow exceptions of some kinds, and those that fail where there is none to swallow."""

import ast
from collections.abc import Sequence as Many

from importgraph.evaluation.exceptions import Suppressor
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.statements.try_statements import guarded
from importgraph.evaluation.values.nodes import walk
from importgraph.evaluation.values.outcome import NORMAL, Ending, Outcome, outcome_of
from importgraph.evaluation.values.value import Raised

_PLAIN = (
    ast.Pass, ast.Expr, ast.Assign, ast.Constant, ast.Name, ast.BinOp, ast.operator, ast.Import,
    ast.ImportFrom, ast.alias, ast.Tuple, ast.List, ast.Dict, ast.expr_context,
)  # fmt: skip
"""What a body consists of that surely raises nothing where evaluating it has left no doubt: calls and
attributes may fail in ways that are not modelled."""
_NAMES = frozenset(("NameError", "UnboundLocalError"))


def suppressed(interpreter: Interpreter, body: Many[ast.stmt], managers: Many[Suppressor]) -> Outcome:
    """Run the body of a `with` whose managers swallow what they are made for."""
    frame = interpreter.frame
    before, frame.possible = frame.possible, []
    caught: list[Raised] = []

    def swallow(raised: Raised) -> Outcome:
        caught.append(raised)
        if not all(one.matches for one in managers):  # its text may be another one
            interpreter.may_raise(raised)
        return NORMAL

    handlers = [(kind, swallow) for one in managers for kind in one.kinds]
    outcome = guarded(interpreter, body, handlers)
    calm = not (caught or frame.possible) and outcome.ending is Ending.NORMAL and outcome.certain
    new, frame.possible = frame.possible, before
    for raised in new:
        frame.may_raise(raised)
    without = next((one.without for one in managers if one.without is not None), None)
    if without is None or not calm:
        return outcome
    plain = all(isinstance(node, _PLAIN) for statement in body for node in walk(statement))
    is_sure = plain and not _names_are_expected(managers)
    if not is_sure:
        frame.may_raise(without)
        return outcome
    return outcome_of(interpreter.judged(without))


def _names_are_expected(managers: Many[Suppressor]) -> bool:
    kinds = [kind.described().strip("`").rpartition(".")[2] for one in managers for kind in one.kinds]
    return not _NAMES.isdisjoint(kinds)
