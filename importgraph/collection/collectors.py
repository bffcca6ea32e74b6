"""What pytest collects from a module and its classes.

(`_pytest.python.PyCollector.collect`, `_pytest.unittest`).
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from importgraph.collection.uncollected import refuse_doubtful
from importgraph.facts.source.bodies import is_blanked
from importgraph.namespaces.classes import (
    class_attribute,
    constructor,
    is_abstract,
    is_test_case,
    linearise,
    metaclass_doubt,
)
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import (
    Bound,
    Cls,
    Doubt,
    Ext,
    Fixture,
    Func,
    GiveUp,
    Inst,
    Ref,
    Unknown,
    is_native,
    truth_of,
)
from importgraph.namespaces.text.test_case_bases import may_be_test_case
from importgraph.session.patterns import Patterns


class FoundTest(msgspec.Struct, frozen=True):
    """One test function before parametrisation."""

    classes: tuple[tuple[str, Cls], ...]
    """The classes around it with the names they were found under, outermost first."""
    name: str
    func: Func | None
    unittest: bool = False
    static: bool = False


IGNORED = frozenset(dir(type("Empty", (), {}))) | {
    "__builtins__", "__file__", "__cached__", "__name__", "__doc__", "__package__", "__loader__", "__spec__",
}  # fmt: skip


_ASKED = ("__test__", "pytest_generate_tests", "pytest_plugins", "pytestmark")
"""What pytest asks of every test module, and takes for what it is."""


def collect_names(frame: Frame, names: Mapping[str, Any], patterns: Patterns) -> Iterator[FoundTest]:
    """Yield the tests of a module's namespace in pytest's order.

    Raises:
        Doubt: If text cannot decide a name that pytest may collect.
    """
    if "__test__" in names:
        verdict = truth_of(names["__test__"])
        if verdict is None:
            raise Doubt("`__test__` of the module is computed")
        if not verdict:
            return
    for name in _ASKED if "__getattr__" in names else ():
        if name not in names and not frame.space.refuses(names["__getattr__"], name):
            raise Doubt(f"`__getattr__` of the module may answer for `{name}`, which pytest asks for")
    for name, value in list(names.items()):
        if name not in IGNORED:
            yield from _make_item(frame, name, value, patterns, ())


ClassPath = tuple[tuple[str, Cls], ...]


def _make_item(
    frame: Frame, name: str, value: Any, patterns: Patterns, outer: ClassPath
) -> Iterator[FoundTest]:
    wanted = patterns.is_function(name) or patterns.is_class(name)
    if type(value) is Ref:
        if not wanted and not may_be_test_case(frame.space, value.module, value.name, value.importer):
            return
        if not patterns.imported and not outer:
            return
        value = frame.space.settle(frame.space.resolve(value), frame.scope.path)
    elif type(value) is Ext and "(" not in value.name:
        module, _, last = value.name.rpartition(".")
        if not wanted and not may_be_test_case(frame.space, module, last, frame.scope.path):
            return
        if not patterns.imported and not outer:
            return
        value = frame.space.settle(value, frame.scope.path)
    elif (
        isinstance(value, Cls | Func)
        and not patterns.imported
        and not outer
        and _home(value) != frame.scope.path
    ):
        return
    if isinstance(value, Cls):
        yield from _class_item(frame, name, value, patterns, outer)
    elif isinstance(value, Func):
        if _is_test_function(value, name, patterns):
            _refuse_generator(frame, value, name)
            yield FoundTest(outer, name, value, static=value.kind == "static")
    elif wanted:
        refuse_doubtful(frame, name, value, patterns)
    elif isinstance(value, Unknown) and not value.instance and _smells(name, value):
        raise Doubt(f"`{name}` may be a test class: {value.reason}", value.line)


def _home(value: Cls | Func) -> str:
    """Return the file that a class or function comes from."""
    return value.path if isinstance(value, Cls) else value.scope.path


def _smells(name: str, value: Unknown) -> bool:
    return ("Test" in name or "TestCase" in value.reason) and name[:1].isupper()


def _is_test_function(func: Func, name: str, patterns: Patterns) -> bool:
    flag = func.attrs.get("__test__", None)
    if func.kind == "property" or not (patterns.is_function(name) or flag is True):
        return False
    if flag is None:
        return True
    verdict = truth_of(flag)
    if verdict is None:
        raise Doubt(f"`{name}.__test__` is computed")
    return verdict


def _refuse_generator(frame: Frame, func: Func, name: str) -> None:
    blanked = name.startswith("test") and func.node is not None and getattr(func.node, "name", "") == name
    # a test's body is blanked only where it does not yield
    if isinstance(func.node, ast.AsyncFunctionDef):
        return  # `inspect.isgeneratorfunction` is false of asynchronous generators
    if (not blanked or not is_blanked(func.node)) and frame.space.is_generator(func):
        raise Doubt(
            f"would fail to collect: `{name}` is a test with `yield`", getattr(func.node, "lineno", 0)
        )


def _class_item(
    frame: Frame, name: str, cls: Cls, patterns: Patterns, outer: ClassPath
) -> Iterator[FoundTest]:
    wanted = patterns.is_class(name)
    try:
        order = linearise(frame, cls)
    except GiveUp as reason:
        if wanted or _may_have_tests(cls):
            raise Doubt(str(reason), cls.node.lineno if cls.node else 0) from None
        return
    if is_test_case(order):
        yield from _unittest_items(frame, name, cls, order, outer)
        return
    unread = _unread(order)
    if unread and not wanted and "Test" in unread:
        raise Doubt(
            f"class {cls.name} may be a TestCase: its base {unread} is not read",
            cls.node.lineno if cls.node else 0,
        )
    if not wanted:
        flag = class_attribute(frame, cls, "__test__") if "__test__" in cls.names else None
        if flag is None or flag[0] is not True:
            return
    yield from _plain_class(frame, name, cls, order, patterns, outer)


def _may_have_tests(cls: Cls) -> bool:
    return any(name.startswith("test") for name in cls.names)


def _unread(order: list[Any]) -> str:
    known = ("abc.", "typing", "enum.", "collections.", "unittest.", "builtins.")
    return next((b.name for b in order if isinstance(b, Ext) and not b.name.startswith(known)), "")


def _is_off(frame: Frame, cls: Cls) -> bool:
    flag = class_attribute(frame, cls, "__test__")
    if flag is None:
        return False
    verdict = truth_of(flag[0])
    if verdict is None:
        raise Doubt(f"`__test__` of class {cls.name} is not known")
    return not verdict


def _check_class(frame: Frame, cls: Cls, order: list[Any]) -> None:
    line = cls.node.lineno if cls.node else 0
    for base in order:
        if isinstance(base, Cls) and base.doubt:
            raise Doubt(base.doubt, line)
    doubt = metaclass_doubt(frame, order)
    if doubt:
        raise Doubt(doubt, line)


def _plain_class(
    frame: Frame, name: str, cls: Cls, order: list[Any], patterns: Patterns, outer: ClassPath
) -> Iterator[FoundTest]:
    abstract = is_abstract(order)
    if abstract is None:
        raise Doubt(f"class {cls.name} may be abstract")
    if abstract or _is_off(frame, cls):
        return
    made = constructor(order)
    if made is None:
        raise Doubt(f"class {cls.name} may have an __init__ from a base that is not read")
    if made:
        return
    _check_class(frame, cls, order)
    seen: set[str] = set()
    groups: list[list[FoundTest]] = []
    for base in order:
        if not isinstance(base, Cls):
            continue
        group: list[FoundTest] = []
        for member, value in list(base.names.items()):
            if member not in seen and member not in IGNORED:
                seen.add(member)
                group.extend(_make_item(frame, member, value, patterns, (*outer, (name, cls))))
        groups.append(group)
    for group in reversed(groups):
        yield from group


def _unittest_items(
    frame: Frame, name: str, cls: Cls, order: list[Any], outer: ClassPath
) -> Iterator[FoundTest]:
    if is_abstract(order) is not False or _is_off(frame, cls):
        if is_abstract(order) is None:
            raise Doubt(f"class {cls.name} may be abstract")
        return
    _check_class(frame, cls, order)
    unread = _unread(order)
    if unread:
        raise Doubt(f"class {cls.name} has a base that is not read: {unread}")
    path = (*outer, (name, cls))
    members: dict[str, Any] = {}
    for base in order:
        if isinstance(base, Cls):
            for member, value in base.names.items():
                if member.startswith("test"):
                    members.setdefault(member, value)
    found = False
    for member in sorted(members):
        func = _callable(frame, cls, member, members[member])
        if func is not None:
            found = True
            yield FoundTest(path, member, func if isinstance(func, Func) else None, unittest=True)
    if not found:
        run = class_attribute(frame, cls, "runTest")
        if run is not None and run[0] is not None:
            yield FoundTest(path, "runTest", run[0] if isinstance(run[0], Func) else None, unittest=True)


def _callable(frame: Frame, cls: Cls, name: str, value: Any) -> Any:
    """Return a member of a TestCase that unittest's loader takes for a test; None for data."""
    value = frame.space.settle(frame.space.resolve(value) if type(value) is Ref else value, cls.path)
    if isinstance(value, Func):
        flag = value.attrs.get("__test__", True)
        verdict = truth_of(flag)
        if verdict is None:
            raise Doubt(f"`{cls.name}.{name}.__test__` is computed")
        return value if verdict and value.kind != "property" else None
    if isinstance(value, Cls) or is_native(value):
        return value
    if isinstance(value, Unknown | Ext | Inst | Bound | Fixture) and not (
        isinstance(value, Unknown) and value.instance
    ):
        raise Doubt(f"`{cls.name}.{name}` may be a test: {getattr(value, 'reason', 'it is computed')}")
    return None
