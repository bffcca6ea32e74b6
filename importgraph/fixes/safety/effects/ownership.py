"""Who does what: the module whose body runs, and the module whose import made an object."""

from bisect import bisect_right
from collections import defaultdict

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import (
    Class,
    Function,
    Instance,
    Module,
)
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import (
    BORN,
    Arguments,
    State,
    Value,
    births,
)
from importgraph.evaluation.values.values import Sequence, Table
from importgraph.fixes.safety.effects.fresh import Fresh
from importgraph.fixes.safety.effects.known import STEADY, matches
from importgraph.fixes.safety.effects.model import Effect, Name
from importgraph.fixes.safety.effects.policy import EffectPolicy


class OwningMachine(Machine):
    """Notes effects for the module whose body runs."""

    rules: EffectPolicy

    def __init__(self, rules: EffectPolicy) -> None:
        self.effects: dict[str, dict[Effect, None]] = defaultdict(dict)
        self.names: dict[str, dict[Name, None]] = defaultdict(dict)
        self.calls: dict[str, set[str]] = defaultdict(set)
        self._roots: list[str] = [""]
        self._parts: list[list[Value]] = [[]]
        self._marks: list[int] = [0]
        self._owners: list[str] = [""]
        self.rules = rules
        super().__init__(rules, Budget())

    @property
    def root(self) -> str:
        """The module whose body runs, or made what runs."""
        return self._roots[-1]

    def enter(self, frame: Frame) -> None:
        """Make a frame the present one."""
        activation = frame.activation
        self._roots.append(activation.module if not activation.function else self._roots[-1])
        self._parts.append([])
        self._switch()
        super().enter(frame)

    def leave(self) -> None:
        """Go back to the frame before."""
        frame = self.frame
        if frame.function is None and not frame.is_class and frame.possible:
            self.note("unknown", f"it may raise {frame.possible[0].kind}: {frame.possible[0].message}"[:120])
            frame.possible.clear()
        super().leave()
        self._roots.pop()
        self._parts.pop()
        self._switch()

    def _switch(self) -> None:
        if self._owners[-1] != self._roots[-1]:
            self._marks.append(births())
            self._owners.append(self._roots[-1])

    def _maker(self, state: State) -> str | None:
        """Return the module whose import made a state; None where it does not say."""
        born = state.get(BORN)
        return self._owners[bisect_right(self._marks, born) - 1] if born is not None else None

    def owner(self, value: Value) -> str | None:
        """Return the module whose import made an object that can change; None for one that cannot."""
        match value:
            case Module():
                return value.name
            case Class():
                return value.module.name
            case Sequence() if value.kind == "tuple":
                return None
            case Table() if "of" in value.state:
                held = value.state["of"]
                return held.name if isinstance(held, Module) else None
            case Sequence() | Table() | Instance() | Function():
                return self._maker(value.state)
            case Fresh():
                return None if matches(value.name, STEADY) and "()." not in value.name else value.owner
            case _:
                return None

    def note(self, kind: str, detail: str, owner: str = "") -> None:
        """Note an effect of the module whose body runs."""
        if not self.root:
            return
        frame, line = self.frame, self.line
        activation, sure = frame.activation, frame.certain
        while activation.function and activation.caller is not None:
            line, activation = activation.call_line, activation.caller
        self.effects[self.root].setdefault(Effect(kind, detail, line, owner, sure))

    def _fresh(self, call: str, owner: str = "") -> Fresh:
        """Return what a call outside makes, for the module whose body runs where no other is named."""
        return Fresh(call, owner=owner or self.root, noting=self)

    def uses(self, made: Fresh, arguments: Arguments) -> None:
        """Take note that a method of something made outside is called."""
        if made.owner not in {"", self.root} and not matches(made.name, STEADY):
            self.note("changes", f"what {made.described()} is called on", made.owner)
