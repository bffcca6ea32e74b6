"""The files of one run: read, blanked, parsed and indexed once each, whoever asks."""

import ast

from importgraph.facts.source.blanking import skim
from importgraph.facts.source.bodies import definition_at, line_starts, text_around
from importgraph.facts.source.host import Broken, parse
from importgraph.files import read_file
from importgraph.text.margin import Index, make_index, read_imports

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Sources:
    """Texts by absolute path, kept as long as this is. Trees are shared: nobody may change them."""

    def __init__(self) -> None:
        self._texts: dict[str, bytes | None] = {}
        self._skimmed: dict[str, bytes] = {}
        self._trees: dict[tuple[str, tuple[int, int]], ast.Module | Broken] = {}
        self._indexes: dict[str, Index] = {}
        self._imports: dict[str, tuple[tuple[str, str, int], ...]] = {}
        self._lines: dict[str, list[int]] = {}
        self._definitions: dict[tuple[str, int, str], Definition | None] = {}

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = read_file(path)
            except OSError:
                self._texts[path] = None
        return self._texts[path]

    def text(self, path: str) -> bytes:
        """Return the bytes of a file; empty where it cannot be read."""
        return self.read(path) or b""

    def skimmed(self, path: str) -> bytes:
        """Return the text without the bodies of its functions; the same object where none was blanked."""
        if path not in self._skimmed:
            self._skimmed[path] = skim(self.text(path))
        return self._skimmed[path]

    def tree(self, path: str, version: tuple[int, int]) -> ast.Module | Broken:
        """Parse the blanked text by the grammar of a version, as far as the host knows it."""
        key = (path, version)
        if key not in self._trees:
            self._trees[key] = parse(self.skimmed(path), version)
        return self._trees[key]

    def index(self, path: str) -> Index:
        """Return the names at the left margin of a file."""
        if path not in self._indexes:
            self._indexes[path] = make_index(self.text(path))
        return self._indexes[path]

    def imports(self, path: str) -> tuple[tuple[str, str, int], ...]:
        """Return (module, name or "", offset) of every import at the left margin of a file."""
        if path in self._indexes:
            return self._indexes[path].imports
        if path not in self._imports:
            self._imports[path] = read_imports(self.text(path))
        return self._imports[path]

    def definition(self, path: str, line: int, name: str) -> Definition | None:
        """Return a function or class with its body; None where it cannot be cut out of the text."""
        key = (path, line, name)
        if key not in self._definitions:
            start = self._line_start(path, line)
            self._definitions[key] = definition_at(self.text(path), start, line, name)
        return self._definitions[key]

    def text_around(self, path: str, line: int, name: str) -> bytes | None:
        """Return a text that holds the whole function or class on a line; None where it is not found."""
        return text_around(self.text(path), self._line_start(path, line), name)

    def _line_start(self, path: str, line: int) -> int:
        if path not in self._lines:
            self._lines[path] = line_starts(self.text(path))
        starts = self._lines[path]
        return starts[line - 1] if line <= len(starts) else -1
