"""The texts of the modules that collection looks at, and what they tell without being evaluated."""

# ruff: noqa: PTH119 -- paths are texts here: there are thousands

import ast
import os
import re
import sys
from typing import Any

import msgspec

from importgraph.environment.search_path import Finder, Found
from importgraph.facts.source.blanking import SKIMMED
from importgraph.facts.source.bodies import is_blanked
from importgraph.facts.source.syntax import parse_source
from importgraph.names import resolve_relative
from importgraph.namespaces.records import GiveUp
from importgraph.text.bindings import Bindings, read_bindings
from importgraph.text.margin import Index
from importgraph.text.sources import Sources

_HOLDS = re.compile(rb"\b(?:def test|class Test)|TestCase\b")
_TESTS = re.compile(rb"\b(?:pytest|unittest|skip\w*|SkipTest|importorskip)\b")


class Star(msgspec.Struct, frozen=True):
    """A star import of a module, resolved."""

    offset: int
    """Where the statement stands."""
    module: str
    path: str
    """The file it takes names from; empty where there is none that can be read."""
    exported: frozenset[str] | None
    """What its literal `__all__` names."""
    open: bool
    """Whether it brings a name is not told: its `__all__` is no literal, or its text does not show all it
    binds."""


class Texts(msgspec.Struct):
    """The files of one run, each read once, when somebody asks.

    Args:
        finder: Where modules are.
        bases: The folder that pytest puts on `sys.path` for a file.
    """

    finder: Finder
    sources: Sources = msgspec.field(default_factory=Sources)
    bases: dict[str, str] = msgspec.field(default_factory=dict)
    uses: dict[str, set[str]] = msgspec.field(default_factory=dict)
    _bindings: dict[str, Bindings | None] = msgspec.field(default_factory=dict)
    binding: dict[tuple[str, str], bool | None] = msgspec.field(default_factory=dict)
    """Whether a file binds a name (`re_exports.py`)."""
    stars: dict[str, tuple[Star, ...]] = msgspec.field(default_factory=dict)
    passed: dict[tuple[str, str], Any] = msgspec.field(default_factory=dict)
    """What a file passes on under a name (`re_exports.py`)."""
    _definitions: dict[tuple[str, int, str], Any] = msgspec.field(default_factory=dict)
    _trees: dict[str, dict[tuple[int, str], Any]] = msgspec.field(default_factory=dict)
    _yielding: dict[str, bool] = msgspec.field(default_factory=dict)
    _holding: dict[str, bool] = msgspec.field(default_factory=dict)
    _speaks: dict[str, bool] = msgspec.field(default_factory=dict)
    may_be_test_cases: dict[tuple[str, str], bool] = msgspec.field(default_factory=dict)
    """Whether a name of a file may be a TestCase (`test_case_bases.py`)."""

    def find(self, module: str, importer: str) -> Found | None:
        """Find a module as a file imports it."""
        return self.finder.find(module, self.bases.get(importer, ""))

    def is_made(self, module: str, importer: str) -> bool:
        """Tell whether a module that is not found may be made by a package above it."""
        return self.finder.may_be_made(module, self.bases.get(importer, ""))

    def source(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where it cannot be read."""
        return self.sources.read(path)

    def index(self, path: str) -> Index:
        """Return the names at the left margin of a file."""
        return self.sources.index(path)

    def tree(self, path: str) -> tuple[ast.Module, str, int]:
        """Parse a file; return why it does not parse, and the line, beside what is left of it."""
        source = self.source(path)
        if source is None:
            return ast.Module([], []), f"{os.path.basename(path)} cannot be read", 0
        tree = self.sources.tree(path, sys.version_info[:2])
        if isinstance(tree, ast.Module) and not _holds_source(source, tree):
            return tree, "", 0
        syntax = parse_source(source)
        if syntax.broken is not None:
            return ast.Module([], []), f"does not parse: {syntax.broken.reason}", syntax.broken.line or 0
        return syntax.tree, "", 0

    def whole(self, path: str, node: Any) -> Any:
        """Return a definition with its body, where reading blanked that.

        Raises:
            GiveUp: If it is not found again.
        """
        if not is_blanked(node):
            return node
        return self.definition(path, node.lineno, node.name) or _lost(node.name)

    def definition(self, path: str, line: int, name: str) -> Any:
        """Return a function or class of a file with its body; None where none of that name starts there."""
        key = (path, line, name)
        if key not in self._definitions:
            found = self.sources.definition(path, line, name) or self._in_tree(path, line, name)
            self._definitions[key] = found
        return self._definitions[key]

    def text_around(self, path: str, line: int, name: str) -> bytes | None:
        """Return a text that holds the whole function or class on a line; None where it is not found."""
        return self.sources.text_around(path, line, name)

    def _in_tree(self, path: str, line: int, name: str) -> Any:
        """Find a definition in the whole tree of a file: for those that cannot be cut out."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if path not in self._trees:
            tree = parse_source(self.source(path) or b"").tree
            self._trees[path] = {(n.lineno, n.name): n for n in ast.walk(tree) if isinstance(n, kinds)}
        return self._trees[path].get((line, name))

    def use(self, importer: str, path: str) -> None:
        """Note that what is known of one file depends on another."""
        self.uses.setdefault(importer, set()).add(path)

    def bindings(self, path: str) -> Bindings | None:
        """Return the bindings that a file's text shows; None where it does not show them all."""
        if path not in self._bindings:
            self._bindings[path] = read_bindings(self.source(path) or b"")
        return self._bindings[path]

    def is_submodule(self, module: str, name: str, importer: str) -> bool:
        """Tell whether `from module import name` imports a submodule."""
        found = self.find(module, importer)
        return found is not None and self._is_module(found, module, name, importer)

    def _is_module(self, found: Found, module: str, name: str, importer: str) -> bool:
        """Tell whether a name is a module.

        One that is there, in a package that does not bind the name otherwise.
        """
        if found.kind not in {"package", "namespace"} or self.find(f"{module}.{name}", importer) is None:
            return False
        entry = self.index(found.path).entries.get(name) if found.kind == "package" else None
        return entry is None or (entry.kind == "import" and entry.module in {".", module})

    def speaks_of_tests(self, path: str) -> bool:
        """Tell whether a file mentions pytest, unittest or skipping."""
        if path not in self._speaks:
            self._speaks[path] = _TESTS.search(self.source(path) or b"") is not None
        return self._speaks[path]

    def holds_tests(self, path: str) -> bool:
        """Tell whether a file may hold tests: a function of that name, or a class."""
        if path not in self._holding:
            self._holding[path] = _HOLDS.search(self.source(path) or b"") is not None
        return self._holding[path]

    def speaks_of_yield(self, path: str) -> bool:
        """Tell whether a file holds the word `yield`."""
        if path not in self._yielding:
            self._yielding[path] = b"yield" in (self.source(path) or b"")
        return self._yielding[path]


def _lost(name: str) -> Any:
    raise GiveUp(f"the body of {name} is not found")


_TRIPLE = re.compile(rb"\"\"\"|'''")
_UNCLEAR = re.compile(rb"[#\"'\\]")
"""On a line in front of a triple quote: what may make it something else than the beginning of a string."""


def _may_hold_source(source: bytes) -> bool:
    """Tell whether a string in triple quotes may hold a function; False only where none does."""
    begins, end = -1, 0
    for quote in _TRIPLE.finditer(source):
        place = quote.start()
        if begins < 0:
            line = source.rfind(b"\n", 0, place) + 1
            if _UNCLEAR.search(source, max(line, end), place):
                return True
            begins = place
        elif (
            source[begins : begins + 3] != quote[0]
            or source[place - 1 : place] == b"\\"
            or source.find(b"def ", begins, place) >= 0
        ):
            return True
        else:
            begins, end = -1, quote.end()
    return begins >= 0


def _holds_source(source: bytes, tree: ast.Module) -> bool:
    """Tell whether a string of a file holds source text, which blanking bodies may have changed."""
    if not _may_hold_source(source):
        return False
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return any(
        (type(one) is str and SKIMMED in one) or (type(one) is bytes and SKIMMED.encode() in one)
        for one in texts
    )


def absolute_name(module: str, path: str, target: str) -> str:
    """Return the absolute name of a module that a file imports as written.

    Empty where the dots go past the top.
    """
    level = len(target) - len(target.lstrip("."))
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    return (resolve_relative(package, level, target[level:]) or "") if level else target
