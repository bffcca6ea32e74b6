"""A graph as bytes, from which only those parts are decoded that somebody asks for.

    edges, one part a file | facts, one part a module | traces, one part a module | head | size of the head

What cannot be read, or is of another shape, raises: the caller then builds the graph.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import msgspec

from importgraph.facts.found import Excluded, OtherFiles, Scan
from importgraph.facts.model import Broken, ModuleFacts
from importgraph.graph.edited.since import Since
from importgraph.graph.model import Call, Graph, ImportEdge, Ledger, Module, Ran, Target
from importgraph.graph.traces import ModuleTrace, Trace, Traced

_SIZE = 8


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All of a graph but its edges and facts, and where these are."""

    modules: tuple[Module, ...]
    calls: tuple[Call, ...]
    ran: tuple[Ran, ...]
    run_at_import: tuple[str, ...]
    ledger: Ledger
    target: Target
    roots: tuple[tuple[str, str], ...]
    package_folders: tuple[tuple[str, str], ...]
    other: OtherFiles
    notebook_imports: tuple[ImportEdge, ...]
    test_folders: tuple[str, ...]
    links: tuple[Excluded, ...]
    broken: dict[str, tuple[Broken | None, Broken | None]]
    """By path, why files are broken, for the target and from Python 3.14 on."""
    paths: tuple[str, ...]
    """Of the scanned files."""
    importers: tuple[str, ...]
    """Paths that import something, in the order of the edges."""
    edge_counts: tuple[int, ...]
    """By importing path, its edges."""
    edge_sizes: tuple[int, ...]
    """By importing path, the bytes of its edges."""
    owners: tuple[str, ...]
    """The modules that have facts, in order; after them the paths of notebooks."""
    fact_sizes: tuple[int, ...]
    trace: Trace
    trace_sizes: tuple[int, ...]
    """By module that has facts, the bytes of what was asked of it."""
    read_otherwise: tuple[str, ...]
    """Paths of scanned files that were read for something else, too: a `setup.py`, say."""
    settings: tuple[str, ...]
    """Paths of files that were read for where imports look and nothing else but their text as modules."""
    said: str
    """A digest of what they said."""


class OtherReads(NamedTuple):
    """What was read for a graph besides the texts of modules."""

    otherwise: Iterable[str] = ()
    """Paths of scanned files that were read for something else, too."""
    settings: Iterable[str] = ()
    """Paths of files that were read for where imports look, and nothing else."""
    said: str = ""
    """A digest of what they said."""


def pack(graph: Graph, scan: Scan, traced: Traced, others: OtherReads) -> Iterator[bytes]:
    """Yield the parts of a graph as bytes, one after the other: together they may be hundreds of megabytes.

    Args:
        graph: The graph.
        scan: What it was built from.
        traced: What was asked while it was built.
        others: What was read besides.

    Raises:
        UnicodeEncodeError: If a name in it is no text.
    """
    encode = msgspec.msgpack.Encoder().encode
    importers, counts, owners = [], [], [*graph.facts, *graph.notebooks]
    sizes: tuple[list[int], list[int], list[int]] = ([], [], [])
    for path, some in groupby(graph.imports, lambda edge: edge.path):
        group = tuple(some)
        importers.append(path)
        counts.append(len(group))
        yield _measured(encode(group), sizes[0])
    for facts in (*graph.facts.values(), *graph.notebooks.values()):
        yield _measured(encode(facts), sizes[1])
    for name in graph.facts:
        yield _measured(encode(traced.module(name)), sizes[2])
    head = Head(
        tuple(graph.modules.values()),
        graph.calls,
        graph.ran,
        tuple(sorted(graph.run_at_import)),
        graph.ledger,
        graph.target,
        graph.roots,
        graph.package_folders,
        graph.other,
        graph.notebook_imports,
        graph.test_folders,
        scan.links,
        {f.path: (f.broken, f.late) for f in (*scan.files, *scan.notebooks) if f.broken or f.late},
        tuple(file.path for file in scan.files),
        tuple(importers),
        tuple(counts),
        tuple(sizes[0]),
        tuple(owners),
        tuple(sizes[1]),
        traced.whole,
        tuple(sizes[2]),
        tuple(sorted(others.otherwise)),
        tuple(sorted(others.settings)),
        others.said,
    )
    last = encode(head)
    yield last
    yield len(last).to_bytes(_SIZE, "big")


def _measured(part: bytes, sizes: list[int]) -> bytes:
    sizes.append(len(part))
    return part


class KeptFacts(Mapping[str, ModuleFacts]):
    """Facts by module or path, each decoded when it is first asked for."""

    def __init__(self, data: memoryview, places: Mapping[str, tuple[int, int]]) -> None:
        """Take the bytes, and from where to where in them the facts of each are."""
        self._data = data
        self._places = places
        self._known: dict[str, ModuleFacts] = {}
        self._decode = msgspec.msgpack.Decoder(ModuleFacts).decode

    def __getitem__(self, name: str) -> ModuleFacts:
        """Return the facts of one."""
        found = self._known.get(name)
        if found is None:
            start, end = self._places[name]
            found = self._known[name] = self._decode(self._data[start:end])
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield the names in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        """Tell whether one has facts, without decoding them."""
        return name in self._places


