"""Files as syntax trees for one version of Python, read once; bodies of functions when they are asked for."""

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from symtable import symtable

from importgraph.facts.source.bodies import is_blanked
from importgraph.facts.source.decoding import decode
from importgraph.facts.source.host import parse
from importgraph.facts.source.syntax import parse_source
from importgraph.simulation.bytecode import Bytecode
from importgraph.text.sources import Sources

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_WRITES = rb"\s*(?:\[[^\]\n]*\]\s*=[^=]|\.(?:update|setdefault|pop|__setitem__)\()"
_SPACES = rb"\b(?:globals|vars|locals)\(\)"
_WRITTEN = tuple(re.compile(name + rb"\(\)" + _WRITES) for name in (b"globals", b"vars", b"locals"))
_CHANGED = re.compile(rb"__dict__(?:\[[^\]\n]*\]\s*=[^=]|\.update)")
_LAZY = re.compile(rb"lazy(?:_loader|\w*\.attach)")
_CALLED = (re.compile(rb"exec\("), re.compile(rb"execfile\("))
_ALIAS = re.compile(rb"\b(\w+)\s*=\s*" + _SPACES)
_PASSED = re.compile(rb"\b(\w+)\(\s*(?:[^()\n]*[,=]\s*)?" + _SPACES)
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


_GLOBAL = re.compile(rb"global[ \t]+(?P<names>\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?=$|[;#\r])", re.MULTILINE)


def is_open(text: bytes) -> bool:
    """Tell whether a text may bind names of its module in a way that no statement shows.

    Each pattern begins with a literal, which is searched for many times faster than a choice of them.
    """
    if b"_LazyModule" in text or b"sys.modules[__name__]" in text or _LAZY.search(text):
        return True
    if any(text[max(one.start() - 5, 0) : one.start()] != b"self." for one in _CHANGED.finditer(text)):
        return True
    if any(_begins_word(text, one.start()) for call in _CALLED for one in call.finditer(text)):
        return True
    if not any(word in text for word in (b"globals()", b"vars()", b"locals()")):
        return False
    if any(_begins_word(text, one.start()) for write in _WRITTEN for one in write.finditer(text)):
        return True
    if any(found[1] not in _READERS for found in _PASSED.finditer(text)):
        return True
    return writes_by_alias(text)


def sets_own(path: str, text: bytes) -> bool:
    """Tell whether a text sets attributes of computed name on a module of its file's name.

    A function that does may be called by what is not followed, as compiled code does.
    """
    if b"setattr(" not in text:
        return False
    folder, _, name = path.removesuffix(".py").rpartition("/")
    name = folder.rpartition("/")[2] if name == "__init__" else name
    return re.search(rb"setattr\(\s*" + re.escape(name.encode()) + rb"\s*,", text) is not None


def _begins_word(text: bytes, start: int) -> bool:
    before = text[start - 1 : start]
    return not (before.isalnum() or before == b"_")


def writes_by_alias(text: bytes) -> bool:
    """Tell whether a text writes into a namespace to which it gave a name (`names = globals()`)."""
    names = {found[1] for found in _ALIAS.finditer(text)}
    return any(re.search(rb"\b" + name + _WRITES, text) for name in names)


def shared_names(text: bytes) -> frozenset[str]:
    """Return the names that functions of a text declare `global`."""
    if b"global " not in text:
        return frozenset()
    names: set[str] = set()
    for found in _GLOBAL.finditer(text):
        if text[: found.start()].rstrip(b" \t")[-1:] in _BEFORE_STATEMENT:
            names.update(name.strip() for name in found["names"].decode().split(","))
    return frozenset(names)


_BEFORE_STATEMENT = (b"", b"\n", b":", b";")
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
    deferred: bool
    """Annotations are not evaluated at import."""


