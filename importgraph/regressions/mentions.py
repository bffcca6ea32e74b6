"""Modules that text names without importing them: run as a module, a script, a command or plugin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from importgraph.affected.links import Link
from importgraph.errors import ConfigError
from importgraph.files import read_toml_file
from importgraph.graph.calls import function_node
from importgraph.graph.model import Graph, Kind
from importgraph.project import Project
from importgraph.session.settings import read_settings

_RUNNERS = {"subprocess", "runpy", "pexpect", "asyncio", "multiprocessing", "pytest", "sh", "plumbum"}
_OS_RUNNER = re.compile(r"\b(?:system|popen|startfile|(?:posix_)?spawn\w*|exec[lv]p?e?)\(")
_AS_MODULE = re.compile(r"""(?<![\w-])-m['"]?[\s,]+['"]?([A-Za-z_][\w.]*)|run_module\(\s*['"]([\w.]+)['"]""")
_SCRIPT = re.compile(r"""['"](?:[^'"\n]*\s)?([\w./-]*\w\.py)\b[^'"\n]*['"]""")
_IMPORT = re.compile(
    r"\bfrom[ ]+([A-Za-z_][\w.]*)[ ]+import[ ]+(\w+(?:[ ]*,[ ]*\w+)*)|\bimport[ ]+([A-Za-z_][\w.]*)"
)
_TEST_CASE = re.compile(r"(?m)^class \w+\([^)]*TestCase\b")
_WORD = re.compile(r"""['"]([A-Za-z][\w.-]*)[\s'"]""")


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


def mentions(project: Project, tests: Mapping[str, bool]) -> Iterator[Link]:
    """Yield links for modules that are named in text to be run, and from tests to the session's plugins."""
    graph = project.graph
    scripts = _scripts_by_name(graph)
    commands = _commands(project.root, graph)
    for name, module in graph.modules.items():
        if not module.path or module.is_opaque:
            continue
        text = project.read_text(module.path)
        if tests.get(name) or _may_run(graph, name) or _OS_RUNNER.search(text):
            named = (*_named(text, graph, scripts, commands), *_imported_in(name, text, graph))
            for target, line in named:
                if target != name:
                    yield Link(name, target, module.path, line, "runs")
    plugins = _plugins(project.root, graph)
    for name in sorted(test for test, is_one in tests.items() if is_one):
        for plugin in plugins:
            yield Link(name, plugin, graph.modules[name].path, None, "plugin of the session")


def _may_run(graph: Graph, name: str) -> bool:
    facts = graph.facts.get(name)
    imports = facts.imports if facts is not None else ()
    return any(item.level == 0 and item.module.partition(".")[0] in _RUNNERS for item in imports)


def _scripts_by_name(graph: Graph) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for module in graph.modules.values():
        if module.path.endswith(".py"):
            found[module.path.rpartition("/")[2]].append(module.name)
    return found


def _named(
    text: str, graph: Graph, scripts: Mapping[str, list[str]], commands: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    for match in _AS_MODULE.finditer(text):
        name = match[1] or match[2]
        for target in (name, f"{name}.__main__"):
            if target in graph.modules:
                yield target, text.count("\n", 0, match.start()) + 1
    for match in _SCRIPT.finditer(text):
        if match[1].endswith("__init__.py"):
            continue
        for target in scripts.get(match[1].rpartition("/")[2], ()):
            if graph.modules[target].path.endswith(match[1].lstrip("./")):
                yield target, text.count("\n", 0, match.start()) + 1
    for match in _WORD.finditer(text) if commands else ():
        if match[1] in commands:
            yield commands[match[1]], text.count("\n", 0, match.start()) + 1


def _imported_in(module: str, text: str, graph: Graph) -> Iterator[tuple[str, int]]:
    """Yield what imports in the strings of a text name: `python -c`, a file that a test writes."""
    facts = graph.facts.get(module)
    statements = {item.line for item in facts.imports} if facts is not None else set()
    for match in _IMPORT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        inner = [f"{match[1]}.{name.strip()}" for name in (match[2] or "").split(",")]
        for target in (match[3] or match[1], *inner) if line not in statements else ():
            if target in graph.modules:
                yield target, line


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
