"""What the hooks of a conftest or plugin do to collection.

Found by running them on symbols instead of a session.
"""

import ast
import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from importgraph.evaluation.merge import Either
from importgraph.evaluation.values.value import Unknown as UnknownValue
from importgraph.evaluation.values.value import Value, settled
from importgraph.evaluation.values.values import NONE, Constant, unwrap
from importgraph.namespaces.models.session_objects import Items, Recorder, SessionObject, option_name
from importgraph.namespaces.records import Cls, Func, GiveUp, Inst, Ref, Unknown
from importgraph.session.item_order import Sorter, find_sorter
from importgraph.session.registered_marks import mark_name, written_marks

if TYPE_CHECKING:
    from importgraph.namespaces.protocol import Interpreter, Loaded

_LOCAL = {
    "pytest_pycollect_makemodule": "makes its own modules",
    "pytest_pycollect_makeitem": "makes its own items",
    "pytest_collect_directory": "makes its own folders",
    "pytest_itemcollected": "sees every item",
    "pytest_make_collect_report": "changes reports of collection",
    "pytest_collectstart": "acts before collection",
    "pytest_asyncio_loop_factories": "makes variants of asynchronous tests",
}
_GLOBAL = {
    "pytest_collection": "replaces collection",
    "pytest_collection_modifyitems": "changes the collected items",
    "pytest_cmdline_main": "replaces the session",
}


class HookReport(msgspec.Struct, frozen=True):
    """What hooks do."""

    local_doubt: str = ""
    """Why the tests below the conftest cannot be told."""
    global_doubt: str = ""
    """Why the tests of the whole session cannot be told."""
    generates: tuple[Any, ...] = ()
    """Its `pytest_generate_tests`."""
    names_ids: bool = False
    """It has a `pytest_make_parametrize_id`."""
    registers: frozenset[str] = frozenset()
    """Marks it registers; `*` for computed ones."""
    adds_marks: frozenset[str] = frozenset()
    """Marks it may add to items; `*` for one that is computed."""
    sorter: Sorter | None = None
    """Its `pytest_collection_modifyitems`, where that only reorders."""
    reorders: str = ""
    """How it puts all items into an order that is not told; they stay the same ones."""
    ignores: tuple[Callable[[str], Any], ...] = ()
    """Its `pytest_ignore_collect`: gives for an absolute path what the hook returns, Unknown where text
    does not tell."""
    collects: tuple[Callable[[str], Any], ...] = ()
    """Its `pytest_collect_file`: gives for an absolute path None where the hook collects nothing from it."""

    def of(self, plugin: str) -> "HookReport":
        """Return the same report, where what it says is told of a conftest that names the plugin."""
        told = (self.local_doubt, self.global_doubt, self.reorders)
        local, wide, order = (f"in {plugin}, {text}" if text else "" for text in told)
        return replace(self, local_doubt=local, global_doubt=wide, reorders=order)


def examine(space: "Interpreter", loaded: "Loaded", path: str, options: frozenset[str]) -> HookReport:
    """Find out what the hooks of a loaded conftest or plugin do."""
    if loaded.failure is not None:
        return HookReport(local_doubt=f"it would fail to import: {loaded.failure.reason}")
    if loaded.skipped:
        return HookReport(local_doubt="it skips itself")
    if loaded.doubt is not None:
        return HookReport(local_doubt=loaded.doubt.reason, registers=written_marks(space, path))
    names = {
        name: space.settle(space.resolve(value) if type(value) is Ref else value, path)
        for name, value in loaded.scope.names.items()
        if name.startswith("pytest_")
    }
    session = _Session(space, loaded, names, options, path)
    space.added_marks.clear()
    return _report(space, session, names, path)


def _report(space: "Interpreter", session: "_Session", names: dict[str, Any], path: str) -> HookReport:
    local = _first(session.effect(names[name], name, why) for name, why in _LOCAL.items() if name in names)
    session.configure(names.get("pytest_configure"))
    sorter = find_sorter(space, names.get("pytest_collection_modifyitems"))
    wide = _first(
        session.effect(names[name], name, why)
        for name, why in _GLOBAL.items()
        if name in names and not (sorter is not None and name == "pytest_collection_modifyitems")
    )
    wide = wide or _of_registered(space, session, names.get("pytest_configure"), path)
    return HookReport(
        local,
        wide,
        (names["pytest_generate_tests"],) if "pytest_generate_tests" in names else (),
        "pytest_make_parametrize_id" in names,
        _registered(session) | written_marks(space, path),
        frozenset(space.added_marks | ({"*"} if sorter is not None else set())),
        sorter,
        _first(session.recorder.reorders),
        (session.ignoring(names["pytest_ignore_collect"]),) if "pytest_ignore_collect" in names else (),
        (session.collecting(names["pytest_collect_file"]),) if "pytest_collect_file" in names else (),
    )


def _of_registered(space: "Interpreter", session: "_Session", configure: Any, path: str) -> str:
    """Say what the plugins do that a conftest or plugin registers itself."""
    calls = len(_REGISTERS.findall(space.source(path) or b""))
    if not calls:
        return ""
    if calls != _calls_in(space, configure):
        return "it registers plugins of its own"
    for value in session.recorder.plugins:
        plugin = space.read(value)
        names = plugin.cls.names if isinstance(plugin, Inst) and isinstance(plugin.cls, Cls) else None
        if names is None or plugin.cls.bases or "pytest_generate_tests" in names:
            return "it registers a plugin of its own that text does not give"
        hooks = {**_LOCAL, **_GLOBAL}
        found = _first(
            session.effect(names[name], name, why, value) for name, why in hooks.items() if name in names
        )
        if found:
            return found
    return ""


