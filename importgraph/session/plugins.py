"""Installed pytest plugins: which of them change what is collected, and what they bring."""

import re
from collections.abc import Iterator

import msgspec

from importgraph.environment.declared import requirement_names
from importgraph.environment.interpreter import Environment
from importgraph.namespaces.protocol import Interpreter
from importgraph.session.hooks import examine
from importgraph.session.objections import HARMLESS
from importgraph.session.settings import Settings

_HOOKS = (
    b"pytest_collect_file", b"pytest_pycollect", b"pytest_collection", b"pytest_collect_directory",
    b"pytest_ignore_collect", b"pytest_itemcollected", b"pytest_make_collect_report",
)  # fmt: skip
_FIXTURES = re.compile(rb"\bfixture\b[^\n]*\n?[^\n]*\b(?:params|autouse)\b|\bautouse\s*=\s*True|\bparams\s*=")


class PluginReport(msgspec.Struct, frozen=True):
    """What the plugins of a session do to collection."""

    doubt: str = ""
    """Why they put the whole session in doubt."""
    names_ids: bool = False
    """One of them names parameters by a hook."""
    fixtures: tuple[str, ...] = ()
    """Modules with fixtures that are parametrised or used everywhere."""
    marks: frozenset[str] = frozenset()
    """Marks they register."""
    texts: tuple[bytes, ...] = ()
    """The text of those that register marks which text does not name."""
    anyio: bool = False
    """The plugin of anyio is active."""


def report_plugins(settings: Settings, environment: Environment, space: Interpreter) -> PluginReport:
    """Find out what the plugins of a session do to collection."""
    off = {name.removeprefix("no:") for name in settings.plugins if name.startswith("no:")}
    named = [(name, name) for name in settings.plugins if not name.startswith("no:")]
    found = (
        [(name, module) for name, module in environment.pytest_plugins if name not in off]
        if settings.autoload
        else []
    )
    fixtures: list[str] = []
    marks: set[str] = set()
    texts: list[bytes] = []
    names_ids = False
    doubt = ""
    for name, module in (*found, *named):
        where = space.find(module, "")
        if where is None or not where.readable:
            if (name, module) in named and name not in _OWN and name not in HARMLESS:
                doubt = doubt or f"plugin {name} is not found"
            continue
        source = space.source(where.path) or b""
        names_ids = names_ids or (name not in HARMLESS and b"def pytest_make_parametrize_id" in source)
        doubt = doubt or _doubt(space, name, module, where.path, source)
        fixtures += [part for part in _parts(space, module, where.path) if _brings_fixtures(space, part)]
        if settings.strict_markers and b"markers" in source:
            registered = examine(space, space.load(where.path, module), where.path, frozenset()).registers
            marks |= registered - {"*"}
            texts += [source] if "*" in registered or not registered else []
    anyio = any(name == "anyio" for name, _ in found)
    if not environment.knows_installed:  # then what the project declares counts as installed
        anyio = "anyio" in requirement_names(settings.rootdir)
    return PluginReport(
        doubt, names_ids, tuple(dict.fromkeys(fixtures)), frozenset(marks), tuple(texts), anyio
    )


def _doubt(space: Interpreter, name: str, module: str, path: str, source: bytes) -> str:
    if name in HARMLESS:
        return ""
    if b"def pytest_generate_tests" in source:
        return f"plugin {name} generates tests"
    if not any(b"def " + hook in source for hook in _HOOKS):
        return ""
    report = examine(space, space.load(path, module), path, frozenset())
    reason = report.global_doubt or report.local_doubt
    return f"plugin {name}: {reason}" if reason else ""


def _parts(space: Interpreter, module: str, path: str) -> Iterator[str]:
    """Yield a plugin's module and those of its package that it takes names from."""
    from importgraph.namespaces.text.texts import absolute_name

    yield module
    top = module.partition(".")[0]
    for target, *_ in space.index(path).imports:
        absolute = absolute_name(module, path, target)
        if absolute.partition(".")[0] == top and absolute != module:
            yield absolute


def _brings_fixtures(space: Interpreter, module: str) -> bool:
    where = space.find(module, "")
    if where is None or not where.readable:
        return False
    source = space.source(where.path) or b""
    return b"fixture" in source and _FIXTURES.search(source) is not None


_OWN = {
    "cacheprovider", "terminal", "doctest", "pytester", "randomly", "warnings", "capture", "logging",
    "junitxml",
    "legacypath", "xdist", "pytest_cov",
}  # fmt: skip
"""Names that `-p` takes for plugins of pytest's own, and of widespread ones that are harmless."""
