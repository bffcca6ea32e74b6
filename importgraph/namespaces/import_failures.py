"""Whether importing a module of the project surely fails.

Imports at the left margin, followed through the project.
"""

# ruff: noqa: PTH116, PTH119 -- paths are texts here: there are thousands

import ast
import importlib.util
import os

from importgraph.environment.search_path import Found
from importgraph.facts.source.host import Broken, parse
from importgraph.facts.source.syntax import parse_source
from importgraph.files import read_head
from importgraph.names import resolve_relative
from importgraph.namespaces.protocol import Interpreter

_SKIPS = (b"allow_module_level", b"importorskip", b"SkipTest")
SKIPS = "skips the importer:"
UNSURE = "may skip the importer:"
UNDECIDED = "may lack a module:"


def no_module(name: str) -> str:
    """Say that a module may be missing where nobody knows what is installed."""
    return f"{UNDECIDED} no module named {name!r} here"


def import_failure(space: Interpreter, module: str, importer: str) -> str:
    """Return why importing a module surely fails, with the chain; empty where nothing says so.

    Only what surely runs counts: imports at the left margin, of modules or names that are not there, and
    files that do
    not parse. A module in a cycle counts as sound while it is being looked at.
    """
    found = space.find(module, importer)
    if found is None or not found.readable:
        return ""
    if not found.first:
        return _installed_failure(space, module, found.path)
    space.use(importer, found.path)
    if found.path in space.failures:
        return space.failures[found.path]
    space.failures[found.path] = ""
    space.importing.add(found.path)
    space.bases.setdefault(found.path, space.bases.get(importer, ""))
    reason = _parents(space, module, importer) or _own(space, module, found.path)
    space.failures[found.path] = reason
    space.importing.discard(found.path)
    return reason


def _installed_failure(space: Interpreter, module: str, path: str) -> str:
    """Return why importing an installed module surely fails: what it imports is not installed."""
    if path.startswith(space.finder.environment.standard) or module.startswith("_pytest"):
        return ""
    if path not in space.failures:
        space.failures[path] = ""
        source = space.source(path) or b""
        for target, _, offset in space.index(path).imports:
            top = target.partition(".")[0]
            if top and space.find(top, path) is None and _is_statement(source, offset):
                space.failures[path] = f"no module named {top!r} (imported by {module})"
                break
    return space.failures[path]


def _parents(space: Interpreter, module: str, importer: str) -> str:
    parent = module.rpartition(".")[0]
    return import_failure(space, parent, importer) if parent else ""


def _own(space: Interpreter, module: str, path: str) -> str:
    source = space.source(path)
    name = os.path.basename(path)
    if source is None:
        return f"{name} cannot be read"
    if not _compiled(path) and not _parses(source):
        return f"{module} does not parse"
    if any(word in source for word in _SKIPS):
        loaded = space.load(path, module)
        if loaded.skipped:
            return f"{SKIPS} {module}"
        if loaded.failure is not None and loaded.failure.reason.startswith("FileNotFoundError"):
            return f"{loaded.failure.reason} (imported by {module})"
        if loaded.doubt is not None and "skip" in loaded.doubt.reason:
            return f"{UNSURE} {module}: {loaded.doubt.reason}"
    for target, wanted, offset in space.index(path).imports:
        reason = _missing(space, module, path, target, wanted)
        if reason and _is_statement(source, offset):
            named = "imported by" in reason or reason.startswith((SKIPS, UNSURE, UNDECIDED))
            return reason if named else f"{reason} (imported by {module})"
    return ""


def _missing(space: Interpreter, module: str, path: str, target: str, wanted: str) -> str:
    level = len(target) - len(target.lstrip("."))
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    absolute = resolve_relative(package, level, target[level:]) if level else target
    if not absolute or absolute == "__future__":
        return "" if absolute else "a relative import goes past the top-level package"
    key = (absolute, wanted, space.bases.get(path, ""))
    sound = space.sound.get(key)
    if sound is not None:
        for used in sound:
            space.use(path, used)
        return ""
    found = space.find(absolute, path)
    if found is None:
        return "" if space.is_made(absolute, path) else f"no module named {absolute!r}"
    if found.kind == "unknown":
        return no_module(absolute)
    reason = import_failure(space, absolute, path)
    where = None
    if not reason and wanted and wanted != "*":
        where = _submodule(space, found, absolute, wanted, path)
        reason = _name_missing(space, absolute, wanted, path, where)
    involved = [one.path for one in (found, where) if one is not None and one.first and one.readable]
    if not reason and space.importing.isdisjoint(involved):
        space.sound[key] = tuple(involved)
    return reason


def _submodule(space: Interpreter, found: Found, module: str, name: str, path: str) -> Found | None:
    """Return where the submodule is that a name of a package of the project stands for, if there is one."""
    return (
        space.find(f"{module}.{name}", path) if found.first and found.path.endswith("/__init__.py") else None
    )


def _name_missing(space: Interpreter, module: str, name: str, path: str, submodule: Found | None) -> str:
    if not space.has_name(module, name, path):
        return f"cannot import name {name!r} from {module!r}"
    return import_failure(space, f"{module}.{name}", path) if submodule is not None else ""


def _compiled(path: str) -> bool:
    """Tell whether a bytecode file of this very text exists: what compiled before needs no second look."""
    try:
        cached = importlib.util.cache_from_source(path)
        header = read_head(cached, 16)
        status = os.stat(path)
    except (OSError, NotImplementedError):
        return False
    fresh = int.from_bytes(header[8:12], "little") == int(status.st_mtime) & 0xFFFFFFFF
    return (
        header[4:8] == b"\0\0\0\0"
        and fresh
        and int.from_bytes(header[12:16], "little") == status.st_size & 0xFFFFFFFF
    )


def _parses(source: bytes) -> bool:
    import symtable

    try:
        symtable.symtable(source.decode("utf-8-sig"), "module", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return parse_source(source).broken is None
    return True


def _is_statement(source: bytes, offset: int) -> bool:
    """Tell whether the text at an offset is a statement at module level, not part of a string."""
    line = source.count(b"\n", 0, offset) + 1
    tree = parse(source)
    return isinstance(tree, Broken) or any(
        node.lineno == line for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    )