def _calls_in(space: "Interpreter", configure: Any) -> int:
    """Count the calls of `pluginmanager.register` in the body of `pytest_configure`."""
    if not isinstance(configure, Func) or configure.node is None:
        return 0
    try:
        whole = space.whole(configure.scope.path, configure.node)
    except GiveUp:
        return 0
    return len(_REGISTERS.findall(ast.unparse(whole).encode()))


_REGISTERS = re.compile(rb"pluginmanager\.register\b")


def _registered(session: "_Session") -> frozenset[str]:
    lines = session.recorder.markers
    return frozenset(mark_name(line) if isinstance(line, str) else "*" for line in lines)


def joined(reports: Sequence[HookReport]) -> HookReport:
    """Return what several do together."""
    return HookReport(
        _first(report.local_doubt for report in reports),
        _first(report.global_doubt for report in reports)
        or ("several hooks reorder the tests" if sum(r.sorter is not None for r in reports) > 1 else ""),
        tuple(hook for report in reports for hook in report.generates),
        any(report.names_ids for report in reports),
        frozenset[str]().union(*[report.registers for report in reports]),
        frozenset[str]().union(*[report.adds_marks for report in reports]),
        next(iter(_only([report.sorter for report in reports if report.sorter is not None])), None),
        _first(report.reorders for report in reports),
        tuple(hook for report in reports for hook in report.ignores),
        tuple(hook for report in reports for hook in report.collects),
    )


def _only(sorters: list[Sorter]) -> list[Sorter]:
    """Return the one sorter there is; what several do one after the other is not told."""
    return sorters if len(sorters) == 1 else []


def _first(reasons: Any) -> str:
    return next((reason for reason in reasons if reason), "")


class _Session:
    """Stands for the objects pytest hands to hooks."""

    def __init__(
        self,
        space: "Interpreter",
        loaded: "Loaded",
        names: dict[str, Any],
        options: frozenset[str],
        path: str,
    ) -> None:
        self.space = space
        self.loaded = loaded
        self.names = names
        self.recorder = Recorder(path, options)
        manager = SessionObject("PluginManager", self.recorder)
        self.config = SessionObject("Config", self.recorder, {"pluginmanager": manager})
        self._read_defaults(manager)

    def _read_defaults(self, manager: SessionObject) -> None:
        """Read the defaults of the options that `pytest_addoption` declares."""
        parser = SessionObject("Parser", self.recorder)
        self._run(self.names.get("pytest_addoption"), {"parser": parser, "pluginmanager": manager})
        for given in self.recorder.options:
            action = unwrap(given.keywords.get("action", Constant("store")))
            fallback = {"store_true": False, "store_false": True}.get(
                action if isinstance(action, str) else ""
            )
            default = given.keywords.get("default", Constant(fallback))
            for written in (*given.positional, given.keywords.get("dest", NONE)):
                name = unwrap(written)
                if isinstance(name, str):
                    self.recorder.defaults[option_name(name)] = default

    def configure(self, func: Any) -> None:
        """Run `pytest_configure`, for the attributes it sets on the configuration."""
        self._run(func, {"config": self.config})

    def ignoring(self, func: Any) -> Callable[[str], Any]:
        """Return what `pytest_ignore_collect` returns for a path, as a function of that."""

        def run(path: str) -> Any:
            if not isinstance(func, Func) or self.space.is_generator(func):
                return Unknown("the result of a hook")
            given = {"collection_path": Constant(PurePosixPath(path)), "config": self.config}
            result = unwrap(self._run(func, given))
            return result if result is None or isinstance(result, bool) else Unknown("the result of a hook")

        return run

    def collecting(self, func: Any) -> Callable[[str], Any]:
        """Return what tells of a path whether `pytest_collect_file` surely returns None, as a function."""

        def run(path: str) -> Any:
            if not isinstance(func, Func) or self.space.is_generator(func):
                return Unknown("the result of a hook")
            parent = SessionObject("Collector")
            harm = self.recorder.harm
            harm.clear()
            result = self._run(func, {"file_path": Constant(PurePosixPath(path)), "parent": parent})
            return None if _is_nothing(result) and not harm else Unknown("the result of a hook")

        return run

    def effect(self, func: Any, name: str, why: str, plugin: Value | None = None) -> str:
        """Run a hook, of a registered plugin where one is given.

        Returns:
            What it may do to collection, or nothing where it does nothing.
        """
        if not isinstance(func, Func):
            return f"its {name} is not a function in sight"
        items = Items(self.recorder)
        collector = SessionObject("Collector")
        values: dict[str, Value] = {
            "items": items,
            "item": SessionObject("Item", self.recorder),
            "config": self.config,
            "session": SessionObject("Session", None, {"items": items, "config": self.config}),
            "collector": collector,
            "parent": collector,
        }
        if plugin is not None:
            values["self"] = plugin
        harm = self.recorder.harm
        harm.clear()
        result = self._run(func, values)
        if name in {"pytest_collection_modifyitems", "pytest_itemcollected"}:
            return f"its {name} {harm[0]}" if harm else ""
        if _is_nothing(result) and not harm:
            return ""
        return f"its {name} {why}"

    def _run(self, func: Any, values: dict[str, Value]) -> Value:
        if not isinstance(func, Func) or func.node is None:
            return NONE
        try:
            return self.space.run_hook(func, values)
        except GiveUp as reason:
            self.recorder.harm.append(str(reason))
        return UnknownValue("the result of a hook")


def _is_nothing(result: Value) -> bool:
    """Tell whether a hook returns None, or what pytest would make itself."""
    result = settled(result)
    if isinstance(result, Either):
        return all(_is_nothing(one) for one in result.values)
    return result == NONE or (isinstance(result, SessionObject) and result.kind == "OwnItems")
