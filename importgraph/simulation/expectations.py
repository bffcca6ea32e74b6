"""`pytest.raises`, `pytest.warns` and `pytest.param` where a module uses them while it is imported."""

import builtins
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

from importgraph.evaluation.exceptions import Suppressor
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, unwrap
from importgraph.simulation.marks import ParameterSet
from importgraph.simulation.world import Model, World

_CHECKS_MATCH = (8, 4)
"""From this version of pytest on `match` is compiled when `pytest.raises` is called."""
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

    def warns(_interpreter: Interpreter, arguments: Arguments) -> Result:
        expected = settled(arguments.get(0, "expected_warning") or NONE)
        if isinstance(expected, Constant) and expected.value is not None:
            return failed(
                "TypeError", "warns", f"exceptions must be derived from Warning, not {expected.value!r}"
            )
        return Recorder(world, [])

    def raises(interpreter: Interpreter, arguments: Arguments) -> Result:
        return _raises(interpreter, arguments, failed, checks_match=world.pytest_version >= _CHECKS_MATCH)

    return {
        "pytest.raises": raises,
        "pytest.warns": warns,
        "pytest.deprecated_call": recorder,
        "pytest.param": lambda _, given: _param(given, failed),
    }


def _raises(interpreter: Interpreter, arguments: Arguments, failed: Failed, *, checks_match: bool) -> Result:
    """Model both forms: a manager, and a call of the function that is given."""
    expected = arguments.get(0, "expected_exception")
    if arguments.open or expected is None:
        nothing = not arguments.open and not _RAISES & arguments.keywords.keys()
        return (
            failed("TypeError", "raises", "pytest.raises is given no exception") if nothing else _anything()
        )
    kind = settled(expected)
    wrong = next((one for one in _each(kind) if _is_no_exception(one)), None)
    if wrong is not None:
        message = f"pytest.raises expects exceptions, not {wrong.described()}"
        return failed("TypeError", "raises", message)
    if len(arguments.positional) > 1:
        return _called(interpreter, arguments)
    unknown = sorted(arguments.keywords.keys() - _RAISES)
    if unknown:
        message = f"Unexpected keyword arguments passed to pytest.raises: {', '.join(unknown)}"
        return failed("TypeError", "raises", message)
    pattern = unwrap(arguments.keywords.get("match", NONE)) if checks_match else None
    broken = _refused_pattern(pattern) if isinstance(pattern, str) else ""
    if broken:
        return failed("Failed", "raises", f"Invalid regex pattern provided to 'match': {broken}")
    is_sure = not arguments.keywords.keys() & {"match", "check"}
    without = failed("Failed", "raises", f"DID NOT RAISE {kind.described().replace('`builtins.', '`')}")
    return Suppressor((kind,), without, matches=is_sure)


def _is_no_exception(value: Value) -> bool:
    if not isinstance(value, External):
        return isinstance(value, Constant)
    known = getattr(builtins, value.name.removeprefix("builtins."), None)
    if not value.name.startswith("builtins.") or not isinstance(known, type):
        return False
    return not issubclass(known, BaseException)


def _refused_pattern(pattern: str) -> str:
    """Return why a regular expression cannot be compiled; empty where it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""


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
    unknown = sorted(arguments.keywords.keys() - {"id", "marks"})
    if unknown:
        return failed("TypeError", "param", f"pytest.param takes no argument {unknown[0]!r}")
    marks = settled(arguments.keywords.get("marks", NONE))
    if isinstance(marks, Constant) and marks.value:
        return failed("AttributeError", "param", f"pytest.param is given {marks.value!r} for its marks")
    given = arguments.keywords.get("id")
    found = settled(given) if given is not None else None
    if isinstance(found, Constant) and found.value is not None and not isinstance(found.value, str):
        message = f"Expected id to be a string, got {type(found.value)}: {found.value!r}"
        return failed("TypeError", "param", message)
    if arguments.open:
        return Unknown("what `pytest.param` returns")
    return ParameterSet(arguments.positional, found)
