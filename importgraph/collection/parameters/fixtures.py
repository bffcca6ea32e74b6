"""Fixtures in sight of a test, and which of those it uses are parametrised.

(`_pytest.fixtures.FixtureManager`).
"""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from importgraph.collection.parameters.ids import Undecided
from importgraph.namespaces.classes import linearise
from importgraph.namespaces.protocol import Frame, Interpreter
from importgraph.namespaces.records import Cls, Ext, Fixture, Func, GiveUp, Ref, Unknown
from importgraph.namespaces.text.texts import absolute_name
from importgraph.session.conftests import Conftests

SCOPES = ("session", "package", "module", "class", "function")


class Definition(msgspec.Struct, frozen=True):
    """One fixture definition."""

    name: str
    arguments: tuple[str, ...] | None
    params: Any
    """As given; None where it is not parametrised."""
    ids: Any
    scope: str | None
    """None where it is computed."""
    autouse: bool
    frame: Frame


class Holder(msgspec.Struct):
    """The fixtures of one module or class."""

    definitions: dict[str, Definition] = msgspec.field(default_factory=dict)
    unknown: set[str] = msgspec.field(default_factory=set)
    """Names bound to something that text does not give."""


class Fixtures:
    """All fixtures of a session, read when somebody asks."""

    def __init__(self, space: Interpreter, conftests: Conftests, plugins: tuple[str, ...] = ()) -> None:
        self.space = space
        self.conftests = conftests
        self.plugins = plugins
        self._holders: dict[str, Holder] = {}
        self._classes: dict[int, Holder] = {}
        self._speaking: dict[str, bool] = {}
        """Whether a file's text mentions fixtures."""
        self._resolved: dict[tuple[str, str, str], Any] = {}

    def in_sight(self, path: str, classes: tuple[tuple[str, Cls], ...], frame: Frame) -> list[Holder]:
        """Return the holders a test sees, furthest first."""
        key = ("in_sight", path, *[id(cls) for _, cls in classes])
        memo = self.space.memo
        if key not in memo:
            memo[key] = self._holders_of(path, classes, frame)
        found: list[Holder] = memo[key]
        return found

    def _holders_of(self, path: str, classes: tuple[tuple[str, Cls], ...], frame: Frame) -> list[Holder]:
        chain = self.conftests.chain(os.path.dirname(path))
        holders = [self._module(plugin, "") for plugin in (*self.plugins, *self._named_plugins(chain))]
        holders += [self._file(conftest) for conftest in chain]
        holders.append(self._scope(path, frame))
        holders += [self._class(frame, cls) for _, cls in classes]
        return holders

    def _named_plugins(self, chain: tuple[str, ...]) -> Iterator[str]:
        for conftest in chain:
            value = self.conftests.load(conftest).scope.names.get("pytest_plugins")
            names = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
            for name in names:
                if not isinstance(name, str):
                    raise Undecided
                yield name

    def _module(self, name: str, importer: str) -> Holder:
        found = self.space.find(name, importer)
        if found is None or not found.readable:
            return Holder()
        return self._file(found.path, name)

    def _file(self, path: str, module: str = "") -> Holder:
        if path not in self._holders:
            loaded = self.space.load(path, module) if module else self.conftests.load(path)
            self._holders[path] = self._read(
                Frame(loaded.scope, self.space), loaded.scope.names, method=False
            )
        return self._holders[path]

    def _scope(self, path: str, frame: Frame) -> Holder:
        if path not in self._holders:
            self._holders[path] = self._read(frame, frame.scope.names, method=False)
        return self._holders[path]

    def _class(self, frame: Frame, cls: Cls) -> Holder:
        if id(cls) not in self._classes:
            names: dict[str, Any] = {}
            try:
                for base in linearise(frame, cls):
                    if isinstance(base, Cls):
                        names = {**base.names, **names}
            except GiveUp:
                raise Undecided from None
            self._classes[id(cls)] = self._read(frame, names, method=True)
        return self._classes[id(cls)]

    def _read(self, frame: Frame, names: Mapping[str, Any], *, method: bool) -> Holder:
        holder = Holder()
        for name in sorted(key for key in names if isinstance(key, str)):
            value = names[name]
            if type(value) is Ref:
                value = self._imported(value)
            elif type(value) is Ext and "(" not in value.name:
                module, _, last = value.name.rpartition(".")
                value = self._imported(Ref(module, last, frame.scope.path, 0, value))
            if isinstance(value, Fixture):
                definition = _definition(frame, name, value, method=method)
                holder.definitions[definition.name] = definition
            elif isinstance(value, Unknown) and not value.instance:
                holder.unknown.add(name)
        return holder

    def _imported(self, ref: Ref) -> Any:
        """Resolve an imported name where it may be a fixture: its module's text speaks of fixtures."""
        key = (ref.module, ref.name, self.space.bases.get(ref.importer, ""))
        if key not in self._resolved:
            self._resolved[key] = self._resolve(ref, set())
        return self._resolved[key]

    def _read_through(self, ref: Ref) -> Any:
        if isinstance(ref.origin, Ext) or ref.origin is None:
            return self.space.settle(Ext(f"{ref.module}.{ref.name}"), ref.importer)
        return self.space.settle(self.space.resolve(ref), ref.importer)

    def _resolve(self, ref: Ref, looked_at: set[tuple[str, str]]) -> Any:
        found = self.space.find(ref.module, ref.importer)
        if found is None or not found.readable or (found.path, ref.name) in looked_at:
            return None
        looked_at.add((found.path, ref.name))
        if found.path not in self._speaking:
            self._speaking[found.path] = b"fixture" in (self.space.source(found.path) or b"")
        if self._speaking[found.path]:
            return self._read_through(ref)
        index = self.space.index(found.path)
        entry = index.entries.get(ref.name)
        if entry is not None and entry.kind != "import":
            return None
        sources = (
            [(entry.module, entry.name)] if entry is not None else [(star, ref.name) for star in index.stars]
        )
        for module, name in sources:
            target = absolute_name(ref.module, found.path, module)
            value = (
                self._resolve(Ref(target, name, found.path, ref.line, ref.origin), looked_at)
                if target
                else None
            )
            if value is not None:
                return value
        return None


