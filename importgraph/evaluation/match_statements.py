"""`match`: literal patterns of what is known; else any case may run."""

import ast
from collections.abc import Callable

from importgraph.evaluation.merge import undecided
from importgraph.evaluation.outcome import NORMAL, Outcome, raising
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import bind
from importgraph.evaluation.value import Raised, Unknown
from importgraph.evaluation.values import Constant, unwrap


def match_statement(interpreter: Interpreter, node: ast.Match) -> Outcome:
    """Choose among literal patterns where the subject is known; else any case may run."""
    subject = interpreter.evaluate(node.subject)
    if isinstance(subject, Raised):
        return raising(subject)
    plain = unwrap(subject)
    for case in node.cases:
        if isinstance(case.pattern, ast.MatchValue) and case.guard is None and isinstance(subject, Constant):
            value = interpreter.evaluate(case.pattern.value)
            if isinstance(value, Constant):
                if value.value == plain:
                    return interpreter.execute(case.body)
                continue
        break
    else:
        return NORMAL
    return undecided(interpreter, *[_case(interpreter, case) for case in node.cases], lambda: NORMAL)


def _case(interpreter: Interpreter, case: ast.match_case) -> Callable[[], Outcome]:
    def run() -> Outcome:
        for name in (n.name for n in ast.walk(case.pattern) if isinstance(n, ast.MatchAs | ast.MatchStar)):
            if name is not None:
                bind(interpreter, name, Unknown("what a pattern matches"))
        return interpreter.execute(case.body)

    return run
