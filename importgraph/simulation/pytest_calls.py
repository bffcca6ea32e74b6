"""Calls of pytest at import: skips, marks, fixtures, and the warnings that it turns into errors."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Never

from importgraph.names import near_matches
from importgraph.simulation.calls import Arguments, Calls
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import Raised, Skipped
from importgraph.simulation.values import (
    ANYTHING,
    ClassValue,
    Constant,
    FixtureValue,
    FunctionValue,
    Outside,
    Value,
)
from importgraph.simulation.warning_filters import is_error

_FIXTURE_OPTIONS = {"scope", "params", "autouse", "ids", "name", "fixture_function", "callable_or_scope"}
ASYNC_OPTIONS = {*_FIXTURE_OPTIONS, "loop_scope"}
_SCOPES = {"session", "package", "module", "class", "function"}
_STRICT_FIXTURES = (9,)
"""From this version of pytest on a mark on a fixture is an error."""
_STRICT_SKIP = (9, 1)
"""From this version on `importorskip` skips for missing modules alone."""


class PytestCalls(Calls):
    """Knows what pytest does when it is called."""

    def _import_or_skip(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else given.get("modname")
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            return self._perhaps_skips()
        broad = given.get("exc_type") is not None or self.pytest_version < _STRICT_SKIP
        try:
            module = self.import_module(name.value)
        except Raised as raised:
            kind = raised.failure.exception
            if kind == "ModuleNotFoundError" or (kind == "ImportError" and broad):
                raise Skipped from raised
            raise
        if len(given.positional) > 1 or given.get("minversion") is not None:
            self._perhaps_skips()
        return module

    def _perhaps_skips(self) -> Value:
        for frame in self.frames:
            frame.left = True
        return ANYTHING

    def _skip(self, given: Arguments) -> Value:
        allowed = given.get("allow_module_level")
        if isinstance(allowed, Constant) and allowed.value:
            raise Skipped
        if allowed is not None or not given.exact:
            return self._perhaps_skips()
        message = "pytest.skip at module level needs allow_module_level=True"
        return self.fail("CollectError", CauseKind.SKIP_OUTSIDE, self.frame.path, message)

    def _fail_now(self, given: Arguments) -> Never:
        del given
        self.fail(
            "Failed",
            CauseKind.RAISED,
            f"Failed in {self.frame.path}",
            "ends the module by pytest.fail or xfail",
        )

    def unknown_mark(self, name: str) -> None:
        """Fail for a mark that is not registered, where that is an error."""
        marks = self.marks
        if name in {"parameterize", "parametrise", "parameterise"} and name not in marks.known:
            self.fail(
                "Failed",
                CauseKind.UNKNOWN_MARKER,
                name,
                f"Unknown '{name}' mark, did you mean 'parametrize'?",
            )
        warning = f"Unknown pytest.mark.{name} - is this a typo?"
        fails = marks.strict or is_error(
            marks.filters, warning, self.frame.scope.module.name, "PytestUnknownMarkWarning"
        )
        if not fails or name in marks.known or name.startswith("_") or marks.may_exist(name):
            return
        near = near_matches(name, sorted(marks.known), limit=1)
        hint = f"; `{near[0]}` is" if near else ""
        why = "--strict-markers is set" if marks.strict else "filterwarnings makes that an error"
        message = f"marker '{name}' is not registered, and {why}{hint}"
        self.fail("Failed", CauseKind.UNKNOWN_MARKER, name, message)

    def _mark(self, value: Outside, given: Arguments) -> Value:
        """Call a mark: with arguments, or with what it decorates."""
        first = given.positional[0] if len(given.positional) == 1 and not given.named else None
        if isinstance(first, FixtureValue):
            return self._mark_on_fixture(first)
        if isinstance(first, FunctionValue) and first.name != "<lambda>":
            first.marked = True
            return first
        if isinstance(first, ClassValue) or (first is ANYTHING and value.called):
            return first
        return Outside(value.name, called=True)

    def _mark_on_fixture(self, fixture: FixtureValue) -> Value:
        if self.pytest_version < _STRICT_FIXTURES:
            return fixture
        name = _name(fixture.function)
        message = f"a mark stands on the fixture `{name}`, which pytest refuses from version 9 on"
        return self.fail("Failed", CauseKind.MARK_ON_FIXTURE, f"{name} in {self.frame.path}", message)

    def _fixture(self, given: Arguments, options: Collection[str] = _FIXTURE_OPTIONS) -> Value:
        unknown = [name for name, _ in given.named if name not in options]
        place = f"fixture in {self.frame.path}"
        if unknown and given.exact:
            message = f"fixture() got an unexpected keyword argument '{unknown[0]}'"
            self.fail("TypeError", CauseKind.FIXTURE, place, message)
        if given.positional:
            function = given.positional[0]
            if isinstance(function, Constant):
                given_text = repr(function.value)
                message = (
                    f"pytest.fixture is given {given_text}, which is no function; write scope={given_text}"
                )
                self.fail("AttributeError", CauseKind.FIXTURE, place, message)
            return self._apply_fixture(function, {})
        return FixtureValue(ANYTHING, dict(given.named), self.frame.line)

    def call_fixture(self, value: FixtureValue, arguments: Arguments) -> Value:
        """Apply `pytest.fixture(…)` to a function, or call a fixture, which fails."""
        if value.function is ANYTHING:
            return (
                self._apply_fixture(arguments.positional[0], value.options)
                if arguments.positional
                else ANYTHING
            )
        name = _name(value.function)
        message = f"the fixture `{name}` is called directly"
        return self.fail("Failed", CauseKind.FIXTURE, f"{name} in {self.frame.path}", message)

    def _apply_fixture(self, function: Value, options: dict[str, Value]) -> Value:
        name = _name(function)
        place = f"{name} in {self.frame.path}"
        if isinstance(function, ClassValue):
            self.fail("ValueError", CauseKind.FIXTURE, place, "pytest.fixture stands on a class")
        if isinstance(function, FixtureValue) and function.function is not ANYTHING:
            self.fail("ValueError", CauseKind.FIXTURE, place, f"`{name}` is made a fixture twice")
        if (
            isinstance(function, FunctionValue)
            and function.marked
            and self.pytest_version >= _STRICT_FIXTURES
        ):
            message = f"a mark stands on the fixture `{name}`, which pytest refuses from version 9 on"
            self.fail("Failed", CauseKind.MARK_ON_FIXTURE, place, message)
        given = options.get("name")
        named = given.value if isinstance(given, Constant) and given.value else name
        if named == "request":
            self.fail("Failed", CauseKind.FIXTURE, place, "'request' is a reserved name for fixtures")
        return FixtureValue(function, options, self.frame.line)

    def _filter(self, given: Arguments, parameters: Sequence[str]) -> Value:
        """Change the warning filters as code does at import; into errors only where that is sure."""
        named = dict(zip(parameters, given.positional, strict=False)) | dict(given.named)
        texts = {
            key: value.value if isinstance(value, Constant) else value.name.removeprefix("builtins.")
            for key, value in named.items()
            if isinstance(value, Constant | Outside)
        }
        sure = len(texts) == len(named) and given.exact and not self.tentative
        parts = [str(texts.get(key, "")) for key in ("action", "message", "category", "module")]
        if (sure or parts[0] != "error") and not any(":" in part for part in parts):
            self.marks = replace(self.marks, filters=(*self.marks.filters, ":".join(parts)))
        return Constant(None)


def _name(value: Value) -> str:
    match value:
        case FunctionValue() | ClassValue():
            return value.name
        case FixtureValue():
            return _name(value.function)
        case _:
            return "fixture"