class KeptGraph(Graph):
    """A graph whose edges and facts are decoded when they are first asked for."""

    def __init__(self, head: Head, data: memoryview) -> None:
        """Take what was decoded, and all bytes."""
        sizes = (*head.edge_sizes, *head.fact_sizes, *head.trace_sizes)
        ends = list(accumulate(sizes, initial=0))
        count, traces = len(head.edge_sizes), len(sizes) - len(head.trace_sizes)
        spans = dict(zip(head.owners, pairwise(ends[count : traces + 1]), strict=True))
        modules = {module.name: module for module in head.modules}
        given = {
            "modules": modules,
            "facts": KeptFacts(data, {name: span for name, span in spans.items() if name in modules}),
            "calls": head.calls,
            "ran": head.ran,
            "run_at_import": frozenset(head.run_at_import),
            "ledger": head.ledger,
            "target": head.target,
            "roots": head.roots,
            "package_folders": head.package_folders,
            "other": head.other,
            "notebooks": KeptFacts(data, {name: span for name, span in spans.items() if name not in modules}),
            "notebook_imports": head.notebook_imports,
            "test_folders": head.test_folders,
        }
        self.__dict__.update(given)
        self.__dict__["_edges"] = (data, ends[: count + 1])
        self.__dict__["head"] = head
        self.__dict__["_traces"] = ends[traces:]

    @cached_property
    def imports(self) -> tuple[ImportEdge, ...]:
        """The edges, all decoded at once."""
        data, ends = self.__dict__["_edges"]
        decode = msgspec.msgpack.Decoder(tuple[ImportEdge, ...]).decode
        found: list[ImportEdge] = []
        for start, end in pairwise(ends):
            found += decode(data[start:end])
        return tuple(found)

    def edges_of(self, path: str) -> Sequence[ImportEdge]:
        """Return the edges of a path, decoded by themselves where the rest is not."""
        first, last = self.span(path)
        if first == last or "imports" in self.__dict__:
            return self.imports[first:last] if first < last else ()
        data, ends = self.__dict__["_edges"]
        place = bisect_left(self.__dict__["head"].importers, path)
        return msgspec.msgpack.decode(data[ends[place] : ends[place + 1]], type=tuple[ImportEdge, ...])

    def imports_of(self, module: str) -> Sequence[ImportEdge]:
        """Return the imports of one module, in the order of the text."""
        return self.edges_of(self.modules[module].path)

    def start_of(self, path: str) -> int:
        """Return where among all edges those of a path that has some begin."""
        return self.span(path)[0]

    def edge_at(self, index: int) -> ImportEdge:
        """Return the import at a place among all, decoded with those of its path where the rest is not."""
        place = bisect_right(self._starts, index) - 1
        return self.edges_of(self.__dict__["head"].importers[place])[index - self._starts[place]]

    def span(self, path: str) -> tuple[int, int]:
        """Return from where to where among all edges those of a path are, or would be."""
        head: Head = self.__dict__["head"]
        place = bisect_left(head.importers, path)
        is_there = head.importers[place : place + 1] == (path,)
        return self._starts[place], self._starts[place + is_there]

    @property
    def count(self) -> int:
        """How many edges there are."""
        return self._starts[-1]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(accumulate(self.__dict__["head"].edge_counts, initial=0))

    @property
    def since(self) -> Since | None:
        """What was found out about it, and what changed since; None where it comes from no store."""
        found: Since | None = self.__dict__.get("since")
        return found

    @property
    def trace(self) -> Trace:
        """What was asked of the whole tree while it was built."""
        whole: Trace = self.__dict__["head"].trace
        return whole

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {name: number for number, name in enumerate(self.facts)}

    def traced(self, module: str) -> ModuleTrace:
        """Return what was asked of a module that has facts."""
        number = self._numbers[module]
        start, end = self.__dict__["_traces"][number : number + 2]
        data, _ = self.__dict__["_edges"]
        return msgspec.msgpack.decode(data[start:end], type=ModuleTrace)

    @cached_property
    def read_otherwise(self) -> frozenset[str]:
        """Paths of scanned files that were read for something else, too."""
        return frozenset(self.__dict__["head"].read_otherwise)

    @property
    def settings(self) -> tuple[tuple[str, ...], str]:
        """Paths of files that were read for where imports look alone, and a digest of what they said."""
        head: Head = self.__dict__["head"]
        return head.settings, head.said

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the scanned files, sorted."""
        paths: tuple[str, ...] = self.__dict__["head"].paths
        return paths


def unpack(data: memoryview) -> KeptGraph:
    """Return the graph of what `pack` gave.

    Raises:
        ValueError: If it is none, or of another shape.
    """
    size = int.from_bytes(data[-_SIZE:], "big")
    start = len(data) - _SIZE - size
    head = msgspec.msgpack.decode(data[max(start, 0) : -_SIZE], type=Head)
    if sum((*head.edge_sizes, *head.fact_sizes, *head.trace_sizes)) != start:
        raise ValueError("not as long as it says")
    return KeptGraph(head, data)
