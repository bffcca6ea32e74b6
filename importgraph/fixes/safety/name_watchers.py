"""Which files of a tree would notice, by their text, that a module no longer binds a name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from importgraph.fixes.model import Reason
from importgraph.fixes.safety.watchers import line_of
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by
from importgraph.snapshot import Snapshot

_REFLECTS = r"(?:vars|dir|getmembers\w*|testmod|loadTestsFromModule|DocTestSuite)\(\s*(?:[\w.]*\.)?{0}\s*[,)]"
_BY_NAME = r"""(?:getattr|hasattr|setattr|delattr)\(\s*(?:[\w.]*\.)?{0}\s*,\s*(?:(["'])(\w+)\1\s*[,)])?"""
_LOOKS_INSIDE = re.compile(r"__globals__|__code__")
_SOURCE = r"(?:getsource\w*|getclosurevars|\bdis)\(\s*(?:[\w.]*\.)?{0}\b|\b{0}(?:\.\w+)*\.__code__\b"


@dataclass(frozen=True)
class NameWatchers:
    """Answers for one tree, with memory."""

    snapshot: Snapshot

    def _text(self, module: str) -> str:
        return self.snapshot.read_text(self._path(module))

    def _path(self, module: str) -> str:
        return self.snapshot.graph.modules[module].path

    def of_name(self, module: str, bound: str) -> Iterator[Reason]:
        """Yield who would notice that a module no longer binds a name.

        Args:
            module: The module that the import stands in.
            bound: The name that it binds.
        """
        own = self._text(module)
        for line in own.splitlines() if ">>>" in own else ():
            if re.match(rf"\s*(?:>>>|\.\.\.).*\b{re.escape(bound)}\b", line):
                text = f"an example in a docstring of `{module}` uses `{bound}`"
                yield Reason(
                    "taken by others", text, self._path(module), own.count("\n", 0, own.find(line)) + 1
                )
                break
        if re.search(r"\bdir\(\s*\)", own):
            yield Reason("looks at its names", f"`{module}` looks at its own names (dir)", self._path(module))
        for name in self._naming(module):
            if name != module:
                yield from self._of_file(name, module, bound)

    def _of_file(self, name: str, module: str, bound: str) -> Iterator[Reason]:
        text = self._text(name)
        dotted = re.escape(module)
        last = re.escape(module.rpartition(".")[2])
        named = re.compile(
            rf"(?:\b|c){dotted}(?:[.:]|\\n){re.escape(bound)}\b|[\"'](?:[\w.]+\.)?{last}[.:]{re.escape(bound)}\b"
        )
        if named.search(text):
            what = f"`{name}` names `{module}.{bound}`"
            yield Reason("taken by others", what, self._path(name), line_of(text, named))
            return
        for local in sorted(self._locals(name, module)):
            looks = re.compile(_REFLECTS.format(re.escape(local)))
            asks = re.compile(_BY_NAME.format(re.escape(local)))
            hit = looks.search(text) or next(
                (m for m in asks.finditer(text) if m.group(2) in {None, bound}), None
            )
            hit = hit or re.search(_SOURCE.format(re.escape(local)), text)
            if hit is None and f"{local}.__dict__" not in text and not _LOOKS_INSIDE.search(text):
                continue
            line = text.count("\n", 0, hit.start()) + 1 if hit is not None else 0
            yield Reason(
                "taken by others", f"`{name}` looks at the names of `{module}`", self._path(name), line
            )
            return

    def _locals(self, name: str, module: str) -> set[str]:
        """Return what a module calls another one, where it holds the module itself."""
        found = set()
        for edge in self._imports.get(name, ()):
            if edge.name is None and edge.imported == module:
                found.add(edge.alias or module.rpartition(".")[2])
            elif edge.submodule and loaded_by(edge) == module:
                found.add(edge.alias or edge.name or "")
        return found

    @cached_property
    def _imports(self) -> Mapping[str, Sequence[ImportEdge]]:
        found: dict[str, list[ImportEdge]] = {}
        for edge in self.snapshot.graph.imports:
            found.setdefault(edge.importer, []).append(edge)
        return found

    @lru_cache(maxsize=256)  # noqa: B019 -- lives as long as the proposals of one tree
    def _naming(self, module: str) -> tuple[str, ...]:
        """Return the modules whose text holds the last part of a module's name, as bytes."""
        word = module.rpartition(".")[2].encode()
        graph = self.snapshot.graph
        return tuple(
            name
            for name, one in graph.modules.items()
            if one.path.endswith(".py") and word in self.snapshot.read_bytes(one.path)
        )