class SourceFiles:
    """Parses files for one version.

    Args:
        version: The Python that would run them.
        sources: Their texts.
    """

    def __init__(self, version: tuple[int, int], sources: Sources) -> None:
        self.version = version
        self.sources = sources
        self._files: dict[str, SourceFile] = {}
        self._shared: dict[str, frozenset[str]] = {}
        self._bytecode = Bytecode(version)
        self._trees: dict[str, dict[int, Function]] = {}

    def text(self, path: str) -> bytes:
        """Return the bytes of a file; empty where it cannot be read."""
        return self.sources.text(path)

    def parse(self, path: str) -> SourceFile:
        """Return the tree of a file."""
        if path not in self._files:
            self._files[path] = self._parse(path)
        return self._files[path]

    def shared(self, path: str) -> frozenset[str]:
        """Return the names that functions declare `global` which may run without being followed."""
        if path not in self._shared:
            text = self.text(path)
            tree = self._tree(text)[0] if b"global " in text else ast.Module([], [])
            self._shared[path] = frozenset(_declared(tree.body, hidden=False))
        return self._shared[path]

    def _parse(self, path: str) -> SourceFile:
        text = self.text(path)
        tree, error, line = self._skimmed(path, text) or self._tree(text)
        if not error and self.version <= sys.version_info[:2] and not self._bytecode.is_compiled(path, text):
            error, line = _late_error(tree)
        deferred = self.version >= _LATER or any(_is_deferring(node) for node in tree.body)
        return SourceFile(tree, error, line, is_open(text) or sets_own(path, text), deferred)

    def _skimmed(self, path: str, text: bytes) -> tuple[ast.Module, str, int] | None:
        """Parse a file without the bodies of its functions; None where its text has to be read whole."""
        short = self.sources.skimmed(path)
        if short is text or not (self._bytecode.is_compiled(path, text) or self._compiles(text)):
            return None
        tree = self.sources.tree(path, self.version)
        return (tree, "", 0) if isinstance(tree, ast.Module) else None

    def _compiles(self, text: bytes) -> bool:
        """Tell whether the text is surely without syntax errors; cheaper than to build the tree."""
        host = sys.version_info[:2]
        if self.version < host:
            return isinstance(parse(text, self.version), ast.Module)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                symtable(text, "<text>", "exec")  # type: ignore[arg-type]
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return True

    def whole(self, path: str, node: Function) -> Function:
        """Return a function with its body, where reading left that out."""
        if isinstance(node, ast.Lambda) or not is_blanked(node):
            return node
        found = self.sources.definition(path, node.lineno, node.name)
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            return found
        if path not in self._trees:
            kinds = ast.FunctionDef | ast.AsyncFunctionDef
            walked = ast.walk(self._tree(self.text(path))[0])
            self._trees[path] = {one.lineno: one for one in walked if isinstance(one, kinds)}
        return self._trees[path][node.lineno]

    def _tree(self, text: bytes) -> tuple[ast.Module, str, int]:
        found = parse(text, self.version)
        late = decode(text).late if self.version >= _LATER and not text.isascii() else None
        if late is not None:
            return ast.Module([], []), late.reason, late.line or 1
        if isinstance(found, ast.Module):
            return found, "", 0
        if self.version <= sys.version_info[:2]:
            return ast.Module([], []), found.reason, found.line or 1
        syntax = parse_source(text)
        if syntax.broken is not None:
            return ast.Module([], []), syntax.broken.reason, syntax.broken.line or 1
        return syntax.tree, "", 0


def _late_error(tree: ast.Module) -> tuple[str, int]:
    """Return what Python finds wrong when it compiles a tree (`return` outside a function), and where."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(tree, "<text>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.msg, error.lineno or 1
        except (ValueError, RecursionError, MemoryError):  # of a tree that Python reads
            return "", 0
    return "", 0


def _declared(body: Iterable[ast.AST], *, hidden: bool) -> Iterator[str]:
    """Yield names declared `global` in methods, hooks, decorated functions and what is in them (`hidden`).

    Other functions run where they are seen to be called.
    """
    for node in body:
        if isinstance(node, ast.Global):
            yield from node.names if hidden else ()
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_called = bool(node.decorator_list) or node.name.startswith("pytest_")
            yield from _declared(node.body, hidden=hidden or is_called)
        else:
            inner = ast.iter_child_nodes(node)
            yield from _declared(inner, hidden=hidden or isinstance(node, ast.ClassDef))


def _is_deferring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
    )
