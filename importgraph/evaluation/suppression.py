"""Managers that swallow exceptions of some kinds, and those that fail where there is none to swallow."""

import ast
from collections.abc import Sequence as Many

from importgraph.evaluation.exceptions import Suppressor
from importgraph.evaluation.journal import Ran
from importgraph.evaluation.nodes import walk
from importgraph.evaluation.outcome import NORMAL, Ending, Outcome, outcome_of
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.try_statements import guarded
from importgraph.evaluation.value import Raised

_PLAIN = (
    ast.Pass, ast.Expr, ast.Assign, ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.keyword, ast.BinOp,
    ast.operator, ast.Import, ast.ImportFrom, ast.alias, ast.Tuple, ast.List, ast.Dict, ast.expr_context,
)  # fmt: skip
"""What a body consists of that surely raises nothing where evaluating it has left no doubt."""
_NAMES = frozenset(("NameError", "UnboundLocalError"))


def suppressed(interpreter: Interpreter, body: Many[ast.stmt], managers: Many[Suppressor]) -> Outcome:
    """Run the body of a `with` whose managers swallow what they are made for."""
    frame = interpreter.frame
    before, frame.possible = frame.possible, []
    events = len(interpreter.journal.events)
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
    plain = all(_is_plain(node) for statement in body for node in walk(statement))
    ran = any(isinstance(event, Ran) for event in interpreter.journal.events[events:])
    is_sure = plain and not ran and not _names_are_expected(managers)
    if not is_sure:
        frame.may_raise(without)
        return outcome
    return outcome_of(interpreter.judged(without))


def _is_plain(node: ast.AST) -> bool:
    """Tell whether a node is of a plain kind; setting an attribute may raise what no journal shows."""
    sets = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    return isinstance(node, _PLAIN) and not sets


def _names_are_expected(managers: Many[Suppressor]) -> bool:
    kinds = [kind.described().strip("`").rpartition(".")[2] for one in managers for kind in one.kinds]
    return not _NAMES.isdisjoint(kinds)
