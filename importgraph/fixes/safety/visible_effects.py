"""What importing libraries changes outside of them, as far as their text shows.

A library that is loaded later than before changes nothing for the rest of a program if importing it touches
only itself: its own classes and tables cannot be looked at before it is loaded. So what counts is what its
bodies, and the functions that may run with them, do to what stays loaded.
"""

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import msgspec

from importgraph.environment.finder import FileKind, ModuleFile
from importgraph.facts.cache import Cache, digest
from importgraph.facts.model import Broken
from importgraph.facts.scan import read_source
from importgraph.facts.source.syntax import parse_source
from importgraph.fixes.model import Reason
from importgraph.fixes.safety.file_units import BODY, METACLASS, Operation, Unit, units_of
from importgraph.fixes.safety.reached_units import called, reached
from importgraph.fixes.safety.visible_calls import HARMLESS, UNKNOWN, VISIBLE
from importgraph.names import ancestors, parent, top_level
from importgraph.snapshot import Snapshot

_SHOWN = "site-packages/"
_CALL = "("
"""What a call returns is no part of what stays loaded, but for loggers: others ask for them by name."""
_LOGGER = "logging.getLogger"
COMPILED_PLAIN = frozenset(
    [
        "markupsafe._speedups",
        "yaml._yaml",
        "_yaml",
        "multidict._multidict",
        "frozenlist._frozenlist",
        "propcache._helpers_c",
    ]
)
"""Compiled modules that only bind names: `benchmarks/compiled_plain.py` imports each and compares."""
_CONSTRUCTORS = {"__init__", "__new__", "__post_init__", "__attrs_post_init__", "__set_name__"}


