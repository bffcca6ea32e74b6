"""Files as syntax trees for one version of Python, read once."""

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from importgraph.facts.host import parse
from importgraph.facts.syntax import parse_source

_WRITES = rb"\s*(?:\[[^\]\n]*\]\s*=[^=]|\.(?:update|setdefault|pop|__setitem__)\()"
_SPACES = rb"\b(?:globals|vars|locals)\(\)"
_OPEN = re.compile(
    _SPACES + _WRITES + rb"|\bexec\(|\bexecfile\(|sys\.modules\[__name__\]"
    rb"|(?<!self\.)__dict__(?:\[[^\]\n]*\]\s*=[^=]|\.update)|lazy_loader|lazy\w*\.attach|_LazyModule"
)
_ALIAS = re.compile(rb"\b(\w+)\s*=\s*" + _SPACES)
_PASSED = re.compile(rb"\b(\w+)\((?:[^()\n]*[,=]\s*)?" + _SPACES)
_READERS = {
    b"eval",
    b"len",
    b"sorted",
    b"list",
    b"set",
    b"dict",
    b"filter",
    b"print",
    b"iter",
    b"tuple",
    b"format",
    b"in",
}


def is_open(text: bytes) -> bool:
    """Tell whether a text may bind names of its module in a way that no statement shows."""
    if _OPEN.search(text):
        return True
    if any(found[1] not in _READERS for found in _PASSED.finditer(text)):
        return True
    names = {found[1] for found in _ALIAS.finditer(text)}
    return any(re.search(rb"\b" + name + _WRITES, text) for name in names)


_LATER = (3, 14)
"""From this version on annotations are not evaluated at import (PEP 649)."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file."""

    tree: ast.Module
    error: str
    """Why Python does not read it; empty where it does."""
    line: int
    is_open: bool
    """Its text does things that may bind names no statement shows."""
    shared: frozenset[str]
    """Names that functions declare `global`."""
    deferred: bool
    """Annotations are not evaluated at import."""


class SourceFiles:
    """Parses files for one version.

    Args:
        version: The Python that would run them.
    """

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self._files: dict[str, SourceFile] = {}
        self._texts: dict[str, bytes] = {}

    def text(self, path: str) -> bytes:
        """Return the bytes of a file; empty where it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = Path(path).read_bytes()
            except OSError:
                self._texts[path] = b""
        return self._texts[path]

    def parse(self, path: str) -> SourceFile:
        """Return the tree of a file."""
        if path not in self._files:
            self._files[path] = self._parse(self.text(path))
        return self._files[path]

    def _parse(self, text: bytes) -> SourceFile:
        tree, error, line = self._tree(text)
        shared = frozenset[str]()
        if b"global " in text:
            shared = frozenset(
                name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names
            )
        deferred = self.version >= _LATER or any(_is_deferring(node) for node in tree.body)
        return SourceFile(tree, error, line, is_open(text), shared, deferred)

    def _tree(self, text: bytes) -> tuple[ast.Module, str, int]:
        found = parse(text, self.version)
        if isinstance(found, ast.Module):
            return found, "", 0
        if self.version <= sys.version_info[:2]:
            return ast.Module([], []), found.reason, found.line or 1
        syntax = parse_source(text)
        if syntax.broken is not None:
            return ast.Module([], []), syntax.broken.reason, syntax.broken.line or 1
        return syntax.tree, "", 0


def _is_deferring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
    )
