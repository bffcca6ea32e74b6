"""Functions that are known by name.

What pytest, unittest, hypothesis and a few others do to what pytest collects.
"""

import os
from collections.abc import Callable
from typing import Any

from importgraph.evaluator.decorators import decorate
from importgraph.evaluator.frame import elements
from importgraph.evaluator.models.native_functions import platform_call
from importgraph.evaluator.models.pytest_functions import (
    add_marker,
    fixture,
    importorskip,
    param,
    skip,
    skip_test,
)
from importgraph.evaluator.models.standard_objects import (
    distribution,
    distribution_version,
    loads,
    namespace,
    pool,
    start_program,
)
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Cls,
    Decorator,
    Ext,
    Func,
    GiveUp,
    ImportFails,
    Inst,
    Mod,
    NotComputed,
    Unknown,
    concrete,
)

_OUTSIDE = {"declared", "unknown"}
"""Kinds of modules of which it is not known whether they are installed."""
Handler = Callable[[Frame, list[Any], dict[str, Any], int], Any]


def _same(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return args[0] if len(args) == 1 and isinstance(args[0], Func | Cls) and not kwargs else Decorator("same")


def _abstract(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if len(args) == 1 and isinstance(args[0], Func):
        args[0].attrs["__abstract__"] = True
        return args[0]
    return Unknown("an abstract member", line, instance=True)


def _context_manager(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`contextlib.contextmanager`: calling the function runs nothing, and what it gives decorates."""
    if len(args) == 1 and isinstance(args[0], Func):
        args[0].context = True
        return args[0]
    return Decorator("same")


def _cast(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return args[1] if len(args) == 2 else Unknown("typing.cast()", line)


def _always_decorator(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Decorator("same")


def _hiding(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Decorator("hide")


def _given(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Decorator("given", (tuple(args), dict(kwargs)))


def _patch(position: int) -> Handler:
    def handle(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        replaced = len(args) > position or "new" in kwargs or ("new_callable" in kwargs and False)
        return Decorator("patch", 0 if replaced else 1)

    return handle


def _patch_multiple(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Decorator("hide")


def _wraps(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Decorator("wraps", args[0] if args else None)


def _update_wrapper(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return (
        decorate(frame, Decorator("wraps", args[1]), [args[0]], line)
        if len(args) == 2
        else Unknown("a wrapper", line)
    )


def _dataclass(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    effect = Decorator("same" if kwargs.get("init") is False else "init")
    if len(args) == 1 and isinstance(args[0], Cls):
        return decorate(frame, effect, args, line)
    return effect


def _environment(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if not args or not isinstance(args[0], str) or not all(concrete(a) for a in args):
        return Unknown("an environment variable", line)
    value = os.environ.get(args[0])
    frame.space.environment_reads[args[0]] = value
    return (args[1] if len(args) > 1 else kwargs.get("default")) if value is None else value


def _platform(name: str) -> Handler:
    def handle(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        value = platform_call(name)
        return Unknown(f"platform.{name}()", line) if value is None else value

    return handle


def _find_spec(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if len(args) != 1 or not isinstance(args[0], str):
        return Unknown("find_spec()", line)
    found = frame.space.find(args[0], frame.scope.path)
    if found is not None and found.kind in _OUTSIDE:
        return Unknown(f"whether {args[0]} is installed", line)
    return None if found is None else True


def _import_module(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if len(args) != 1 or not isinstance(args[0], str) or args[0].startswith("."):
        return Unknown("a module imported by a computed name", line)
    found = frame.space.find(args[0], frame.scope.path)
    if found is not None and found.kind in _OUTSIDE and frame.space.strict:
        raise NotComputed
    if found is None:
        raise ImportFails(f"no module named {args[0]!r}", line)
    return Mod(args[0])


def _nothing(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return None


def _reduce(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`functools.reduce(lambda f, g: g(f), marks, func)`."""
    found = elements(args[1]) if len(args) == 3 else None
    if found is None:
        raise GiveUp("functools.reduce() over unknown values")
    value = args[2]
    for element in found:
        value = frame.space.call(frame, args[0], [value, element], {}, line)
    return value


def _anyio_backends(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`anyio.get_available_backends()`: those whose library is installed."""
    trio = frame.space.find("trio", frame.scope.path)
    if trio is not None and trio.kind in _OUTSIDE:
        return Unknown("the backends of anyio that are installed", line)
    return ("asyncio", *(("trio",) if trio is not None else ()))


def _auto(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Inst(Ext("enum.auto"))


def _named_tuple(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    name = args[0] if args and isinstance(args[0], str) else "tuple"
    return Cls(name, (tuple,), {}, frame.scope.path)


def _type_variable(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    return Unknown("a type variable", line, instance=True)


KNOWN: dict[str, Handler] = {
    "pytest.add_marker": add_marker,
    "pytest.skip": skip,
    "pytest.importorskip": importorskip,
    "pytest.param": param,
    "pytest.fixture": fixture,
    "pytest.yield_fixture": fixture,
    "pytest.hookimpl": _same,
    "pytest.hookspec": _same,
    "pytest.register_assert_rewrite": _nothing,
    "unittest.skip": _always_decorator,
    "unittest.skipIf": _always_decorator,
    "unittest.skipUnless": _always_decorator,
    "unittest.case.skip": _always_decorator,
    "unittest.case.skipIf": _always_decorator,
    "unittest.case.skipUnless": _always_decorator,
    "unittest.expectedFailure": _same,
    "unittest.SkipTest": skip_test,
    "functools.reduce": _reduce,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "functools.lru_cache": _same,
    "functools.cache": _same,
    "functools.singledispatch": _same,
    "abc.abstractmethod": _abstract,
    "typing.cast": _cast,
    "typing.no_type_check": _same,
    "typing.overload": _same,
    "typing.final": _same,
    "typing_extensions.override": _same,
    "typing.override": _same,
    "typing.runtime_checkable": _same,
    "typing_extensions.runtime_checkable": _same,
    "enum.unique": _same,
    "enum.auto": _auto,
    "typing.TypeVar": _type_variable,
    "typing.NewType": _type_variable,
    "collections.namedtuple": _named_tuple,
    "typing.NamedTuple": _named_tuple,
    "dataclasses.dataclass": _dataclass,
    **dict.fromkeys(
        (
            "attr.s",
            "attr.attrs",
            "attr.define",
            "attr.mutable",
            "attr.frozen",
            "attr.dataclass",
            "attrs.define",
            "attrs.mutable",
            "attrs.frozen",
            "attr._make.attrs",
            "attr._next_gen.define",
        ),
        _dataclass,
    ),
    "hypothesis.given": _given,
    "hypothesis.settings": _always_decorator,
    "hypothesis.seed": _always_decorator,
    "hypothesis.example": _always_decorator,
    "hypothesis.note": _nothing,
    "hypothesis.assume": _nothing,
    "hypothesis.reproduce_failure": _always_decorator,
    "hypothesis.strategies.composite": _hiding,
    "hypothesis.internal.reflection.proxies": _wraps,
    "hypothesis.internal.reflection.impersonate": _always_decorator,
    "anyio.get_available_backends": _anyio_backends,
    "anyio._core._eventloop.get_available_backends": _anyio_backends,
    "anyio.get_all_backends": lambda *_: ("asyncio", "trio"),
    "anyio._core._eventloop.get_all_backends": lambda *_: ("asyncio", "trio"),
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "importlib.metadata.distribution": distribution,
    "importlib.metadata.version": distribution_version,
    "types.SimpleNamespace": namespace,
    "json.loads": loads,
    "concurrent.futures.ThreadPoolExecutor": pool,
    **dict.fromkeys(
        (f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")),
        start_program,
    ),
    "importlib.util.find_spec": _find_spec,
    "importlib.import_module": _import_module,
    "contextlib.contextmanager": _context_manager,
    "contextlib.asynccontextmanager": _same,
    "asyncio.coroutine": _same,
    "types.coroutine": _same,
    "warnings.filterwarnings": _nothing,
    "warnings.simplefilter": _nothing,
    "warnings.catch_warnings": lambda *_: Decorator("wrap"),
}
for _home, _names in {
    "core": ("given", "seed", "example", "reproduce_failure"),
    "_settings": ("settings",),
    "control": ("note", "assume"),
}.items():
    KNOWN.update((f"hypothesis.{_home}.{_name}", KNOWN[f"hypothesis.{_name}"]) for _name in _names)
KNOWN["hypothesis.strategies._internal.core.composite"] = _hiding
for _prefix in ("unittest.mock", "mock"):
    KNOWN[f"{_prefix}.patch"] = _patch(1)
    KNOWN[f"{_prefix}.patch.object"] = _patch(2)
    KNOWN[f"{_prefix}.patch.dict"] = _always_decorator
    KNOWN[f"{_prefix}.patch.multiple"] = _patch_multiple
for _name in ("system", "machine", "python_implementation", "architecture", "node"):
    KNOWN[f"platform.{_name}"] = _platform(_name)

WRITTEN = {name[:end] for name in KNOWN for end in (*(i for i, c in enumerate(name) if c == "."), len(name))}
"""The known names, and the modules on the way to them."""
