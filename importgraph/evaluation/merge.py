"""Branches of which only one runs, nobody knows which: run all, and keep what they agree on."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, cast, final

from msgspec import Struct
from msgspec.structs import replace

from importgraph.evaluation.pending import PENDING, finish
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Instance
from importgraph.evaluation.values.outcome import NORMAL, Branch, Ending, Outcome
from importgraph.evaluation.values.value import (
    BORN,
    Arguments,
    Deferred,
    Evaluator,
    Raised,
    Result,
    Unknown,
    Value,
    births,
)
from importgraph.evaluation.values.values import NONE, Constant

_MOST = 6
"""Alternatives that are worth keeping."""
_RETURNS = 12
"""Possible results of one function that are kept."""


@final
class Either(Value, Struct, frozen=True, eq=False):
    """One of a few values."""

    values: tuple[Value, ...]

    def truth(self, evaluator: Evaluator) -> bool | None:
        verdicts = {value.truth(evaluator) for value in self.values}
        return verdicts.pop() if len(verdicts) == 1 else None

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        self._finish(cast("Interpreter", evaluator))
        return self.each(evaluator, lambda value: value.attribute(evaluator, name))

    def _finish(self, interpreter: Interpreter) -> None:
        """Run what of constructors has not been run yet: in a branch that would be taken back, each time."""
        if interpreter.policy.cautious:
            return
        frame = interpreter.frame
        certain = frame.certain
        frame.certain = False
        for value in self.values:
            if type(value) is Instance and PENDING in value.state:
                finish(interpreter, value)
        frame.certain = certain

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        return self.each(evaluator, lambda value: value.call(evaluator, arguments))

    def item(self, evaluator: Evaluator, key: Value) -> Result:
        return self.each(evaluator, lambda value: value.item(evaluator, key))

    def each(self, evaluator: Evaluator, use: Callable[[Value], Result]) -> Result:
        """Use each value in a branch of its own; join the results, those that failed are not the one."""
        results: list[Result] = []

        def branch(value: Value) -> Branch:
            def run() -> Outcome:
                results.append(use(value))
                return NORMAL

            return run

        undecided(cast("Interpreter", evaluator), *map(branch, self.values))
        values = [one for one in results if type(one) is not Raised]
        return join(values) if values else results[0]

    def reaches(self) -> Sequence[Value]:
        return self.values

    def described(self) -> str:
        return "one of several values"


def _found(value: Value) -> Value:
    """Return what a value that was put off is, if somebody has found out."""
    found = value.found.get("value") if type(value) is Deferred else None
    return found if isinstance(found, Value) else value


def join(values: Sequence[Value]) -> Value:
    """Return what is known of a value that is one of these."""
    flat: list[Value] = []
    for value in map(_found, values):
        for one in value.values if type(value) is Either else (value,):
            for other in flat:
                if _same(one, other):
                    break
            else:
                flat.append(one)
    if len(flat) == 1:
        return flat[0]
    known = [one for one in flat if not isinstance(one, Unknown)]
    if len(known) > _MOST or not known:
        return Unknown("a value that depends on a condition nobody knows")
    return Either(tuple(flat))


def _same(one: Value, other: Value) -> bool:
    if type(one) is Constant and type(other) is Constant:
        return type(one.value) is type(other.value) and bool(one.value == other.value)
    return one is other or (isinstance(one, Unknown) and isinstance(other, Unknown))


def undecided(interpreter: Interpreter, *branches: Branch) -> Outcome:
    """Run branches one by one from the same state, then go on with what they agree on."""
    frame, journal = interpreter.frame, interpreter.journal
    certain, leaves = frame.certain, frame.leaves
    start, born = journal.mark(), births() if interpreter.policy.exact else sys.maxsize
    states: list[dict[Any, Any]] = []
    outcomes: list[Outcome] = []
    for branch in branches:
        frame.certain = False
        journal.branches += 1
        try:
            outcomes.append(branch())
        finally:
            journal.branches -= 1
        if journal.mark() == start:
            states.append({})
        else:
            states.append(journal.changed(start))
            journal.rollback(start)
    frame.certain = certain and frame.leaves == leaves
    if any(states):
        _merge_states(interpreter, states, outcomes, born)
    return _merged(interpreter, outcomes)


def _merge_states(
    interpreter: Interpreter, states: Sequence[dict[Any, Any]], outcomes: Sequence[Outcome], born: int
) -> None:
    """Go on from what the branches that may have been taken left behind."""
    alive = [s for s, o in zip(states, outcomes, strict=True) if o.passes]
    if alive and interpreter.policy.cautious:
        left = zip(states, outcomes, strict=True)
        alive += [_outlasting(interpreter, s, o.ending) for s, o in left if s and not o.passes]
    _apply(interpreter, alive or states, born)


def _outlasting(interpreter: Interpreter, state: dict[Any, Any], ending: Ending) -> dict[Any, Any]:
    """Return what a branch that leaves has changed for code that runs later all the same.

    What runs behind a loop, a call or a handler sees it; until then it is unsure a little too early.
    """
    if ending is Ending.RETURN:
        own = interpreter.frame.names
        return {place: change for place, change in state.items() if change.state is not own}
    if ending is Ending.RAISE and not any(frame.tries for frame in interpreter.frames):
        return {}
    return state


def _apply(interpreter: Interpreter, states: Sequence[dict[Any, Any]], born: int) -> None:
    """Join what branches changed; `born`: what was made since then is only where one of them made it."""
    frame, journal = interpreter.frame, interpreter.journal
    private = frame.names if frame.is_private(journal.branches) else None
    for place in dict.fromkeys(place for state in states for place in state):
        changes = [state.get(place) for state in states]
        there = [change for change in changes if change is not None]
        change = there[0]
        old = change.state.get(change.key)
        found = [one.value if one is not None else old for one in changes]
        if change.state.get(BORN, 0) >= born:
            found = [one.value for one in there]
        merged = any(found) if change.key == "open" else _merged_contents(found)
        if interpreter.policy.exact and isinstance(merged, Value) and None in found:
            merged = Unknown(f"`{change.key}` depends on a condition that text does not decide")
        if merged is None:
            continue
        if private is not None and change.state is private:
            private[change.key] = merged
            continue
        journal.put(change.state, change.key, merged, own=change.own)
        if change.key == "items" and any(one is not found[0] for one in found):
            journal.put(change.state, "open", True)


def doubt_changes(interpreter: Interpreter, mark: int, born: int | None = None) -> None:
    """Take what changed since a point of the journal as not known; `born`: in what was there before alone."""
    for change in list(interpreter.journal.changed(mark).values()):
        if born is not None and change.state.get(BORN, 0) >= born:
            continue
        if change.key == "items":
            interpreter.journal.put(change.state, "open", True)
        elif isinstance(change.value, Value) or change.value is None:
            why = Unknown(f"`{change.key}` was bound where the body may have been left")
            interpreter.journal.put(change.state, change.key, why, own=change.own)


def _merged_contents(found: Sequence[Any]) -> Any:
    there = [one for one in found if one is not None]
    if not there:
        return None
    if isinstance(there[0], tuple):
        return tuple({id(value): value for one in there for value in one}.values())
    if isinstance(there[0], dict):
        return {key: value for one in there for key, value in one.items()}
    if isinstance(there[0], Value):
        return join(there)
    return there[-1]


def _merged(interpreter: Interpreter, outcomes: Sequence[Outcome]) -> Outcome:
    """Return how a statement with several possible endings ends."""
    leaving = [one for one in outcomes if one is not NORMAL and one.ending is not Ending.NORMAL]
    if not leaving:
        return NORMAL
    certain = not any(one.passes for one in outcomes)
    others = [one for one in leaving if one.ending is not Ending.RAISE]
    raised = [one.raised for one in leaving if one.raised is not None]
    for one in raised if others else raised[:-1]:
        interpreter.may_raise(one)
    returned = [one.value for one in others if one.ending is Ending.RETURN and one.value is not None]
    if returned:
        return Outcome(Ending.RETURN, join(returned), certain=certain)
    if others:
        return replace(others[0], certain=certain)
    interpreter.frame.leaves += not certain
    return replace(leaving[-1] if certain else leaving[0], certain=certain)


def perhaps_leave(interpreter: Interpreter, outcome: Outcome) -> None:
    """Take note that the present body may have been left."""
    frame = interpreter.frame
    if outcome.ending is Ending.RETURN:
        if len(frame.results) < _RETURNS:
            frame.results.append(outcome.value or NONE)
        frame.leaves += 1
        frame.certain = False
    elif outcome.raised is not None:
        interpreter.may_raise(outcome.raised)
        frame.certain = frame.certain and not frame.tries
