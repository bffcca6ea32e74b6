"""What pytest, unittest, hypothesis and a few others do to what pytest collects."""

import os
from collections.abc import Callable, Mapping

from importgraph.environment.search_path import Found
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External, Function, Wrapped
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, new_state, settled
from importgraph.evaluation.values.values import NONE, Constant, sequence, unwrap
from importgraph.namespaces.effects import Effect
from importgraph.namespaces.natives import PLATFORM
from importgraph.namespaces.values import CONTEXT, FixtureValue, MarkValue, ParamValue
from importgraph.namespaces.world import World

Model = Callable[[Interpreter, Arguments], Result]
OUTSIDE = {"declared", "unknown"}
"""Kinds of modules of which it is not known whether they are installed."""


def _first(arguments: Arguments) -> Value | None:
    return settled(arguments.positional[0]) if arguments.positional else None


def same(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Give back the function or class; called with options, give a decorator that does."""
    first = _first(arguments)
    only = len(arguments.positional) == 1 and not arguments.keywords
    return first if only and isinstance(first, Function | Class | Wrapped) else Effect("same")


def _effect(kind: str, data: object = None) -> Model:
    return lambda _interpreter, _arguments: Effect(kind, data)


def _given(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return Effect("given", arguments)


def _patch(position: int) -> Model:
    def model(_interpreter: Interpreter, arguments: Arguments) -> Result:
        replaced = len(arguments.positional) > position or "new" in arguments.keywords
        return Effect("patch", 0 if replaced else 1)

    return model


def _wraps(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return Effect("wraps", arguments.get(0, "wrapped") or NONE)


def _update_wrapper(interpreter: Interpreter, arguments: Arguments) -> Result:
    if len(arguments.positional) < 2:
        return Unknown("a wrapper")
    return Effect("wraps", arguments.positional[1]).call(interpreter, Arguments(arguments.positional[:1]))


def _dataclass(interpreter: Interpreter, arguments: Arguments) -> Result:
    without = arguments.keywords.get("init")
    effect = Effect("same" if without == Constant(value=False) else "init")
    first = _first(arguments)
    return effect.call(interpreter, arguments) if isinstance(first, Class) else effect


def _abstract(interpreter: Interpreter, arguments: Arguments) -> Result:
    first = _first(arguments)
    inner = first.function if isinstance(first, Wrapped) else first
    if isinstance(inner, Function) and first is not None:
        interpreter.journal.put(inner.state, "__abstract__", Constant(value=True))
        return first
    return Unknown("an abstract member", is_data=True)


def _context_manager(interpreter: Interpreter, arguments: Arguments) -> Result:
    """`contextlib.contextmanager`: what calling the function gives decorates, too."""
    first = _first(arguments)
    if isinstance(first, Function):
        interpreter.journal.put(first.state, CONTEXT, True)
        return first
    return Effect("same")


def _named_tuple(interpreter: Interpreter, arguments: Arguments) -> Result:
    name = unwrap(arguments.get(0, "typename") or NONE)
    title = name if isinstance(name, str) else "tuple"
    return Class(interpreter.frame.module, title, (External("builtins.tuple"),), new_state(), None)


def _type_variable(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return Unknown("a type variable", is_data=True)


def _nothing(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return NONE


def _auto(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return External("enum.auto()")


def _param(_interpreter: Interpreter, arguments: Arguments) -> Result:
    return ParamValue(arguments)


def _fixture(_interpreter: Interpreter, arguments: Arguments) -> Result:
    first = _first(arguments)
    if isinstance(first, Function | Wrapped) and len(arguments.positional) == 1:
        return FixtureValue(first, arguments.keywords)
    if first is not None:
        return Unknown("a fixture of something unknown")
    return FixtureValue(None, arguments.keywords)


class TestModels:
    """Functions of test libraries that ask what is installed, or end the module.

    Args:
        world: The modules.
    """

    __test__ = False

    def __init__(self, world: World) -> None:
        self.world = world
        self.models: Mapping[str, Model] = {
            "pytest.skip": self._skip,
            "pytest.exit": self._exit,
            "pytest.add_marker": self._add_marker,
            "pytest.importorskip": self._import_or_skip,
            "importlib.util.find_spec": self._find_spec,
            **dict.fromkeys(("os.environ.get", "os.getenv"), self._environment),
            **dict.fromkeys(
                ("anyio.get_available_backends", "anyio._core._eventloop.get_available_backends"),
                self._backends,
            ),
        }

    def _found(self, name: str) -> Found | None:
        return self.world.space.find(name, self.world.machine.path)

    def _perhaps_skips(self, why: str) -> Result:
        self.world.machine.doubt(why)
        return Unknown(why)

    def _skip(self, interpreter: Interpreter, arguments: Arguments) -> Result:
        allowed = arguments.keywords.get("allow_module_level")
        if allowed is not None and interpreter.truth(allowed):
            return Raised("Skipped", explicit=True)
        return Raised("CollectError", "pytest.skip() outside of a test", explicit=True)

    def _exit(self, _interpreter: Interpreter, _arguments: Arguments) -> Result:
        return self._perhaps_skips("ends the session with pytest.exit()")

    def _add_marker(self, _interpreter: Interpreter, arguments: Arguments) -> Result:
        mark = _first(arguments)
        plain = unwrap(mark) if mark is not None else None
        name = mark.name if isinstance(mark, MarkValue) else plain if isinstance(plain, str) else "*"
        self.world.space.added_marks.add(name)
        return NONE

    def _import_or_skip(self, interpreter: Interpreter, arguments: Arguments) -> Result:
        name = unwrap(arguments.get(0, "modname") or NONE)
        if not isinstance(name, str):
            return self._perhaps_skips("importorskip() with a computed name")
        found = self._found(name)
        if found is None:
            return Raised("Skipped", explicit=True)
        if found.kind in OUTSIDE:
            return self._perhaps_skips(f"importorskip({name!r}): whether that is installed is not known")
        wanted = arguments.get(1, "minversion")
        if wanted is not None and unwrap(wanted) is not None:
            return self._with_version(interpreter, name, unwrap(wanted))
        return self._imported(interpreter, name, found)

    def _imported(self, interpreter: Interpreter, name: str, found: Found) -> Result:
        failure = self.world.space.failure(name, self.world.machine.path) if found.first else ""
        if failure.startswith("no module named"):
            return Raised("Skipped", explicit=True)
        if failure:
            return self._perhaps_skips(f"importorskip({name!r}): {failure}")
        return interpreter.import_name(name, interpreter.place, computed=True)

    def _with_version(self, interpreter: Interpreter, name: str, wanted: object) -> Result:
        from packaging.version import Version

        installed = self.world.space.finder.environment.distribution_version(name)
        if installed is None or not isinstance(wanted, str):
            return self._perhaps_skips(f"importorskip({name!r}) asks for a version that is not known")
        try:
            enough = Version(installed) >= Version(wanted)
        except ValueError:
            enough = False
        if not enough:
            return Raised("Skipped", explicit=True)
        found = self._found(name)
        return self._imported(interpreter, name, found) if found is not None else NONE

    def _find_spec(self, _interpreter: Interpreter, arguments: Arguments) -> Result:
        name = unwrap(arguments.get(0, "name") or NONE)
        if not isinstance(name, str) or len(arguments.positional) > 1:
            return Unknown("find_spec()")
        found = self._found(name)
        if found is not None and found.kind in OUTSIDE:
            return Unknown(f"whether {name} is installed")
        return NONE if found is None else Constant(value=True)

    def _environment(self, _interpreter: Interpreter, arguments: Arguments) -> Result:
        name = unwrap(arguments.get(0, "key") or NONE)
        if not isinstance(name, str):
            return Unknown("an environment variable", is_data=True)
        value = os.environ.get(name)
        self.world.space.environment_reads[name] = value
        return Constant(value) if value is not None else arguments.get(1, "default") or NONE

    def _backends(self, _interpreter: Interpreter, _arguments: Arguments) -> Result:
        """`anyio.get_available_backends()`: those whose library is installed."""
        trio = self._found("trio")
        if trio is not None and trio.kind in OUTSIDE:
            return Unknown("the backends of anyio that are installed")
        names = ("asyncio", *(("trio",) if trio is not None else ()))
        return sequence("tuple", tuple(Constant(name) for name in names))


def _all_backends(_interpreter: Interpreter, _arguments: Arguments) -> Result:
    return sequence("tuple", (Constant("asyncio"), Constant("trio")))


_SAME = [
    "pytest.hookimpl", "pytest.hookspec", "unittest.skip", "unittest.case.skip", "unittest.expectedFailure",
    "functools.lru_cache", "functools.cache", "functools.singledispatch", "typing.no_type_check",
    "typing.overload", "typing.final", "typing_extensions.override", "typing.override",
    "typing.runtime_checkable", "typing_extensions.runtime_checkable", "enum.unique",
    "contextlib.asynccontextmanager", "asyncio.coroutine", "types.coroutine",
]  # fmt: skip
_DECORATORS = [
    "unittest.skipIf", "unittest.skipUnless", "unittest.case.skipIf", "unittest.case.skipUnless",
    "hypothesis.settings", "hypothesis.seed", "hypothesis.example", "hypothesis.reproduce_failure",
    "hypothesis.core.seed", "hypothesis.core.example", "hypothesis.core.reproduce_failure",
    "hypothesis._settings.settings", "hypothesis.internal.reflection.impersonate",
    "unittest.mock.patch.dict", "mock.patch.dict", "warnings.catch_warnings",
]  # fmt: skip
_DATACLASSES = [
    "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.mutable", "attr.frozen",
    "attr.dataclass", "attrs.define", "attrs.mutable", "attrs.frozen", "attr._make.attrs",
    "attr._next_gen.define",
]  # fmt: skip
_NOTHING = [
    "pytest.register_assert_rewrite", "hypothesis.note", "hypothesis.assume", "hypothesis.control.note",
    "hypothesis.control.assume", "warnings.filterwarnings", "warnings.simplefilter",
]  # fmt: skip
MODELS: Mapping[str, Model] = {
    **dict.fromkeys(_SAME, same),
    **dict.fromkeys(_DECORATORS, _effect("same")),
    **dict.fromkeys(_DATACLASSES, _dataclass),
    **dict.fromkeys(_NOTHING, _nothing),
    **dict.fromkeys(("pytest.fixture", "pytest.yield_fixture"), _fixture),
    **dict.fromkeys(("hypothesis.given", "hypothesis.core.given"), _given),
    **dict.fromkeys(
        (
            "hypothesis.strategies.composite",
            "hypothesis.strategies._internal.core.composite",
            "unittest.mock.patch.multiple",
            "mock.patch.multiple",
        ),
        _effect("hide"),
    ),
    **dict.fromkeys(("functools.wraps", "hypothesis.internal.reflection.proxies"), _wraps),
    **dict.fromkeys(("unittest.mock.patch", "mock.patch"), _patch(1)),
    **dict.fromkeys(("unittest.mock.patch.object", "mock.patch.object"), _patch(2)),
    **dict.fromkeys(("collections.namedtuple", "typing.NamedTuple"), _named_tuple),
    **dict.fromkeys(("typing.TypeVar", "typing.NewType"), _type_variable),
    **dict.fromkeys(("anyio.get_all_backends", "anyio._core._eventloop.get_all_backends"), _all_backends),
    **PLATFORM,
    "pytest.param": _param,
    "functools.update_wrapper": _update_wrapper,
    "abc.abstractmethod": _abstract,
    "contextlib.contextmanager": _context_manager,
    "enum.auto": _auto,
}
KNOWN = frozenset((
    *MODELS, "pytest.skip", "pytest.importorskip", "importlib.util.find_spec", "os.environ.get", "os.getenv",
    "importlib.import_module", "typing.cast", "functools.reduce",
))  # fmt: skip
"""Names whose meaning is known, so that nobody reads their source."""
