"""The objects that pytest hands to hooks, as values: what their methods do and return."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as of_record
from typing import Any

from msgspec import Struct, field

from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Evaluator, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, unwrap
from importgraph.namespaces.values import MarkValue

_NAMED = {"name", "_nodeid", "nodeid", "items", "obj", "originalname"}
_OWN: dict[str, Any] = {"doctestmodules": False, "doctest_modules": False, "collectonly": True, "co": True}


@dataclass(slots=True)
class Recorder:
    """What a hook does to a session."""

    home: str = ""
    """The file that the hook is told of: a line in another one is named with its module."""
    given: frozenset[str] = frozenset()
    """The options of the command line, as pytest stores them."""
    defaults: dict[str, Value] = of_record(default_factory=dict)
    """Of the options that hooks declare."""
    harm: list[str] = of_record(default_factory=list)
    reorders: list[str] = of_record(default_factory=list)
    """What puts the items into another order."""
    plugins: list[Value] = of_record(default_factory=list)
    """What was registered."""
    options: list[Arguments] = of_record(default_factory=list)
    markers: list[Any] = of_record(default_factory=list)


def place(evaluator: Evaluator, recorder: Recorder | None) -> str:
    """Name the line where something happens, with its module where that is not the file of the hook."""
    frame = getattr(evaluator, "frame", None)
    line = f"line {getattr(evaluator, 'line', 0)}"
    if frame is None or recorder is None or frame.module.path == recorder.home:
        return line
    return f"{line} of {frame.module.name or frame.module.path}"


class Asked(Unknown, frozen=True, eq=False):
    """An attribute of such an object that is not known; it may be a method."""

    run: Callable[[Arguments], Result] | None = None

    def call(self, _evaluator: Evaluator, arguments: Arguments) -> Result:
        return self.run(arguments) if self.run is not None else Unknown(self.reason)


class SessionObject(Value, Struct, frozen=True, eq=False):
    """One of the objects, by its kind, with what is known of its attributes."""

    kind: str
    session: Recorder | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    """Values, or functions that find them out."""

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        if name in self.attributes:
            found = self.attributes[name]
            return found if isinstance(found, Value) else found()
        if name == "add_marker":
            return External("pytest.add_marker")
        return Asked(f"`{name}` of {self.kind}", False, lambda given: self._called(name, given))

    def set_attribute(self, evaluator: Evaluator, name: str, value: Value) -> bool:
        if name in _NAMED and self.session is not None and self.kind != "Config":
            self.session.harm.append(f"sets {name} of items on {place(evaluator, self.session)}")
        sure = getattr(evaluator, "is_sure", False)
        self.attributes[name] = value if sure else Unknown("set under a condition that text does not decide")
        return True

    def _called(self, method: str, given: Arguments) -> Result:
        unknown = Unknown(f"the result of {self.kind}.{method}()")
        first = unwrap(given.positional[0]) if given.positional else None
        match self.kind, method:
            case "Parser", "addoption" if self.session is not None:
                self.session.options.append(given)
                return NONE
            case "Parser", _:
                return self if method == "getgroup" else NONE
            case "Config", "getoption" | "getvalue" if isinstance(first, str):
                return self._option(first, given)
            case "Config", "addinivalue_line" if self.session is not None:
                if first == "markers":
                    text = unwrap(given.positional[1]) if len(given.positional) > 1 else None
                    self.session.markers.append(text)
                return NONE
            case "PluginManager", "register" if self.session is not None:
                self.session.plugins.extend([*given.positional, *given.keywords.values()][:1])
                return NONE
            case "Item", "get_closest_marker" if "marks" in self.attributes and given.positional:
                held = settled(self.attributes["marks"])
                marks = held.items if isinstance(held, Sequence) else ()
                named = (one for one in marks if isinstance(one, MarkValue) and one.name == first)
                return next(named, NONE)
            case "Collector", "_genfunctions":
                return SessionObject("OwnItems")
            case _:
                return unknown

    def _option(self, written: str, given: Arguments) -> Result:
        name = option_name(written)
        if self.session is None or name in self.session.given:
            return Unknown(f"option {written}", is_data=True)
        if name in self.session.defaults:
            return self.session.defaults[name]
        if name in _OWN:
            return Constant(_OWN[name])
        return given.get(1, "default") or Unknown(f"option {written}", is_data=True)

    def copied(self) -> Value | None:
        """Return what a list of what it yields is."""
        return self if self.kind == "OwnItems" else None


class Items(Value, Struct, eq=False):
    """The list of items that hooks get, or a list of the same items in some order."""

    session: Recorder
    is_own: bool = True
    """It is the session's list itself."""
    is_whole: bool = True
    """A copy: it surely holds them all."""

    def element(self, _evaluator: Evaluator) -> Value:
        return SessionObject("Item", self.session)

    def copied(self) -> Value | None:
        """Return what a list made of all of them is."""
        return Items(self.session, is_own=False) if self.is_whole else None

    def shuffled(self, how: str) -> None:
        """Take note that they are put into another order."""
        if self.is_own:
            self.session.reorders.append(how)

    def passed_on(self, evaluator: Evaluator) -> None:
        self._spoil(f"hands the items to a call on {place(evaluator, self.session)}")

    def _spoil(self, harm: str) -> None:
        if self.is_own:
            self.session.harm.append(harm)
        else:
            self.is_whole = False

    def item(self, _evaluator: Evaluator, key: Value) -> Result:
        plain = unwrap(key)
        whole = isinstance(plain, slice) and plain in (slice(None), slice(None, None, -1))
        return (self.copied() if whole else None) or Unknown("some of the items")

    def set_item(self, evaluator: Evaluator, key: Value, value: Value) -> bool:
        line = place(evaluator, self.session)
        value = settled(value)
        same = isinstance(value, Items) and value.session is self.session and value.is_whole
        if self.is_own and unwrap(key) == slice(None) and same:
            self.session.reorders.append(f"an assignment on {line}")
        else:
            self._spoil(f"hands the items to an assignment on {line}")
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        line = place(evaluator, self.session)
        return Asked(f".{name}()", False, lambda _: self._called(name, line))

    def _called(self, method: str, line: str) -> Result:
        if method == "copy":
            return self.copied() or Unknown("some of the items")
        if method in {"reverse", "sort"}:
            self.shuffled(f"{method}() on {line}")
            return NONE
        if self.is_own or method not in {"index", "count"}:
            self._spoil(f"changes the list of items ({method} on {line})")
        return Unknown(f"the result of .{method}()")


def option_name(name: str) -> str:
    """Return an option as pytest stores it."""
    return name.lstrip("-").replace("-", "_")
