"""`pytest.raises`, `pytest.warns` and `pytest.param` where a module uses them while it is imported."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from importgraph.evaluation.exceptions import Suppressor
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import Constant, Sequence
from importgraph.simulation.world import Model, World

_RAISES = frozenset(("expected_exception", "match", "check"))
Failed = Callable[[str, str, str], Raised]
"""Makes a failure of its exception, what it is about, and what is said of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorder(Value):
    """What `pytest.warns(…)` gives: inside of it no filter makes errors of warnings."""

    world: World
    filters: list[tuple[str, ...]]
    """Those of before, while it is entered."""

    def entered(self) -> Value:
        """Let all warnings pass."""
        self.filters.append(self.world.marks.filters)
        self.world.marks = replace(self.world.marks, filters=())
        return Unknown("the warnings that are recorded")

    def left(self) -> None:
        """Take back what was changed."""
        if self.filters:
            self.world.marks = replace(self.world.marks, filters=self.filters.pop())


def expectation_models(world: World, failed: Failed) -> dict[str, Model]:
    """Return what the functions do.

    Args:
        world: The session.
        failed: Makes failures that pytest raises.
    """

    def recorder(_interpreter: Interpreter, _arguments: Arguments) -> Result:
        return Recorder(world, [])

    def raises(interpreter: Interpreter, arguments: Arguments) -> Result:
        return _raises(interpreter, arguments, failed)

    return {
        "pytest.raises": raises,
        "pytest.warns": recorder,
        "pytest.deprecated_call": recorder,
        "pytest.param": lambda _, given: _param(given, failed),
    }


def _raises(interpreter: Interpreter, arguments: Arguments, failed: Failed) -> Result:
    """Model both forms: a manager, and a call of the function that is given."""
    expected = arguments.get(0, "expected_exception")
    if arguments.open or expected is None:
        nothing = not arguments.open and not _RAISES & arguments.keywords.keys()
        return (
            failed("TypeError", "raises", "pytest.raises is given no exception") if nothing else _anything()
        )
    kind = settled(expected)
    wrong = next((one for one in _each(kind) if isinstance(one, Constant)), None)
    if wrong is not None:
        message = f"pytest.raises expects exceptions, not {wrong.value!r}"
        return failed("TypeError", "raises", message)
    if len(arguments.positional) > 1:
        return _called(interpreter, arguments)
    unknown = sorted(arguments.keywords.keys() - _RAISES)
    if unknown:
        message = f"Unexpected keyword arguments passed to pytest.raises: {', '.join(unknown)}"
        return failed("TypeError", "raises", message)
    is_sure = not arguments.keywords.keys() & {"match", "check"}
    without = failed("Failed", "raises", f"DID NOT RAISE {kind.described().replace('`builtins.', '`')}")
    return Suppressor((kind,), without, matches=is_sure)


def _anything() -> Value:
    return Unknown("what is expected to be raised")


def _each(kind: Value) -> list[Value]:
    return [settled(one) for one in kind.items] if isinstance(kind, Sequence) else [kind]


def _called(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Call what is given; what it raises may be what is expected."""
    function, *rest = arguments.positional[1:]
    result = function.call(interpreter, Arguments(tuple(rest), arguments.keywords))
    if isinstance(result, Raised):
        interpreter.may_raise(result)
    return _anything()


def _param(arguments: Arguments, failed: Failed) -> Result:
    """Model `pytest.param(…)`, whose id is a text."""
    given = arguments.keywords.get("id")
    found = settled(given) if given is not None else None
    if isinstance(found, Constant) and found.value is not None and not isinstance(found.value, str):
        message = f"Expected id to be a string, got {type(found.value)}: {found.value!r}"
        return failed("TypeError", "param", message)
    return Unknown("what `pytest.param` returns")
