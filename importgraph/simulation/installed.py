"""What installed packages hold: names that a module lacks, and distributions that miss others."""

import ast
import importlib
import os
import re
import sys
from bisect import bisect_right
from collections.abc import Container, Iterator

from importgraph.environment.standard_names import has_standard_name
from importgraph.facts.source.host import Broken, parse
from importgraph.names import resolve_relative
from importgraph.simulation.distributions import Distributions
from importgraph.simulation.search import Search, Spec
from importgraph.simulation.source_files import is_open, sets_own, shared_names, writes_by_alias
from importgraph.text.sources import Sources

_COMPUTED = re.compile(
    rb"(?m)^def __getattr__\b|^[ \t]*__getattr__\b|global_enum|_convert_|_simple_enum|sys\.modules\[(?![\"'])"
)
_STANDARD = os.path.dirname(os.__file__) + os.sep
_FILLED = re.compile(
    rb"(?m)^def __getattr__\b|\b(?:globals|vars)\(\)\s*(?:\[[^\]\n]*\]\s*=[^=]|\.update\()|\w+\(globals\(\)"
    rb"|\bexec\([^\n]*globals\(\)"
    rb"|sys\.modules\[__name__\]|global_enum|_convert_|_simple_enum"
)
"""In the standard library: what binds names of its module that no statement shows."""


