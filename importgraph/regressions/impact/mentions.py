"""Modules that text names without importing them: run as a module, a script, a command or plugin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

from importgraph.affected.links import Link
from importgraph.affected.outlines import Outline
from importgraph.affected.texts import Texts
from importgraph.errors import ConfigError
from importgraph.files import read_toml_file
from importgraph.graph.calls import function_node
from importgraph.graph.model import Graph, Kind
from importgraph.project import Project
from importgraph.session.settings import read_settings

_TEST_CASE = re.compile(r"(?m)^class \w+\([^)]*TestCase\b")


def modules_with_tests(project: Project) -> dict[str, bool]:
    """Tell for each module whether pytest's settings make it a test file.

    Raises:
        ConfigError: If pytest would refuse its settings.
    """
    patterns = read_settings(project.root, []).python_files
    found: dict[str, bool] = {}
    for module in project.graph.modules.values():
        name = module.path.rpartition("/")[2]
        matches = any(fnmatch(module.path if "/" in p else name, p) for p in patterns)
        found[module.name] = matches and module.kind is not Kind.CONFTEST and bool(module.path)
    return found if any(found.values()) else _of_unittest(project)


def _of_unittest(project: Project) -> dict[str, bool]:
    """Tell for each module whether it holds a `TestCase`: tests of projects that pytest finds none in."""
    modules = project.graph.modules.values()
    readable = {one.name for one in modules if one.path.endswith(".py") and not one.is_opaque}
    return {
        one.name: one.name in readable and _TEST_CASE.search(project.read_text(one.path)) is not None
        for one in modules
    }


def readers_of(project: Project, path: str) -> Iterator[str]:
    """Yield the modules that may read a data file wherever they stand: their text names it, or its folder.

    Args:
        project: The tree.
        path: The file, relative to the analysed root.
    """
    folder, _, name = path.rpartition("/")
    package = folder.replace("/", ".")
    parts = [re.escape(name)]
    if folder:
        last = re.escape(folder.rpartition("/")[2])
        parts += [rf"""["'/\\]{last}["'/\\]""", rf"\b{re.escape(package)}\b"]
    named = re.compile("|".join(parts))
    importers = {edge.importer for edge in project.graph.imports if edge.imported == package}
    for module in project.graph.modules.values():
        readable = module.path.endswith(".py") and not module.is_opaque
        if readable and (module.name in importers or named.search(project.read_text(module.path))):
            yield module.name


class Mentions:
    """Gives the modules that the text of each module names to be run, and for tests the session's plugins.

    Args:
        project: The tree.
        tests: By module, whether it is a test file.
        texts: What its files name.
    """

    def __init__(self, project: Project, tests: Mapping[str, bool], texts: Texts) -> None:
        self._graph = project.graph
        self._tests = tests
        self._texts = texts
        self._root = project.root

    def of(self, name: str) -> Iterator[Link]:
        """Yield the links of a module."""
        path = self._graph.modules[name].path
        is_test = self._tests.get(name)
        mentioned = self._texts.outline(name) if name in self._texts else None
        if mentioned is not None and (is_test or mentioned.runs):
            for target, line in self._named(mentioned):
                if target != name:
                    yield Link(name, target, path, line, "runs")
        for plugin in self._plugins if is_test else ():
            yield Link(name, plugin, path, None, "plugin of the session")

    def _named(self, mentioned: Outline) -> Iterator[tuple[str, int]]:
        modules = self._graph.modules
        for name, line in mentioned.modules.items():
            yield from ((one, line) for one in (name, f"{name}.__main__") if one in modules)
        for path, line in mentioned.scripts.items():
            for target in self._scripts.get(path.rpartition("/")[2], ()):
                if modules[target].path.endswith(path.lstrip("./")):
                    yield target, line
        for word, line in mentioned.words.items() if self._commands else ():
            if word in self._commands:
                yield self._commands[word], line
        for name, line in mentioned.imported.items():
            if name in modules:
                yield name, line

    @cached_property
    def _scripts(self) -> Mapping[str, list[str]]:
        """The modules by the names of their files."""
        found: dict[str, list[str]] = defaultdict(list)
        for module in self._graph.modules.values():
            if module.path.endswith(".py"):
                found[module.path.rpartition("/")[2]].append(module.name)
        return found

    @cached_property
    def _commands(self) -> Mapping[str, str]:
        return _commands(self._root, self._graph)

    @cached_property
    def _plugins(self) -> tuple[str, ...]:
        return _plugins(self._root, self._graph)


def _tables(root: Path) -> Iterator[dict[str, Any]]:
    try:
        data = read_toml_file(root / "pyproject.toml")
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"pyproject.toml cannot be read: {error}.", "Mend the file and run again."
        ) from error
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    yield from (table for table in (data.get("project"), poetry) if isinstance(table, dict))


def _commands(root: Path, graph: Graph) -> dict[str, str]:
    """Return the functions of console scripts by the name of the command."""
    found = {}
    for table in _tables(root):
        for name, target in _strings(table.get("scripts")):
            module, _, function = (part.strip() for part in target.partition(":"))
            if module in graph.modules:
                found[name] = function_node(module, function) if function else module
    return found


def _plugins(root: Path, graph: Graph) -> tuple[str, ...]:
    """Return the modules of ours that every pytest session loads: `pytest11` entry points and `-p`."""
    names: list[str] = list(read_settings(root, []).plugins)
    for table in _tables(root):
        groups = table.get("entry-points") or table.get("plugins")
        if isinstance(groups, dict):
            names += [target.partition(":")[0].strip() for _, target in _strings(groups.get("pytest11"))]
    return tuple(sorted({name for name in names if name in graph.modules}))


def _strings(table: Any) -> Iterable[tuple[str, str]]:
    if not isinstance(table, dict):
        return ()
    return tuple((key, value) for key, value in table.items() if isinstance(value, str))
