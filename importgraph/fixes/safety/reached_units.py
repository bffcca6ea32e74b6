"""Which units of libraries may run when the modules they stand in are imported."""

from collections.abc import Iterable, Sequence

from importgraph.fixes.safety.file_units import BODY, Unit

_BY_CLASS_STATEMENT = {"__init_subclass__", "__class_getitem__", "__mro_entries__", "__set_name__"}


def called(units: Iterable[tuple[str, Unit]], names: Sequence[str]) -> list[tuple[str, Unit]]:
    """Return the units that may run when what a chain of names leads to is used.

    Functions and methods of these names run, whatever they are called on; classes of these names are made.
    """
    whole = list(units)
    first = [one for one in whole if one[1].name in names]
    search = _Reach([one for one in whole if one[1].name != BODY and one[1].name not in names])
    for _, unit in whole:
        search.know(unit)
    search.work += [*first, ("", Unit(BODY, "", tuple(names), (), ()))]
    return [one for one in search.run() if one[0]]


def reached(units: Iterable[tuple[str, Unit]]) -> list[tuple[str, Unit]]:
    """Return the units that may run when the modules they stand in are imported.

    A function may run only if something that runs mentions its name; a method only if, besides, something
    mentions its class or one below it, with two underscores on either side whenever that is so. What a class
    statement runs of its bases needs no mention.
    """
    search = _Reach(list(units))
    return search.run()


class _Reach:
    def __init__(self, units: list[tuple[str, Unit]]) -> None:
        self.waiting: dict[str, list[tuple[str, Unit]]] = {}
        """By the name that would let them run: functions by their own, methods by their class."""
        self.work: list[tuple[str, Unit]] = []
        self.named: set[str] = set()
        self.live: set[str] = set()
        self.bases: dict[str, set[str]] = {}
        self.classes: dict[str, set[str]] = {}
        """By the name of a method, the classes that hold one of that name."""
        for module, unit in units:
            self.know(unit)
            if unit.name == BODY or unit.name in _BY_CLASS_STATEMENT:
                self.work.append((module, unit))
            else:
                self.waiting.setdefault(unit.owner or unit.name, []).append((module, unit))
                if unit.owner:
                    self.classes.setdefault(unit.name, set()).add(unit.owner)
        self.places = {key: place for place, key in enumerate(self.waiting)}

    def know(self, unit: Unit) -> None:
        """Take note of the classes that a unit makes."""
        for name, base in unit.bases:
            self.bases.setdefault(name, set()).add(base)

    def run(self) -> list[tuple[str, Unit]]:
        found: list[tuple[str, Unit]] = []
        while self.work:
            module, unit = self.work.pop()
            found.append((module, unit))
            fresh = set(unit.mentions) - self.named
            self.named |= fresh
            touched = {key for name in fresh for key in self.classes.get(name, ())} & self.live
            for name in fresh:
                self._enliven(name, touched)
            self._wake(touched)
        return found

    def _enliven(self, name: str, touched: set[str]) -> None:
        """Take a class for one that may have instances, and those above it."""
        stack = [name]
        while stack:
            one = stack.pop()
            if one not in self.live:
                self.live.add(one)
                touched.add(one)
                stack += self.bases.get(one, ())

    def _wake(self, touched: set[str]) -> None:
        """Let run what waited: a method needs its class and its own name."""
        for key in sorted(touched & self.places.keys(), key=self.places.__getitem__):
            stay = []
            for module, unit in self.waiting[key]:
                if not unit.owner or unit.name in self.named or _is_special(unit.name):
                    self.work.append((module, unit))
                else:
                    stay.append((module, unit))
            self.waiting[key] = stay


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
