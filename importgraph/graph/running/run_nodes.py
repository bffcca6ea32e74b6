"""The functions that ran, as nodes of the graph, with what each imports and calls."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from importgraph.evaluation.values.journal import Activation
from importgraph.graph.model import Call
from importgraph.graph.resolve import Resolver


@dataclass(slots=True)
class Run:
    """What one activation did itself."""

    activation: Activation
    certain: bool
    imports: dict[int, bool] = field(default_factory=dict)
    """By index of the edge, whether it is sure to run."""
    calls: "list[Run]" = field(default_factory=list)


class Nodes:
    """Functions as nodes: equal runs of one function share one."""

    def __init__(self, resolver: Resolver) -> None:
        self.calls: set[Call] = set()
        self.imports: dict[str, dict[int, bool]] = {}
        self._resolver = resolver
        self._known: dict[int, str] = {}
        self._numbers: dict[object, int] = {}
        """By what a run did itself and the numbers of what it called; equal runs have one number."""
        self._number_of: dict[int, int] = {}
        """By identity of the run, which asks for its number once for each of its callers."""
        self._variants: dict[str, int] = defaultdict(int)

    def add_call(self, caller: str, run: Run) -> None:
        """Add a call of a function by a node."""
        node = self._node(run)
        path = self._resolver.modules[caller.partition(":")[0]].path
        self.calls.add(Call(caller, node, path, run.activation.call_line, run.certain))

    def _node(self, run: Run) -> str:
        key = self._number(run)
        if key not in self._known:
            base = f"{run.activation.module}:{run.activation.function}"
            self._variants[base] += 1
            count = self._variants[base]
            node = f"{base}()" if count == 1 else f"{base}#{count}()"
            self._known[key] = node
            self.imports[node] = dict(run.imports)
            for inner in run.calls:
                self.add_call(node, inner)
        return self._known[key]

    def _number(self, run: Run) -> int:
        """Return the number of all runs that did the same."""
        found = self._number_of.get(id(run))
        if found is None:
            calls = frozenset((self._number(inner), inner.certain) for inner in run.calls)
            place = (run.activation.module, run.activation.function, run.activation.line)
            whole = (place, frozenset(run.imports.items()), calls)
            found = self._number_of[id(run)] = self._numbers.setdefault(whole, len(self._numbers))
        return found

    def leading(self, imports: Mapping[str, Mapping[int, bool]]) -> frozenset[Call]:
        """Return the calls of functions whose run reaches an import."""
        callers: dict[str, list[str]] = defaultdict(list)
        for call in self.calls:
            callers[call.function].append(call.caller)
        work = [node for node, found in imports.items() if found]
        useful: set[str] = set()
        while work:
            node = work.pop()
            if node not in useful:
                useful.add(node)
                work.extend(caller for caller in callers[node] if caller.endswith("()"))
        return frozenset(call for call in self.calls if call.function in useful)
