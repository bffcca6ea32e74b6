"""`match`: literal patterns, singletons and names on what is known; else any case may run."""

import ast

from importgraph.evaluation.expressions.operations import compare
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import bind, forget
from importgraph.evaluation.values.outcome import NORMAL, Branch, Outcome, raising
from importgraph.evaluation.values.scope import bound_names
from importgraph.evaluation.values.value import Raised, Value
from importgraph.evaluation.values.values import Constant


def match_statement(interpreter: Interpreter, node: ast.Match) -> Outcome:
    """Run the first case that fits; where that is not known, those that may."""
    subject = interpreter.evaluate(node.subject)
    if isinstance(subject, Raised):
        return raising(subject)
    possible: list[Branch] = []
    for case in node.cases:
        verdict = _fits(interpreter, case.pattern, subject)
        if verdict and case.guard is not None:
            test = interpreter.evaluate(case.guard) if not possible else None
            if isinstance(test, Raised):
                return raising(test)
            verdict = interpreter.truth(test) if test is not None else None
        if verdict is not False:
            possible.append(_running(interpreter, case, subject))
        if verdict:
            return possible[0]() if len(possible) == 1 else undecided(interpreter, *possible)
    return undecided(interpreter, *possible, lambda: NORMAL) if possible else NORMAL


def _fits(interpreter: Interpreter, pattern: ast.pattern, subject: Value) -> bool | None:
    """Tell whether a pattern fits; None where that is not known."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _fits(interpreter, inner, subject)
        case ast.MatchOr(patterns=patterns):
            found = [_fits(interpreter, one, subject) for one in patterns]
            return True if True in found else None if None in found else False
        case ast.MatchValue(value=value):
            wanted = interpreter.evaluate(value)
            answer = wanted if isinstance(wanted, Raised) else compare(interpreter, ast.Eq, subject, wanted)
            return None if isinstance(answer, Raised) else interpreter.truth(answer)
        case ast.MatchSingleton(value=value):
            answer = compare(interpreter, ast.Is, subject, Constant(value))
            return None if isinstance(answer, Raised) else interpreter.truth(answer)
        case _:
            return None


def _running(interpreter: Interpreter, case: ast.match_case, subject: Value) -> Branch:
    def run() -> Outcome:
        name = getattr(case.pattern, "name", None)
        forget(interpreter, bound_names([case.pattern]) - {name})
        if isinstance(name, str):
            bind(interpreter, name, subject)
        return interpreter.execute(case.body)

    return run