@dataclass(frozen=True)
class VisibleEffects:
    """Answers for the environment of one tree, with memory."""

    snapshot: Snapshot

    def reasons(
        self, freed: Collection[str], loaded: Collection[str], plain: Collection[str] = ()
    ) -> Iterator[Reason]:
        """Yield what speaks against loading libraries later; nothing where they change only themselves.

        Args:
            freed: All modules that would be loaded later, ours among them.
            loaded: All modules that are loaded now, where somebody would notice.
            plain: Modules whose bodies are known to run nothing that matters, from elsewhere.
        """
        inside = frozenset(freed)
        stay = frozenset(loaded) - inside
        units: list[tuple[str, Unit]] = []
        for name in sorted(inside):
            file = self._file(name)
            if file is None or top_level(name) in sys.stdlib_module_names or name in COMPILED_PLAIN:
                continue
            if not file.readable:
                if file.kind not in {FileKind.NAMESPACE, FileKind.BUILT_IN}:
                    yield Reason("compiled", f"`{name}` is compiled: what importing it does is unknown")
                continue
            found = self._units(name, file)
            if found is None:
                yield Reason("unreadable", f"`{name}` cannot be read", self._shown(file))
            else:
                units += [(name, unit) for unit in found if unit.name != BODY or name not in plain]
        for module, unit in reached(units):
            for operation in unit.operations:
                if operation.kind == "state":
                    continue
                if _is_standard(operation.target) or self._owner(operation.target) in stay:
                    yield from self._judge(operation, module, unit, inside)

    def _judge(self, one: Operation, module: str, unit: Unit, inside: frozenset[str]) -> Iterator[Reason]:
        if self._is_within(one, inside):
            return
        file = self._file(module)
        place = (self._shown(file), one.line) if file is not None else ("", 0)
        name = one.target.replace("(.)", "(…)").replace("[]", "[…]")
        at_once = unit.name == BODY and one.sure
        how = f"importing `{module}`"
        if one.kind == "store" and (_CALL not in one.target or one.target.startswith(_LOGGER)):
            text = f"{how} {'sets' if at_once else 'may set'} `{name}`"
            yield Reason("changes what stays loaded", text, *place, known=at_once)
        elif one.kind == "call" and _matches(one.target, VISIBLE):
            text = f"{how} {'calls' if at_once else 'may call'} `{name}`"
            yield Reason("changes the process", text, *place, known=at_once)
        elif one.kind == "call" and _matches(one.target, UNKNOWN):
            text = f"{how} {'runs' if at_once else 'may run'} `{name}`: text does not show what that does"
            yield Reason("runs what text does not show", text, *place)
        elif (
            one.kind != "store"
            and not _is_standard(one.target)
            and top_level(one.target) not in HARMLESS
            and self._keeps_account(one)
        ):
            what = "a class of its own derives from it" if one.kind == "base" else "it is called"
            text = f"`{name}` stays loaded and may keep account of `{module}`: {what}"
            yield Reason("uses what stays loaded", text, *place)

    def _keeps_account(self, one: Operation) -> bool:
        """Tell whether what is called, or derived from, may change something that stays loaded.

        Looked at are the functions that may run, in all loaded modules of that library.
        """
        plain = one.target.partition("(")[0].partition("[")[0]
        key = (one.kind, top_level(plain), plain.removeprefix(self._owner(plain)))
        if key not in self._accounts:
            self._accounts[key] = self._look(one.kind, plain)
        return self._accounts[key]

    @cached_property
    def _accounts(self) -> dict[tuple[str, str, str], bool]:
        return {}

    def _look(self, kind: str, plain: str) -> bool:
        parts = plain.removeprefix(self._owner(plain)).strip(".").split(".")
        top = top_level(plain)
        units: list[tuple[str, Unit]] = []
        for name in self._nodes:
            if top_level(name) == top:
                file = self._file(name)
                found = self._units(name, file) if file is not None and file.readable else None
                if found is None:
                    return True  # compiled, or of the tree: not looked at
                units += [(name, unit) for unit in found]
        if kind == "base":
            return _has_hooks(units, parts[-1])
        if not any(unit.name in parts or unit.owner in parts for _, unit in units):
            return True  # a value whose kind is not seen
        for _, unit in called(units, parts):
            is_made = unit.name in _CONSTRUCTORS
            for one in unit.operations:
                changes = one.kind == "state" and not (is_made and one.target == "self")
                if changes or one.kind == "store" or _matches(one.target, VISIBLE):
                    return True
        return False

    def _is_within(self, one: Operation, inside: frozenset[str]) -> bool:
        """Tell whether a call is limited to a class of what is deferred."""
        return one.argument.startswith(".") or (bool(one.argument) and self._owner(one.argument) in inside)

    def _owner(self, target: str) -> str:
        """Return the module that a dotted name belongs to: the longest beginning that is a module."""
        plain = target.partition("(")[0].partition("[")[0]
        names = [plain, *reversed(list(ancestors(plain)))]
        return next((name for name in names if name in self._nodes), top_level(plain))

    @cached_property
    def _nodes(self) -> frozenset[str]:
        return self.snapshot.loading.known

    def _file(self, name: str) -> ModuleFile | None:
        outside = self.snapshot.outside
        return outside.outside.file_of(name) if outside is not None else None

    def _shown(self, file: ModuleFile) -> str:
        """Return a path that says where a module is in any environment."""
        _, found, rest = file.path.rpartition(_SHOWN)
        return f"{found}{rest}" if found else file.path.rpartition("/")[2]

    @cached_property
    def _known(self) -> dict[str, tuple[Unit, ...] | None]:
        return {}

    def _units(self, name: str, file: ModuleFile) -> tuple[Unit, ...] | None:
        if name not in self._known:
            self._known[name] = self._read(name, file)
        return self._known[name]

    def _read(self, name: str, file: ModuleFile) -> tuple[Unit, ...] | None:
        source = read_source(file.source)
        if isinstance(source, Broken):
            return None
        cache = self._cache
        key = digest(b"units 4\0" + name.encode() + b"\0" + source)
        kept = cache.get([key]).get(key) if cache is not None else None
        if kept is not None:
            try:
                return msgspec.msgpack.decode(kept, type=tuple[Unit, ...])
            except msgspec.DecodeError:
                pass  # of another version: a miss
        syntax = parse_source(source)
        if syntax.broken is not None:
            return None
        package = name if file.kind is FileKind.PACKAGE else parent(name)
        found = units_of(syntax.tree, package)
        if cache is not None:
            cache.put({key: msgspec.msgpack.encode(found)})
        return found

    @property
    def _cache(self) -> Cache | None:
        outside = self.snapshot.outside
        return outside.outside.reader.cache if outside is not None else None


def _has_hooks(units: Collection[tuple[str, Unit]], name: str) -> bool:
    """Tell whether making a class below one of a name runs code of the library: a hook or a metaclass."""
    bases: dict[str, set[str]] = {}
    for _, unit in units:
        for below, base in unit.bases:
            bases.setdefault(below, set()).add(base)
    above, stack = set(), [name]
    while stack:
        one = stack.pop()
        if one not in above:
            above.add(one)
            stack += bases.get(one, ())
    hooked = any(u.owner in above and u.name in {"__init_subclass__", "__set_name__"} for _, u in units)
    return hooked or METACLASS in above or name not in bases


def _is_standard(target: str) -> bool:
    return top_level(target) in sys.stdlib_module_names


def _matches(target: str, names: tuple[str, ...]) -> bool:
    """Tell whether a dotted name is one of some names, or below one that ends with a dot."""
    return target in names or target.startswith(_openings(names))


@cache
def _openings(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name.endswith((".", "()")))
