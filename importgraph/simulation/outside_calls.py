"""Calls of what is not read, where their effect on collection is known; those of the builtins."""

import builtins
import os
from typing import TYPE_CHECKING, Never

from importgraph.evaluation.growth import call_size
from importgraph.evaluation.limits import LARGEST
from importgraph.simulation.calls import Arguments
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import Raised
from importgraph.simulation.import_calls import ImportCalls
from importgraph.simulation.outside import COMPUTED, HARMLESS, RESULTS, UNKNOWN, of_plain, plain
from importgraph.simulation.pytest_calls import ASYNC_OPTIONS
from importgraph.simulation.values import (
    ANYTHING,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class OutsideCalls(ImportCalls):
    """Knows what some calls of installed code do."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._known_calls: Mapping[str, Callable[[Arguments], Value]] = {
            "pytest.importorskip": self._import_or_skip,
            "pytest.skip": self._skip,
            "pytest.fail": self._fail_now,
            "pytest.xfail": self._fail_now,
            "pytest.fixture": self._fixture,
            "pytest_asyncio.fixture": lambda given: self._fixture(given, ASYNC_OPTIONS),
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
            if value.name in HARMLESS:
                self._pass_on(arguments)
                return Outside(f"{value.name}()", called=True)
            if value.name in COMPUTED:
                return self._computed_call(value.name, arguments)
        elif value.name.startswith("pytest.mark."):
            return self._mark(value, arguments)
        elif value.name == "functools.wraps" and arguments.positional:
            return arguments.positional[0]
        self.variables.is_open |= "env" in value.name.rpartition(".")[2].lower()
        self.may_fail(imports=value.name.startswith("importlib"))
        self._pass_on(arguments)
        return Outside(f"{value.name}()", called=True)

    # -- builtins -------------------------------------------------------------------------------

    def _computed_call(self, name: str, given: Arguments) -> Value:
        """Call a function of Python that only computes, where all it gets is known."""
        values = [plain(one) for one in given.positional]
        options = {key: plain(one) for key, one in given.named}
        function = COMPUTED[name]
        known = given.exact and all(one is not UNKNOWN for one in (*values, *options.values()))
        if not known or call_size(function, values, options) > LARGEST:
            self.may_fail()
            return ANYTHING
        try:
            return of_plain(function(*values, **options))
        except (TypeError, ValueError, ArithmeticError) as error:
            kind = CauseKind.WRONG_TYPE if isinstance(error, TypeError) else CauseKind.RAISED
            place = f"{name.removeprefix('builtins.')}() in {self.frame.path}"
            self.fail(type(error).__name__, kind, place, f"raises {type(error).__name__}: {error}")

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
        if isinstance(first, Items):
            return Constant(len(first.values)) if first.exact else ANYTHING
        return self._computed_call("builtins.len", given) if isinstance(first, Constant) else ANYTHING

    def _first(self, given: Arguments) -> Value:
        return given.positional[0] if given.positional else ANYTHING

    def _gettext(self, given: Arguments) -> Value:
        del given
        self.extra_builtins |= {"_", "gettext", "ngettext"}
        return ANYTHING

    def _raise_now(self, name: str) -> Never:
        self.fail(name, CauseKind.RAISED, f"{name} in {self.frame.path}", f"raises {name}")


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
