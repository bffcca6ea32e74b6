"""Calls of what is not read, where their effect on collection is known: pytest, importlib, `sys.path`."""

import builtins
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath, PurePosixPath
from typing import Never

from importgraph.collection_errors.calls import Arguments, Calls
from importgraph.collection_errors.failures import Raised, Skipped
from importgraph.collection_errors.model import CauseKind
from importgraph.collection_errors.outside import RESULTS
from importgraph.collection_errors.values import (
    ANYTHING,
    PRESENT,
    ClassValue,
    Constant,
    FixtureValue,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Value,
)
from importgraph.collection_errors.variables import UNSET
from importgraph.collection_errors.warning_filters import is_error
from importgraph.names import near_matches

_FIXTURE_OPTIONS = {"scope", "params", "autouse", "ids", "name", "fixture_function", "callable_or_scope"}
_ASYNC_OPTIONS = {*_FIXTURE_OPTIONS, "loop_scope"}
_SCOPES = {"session", "package", "module", "class", "function"}
_STRICT_FIXTURES = (9,)
"""From this version of pytest on a mark on a fixture is an error."""
_STRICT_SKIP = (9, 1)
"""From this version on `importorskip` skips for missing modules alone."""


class OutsideCalls(Calls):
    """Knows what some calls of installed code do."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._known_calls: Mapping[str, Callable[[Arguments], Value]] = {
            "pytest.importorskip": self._import_or_skip,
            "pytest.skip": self._skip,
            "pytest.fail": self._fail_now,
            "pytest.xfail": self._fail_now,
            "pytest.fixture": self._fixture,
            "pytest_asyncio.fixture": lambda given: self._fixture(given, _ASYNC_OPTIONS),
            "importlib.import_module": self._import_by_name,
            "builtins.__import__": self._import_top,
            "importlib.util.find_spec": self._find_spec,
            "builtins.hasattr": self._hasattr,
            "builtins.getattr": self._getattr,
            "builtins.setattr": self._setattr,
            "builtins.exec": self._exec,
            "builtins.list": self._copy,
            "builtins.tuple": self._copy,
            "builtins.str": self._text,
            "builtins.len": self._length,
            "builtins.isinstance": self._isinstance,
            "builtins.issubclass": self._isinstance,
            "builtins.bool": self._first,
            "os.path.dirname": self._path(os.path.dirname),
            "os.path.abspath": self._path(os.path.normpath),
            "os.path.realpath": self._path(os.path.normpath),
            "os.path.normpath": self._path(os.path.normpath),
            "os.path.basename": self._path(os.path.basename),
            "os.path.join": self._join,
            "os.getenv": self._get_variable,
            "os.environ.get": self._get_variable,
            "os.environ.setdefault": self._default_variable,
            "os.environ.update": self._put_variables,
            "os.environ.pop": self._pop_variable,
            "os.getcwd": lambda _: Constant(self.folder),
            "os.fspath": self._text,
            "pathlib.Path": self._make_path,
            "pathlib.PurePath": self._make_path,
            "sys.path.insert": lambda given: self._add_path(given, 1, front=True),
            "sys.path.append": lambda given: self._add_path(given, 0, front=False),
            "sys.path.extend": self._add_paths,
            "site.addsitedir": lambda given: self._add_path(given, 0, front=False),
            "sys.modules.setdefault": self._replace,
            "sys.modules.__setitem__": self._replace,
            "sys.modules.update": self._replace_all,
            "gettext.install": self._gettext,
            "warnings.filterwarnings": lambda given: self._filter(
                given, ("action", "message", "category", "module")
            ),
            "warnings.simplefilter": lambda given: self._filter(given, ("action", "category")),
            "contextlib.contextmanager": _as_manager,
            "functools.wraps": lambda _: Outside("functools.wraps", called=True),
            "sys.exit": lambda _: self._raise_now("SystemExit"),
            "builtins.exit": lambda _: self._raise_now("SystemExit"),
        }

    folder = ""
    """Where pytest is called."""

    def call_outside(self, value: Outside, arguments: Arguments) -> Value:
        """Call something that is not read."""
        if not value.called:
            run = self._known_calls.get(value.name)
            if run is not None:
                return run(arguments)
            if value.name.startswith("pytest.mark."):
                return self._mark(value, arguments)
            if value.name in RESULTS:
                return RESULTS[value.name]
        elif value.name.startswith("pytest.mark."):
            return self._mark(value, arguments)
        elif value.name == "functools.wraps" and arguments.positional:
            return arguments.positional[0]
        self.variables.is_open |= "env" in value.name.rpartition(".")[2].lower()
        self.may_fail(imports=value.name.startswith("importlib"))
        self._pass_on(arguments)
        return Outside(f"{value.name}()", called=True)

    # -- pytest ---------------------------------------------------------------------------------

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

    # -- importlib ------------------------------------------------------------------------------

    def _import_by_name(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else given.get("name")
        text = name.value if isinstance(name, Constant) else None
        if isinstance(text, str) and all(part.isidentifier() for part in text.split(".")):
            return self.import_module(text)
        self.may_fail(imports=True)
        return ANYTHING

    def _import_top(self, given: Arguments) -> Value:
        """Run `__import__`, which returns the first package unless it is given names."""
        found = self._import_by_name(given)
        plain = len(given.positional) < 4 and given.get("fromlist") is None
        if not isinstance(found, ModuleValue) or not plain:
            return ANYTHING
        return self.modules.get(found.name.partition(".")[0], ANYTHING)

    def _find_spec(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else None
        if not isinstance(name, Constant) or not isinstance(name.value, str) or not self.knows_outside:
            return ANYTHING
        if name.value in self.modules:
            return PRESENT
        first, *rest = name.value.split(".")
        spec = self.search.top(first)
        for part in rest:
            spec = self.search.inside(spec.folders, part) if spec is not None else None
        return Constant(None) if spec is None else PRESENT

    def replace_module(self, key: Value, value: Value) -> None:
        """Put something into `sys.modules`."""
        if isinstance(key, Constant) and isinstance(key.value, str):
            name = key.value
            self.modules[name] = module = self._stand_in(name, value)
            package, _, last = name.rpartition(".")
            if package in self.modules:
                self.modules[package].names.setdefault(last, module)
        else:
            self.stubs_modules()

    def _stand_in(self, name: str, value: Value) -> ModuleValue:
        """Return what a value in `sys.modules` is as a module; what wraps one passes its names on."""
        if isinstance(value, ModuleValue):
            return value
        old = self.modules.get(name)
        if old is None:
            return ModuleValue(name, "", is_open=True)
        return ModuleValue(name, old.path, old.folders, dict(old.names), is_read=old.is_read, is_open=True)

    def stubs_modules(self) -> None:
        """Note that code puts modules into `sys.modules` whose names text does not tell."""
        for frame in reversed(self.frames):  # the module whose body runs this may replace itself
            frame.scope.module.is_open = True
            if frame.scope.kind == "module":
                break
        if os.path.basename(self.frame.path).startswith(("conftest", "test_")):
            self.stubbing.update(frame.path for frame in self.frames)

    def _replace(self, given: Arguments) -> Value:
        if len(given.positional) > 1:
            self.replace_module(*given.positional[:2])
        return ANYTHING

    def _replace_all(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        if isinstance(first, Items) and first.exact and first.kind == "dict":
            for key in first.values:
                self.replace_module(key, ANYTHING)
        else:
            self.stubs_modules()
        return ANYTHING

    # -- builtins -------------------------------------------------------------------------------

    def _hasattr(self, given: Arguments) -> Value:
        found = self._asked(given)
        return Constant(found) if found is not None else ANYTHING

    def _asked(self, given: Arguments) -> bool | None:
        """Tell whether an object has an attribute."""
        if len(given.positional) < 2:
            return None
        owner, name = given.positional[:2]
        if not isinstance(owner, ModuleValue | Constant) or not isinstance(name, Constant):
            return None
        risk = self.risk
        try:
            self.attribute(owner, str(name.value))
        except Raised:
            return False
        return True if risk == self.risk else None

    def _isinstance(self, given: Arguments) -> Value:
        verdict = _is_kind(*given.positional[:2]) if len(given.positional) == 2 else None
        return ANYTHING if verdict is None else Constant(verdict)

    def _getattr(self, given: Arguments) -> Value:
        if len(given.positional) < 2:
            return ANYTHING
        owner, name = given.positional[:2]
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            self.may_fail()
            return ANYTHING
        if len(given.positional) == 2:
            return self.attribute(owner, name.value)
        found = self._asked(given)
        if found is None:
            return ANYTHING
        return self.attribute(owner, name.value) if found else given.positional[2]

    def _setattr(self, given: Arguments) -> Value:
        if len(given.positional) > 2:
            owner, name, value = given.positional[:3]
            if isinstance(owner, ModuleValue | ClassValue | Instance):
                if isinstance(name, Constant):
                    owner.names[str(name.value)] = value
                elif not isinstance(owner, Instance):
                    owner.is_open = True
        return Constant(None)

    def _exec(self, given: Arguments) -> Value:
        del given
        self.frame.scope.module.is_open = True
        self.stubs_modules()
        return ANYTHING

    def _copy(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else None
        if first is None:
            return Items("list", [])
        if isinstance(first, Items):
            return Items("list", list(first.values), first.exact)
        if isinstance(first, Constant) and isinstance(first.value, tuple | str):
            return Items("list", [Constant(one) for one in first.value])
        self.may_fail()
        return Items("list", [], exact=False)

    def _text(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else None
        return Constant(str(first.value)) if isinstance(first, Constant) else ANYTHING

    def _length(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else None
        return Constant(len(first.values)) if isinstance(first, Items) and first.exact else ANYTHING

    def _first(self, given: Arguments) -> Value:
        return given.positional[0] if given.positional else ANYTHING

    def _gettext(self, given: Arguments) -> Value:
        del given
        self.extra_builtins |= {"_", "gettext", "ngettext"}
        return ANYTHING

    def _raise_now(self, name: str) -> Never:
        self.fail(name, CauseKind.RAISED, f"{name} in {self.frame.path}", f"raises {name}")

    # -- environment variables ------------------------------------------------------------------

    def _get_variable(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else None
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            return ANYTHING
        found = self.variables.get(name.value)
        if found != UNSET:
            return found
        default = given.positional[1] if len(given.positional) > 1 else given.get("default")
        return UNSET if default is None else default

    def _default_variable(self, given: Arguments) -> Value:
        found = self._get_variable(given)
        if given.positional:
            self.variables.put(given.positional[0], ANYTHING if self.tentative else found)
        return found

    def _pop_variable(self, given: Arguments) -> Value:
        found = self._get_variable(given)
        if given.positional:
            self.variables.put(given.positional[0], ANYTHING if self.tentative else UNSET)
        return found

    def _put_variables(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        for key in first.values if isinstance(first, Items) and first.exact else [ANYTHING]:
            self.variables.put(key, ANYTHING)
        for name, _ in given.named:
            self.variables.put(Constant(name), ANYTHING)
        return Constant(None)

    # -- paths ----------------------------------------------------------------------------------

    def _path(self, function: Callable[[str], str]) -> Callable[[Arguments], Value]:
        def run(given: Arguments) -> Value:
            first = given.positional[0] if given.positional else None
            if isinstance(first, Constant) and isinstance(first.value, str | PurePath):
                text = (
                    os.path.join(self.folder, first.value)
                    if function is os.path.normpath
                    else str(first.value)
                )
                return Constant(function(text))
            return ANYTHING

        return run

    def _join(self, given: Arguments) -> Value:
        values = [part.value for part in given.positional if isinstance(part, Constant)]
        if len(values) < len(given.positional) or not all(isinstance(one, str | PurePath) for one in values):
            return ANYTHING
        return Constant(os.path.join(*values)) if values else ANYTHING

    def _make_path(self, given: Arguments) -> Value:
        values = [part.value for part in given.positional if isinstance(part, Constant)]
        if len(values) < len(given.positional) or not all(isinstance(one, str | PurePath) for one in values):
            return ANYTHING
        return Constant(PurePosixPath(*values))

    def _add_path(self, given: Arguments, position: int, *, front: bool) -> Value:
        value = given.positional[position] if len(given.positional) > position else ANYTHING
        self._put_path(value, front=front)
        return Constant(None)

    def _add_paths(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        known = first.values if isinstance(first, Items) else []
        for value in known if isinstance(first, Items) and first.exact else [*known, ANYTHING]:
            self._put_path(value, front=False)
        return Constant(None)

    def _put_path(self, value: Value, *, front: bool) -> None:
        if isinstance(value, Constant) and isinstance(value.value, str | PurePath):
            folder = os.path.normpath(os.path.join(self.folder, value.value))
            if front:
                self.search.path.insert(0, folder)
            else:
                self.search.path.append(folder)
        else:
            self.stubs_modules()


def _name(value: Value) -> str:
    match value:
        case FunctionValue() | ClassValue():
            return value.name
        case FixtureValue():
            return _name(value.function)
        case _:
            return "fixture"


def _as_manager(given: Arguments) -> Value:
    first = given.positional[0] if given.positional else ANYTHING
    if isinstance(first, FunctionValue) and not first.kind:
        first.kind = "manager"
        return first
    return Outside("contextlib.contextmanager()", called=True)


def _is_kind(value: Value, classes: Value) -> bool | None:
    """Tell whether a built-in exception is of one of these classes; None where text does not tell."""
    if isinstance(classes, Items):
        found = [_is_kind(value, one) for one in classes.values]
        return True if True in found else None if None in found or not classes.exact else False
    if isinstance(value, Constant):
        kind = _builtin(classes)
        return isinstance(value.value, kind) if kind is not None else None
    one, other = _builtin_class(value), _builtin_class(classes)
    return issubclass(one, other) if one is not None and other is not None else None


def _builtin_class(value: Value) -> type[BaseException] | None:
    found = _builtin(value)
    return found if found is not None and issubclass(found, BaseException) else None


def _builtin(value: Value) -> type | None:
    """Return the built-in class that a value is, or that a call of it makes an object of."""
    if not isinstance(value, Outside) or not value.name.startswith("builtins."):
        return None
    found = getattr(builtins, value.name.removeprefix("builtins.").removesuffix("()"), None)
    return found if isinstance(found, type) else None