class Installed:
    """Answers about packages outside the project, with memory."""

    def __init__(self, search: Search, sources: Sources) -> None:
        self.search = search
        self.sources = sources
        self.distributions = Distributions(search)
        self._names: dict[str, frozenset[str] | None] = {}
        self._broken: dict[str, bool] = {}
        self._lacking: dict[str, bool] = {}
        self._margins: dict[str, frozenset[str]] = {}

    def has_name(self, module: str, path: str, folders: tuple[str, ...], name: str) -> bool | None:
        """Tell whether a module has a name; None where text does not tell."""
        if name.startswith("__") and name.endswith("__"):
            return None
        if not path.endswith(".py"):
            return self._in_table(module, path, name)
        if name in self._loaded(module, path):
            return True
        if name in self._margin(path) or self.search.inside(folders, name) is not None:
            return True
        names = self._bound(path)
        return self._in_table(module, path, name) if names is None else name in names

    def _in_table(self, module: str, path: str, name: str) -> bool | None:
        """Look a name up in the table of what text of the standard library does not show."""
        environment = self.search.environment
        if environment.platform != "linux" or (path and not self.search.is_standard(path)):
            return None
        return has_standard_name(module, name, environment.version)

    def _loaded(self, module: str, path: str) -> Container[str]:
        """Return what a module of the standard library holds, if this Python, the same, has loaded it."""
        ours = sys.modules.get(module)
        environment = self.search.environment
        same = environment.version == sys.version_info[:2] and path.startswith(_STANDARD)
        return vars(ours) if same and ours is not None and self.search.is_standard(path) else ()

    def binds(self, path: str, name: str) -> bool:
        """Tell whether a module binds a name at its left margin."""
        return path.endswith(".py") and name in self._margin(path)

    def star(self, path: str) -> frozenset[str] | None:
        """Return names that a star import may bring; None where text does not tell."""
        return self._bound(path) if path.endswith(".py") else None

    def _text(self, path: str) -> bytes:
        return self.sources.text(path)

    def _margin(self, path: str) -> frozenset[str]:
        if path not in self._margins:
            self._margins[path] = frozenset(self.sources.index(path).entries)
        return self._margins[path]

    def _bound(self, path: str) -> frozenset[str] | None:
        """Return all names that a module may have; None where there may be others."""
        if path not in self._names:
            self._names[path] = None  # a ring of star imports
            self._names[path] = self._read(path)
        return self._names[path]

    def _read(self, path: str) -> frozenset[str] | None:
        text = self._text(path)
        if self.search.is_standard(path):
            if _FILLED.search(text) or writes_by_alias(text):
                return None
        elif _COMPUTED.search(text) or is_open(text) or sets_own(path, text) or self.is_filled(path):
            return None
        tree = self.sources.tree(path, sys.version_info[:2])
        if isinstance(tree, Broken):
            tree = parse(text)
        if isinstance(tree, Broken):
            return None
        found = {*_module_names(tree), *shared_names(text)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                inner = self._star(path, node)
                if inner is None:
                    return None
                found |= inner
        return frozenset(found)

    def is_filled(self, path: str) -> bool:
        """Tell whether a submodule that a package imports puts names into the package, or brings modules."""
        folder, file = os.path.split(path)
        if file != "__init__.py":
            return False
        package = os.path.basename(folder).encode()
        filling = re.compile(
            rb"sys\.modules\[(?:__package__|[\"'](?:\w+\.)*" + package + rb"[\"'])\]|meta_path"
        )
        imports = self.sources.imports(path)
        parts = {
            target[1:].partition(".")[0] or name for target, name, _ in imports if target.startswith(".")
        }
        specs = (self.search.inside((folder,), part) for part in parts if part)
        return any(
            filling.search(self._text(spec.path)) for spec in specs if spec is not None and spec.readable
        )

    def _star(self, path: str, node: ast.ImportFrom) -> frozenset[str] | None:
        parts = (node.module or "").split(".") if node.module else []
        if node.level:
            folder = path
            for _ in range(node.level):
                folder = os.path.dirname(folder)
            spec: Spec | None = None
            folders: tuple[str, ...] = (folder,)
        else:
            spec = self.search.top(parts.pop(0))
            folders = spec.folders if spec is not None else ()
        for part in parts:
            spec = self.search.inside(folders, part)
            folders = spec.folders if spec is not None else ()
        if spec is None and not node.level:
            return frozenset()  # a module of another platform
        if spec is not None and not spec.path and not spec.folders:
            return self._compiled(node.module or "")
        return self._bound(spec.path) if spec is not None and spec.readable else None

    def _compiled(self, name: str) -> frozenset[str] | None:
        """Return the names of a built-in module of a Python like ours, as ours has them."""
        environment = self.search.environment
        same = environment.version == sys.version_info[:2] and environment.platform == sys.platform
        if not same or name not in sys.builtin_module_names:
            return None
        return frozenset(dir(importlib.import_module(name)))

    # -- distributions that lack something ------------------------------------------------------

    def is_broken(self, name: str, path: str, folders: tuple[str, ...]) -> bool:
        """Tell whether importing an installed module may fail for want of another.

        Its imports at the left margin are followed through its own package, and into crippled ones.
        """
        if name.partition(".")[0] not in self.distributions.incomplete or not path.endswith(".py"):
            return False
        if path not in self._broken:
            self._broken[path] = False
            self._broken[path] = self.lacks(name, path, folders)
        return self._broken[path]

    def lacks(self, name: str, path: str, folders: tuple[str, ...]) -> bool:
        """Tell whether an installed module imports something at its left margin that is not there."""
        if not path.endswith(".py") or self.search.is_standard(path):
            return False
        if path not in self._lacking:
            package = name if folders else name.rpartition(".")[0]
            missing = (self._is_missing(target, package, path) for target in self._targets(path))
            self._lacking[path] = any(missing)
        return self._lacking[path]

    def _targets(self, path: str) -> Iterator[str]:
        """Yield the modules that a file imports at its left margin, as written, each once."""
        text = self._text(path)
        told: set[str] = set()
        quotes = [[one.end() for one in re.finditer(quote, text)] for quote in (b'"""', b"'''")]
        for target, _, offset in self.sources.imports(path):
            # in a string over several lines, by the quotes in front of it
            if target not in told and not any(bisect_right(ends, offset) % 2 for ends in quotes):
                told.add(target)
                yield target

    def _is_missing(self, target: str, package: str, path: str) -> bool:
        level = len(target) - len(target.lstrip("."))
        absolute = resolve_relative(package, level, target[level:]) if level else target
        if not absolute:
            return False
        first, *rest = absolute.split(".")
        known, spec = first, self.search.top(first)
        followed = first == package.partition(".")[0] or first in self.distributions.crippled
        while spec is not None:
            if followed and spec.path != path and self.is_broken(known, spec.path, spec.folders):
                return True
            if not rest or not spec.folders:
                return False
            known = f"{known}.{rest[0]}"
            spec = self.search.inside(spec.folders, rest.pop(0))
        return True


def _module_names(tree: ast.Module) -> set[str]:
    """Return the names that the text of a module binds in its namespace."""
    found: set[str] = set()
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                stack.extend(node.orelse)
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update((alias.asname or alias.name).partition(".")[0] for alias in names)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                found.add(name)
            case _:
                pass
        stack.extend(ast.iter_child_nodes(node))
    return found
