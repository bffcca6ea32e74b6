"""What pytest does when it is called at import: skips, marks, fixtures, warnings that become errors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External, Function
from importgraph.evaluation.values.value import (
    Arguments,
    Evaluator,
    Raised,
    Result,
    State,
    Unknown,
    Value,
    settled,
)
from importgraph.evaluation.values.values import NONE, Constant, unwrap
from importgraph.simulation.expectations import expectation_models
from importgraph.simulation.marks import APPLIED, MARKED, Mark
from importgraph.simulation.warning_models import warning_model
from importgraph.simulation.world import Model, World

_FIXTURE_OPTIONS = {"scope", "params", "autouse", "ids", "name", "fixture_function", "callable_or_scope"}
_ASYNC_OPTIONS = {*_FIXTURE_OPTIONS, "loop_scope"}
_STRICT_FIXTURES = (9,)
"""From this version of pytest on a mark on a fixture is an error."""
_OF_IMPORTORSKIP = {"modname", "minversion", "reason", "exc_type"}
_WITHOUT_MSG = (8,)
"""From this version of pytest on `skip` takes no `msg`."""
_STRICT_SKIP = (9, 1)
"""From this version on `importorskip` skips for missing modules alone."""
_SKIPPED = Raised("Skipped", certain=False)


@dataclass(frozen=True, slots=True, eq=False)
class Fixture(Value):
    """What `@pytest.fixture` makes."""

    models: "PytestModels"
    function: Value | None
    options: Mapping[str, Value]
    line: int

    @property
    def is_for_all(self) -> bool:
        """Tell whether all tests that can see it use it."""
        return unwrap(self.options.get("autouse", NONE)) is True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        """Apply `pytest.fixture(…)` to a function, or call a fixture, which fails."""
        if self.function is None:
            first = arguments.get(0)
            return self.models.apply_fixture(settled(first), self.options) if first else Unknown("a fixture")
        name = _name(self.function)
        return self.models.failed("wrong-fixture", name, f"the fixture `{name}` is called directly")


@dataclass(frozen=True, slots=True, eq=False)
class CatchWarnings(Value):
    """`warnings.catch_warnings()`: filters are as before when it is left."""

    world: World
    filters: tuple[str, ...]

    def left(self) -> None:
        """Take back what was changed."""
        self.world.marks = replace(self.world.marks, filters=self.filters)


class PytestModels:
    """Knows what pytest does when it is called."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.models: dict[str, Model] = {
            "pytest.importorskip": self._import_or_skip,
            "pytest.skip": self._skip,
            "pytest.fail": self._fail,
            "pytest.xfail": self._fail,
            "pytest.exit": self._exit,
            "pytest.fixture": lambda _, given: self._fixture(given, _FIXTURE_OPTIONS),
            "pytest_asyncio.fixture": lambda _, given: self._fixture(given, _ASYNC_OPTIONS),
            "warnings.filterwarnings": lambda _, given: self._filter(
                given, ("action", "message", "category", "module")
            ),
            "warnings.simplefilter": lambda _, given: self._filter(given, ("action", "category")),
            "warnings.warn": warning_model(world),
            **expectation_models(world, self._expected),
            "warnings.catch_warnings": lambda _, __: CatchWarnings(world, world.marks.filters),
        }

    def failed(self, cause: str, name: str, message: str, kind: str = "Failed") -> Raised:
        """Return a failure that pytest raises about something in the present file."""
        return Raised(kind, message, name=f"{name} in {self._path}", cause=cause)

    def _expected(self, kind: str, name: str, message: str) -> Raised:
        return self.failed("raised" if kind == "Failed" else "wrong-call", name, message, kind)

    @property
    def _path(self) -> str:
        places = self.world.machine.trace()
        return places[-1].path if places else ""

    # -- skips ----------------------------------------------------------------------------------

    def _perhaps_skips(self) -> Value:
        self.world.machine.may_raise(_SKIPPED)
        return Unknown("what is there unless the module is skipped")

    def _import_or_skip(self, interpreter: Interpreter, given: Arguments) -> Result:
        unknown = sorted(given.keywords.keys() - _OF_IMPORTORSKIP)
        if unknown:
            message = f"importorskip() got an unexpected keyword argument {unknown[0]!r}"
            return self.failed("wrong-call", "importorskip", message, "TypeError")
        name = unwrap(given.get(0, "modname") or NONE)
        if not isinstance(name, str):
            return self._perhaps_skips()
        broad = given.get(3, "exc_type") is not None or self.world.pytest_version < _STRICT_SKIP
        module = interpreter.import_name(name, interpreter.place, computed=True)
        if isinstance(module, Raised):
            skips = module.kind == "ModuleNotFoundError" or (module.kind == "ImportError" and broad)
            return Raised("Skipped") if skips else module
        if given.get(1, "minversion") is not None:
            self._perhaps_skips()
        return module

    def _skip(self, _interpreter: Interpreter, given: Arguments) -> Result:
        if "msg" in given.keywords and self.world.pytest_version >= _WITHOUT_MSG:
            message = "skip() got an unexpected keyword argument 'msg'"
            return self.failed("wrong-call", "skip", message, "TypeError")
        allowed = given.get(9, "allow_module_level")
        if allowed is not None and self.world.machine.truth(allowed):
            return Raised("Skipped")
        if allowed is not None or given.open:
            return self._perhaps_skips()
        message = "pytest.skip at module level needs allow_module_level=True"
        return Raised("CollectError", message, name=self._path, cause="skip-outside-test")

    def _fail(self, _interpreter: Interpreter, _given: Arguments) -> Result:
        message = "ends the module by pytest.fail or xfail"
        return Raised("Failed", message, name=f"Failed in {self._path}", cause="raised")

    def _exit(self, _interpreter: Interpreter, _given: Arguments) -> Result:
        message = "ends the session by pytest.exit"
        return Raised("Exit", message, name=f"Exit in {self._path}", cause="raised")

    # -- marks ----------------------------------------------------------------------------------

    def mark(self, name: str) -> Model:
        """Return what calling a mark does."""
        return lambda _, given: self._called(self._mark(name, Arguments()), given)

    def _mark(self, name: str, given: Arguments) -> Mark:
        machine = self.world.machine
        return Mark(name, given, machine.frame.module.path, machine.line, self._called)

    def _called(self, mark: Mark, given: Arguments) -> Result:
        """Call a mark: with arguments, or with what it decorates."""
        only = len(given.positional) == 1 and not given.keywords and not given.open
        first = settled(given.positional[0]) if only else None
        if isinstance(first, Fixture):
            return self._mark_on_fixture(first)
        if isinstance(first, Function) and not first.qualname.endswith("<lambda>"):
            self._apply(mark, first.state)
            self.world.machine.journal.put(first.state, MARKED, Unknown("marks"))
            return first
        if isinstance(first, Class):
            self._apply(mark, first.namespace)
            return first
        positional, is_open = (*mark.given.positional, *given.positional), mark.given.open or given.open
        return self._mark(
            mark.name, Arguments(positional, {**mark.given.keywords, **given.keywords}, is_open)
        )

    def _apply(self, mark: Mark, state: State) -> None:
        self.world.machine.journal.put(state, APPLIED, (*state.get(APPLIED, ()), mark))

    def _mark_on_fixture(self, fixture: Fixture) -> Result:
        if self.world.pytest_version < _STRICT_FIXTURES:
            return fixture
        return self._marked(_name(fixture.function))

    def _marked(self, name: str) -> Raised:
        message = f"a mark stands on the fixture `{name}`, which pytest refuses from version 9 on"
        return self.failed("mark-on-fixture", name, message)

    # -- fixtures -------------------------------------------------------------------------------

    def _fixture(self, given: Arguments, options: Collection[str]) -> Result:
        unknown = [name for name in given.keywords if name not in options]
        if unknown and not given.open:
            message = f"fixture() got an unexpected keyword argument '{unknown[0]}'"
            return self.failed("wrong-fixture", "fixture", message, "TypeError")
        for name in ("params", "ids"):
            if isinstance(unwrap(given.keywords.get(name, NONE)), int | float):
                message = f"pytest.fixture is given {unwrap(given.keywords[name])!r} for {name}"
                return self.failed("wrong-fixture", "fixture", message, "TypeError")
        first = settled(given.positional[0]) if given.positional else None
        if first is None:
            return Fixture(self, None, given.keywords, self.world.machine.line)
        if isinstance(first, Constant):
            text = repr(first.value)
            message = f"pytest.fixture is given {text}, which is no function; write scope={text}"
            return self.failed("wrong-fixture", "fixture", message, "AttributeError")
        return self.apply_fixture(first, {})

    def apply_fixture(self, function: Value, options: Mapping[str, Value]) -> Result:
        """Make a fixture of a function."""
        name = _name(function)
        if isinstance(function, Class):
            return self.failed("wrong-fixture", name, "pytest.fixture stands on a class", "ValueError")
        if isinstance(function, Fixture) and function.function is not None:
            return self.failed("wrong-fixture", name, f"`{name}` is made a fixture twice", "ValueError")
        is_marked = isinstance(function, Function) and MARKED in function.state
        if is_marked and self.world.pytest_version >= _STRICT_FIXTURES:
            return self._marked(name)
        if (unwrap(options.get("name", NONE)) or name) == "request":
            return self.failed("wrong-fixture", name, "'request' is a reserved name for fixtures")
        return Fixture(self, function, options, self.world.machine.line)

    # -- warnings -------------------------------------------------------------------------------

    def _filter(self, given: Arguments, parameters: Sequence[str]) -> Result:
        """Change the warning filters as code does at import; into errors only where that is sure."""
        named = dict(zip(parameters, given.positional, strict=False)) | dict(given.keywords)
        texts = {
            key: value.value if isinstance(value, Constant) else value.name.removeprefix("builtins.")
            for key, value in ((key, settled(one)) for key, one in named.items())
            if isinstance(value, Constant | External)
        }
        sure = len(texts) == len(named) and not given.open and self.world.machine.is_sure
        parts = [str(texts.get(key, "")) for key in ("action", "message", "category", "module")]
        if (sure or parts[0] != "error") and not any(":" in part for part in parts):
            marks = self.world.marks
            self.world.marks = replace(marks, filters=(*marks.filters, ":".join(parts)))
        return NONE


def _name(value: Value | None) -> str:
    match value:
        case Function() | Class():
            return value.qualname.rpartition(".")[2]
        case Fixture():
            return _name(value.function)
        case _:
            return "fixture"
