"""The marks on a test: its own, its classes', its module's (`_pytest.mark.structures.get_unpacked_marks`)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from importgraph.collection.collectors import FoundTest
from importgraph.namespaces.classes import linearise
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Cls, Doubt, GiveUp, Mark, Ref, elements

_Layer = tuple[tuple[Mark, ...], bool]
"""Marks of one place, and whether some may be missing."""


class Marks(msgspec.Struct, frozen=True):
    """Marks by where they stand, closest first."""

    layers: tuple[tuple[Mark, ...], ...]
    unknown: bool
    """Some may be missing."""

    def all(self) -> Iterator[Mark]:
        """Yield all marks in the order of pytest's `iter_markers`."""
        for layer in self.layers:
            yield from layer

    def named(self, name: str) -> list[Mark]:
        """Return the marks of a name, in the order of `iter_markers`."""
        return [mark for mark in self.all() if mark.name == name]

    def has(self, name: str) -> bool:
        """Tell whether there is a mark of a name."""
        return any(mark.name == name for layer in self.layers for mark in layer)


def marks_of(frame: Frame, test: FoundTest) -> Marks:
    """Return the marks of a test."""
    unknown = False
    layers: list[tuple[Mark, ...]] = []
    own, lost = _known(test.func.marks if test.func is not None else [])
    layers.append(own)
    unknown = lost or test.func is None
    for _, cls in reversed(test.classes):
        layer, lost = _remembered(frame, ("marks", id(cls)), partial(_class_marks, frame, cls))
        layers.append(layer)
        unknown = unknown or lost
    layer, lost = _remembered(frame, ("marks",), partial(_module_marks, frame))
    found = Marks((*layers, layer), unknown or lost)
    if not found.named("anyio") or not _is_asynchronous(test):
        return found
    if not frame.space.anyio and not frame.space.finder.environment.knows_installed:
        raise Doubt("whether the plugin of anyio is active is known at run time only")
    return _with_backend(found) if frame.space.anyio else found


def _is_asynchronous(test: FoundTest) -> bool:
    return test.func is not None and "__async__" in test.func.attrs and not test.unittest


def _with_backend(marks: Marks) -> Marks:
    """Add the fixture that anyio's plugin gives asynchronous tests (`pytest_pycollect_makeitem`)."""
    own, *outer = marks.layers
    return Marks(((*own, Mark("usefixtures", ("anyio_backend",), {})), *outer), marks.unknown)


def _remembered(frame: Frame, key: tuple[Any, ...], read: Callable[[], _Layer]) -> _Layer:
    memo = frame.space.memo
    if key not in memo:
        memo[key] = read()
    found: _Layer = memo[key]
    return found


def _module_marks(frame: Frame) -> _Layer:
    module = frame.scope.names.get("pytestmark")
    return _known(_as_list(frame, module)) if module is not None else ((), False)


def _class_marks(frame: Frame, cls: Cls) -> _Layer:
    found: list[Any] = []
    try:
        order = linearise(frame, cls)
    except GiveUp:
        return (), True
    for base in reversed(order):
        if isinstance(base, Cls):
            found.extend(_as_list(frame, base.names["pytestmark"]) if "pytestmark" in base.names else [])
            found.extend(base.marks)
    return _known(found)


def _as_list(frame: Frame, value: Any) -> list[Any]:
    if type(value) is Ref:
        value = frame.space.resolve(value)
    if isinstance(value, tuple):
        raise Doubt("would fail to collect: `pytestmark` is a tuple; make it a list")
    if isinstance(value, list):
        found = elements(value)
        return [None] if found is None else [frame.space.resolve(v) if type(v) is Ref else v for v in found]
    return [value]


def _known(values: list[Any]) -> _Layer:
    marks = tuple(value for value in values if isinstance(value, Mark))
    return marks, len(marks) != len(values)
