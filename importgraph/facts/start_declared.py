"""What packaging declares: console scripts, plug-ins, tasks, and the packages that are distributed."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from importgraph.facts.start_commands import Place, Start, starts_of
from importgraph.files import table_in

_DEPTH = 8
CONSOLE_SCRIPT = "console script"
PLUGIN = "plug-in"
_TASKS = (
    *(("poe", "tasks"), ("pdm", "scripts"), ("hatch", "envs")),
    *(("taskipy", "tasks"), ("rye", "scripts"), ("pixi", "tasks")),
)
"""Tables below `[tool]` that hold commands."""
_GROUPS = {"console_scripts": CONSOLE_SCRIPT, "gui_scripts": "gui script"}
_REFERENCE = re.compile(r"([A-Za-z_][\w.]*)\s*(?::\s*([A-Za-z_][\w.]*))?\s*(?:\[.*\])?")
_SERVICE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*:[A-Za-z_]\w*")
_SERVICE_KEYS = {"entrypoint", "app", "application", "asgi", "wsgi", "target"}


def read_pyproject(text: str, path: str) -> Iterator[Start]:
    """Read scripts and plug-ins of `[project]` and `[tool.poetry]`, and tasks and services below `[tool]`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # the loader of the settings reports it
    lines = _Lines(text, path)
    project, tool = table_in(data, "project"), table_in(data, "tool")
    poetry = table_in(tool, "poetry")
    for scripts in (table_in(project, "scripts"), table_in(poetry, "scripts")):
        yield from _scripts(scripts, CONSOLE_SCRIPT, lines)
    yield from _scripts(table_in(project, "gui-scripts"), "gui script", lines)
    for groups in (table_in(project, "entry-points"), table_in(poetry, "plugins")):
        for group, members in groups.items():
            if isinstance(members, dict):
                yield from _scripts(members, f"{PLUGIN} of {group}", lines)
    for names in _TASKS:
        for command in _texts(table_in(tool, *names)):
            yield from starts_of(command, Place(path, lines.of(command), "pyproject.toml"))
    for name, table in tool.items():
        if name != "importgraph" and isinstance(table, dict):
            yield from _services(name, table, lines)


def read_setup_cfg(text: str, path: str) -> Iterator[Start]:
    """Read `[options.entry_points]`, and `[entry_points]` as pbr has it."""
    sections = _ini(text)
    section = {**sections.get("entry_points", {}), **sections.get("options.entry_points", {})}
    lines = _Lines(text, path)
    for group, members in section.items():
        rows = (row.partition("=") for row in members.splitlines() if "=" in row)
        yield from _scripts({name.strip(): value.strip() for name, _, value in rows}, _reason(group), lines)


def read_entry_points(text: str, path: str) -> Iterator[Start]:
    """Read the `entry_points.txt` of an installed or unpacked distribution."""
    lines = _Lines(text, path)
    for group, members in _ini(text).items():
        yield from _scripts(members, _reason(group), lines)


def read_setup_py(text: str, path: str) -> Iterator[Start]:
    """Read what `setup()` is given as literals for `entry_points` and `scripts`; nothing is executed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = _Lines(text, path)
    for name, value in _arguments_of_setup(tree):
        if name == "entry_points":
            yield from _groups(value, lines)
        elif name == "scripts" and isinstance(value, list):
            for script in value:
                if isinstance(script, str):
                    yield Start(
                        script, CONSOLE_SCRIPT, script.rpartition("/")[2], path, lines.of(script), runs=True
                    )


def _groups(value: object, lines: "_Lines") -> Iterator[Start]:
    if isinstance(value, str):
        yield from read_entry_points(value, lines.path)
    for group, members in value.items() if isinstance(value, dict) else ():
        rows = members.splitlines() if isinstance(members, str) else members
        if isinstance(group, str) and isinstance(rows, list | tuple):
            parted = (row.partition("=") for row in rows if isinstance(row, str) and "=" in row)
            yield from _scripts(
                {name.strip(): value.strip() for name, _, value in parted}, _reason(group), lines
            )


def _arguments_of_setup(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Yield the keyword arguments of `setup(…)` that are literals, also through a name assigned once."""
    assigned = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            for keyword in node.keywords:
                found = _literal(keyword.value, assigned)
                if keyword.arg in {"entry_points", "scripts"} and found is not None:
                    yield keyword.arg, found


def _literal(node: ast.expr, assigned: Mapping[str, ast.expr], depth: int = 0) -> object:
    """Return a literal, names assigned once followed; of a list or dict, the parts that are none left out."""
    inner = partial(_literal, assigned=assigned, depth=depth + 1)
    if isinstance(node, ast.Name) and node.id in assigned and depth < _DEPTH:
        return inner(assigned[node.id])
    if isinstance(node, ast.Dict):
        keys = [inner(key) if key is not None else None for key in node.keys]
        pairs = zip(keys, map(inner, node.values), strict=True)
        return {key: value for key, value in pairs if isinstance(key, str) and value is not None}
    if isinstance(node, ast.List | ast.Tuple):
        return [item for item in map(inner, node.elts) if item is not None]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _reason(group: str) -> str:
    return _GROUPS.get(group, f"{PLUGIN} of {group}")


def _scripts(members: Mapping[str, Any], reason: str, lines: "_Lines") -> Iterator[Start]:
    for name, value in members.items():
        text = value.get("reference", value.get("callable")) if isinstance(value, dict) else value
        found = _REFERENCE.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is not None and isinstance(text, str):
            yield Start(found[1], reason, name, lines.path, lines.of(text), found[2] or "")


def _services(tool: str, table: Mapping[str, Any], lines: "_Lines") -> Iterator[Start]:
    for key, value in table.items():
        if key in _SERVICE_KEYS and isinstance(value, str) and _SERVICE.fullmatch(value):
            module, _, name = value.partition(":")
            yield Start(module, "service", f"{tool} {value}", lines.path, lines.of(value), name)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _ini(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = lambda optionstr: optionstr  # type: ignore[method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {section: dict(parser.items(section)) for section in parser.sections()}


class _Lines:
    """Finds the line on which a value stands in a file."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self._lines = text.splitlines()

    def of(self, value: str) -> int:
        """Return the first line that holds a value, 1 where none does."""
        first = value.splitlines()[0] if value else ""
        return next((number for number, line in enumerate(self._lines, 1) if first and first in line), 1)
