"""The records of one tree's modules, read when they are first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from importgraph.affected.lazy_names import answering_unit, answers_of
from importgraph.affected.outlines import Outline
from importgraph.affected.records import Header, Record
from importgraph.affected.unit_cache import Shelf
from importgraph.affected.units import Unit
from importgraph.graph.model import Graph


class Texts:
    """Gives the records and outlines of modules; names that a package answers lazily are functions of it.

    Args:
        graph: The tree.
        read: Returns the bytes of a file by its path.
        shelf: Gets records of texts.
        keys: Keys of files by their paths that are known already.
    """

    def __init__(
        self,
        graph: Graph,
        read: Callable[[str], bytes],
        shelf: Shelf,
        keys: Mapping[str, bytes] | None = None,
    ) -> None:
        modules = graph.modules.values()
        self._graph = graph
        self._paths = {one.name: one.path for one in modules if one.path and not one.is_opaque}
        self._read = read
        self._shelf = shelf
        self.keys = dict(keys or {})
        """By path, of the files whose outlines were read."""
        self._records: dict[str, Record] = {}
        self._words: set[str] = set()
        self._unread_words: list[Record] = []

    def __contains__(self, module: object) -> bool:
        """Tell whether a module has text."""
        return module in self._paths

    @cached_property
    def _answers(self) -> Mapping[str, Mapping[str, int]]:
        return answers_of(self._graph)

    def outline_all(self) -> None:
        """Read the outlines of all modules."""
        self._outline(self._paths)

    def _outline(self, modules: Iterable[str]) -> None:
        paths = dict.fromkeys(self._paths[name] for name in modules)
        self._shelf.recall(self.keys[path] for path in paths if path in self.keys)
        missing = [path for path in paths if not self._shelf.has(self.keys.get(path, b""))]
        for path, key in self._shelf.outlines((path, self._read(path)) for path in missing):
            self.keys[path] = key

    def outline(self, module: str) -> Outline:
        """Return the outline of a module that has text."""
        path = self._paths[module]
        if not self._shelf.has(self.keys.get(path, b"")):
            self._outline((module,))
        return self._shelf.outline(self.keys[path])

    def split(self, modules: Iterable[str]) -> None:
        """Make the records of many modules that have none yet, in processes."""
        wanted = [name for name in modules if name in self._paths and name not in self._records]
        self._outline(wanted)
        paths = [self._paths[name] for name in wanted]
        self._shelf.split({path: self.keys[path] for path in paths}, self._read)

    def load(self, modules: Iterable[str]) -> None:
        """Read the records of many modules at once; those without text are left out."""
        wanted = (name for name in dict.fromkeys(modules) if name in self._paths)
        missing = [name for name in wanted if name not in self._records]
        if not missing:
            return
        self._outline(missing)
        keys = {name: self.keys[self._paths[name]] for name in missing}
        for name, record in self._shelf.records(keys, lambda one: self._read(self._paths[one])).items():
            self._unread_words.append(record)
            answered = self._answers.get(name)
            if answered:
                headers = tuple(Header(one, "", registered=False) for one in answered)
                record = msgspec.structs.replace(record, functions=(*record.functions, *headers))  # noqa: PLW2901 -- the same file, with what it answers
            self._records[name] = record

    def load_all(self) -> None:
        """Read the records of all modules."""
        if len(self._records) < len(self._paths):
            self.split(self._paths)
            self.load(self._paths)

    def record(self, module: str) -> Record:
        """Return the record of a module that has text."""
        if module not in self._records:
            self.load((module,))
        return self._records[module]

    def all(self) -> Iterator[tuple[str, Record]]:
        """Yield all modules with text in the order of the graph, with their records."""
        self.load_all()
        return ((name, self._records[name]) for name in self._paths)

    def unit(self, module: str, number: int) -> Unit:
        """Return a unit of a module: the body for 0, else a function, counted from 1."""
        record = self.record(module)
        if number < len(record.units):
            return record.unit(number)
        name = record.functions[number - 1].qualname
        return answering_unit(name, self._answers[module][name])

    def uses_word(self, name: str) -> bool:
        """Tell whether the text of the tree uses a name anywhere."""
        if name in self._words:
            return True
        self.load_all()
        for record in self._unread_words:
            self._words.update(record.words)
        self._unread_words.clear()
        return name in self._words
