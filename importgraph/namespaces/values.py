"""The values that pytest and its like give code at import: marks, parameters, fixtures, results."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct, field

from importgraph.evaluation.calls import Iteration
from importgraph.evaluation.merge import Either
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Bound, Class, External, Function, Instance, Wrapped
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, sequence, table

MARKS = "pytestmark"
PARAMETERS, PATCHES, HIDDEN, CONTEXT, INIT = 20, 21, 22, 23, 24
"""Keys in the state of a function or class: the arguments that pytest sees, None where they are hidden;
how many of them mocks fill; that there may be other marks; that it is a context manager; that a decorator
makes a constructor."""


Model = Callable[[Interpreter, Arguments], Result]
"""What a call does of which the name is known."""


class Known(Value, Struct, frozen=True, eq=False):
    """A method of which it is known what it does."""

    name: str
    run: Callable[[Interpreter, Arguments], Result]

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        return self.run(cast("Interpreter", evaluator), arguments)

    def described(self) -> str:
        return f"`{self.name}`"


class Made(Unknown, frozen=True, eq=False):
    """What a call of something outside gives, of which the name is all that is known."""

    callee: str = ""
    arguments: Arguments = Arguments()

    @property
    def is_instance(self) -> bool:
        """Tell whether its name is that of a class."""
        return self.callee.rpartition(".")[2][:1].isupper() and "()" not in self.callee

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        if self.is_instance:
            return External(f"{self.callee}().{name}")
        return Made(f"`{name}` of {self.reason}", self.is_data, f"{self.callee}().{name}")

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        return cast("Any", evaluator).call_made(self, arguments)  # type: ignore[no-any-return]


class MarkValue(Value, Struct, frozen=True, eq=False):
    """A pytest mark."""

    name: str
    given: Arguments = Arguments()

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        match name:
            case "name":
                return Constant(self.name)
            case "args":
                return sequence("tuple", self.given.positional, is_open=self.given.open)
            case "kwargs":
                return table(self.given.keywords, is_open=self.given.open)
            case "mark":
                return self
            case "with_args":
                return Known(name, lambda _, more: self._with(more))
            case _:
                return Unknown("an attribute of a mark")

    def _with(self, more: Arguments) -> "MarkValue":
        positional = (*self.given.positional, *more.positional)
        keywords = {**self.given.keywords, **more.keywords}
        return MarkValue(self.name, Arguments(positional, keywords, self.given.open or more.open))

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        """Mark a function or class; with anything else take arguments."""
        only = len(arguments.positional) == 1 and not arguments.keywords and not arguments.open
        target = settled(arguments.positional[0]) if only else None
        inner = target.function if isinstance(target, Wrapped | Bound) else target
        is_lambda = isinstance(inner, Function) and inner.qualname.endswith("<lambda>")
        if target is not None and isinstance(inner, Function | Class) and not is_lambda:
            add_marks(cast("Interpreter", evaluator), inner, (self,))
            return target
        if isinstance(target, FixtureValue):
            cast("Any", evaluator).doubt("a mark on a fixture, which pytest refuses")
            return target
        if isinstance(target, Either):
            marked = [self.call(evaluator, Arguments((one,))) for one in target.values]
            return Either(tuple(one for one in marked if isinstance(one, Value)))
        if isinstance(target, Instance) or (isinstance(target, Unknown) and not target.is_data):
            return Unknown("the result of a mark on something unknown")
        return self._with(arguments)


def add_marks(interpreter: Interpreter, target: Function | Class, marks: tuple[Value, ...]) -> None:
    """Put marks on a function or class, behind those it has of its own."""
    state = target.state if isinstance(target, Function) else target.namespace
    before = state.get(MARKS)
    held = settled(before) if isinstance(before, Value) else NONE
    if isinstance(held, Sequence):
        own, is_open = held.items, held.is_open
    else:
        own, is_open = ((held,) if before is not None else ()), False
    interpreter.journal.put(state, MARKS, sequence("list", (*own, *marks), is_open=is_open))


class ParamValue(Value, Struct, frozen=True, eq=False):
    """What `pytest.param` gives."""

    given: Arguments


class FixtureValue(Value, Struct, frozen=True, eq=False):
    """A fixture: a function, or none yet, and the arguments of its decorator."""

    function: Value | None
    options: Mapping[str, Value]

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        first = settled(arguments.positional[0]) if arguments.positional else None
        if self.function is None and isinstance(first, Function | Wrapped):
            return FixtureValue(first, self.options)
        return Unknown("a fixture of something unknown")


class Yielding(Iteration, frozen=True, eq=False):
    """What calling a generator function gives; its body is followed where calls are."""

    used: dict[str, Any] = field(default_factory=dict)
    """`place`: where it was run over first; at other places it is used up."""

    def elements(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        place = evaluator.place
        return self.unused(evaluator) if self.used.setdefault("place", place) is place else None

    def unused(self, evaluator: Evaluator) -> tuple[Value, ...] | None:
        """Return all that it yields."""
        if self.interpreter.policy.gives_up(self.function):
            return None
        return Iteration.elements(self, evaluator)


class ContextManager(Yielding, frozen=True, eq=False):
    """What calling a function under `contextlib.contextmanager` gives; it decorates, too."""

    def entered(self) -> Result:
        """Run the body, all of it at once; it may end the module that enters it."""
        yielded = self.run() if not self.interpreter.policy.gives_up(self.function) else None
        if isinstance(yielded, Raised):
            return yielded
        items = yielded.elements(self.interpreter) if yielded is not None else None
        return items[0] if items else Unknown(f"what {self.described()}")

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        target = settled(arguments.positional[0]) if len(arguments.positional) == 1 else NONE
        return target if isinstance(target, Function) else Unknown("what a context manager returns")


class MemberValue(Value, Struct, frozen=True, eq=False):
    """A member of an enumeration."""

    cls: Class
    name: str
    value: Value

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        if name in {"name", "_name_"}:
            return Constant(self.name)
        if name in {"value", "_value_"}:
            return self.value
        return Unknown(f"an attribute of {self.cls.qualname}.{self.name}")

    def described(self) -> str:
        return f"`{self.cls.qualname}.{self.name}`"


class Namespace(Value, Struct, frozen=True, eq=False):
    """A `types.SimpleNamespace`, or another object whose attributes are all known."""

    kind: str
    attributes: Mapping[str, Value]
    other: Callable[[str], Result]
    """Returns an attribute that is not among these."""

    def entered(self) -> Result:
        """Give itself."""
        return self

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        found = self.attributes.get(name)
        return found if found is not None else self.other(name)
