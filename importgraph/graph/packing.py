"""A graph as bytes, from which only those parts are decoded that somebody asks for.

    size of the head | head | edges, one part a file | facts, one part a module

What cannot be read, or is of another shape, raises: the caller then builds the graph.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, groupby, pairwise

import msgspec

from importgraph.facts.discover import Excluded, OtherFiles
from importgraph.facts.model import Broken, ModuleFacts
from importgraph.facts.scan import Scan, ScannedFile
from importgraph.graph.model import Call, Graph, ImportEdge, Ledger, Module, Ran, Target

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
    edge_sizes: tuple[int, ...]
    """By importing path, the bytes of its edges."""
    owners: tuple[str, ...]
    """The modules that have facts, in order; after them the paths of notebooks."""
    fact_sizes: tuple[int, ...]


def pack(graph: Graph, scan: Scan) -> list[bytes]:
    """Return the parts of a graph as bytes.

    Raises:
        UnicodeEncodeError: If a name in it is no text.
    """
    encode = msgspec.msgpack.Encoder().encode
    edges = [(path, encode(tuple(some))) for path, some in groupby(graph.imports, lambda edge: edge.path)]
    facts = [(name, encode(one)) for name, one in (*graph.facts.items(), *graph.notebooks.items())]
    head = Head(
        tuple(graph.modules.values()),
        graph.calls,
        graph.ran,
        tuple(sorted(graph.run_at_import)),
        graph.ledger,
        graph.target,
        graph.roots,
        graph.other,
        graph.notebook_imports,
        graph.test_folders,
        scan.links,
        {f.path: (f.broken, f.late) for f in (*scan.files, *scan.notebooks) if f.broken or f.late},
        tuple(file.path for file in scan.files),
        tuple(path for path, _ in edges),
        tuple(len(part) for _, part in edges),
        tuple(name for name, _ in facts),
        tuple(len(part) for _, part in facts),
    )
    first = encode(head)
    return [len(first).to_bytes(_SIZE, "big"), first, *(part for _, part in (*edges, *facts))]


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

    def __init__(self, head: Head, data: memoryview, start: int) -> None:
        """Take what was decoded, all bytes, and where in them the edges begin."""
        ends = list(accumulate((*head.edge_sizes, *head.fact_sizes), initial=start))
        count = len(head.edge_sizes)
        spans = dict(zip(head.owners, zip(ends[count:], ends[count + 1 :], strict=False), strict=True))
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
            "other": head.other,
            "notebooks": KeptFacts(data, {name: span for name, span in spans.items() if name not in modules}),
            "notebook_imports": head.notebook_imports,
            "test_folders": head.test_folders,
        }
        self.__dict__.update(given)
        self.__dict__["_edges"] = (data, ends[: count + 1])
        self.__dict__["head"] = head

    @cached_property
    def imports(self) -> tuple[ImportEdge, ...]:
        """The edges, all decoded at once."""
        data, ends = self.__dict__["_edges"]
        decode = msgspec.msgpack.Decoder(tuple[ImportEdge, ...]).decode
        found: list[ImportEdge] = []
        for start, end in pairwise(ends):
            found += decode(data[start:end])
        return tuple(found)

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
    start = int.from_bytes(data[:_SIZE], "big") + _SIZE
    head = msgspec.msgpack.decode(data[_SIZE:start], type=Head)
    if start + sum(head.edge_sizes) + sum(head.fact_sizes) != len(data):
        raise ValueError("not as long as it says")
    return KeptGraph(head, data, start)


def scan_of(graph: KeptGraph) -> Scan:
    """Return the scan that a kept graph was built from."""
    head: Head = graph.__dict__["head"]
    by_path = {module.path: module.name for module in head.modules if module.path}

    def files(paths: Iterable[str], facts: Mapping[str, ModuleFacts]) -> tuple[ScannedFile, ...]:
        nothing = (None, None)
        return tuple(
            ScannedFile(path, facts[by_path.get(path, path)], *head.broken.get(path, nothing))
            for path in paths
        )

    notebooks = files(graph.notebooks, graph.notebooks)
    return Scan(files(head.paths, graph.facts), head.ledger.excluded, head.links, head.other, notebooks, ())
