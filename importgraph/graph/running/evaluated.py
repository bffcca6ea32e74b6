"""What evaluation says of a tree: which imports run in which body or function, and who calls it.

A function is one node of the graph for each way it runs: calls that import different things are kept apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.values.journal import Activation, Event, Imported, Ran
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.value import births
from importgraph.facts.model import Guard, Origin
from importgraph.graph.edges import make_edge
from importgraph.graph.model import AtImport, ImportEdge
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.failing import ASIDE, failing_modules, left_by
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.running.run_nodes import Nodes, Run
from importgraph.graph.views import loaded_by
from importgraph.names import ancestors

_STEPS = 30_000
"""Statements and expressions of one module's run: where they do not suffice, facts decide about the rest."""
_FEW_STEPS = 3_000
"""What each module is given before any of them is given more, once half of all steps are used."""
_WASTED = 5
_MANY = 200
"""After so many runs that did not come to their end with all steps of one, so many others run in rounds."""
_ROUNDS = (600, _FEW_STEPS, _STEPS)
"""What each of very many modules is given, in turns."""
_STEPS_IN_ALL = 500_000
_STEPS_PER_MODULE = 100
"""What all runs together may take, so that evaluation stays a small part of building a graph."""

EdgeKey = tuple[str, int, int, str]
"""Module, line, column and what is imported; the last is empty for imports that text names."""