def _definition(frame: Frame, name: str, value: Fixture, *, method: bool) -> Definition:
    kwargs = value.kwargs
    given = kwargs.get("name")
    if given is not None and not isinstance(given, str):
        raise Undecided
    func = value.func
    arguments = func.arguments if isinstance(func, Func) else None
    if method and arguments and isinstance(func, Func) and func.kind != "static":
        arguments = arguments[1:]
    scope = kwargs.get("scope", "function")
    return Definition(
        given or name,
        arguments,
        kwargs.get("params"),
        kwargs.get("ids"),
        scope if scope in SCOPES else None,
        kwargs.get("autouse") is True,
        Frame(func.scope, frame.space) if isinstance(func, Func) else frame,
    )


Needed = list[tuple[str, list[Definition]]]


def needed(
    space: Interpreter, holders: list[Holder], initial: Sequence[str], direct: frozenset[str]
) -> Needed:
    """Return `closure(holders, initial, direct)`, computed once for each file at hand."""
    key = ("closure", id(holders), *initial, direct)
    if key not in space.memo:
        space.memo[key] = closure(holders, initial, direct)
    found: Needed = space.memo[key]
    return found


def closure(holders: list[Holder], initial: Sequence[str], direct: frozenset[str]) -> Needed:
    """Return the fixtures a test needs.

    Wider scopes first, each with its definitions in sight, furthest first.

    Raises:
        Undecided: If one of them is not known.
    """
    autouse = [d.name for holder in holders for d in holder.definitions.values() if d.autouse]
    found: dict[str, list[Definition]] = {}
    current: dict[str, int] = {}

    def definitions(name: str) -> list[Definition]:
        if name in direct:
            return []
        if any(name in holder.unknown for holder in holders):
            raise Undecided
        return [holder.definitions[name] for holder in holders if name in holder.definitions]

    def visit(name: str) -> None:
        index = current.get(name)
        if index == -1:
            return
        known = found.get(name)
        if index is None:
            known = found[name] = definitions(name)
            current[name] = -1
        if not known:
            return
        index = current.get(name, -1)
        if -index > len(known):
            return
        definition = known[index]
        if definition.arguments is None:
            raise Undecided
        current[name] = index - 1
        for argument in definition.arguments:
            visit(argument)
        current[name] = index

    for name in dict.fromkeys((*autouse, *initial)):
        visit(name)
    return sorted(found.items(), key=lambda pair: _rank(pair[1]))


def _rank(definitions: list[Definition]) -> int:
    if not definitions:
        return len(SCOPES) - 1
    scope = definitions[-1].scope
    if scope is None:
        raise Undecided
    return SCOPES.index(scope)
