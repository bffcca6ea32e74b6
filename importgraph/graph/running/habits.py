"""What the calls of functions import: those which import nothing new need not be followed for ever."""

from dataclasses import dataclass

from importgraph.evaluation.values.journal import Activation, Event, Imported, Ran
from importgraph.evaluation.values.objects import Function, FunctionNode

MANY = 100
"""Calls in a row that import nothing new: the next ones are not followed."""


@dataclass(slots=True)
class _Habit:
    """What the calls of one function do."""

    imports: frozenset[tuple[int, str]]
    """Lines, and what was imported there."""
    last: Activation
    """The last call that imported something new."""
    calls: int = 0
    """Calls since."""


class Habits:
    """Counts, for the journal of a machine."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        """The journal."""
        self._known: dict[FunctionNode, _Habit] = {}

    def took(self, function: Function, since: int) -> None:
        """Take note of a call whose events begin somewhere in the journal and have ended."""
        events = self.events[since:]
        if not events or not isinstance(events[0], Ran):
            return
        imports = [one for one in events if isinstance(one, Imported) and one.by.function]
        found = frozenset((one.line, one.target) for one in imports)
        known = self._known.get(function.node)
        if known is None or any(one.computed for one in imports):  # what is computed differs by arguments
            self._known[function.node] = _Habit(found, events[0].activation)
        elif found <= known.imports:
            known.calls += 1
        else:
            self._known[function.node] = _Habit(found | known.imports, events[0].activation)

    def repeated(self, function: Function) -> Activation | None:
        """Return the last call of a function that imported something new, once many have not."""
        known = self._known.get(function.node)
        return known.last if known is not None and known.calls > MANY else None
