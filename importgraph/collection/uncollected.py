"""Values under a test's name that are neither classes nor functions: what pytest surely does not collect."""

import ast
import re
import typing
from types import FunctionType
from typing import Any

from importgraph.namespaces.classes import class_attribute, is_test_case
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Bound, Cls, Doubt, Ext, Func, GiveUp, Inst, Unknown
from importgraph.session.patterns import Patterns

_PYTEST_CLASSES = {
    f"pytest.{name}" for name in ("TestReport", "Testdir", "TestShortLogReport", "TestCaseFunction")
}
"""Classes of pytest itself that look like test classes; none of them is collected."""
_A_PATH = re.compile(r"pathlib\.(?:Pure)?(?:Posix|Windows)?Path\(\)(?:\.(?:parent|\w+\(\)))*")
"""A path, or what a method of one returns: neither is callable."""


def _is_alias(name: str) -> bool:
    """Tell whether a name is one of a form of `typing`, which is neither a class nor a function."""
    module, _, last = name.rpartition(".")
    return module == "typing" and not isinstance(getattr(typing, last, type), type | FunctionType)


def refuse_doubtful(frame: Frame, name: str, value: Any, patterns: Patterns) -> None:
    """Let pass a value that pytest surely does not collect under a test's name.

    Raises:
        Doubt: For all others.
    """
    if isinstance(value, Unknown) and not value.instance:
        raise Doubt(f"`{name}`: {value.reason}", value.line)
    if isinstance(value, Bound) and patterns.is_function(name):
        raise Doubt(f"`{name}` is a method of something")
    if isinstance(value, Ext) and (is_test_case([value]) or value.name in _PYTEST_CLASSES):
        return
    if isinstance(value, Ext) and _is_alias(value.name):
        return
    if isinstance(value, Ext) and not _A_PATH.fullmatch(value.name):
        raise Doubt(f"`{name}` is {value.name}, whose source is not read")
    if (
        isinstance(value, Inst)
        and isinstance(value.cls, Ext)
        and value.cls.name.rpartition(".")[2] in _MAKE_FUNCTIONS
    ):
        raise Doubt(f"`{name}` is made by {value.cls.name}")
    if isinstance(value, Inst) and isinstance(value.cls, Cls) and _may_wrap(frame, value.cls):
        raise Doubt(f"`{name}` is an instance of {value.cls.name}, which may wrap a function")


_MAKE_FUNCTIONS = {"partial", "partialmethod", "FunctionType", "LambdaType", "MethodType"}


def _may_wrap(frame: Frame, cls: Cls) -> bool:
    """Tell whether instances can be called and may have a `__wrapped__`: pytest collects what it leads to."""
    if class_attribute(frame, cls, "__call__") is None:
        return False
    makers = (class_attribute(frame, cls, name) for name in ("__init__", "__new__", "__wrapped__"))
    return any(found is not None and _names_wrapped(frame, found[0]) for found in makers)


def _names_wrapped(frame: Frame, maker: Any) -> bool:
    if not isinstance(maker, Func) or maker.node is None:
        return True
    try:
        text = ast.unparse(frame.space.whole(maker.scope.path, maker.node))
    except GiveUp:
        return True
    return "update_wrapper" in text or "wraps" in text or "__wrapped__" in text or "__dict__" in text
