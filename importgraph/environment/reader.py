"""Facts of modules from outside the project, read when they are reached.

They come from the cache that holds the facts of every file by its content, so that a distribution of one
version is parsed once for all projects of a machine.
"""

from collections.abc import Iterable

from importgraph.environment.finder import ModuleFile
from importgraph.executors import Helpers
from importgraph.facts.cache import Cache, digest
from importgraph.facts.model import Broken, ModuleFacts
from importgraph.facts.parse import NOTHING


class Reader:
    """Reads files, each once.

    Args:
        cache: Where facts of known contents are.
        workers: The number of processes for many files that are not known, or who parses these; they are
            sent texts.
    """

    def __init__(self, cache: Cache, workers: int | Helpers = 1) -> None:
        self.cache = cache
        self.workers = workers
        self.broken: dict[str, Broken] = {}
        """By path, what could not be read whole."""
        self._facts: dict[str, ModuleFacts] = {}

    def read_ahead(self, modules: Iterable[ModuleFile]) -> None:
        """Read several modules at once."""
        from importgraph.facts.parsing import parse_cached
        from importgraph.facts.scan import read_source

        keys: dict[str, bytes] = {}
        sources: dict[bytes, bytes] = {}
        for path in dict.fromkeys(m.source for m in modules if m.readable and m.source not in self._facts):
            source = read_source(path)
            if isinstance(source, Broken):
                self._facts[path] = NOTHING
                self.broken[path] = source
            else:
                keys[path] = digest(source)
                sources[keys[path]] = source
        if not keys:
            return
        parsed = parse_cached(sources, cache=self.cache, workers=self.workers)
        for path, key in keys.items():
            entry = parsed[key]
            self._facts[path] = entry.facts
            if entry.broken is not None:
                self.broken[path] = entry.broken

    def facts(self, module: ModuleFile) -> ModuleFacts:
        """Return what the text of a module says; nothing where it cannot be read."""
        if module.source not in self._facts:
            self.read_ahead((module,))
        return self._facts[module.source]

    @property
    def count(self) -> int:
        """How many files were read."""
        return len(self._facts)