class Evaluation:
    """Runs the modules that need it, and turns the journal into edges and calls."""

    def __init__(self, resolver: Resolver, policy: GraphPolicy, edges: Iterable[ImportEdge]) -> None:
        self.resolver = resolver
        self.policy = policy
        self.edges = list(edges)
        self.machine = Machine(policy, Budget(steps=_STEPS))
        policy.habits.events = self.machine.journal.events
        self._at: dict[EdgeKey, int] = {}
        for position, edge in enumerate(self.edges):
            self._at.setdefault((edge.importer, edge.line, edge.column, ""), position)
        self._computed: dict[EdgeKey, int] = {}
        self._runs: dict[Activation, Run] = {}
        self.ran: set[str] = set()
        self._left: set[str] = set()
        """The modules that have not had their run."""
        self._find_failing()

    def run(self, modules: Sequence[str]) -> None:
        """Run modules one by one, each as in a fresh interpreter; those that take long come last."""
        self._left.update(modules)
        tried = {loaded_by(edge) for edge in self.edges if edge.tried}
        waiting = sorted(modules, key=lambda name: name not in tried)  # whether these fail decides in others
        left = _STEPS_IN_ALL + _STEPS_PER_MODULE * len(self.resolver.facts)
        left, waiting = self._run_some(waiting, left)
        self._run_many(waiting, left)
        for event in self.machine.journal.events:
            self._take(event)

    def _run_some(self, waiting: list[str], left: int) -> tuple[int, list[str]]:
        """Run modules: with all steps of one while half of all are left, then with few before more.

        Returns:
            How many steps are left, and the modules that have none yet where too many were in vain.
        """
        plenty, wasted = left / 2, 0
        for steps in (_FEW_STEPS, _STEPS):
            for place, name in enumerate(waiting):
                if wasted >= _WASTED and len(waiting) - place > _MANY:
                    return left, waiting
                self.machine.budget.steps = steps if left - _STEPS < plenty else _STEPS
                if left > 0:
                    left -= self._run_alone(name)
                    wasted += steps < self.machine.budget.steps and name not in self.ran
            waiting = [name for name in waiting if name not in self.ran]
            waiting.sort(key=self._length)  # short ones that take long load others
        return left, []

    def _run_many(self, waiting: list[str], left: int) -> None:
        """Run very many modules in rounds, each with more steps, first what most others load."""
        waiting = [name for name in waiting if name not in self.ran]
        if not waiting:
            return
        weights = self._importers()
        waiting = sorted(waiting, key=lambda name: -weights[name])
        share = left // len(_ROUNDS)
        for number, steps in enumerate(_ROUNDS, 1):
            kept = share * (len(_ROUNDS) - number)
            for name in waiting:
                self.machine.budget.steps = steps
                if left > kept:
                    left -= self._run_alone(name)
            waiting = [name for name in waiting if name not in self.ran]

    def _importers(self) -> Mapping[str, int]:
        """Return by module how many imports name it or what stands below it."""
        found: Counter[str] = Counter()
        for edge in self.edges:
            if not edge.external:
                found.update((edge.imported, *ancestors(edge.imported)))
        return found

    def _find_failing(self) -> None:
        """Find out which modules fail, as far as those that ran tell."""
        policy, raising = self.policy, self.machine.raising
        policy.failing = failing_modules(self.edges, self.resolver.modules, policy.is_missing, raising)

    def _length(self, module: str) -> int:
        return len(self.resolver.facts[module].body)

    def _run_alone(self, name: str) -> int:
        """Run one module; return how many steps that took."""
        machine = self.machine
        raising = len(machine.raising)
        start, born = machine.journal.mark(), births()
        machine.budget.start()
        is_whole = True
        try:
            machine.run_module(name)
        except RecursionError:
            is_whole = False  # facts alone decide about what such a module imports
        finally:
            was_seen = machine.journal.settle(start, born)
        if len(machine.raising) > raising:
            self._find_failing()
        self._left.discard(name)
        is_spent = not is_whole or machine.budget.is_spent
        again = [module for module in machine.bodies if module.name in self._left] if was_seen else []
        for module in (*machine.unfinished, *again):  # they run again, each as in a fresh interpreter
            module.namespace.clear()
            module.status.clear()
        machine.unfinished.clear()
        machine.bodies.clear()
        if not is_spent:
            self.ran.add(name)
        return machine.budget.used

    def _take(self, event: Event) -> None:
        if isinstance(event, Ran):
            run = self._run_of(event.activation)
            run.certain = event.certain
            if event.like is not None:
                like = self._run_of(event.like)
                run.imports, run.calls = like.imports, like.calls
        elif isinstance(event, Imported):
            run = self._run_of(event.by)
            for position, is_sure in self._positions(event):
                run.imports[position] = run.imports.get(position, False) or (is_sure and event.certain)

    def _run_of(self, activation: Activation) -> Run:
        run = self._runs.get(activation)
        if run is None:
            run = self._runs[activation] = Run(activation, certain=True)
            if activation.function and activation.caller is not None:
                self._run_of(activation.caller).calls.append(run)
        return run

    def _positions(self, event: Imported) -> Iterator[tuple[int, bool]]:
        """Yield what an import that ran loads, and whether it surely does when the import runs."""
        module = event.by.module
        at = self._at.get((module, event.line, event.column, ""))
        if at is not None and not event.computed:
            yield at, True
            return
        found = self.policy.find(event.target, module)
        if at is not None and self.edges[at].imported == (found or event.target):
            yield at, True
        elif found is not None and found not in self.policy.failing:
            yield self._computed_edge(event, found), True
        elif found is not None:
            for name, is_sure in left_by(found, self.policy.failing, self._imports_of_failing):
                if name in self.resolver.modules and name != module:
                    yield self._computed_edge(event, name), is_sure

    @cached_property
    def _imports_of_failing(self) -> Mapping[str, list[ImportEdge]]:
        """By module that fails, the imports of its body as facts tell of them."""
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.edges:
            if edge.importer in self.policy.failing and edge.function < 0:
                found[edge.importer].append(edge)
        return found

    def _computed_edge(self, event: Imported, found: str) -> int:
        function = self._index_of(event.by)
        key = (event.by.module, event.line, function, found)
        if key not in self._computed:
            self._computed[key] = len(self.edges)
            self.edges.append(make_edge(self.resolver, event.by.module, function, found, event.line))
        return self._computed[key]

    def _index_of(self, activation: Activation) -> int:
        return self._functions(activation.module).get((activation.function, activation.line), -1)

    def _functions(self, module: str) -> Mapping[tuple[str, int], int]:
        if module not in self._by_name:
            functions = self.resolver.facts[module].functions
            self._by_name[module] = {(f.qualname, f.line): index for index, f in enumerate(functions)}
        return self._by_name[module]

    @cached_property
    def _by_name(self) -> dict[str, Mapping[tuple[str, int], int]]:
        return {}

    # -- results --------------------------------------------------------------------------------

    def decided(self) -> list[ImportEdge]:
        """Return the edges, those of bodies that were run with whether they run."""
        found: dict[int, bool] = {}
        work = [(run, True) for run in self._runs.values() if not run.activation.function]
        seen: set[tuple[int, bool]] = set()
        while work:
            run, sure = work.pop()
            if (id(run), sure) in seen:
                continue
            seen.add((id(run), sure))
            for position, certain in run.imports.items():
                found[position] = found.get(position, False) or (certain and sure)
            work.extend((inner, sure and inner.certain) for inner in run.calls)
        self._step_back()
        verdicts = (self._verdict(edge, found.get(position)) for position, edge in enumerate(self.edges))
        edges = [
            edge if verdict is edge.at_import else replace(edge, at_import=verdict)
            for edge, verdict in zip(self.edges, verdicts, strict=True)
        ]
        return [*edges, *self._left_by_failures(edges)]

    def _step_back(self) -> None:
        """Take the imports of a text that something compiled stands for as what may run, not likely."""
        for position, edge in enumerate(self.edges):
            if edge.function < 0 and edge.at_import is AtImport.RUNS and self.policy.replaces(edge):
                self.edges[position] = replace(edge, at_import=AtImport.MAY, fallback=True)

    def _left_by_failures(self, edges: Sequence[ImportEdge]) -> Iterator[ImportEdge]:
        """Yield what stays loaded where a body tries to import a module that fails."""
        failing = self.policy.failing
        tries = [
            edge
            for edge in (self.edges if failing else ())
            if edge.tried and edge.function < 0 and edge.at_import is AtImport.RUNS
            if loaded_by(edge) in failing
        ]
        imports: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in edges if tries else ():
            if edge.importer in failing and edge.function < 0:
                imports[edge.importer].append(edge)
        for edge in tries:
            for name, is_sure in left_by(loaded_by(edge), failing, imports):
                if name in self.resolver.modules and name != edge.importer:
                    made = make_edge(self.resolver, edge.importer, -1, name, edge.line)
                    verdict = AtImport.RUNS if is_sure else AtImport.MAY
                    yield replace(made, origin=Origin.PARENT, at_import=verdict)

    def _verdict(self, edge: ImportEdge, certain: bool | None) -> AtImport:
        if edge.tried and loaded_by(edge) in self.policy.failing:
            return AtImport.NO  # it is tried, and not there afterwards
        if edge.fallback and edge.path in self.policy.compiled_too:
            return edge.at_import
        if edge.function >= 0 or edge.importer in self.ran:
            if edge.lazy or Guard.TYPE_CHECKING in edge.guards or edge.origin in ASIDE:
                return edge.at_import
            if certain is None and edge.function < 0 and edge.fallback and Guard.OPTIONAL not in edge.guards:
                return edge.at_import  # whether what is not followed raises is not known
            return AtImport.NO if certain is None else AtImport.RUNS if certain else AtImport.MAY
        return edge.at_import

    def nodes(self) -> Nodes:
        """Return the functions that ran, as nodes, with what each imports and calls."""
        made = Nodes(self.resolver)
        for run in list(self._runs.values()):
            if not run.activation.function:
                for inner in run.calls:
                    made.add_call(run.activation.module, inner)
        return made
