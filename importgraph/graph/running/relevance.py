"""Which functions may lead to an import, and which modules are worth running: by facts alone.

Calls are followed as far as text shows what they call, under every condition. What is left out would have
been left out without evaluation, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.evaluation.models.importing import LOADERS
from importgraph.facts.model import Flow, Function, ModuleFacts, Origin, Step, StepKind
from importgraph.graph.calls import RUNNING, CallFinder, Place
from importgraph.graph.resolve import Resolver
from importgraph.graph.running.answers import Answers

_IMPLICIT = frozenset(
    """
    __bool__ __call__ __contains__ __dir__ __enter__ __eq__ __get__ __getattr__ __getattribute__ __getitem__
    __iter__ __len__ __missing__ __next__ __set__ __setattr__ __setitem__
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
_PROPERTIES = frozenset({"property", "cached_property", "functools.cached_property"})
_LOADERS = frozenset(name.rpartition(".")[2] for name in LOADERS)
_LOADER_TEXTS = tuple(name.encode() for name in sorted(_LOADERS))
"""One is found in the encoded steps of each function that names one."""


@dataclass(frozen=True)
class Relevance:
    """Answers for one tree."""

    finder: CallFinder

    @property
    def resolver(self) -> Resolver:
        """What resolves names."""
        return self.finder.resolver

    @property
    def _facts(self) -> Mapping[str, ModuleFacts]:
        return self.resolver.facts

    @cached_property
    def _callers(self) -> Mapping[Place, tuple[tuple[Place, int], ...]]:
        """By function that a body may run, directly or through others, who calls it and on which line."""
        found: dict[Place, list[tuple[Place, int]]] = defaultdict(list)
        work = [Place(module) for module in self._facts]
        work += self.implicit()
        run_by = self.finder.run_by
        while work:
            place = work.pop()
            for step in self.steps(place):
                for callee in run_by(place, step):
                    if callee not in found:
                        work.append(callee)
                    found[callee].append((place, step.line))
        return {place: tuple(callers) for place, callers in found.items()}

    def implicit(self) -> Iterator[Place]:
        """Yield the functions that no call names: those that operators and attributes run."""
        for module, facts in self._facts.items():
            for index, function in enumerate(facts.functions):
                is_named = function.qualname.rpartition(".")[2] in _IMPLICIT
                if is_named or (function.decorators and not _PROPERTIES.isdisjoint(function.decorators)):
                    yield Place(module, index)

    def steps(self, place: Place) -> list[Step]:
        """Return the steps of a body that may run functions."""
        names = self.resolver.names(place.module)
        if names is None:
            return []
        body = names.facts.body if place.function < 0 else names.facts.functions[place.function].body
        return [
            step
            for step in body
            if step.kind in RUNNING
            and not step.flow & Flow.DEAD
            and (not step.when or names.active(step.when))
        ]

    @cached_property
    def _leading(self) -> frozenset[Place]:
        """The functions and bodies that may lead to an import in a function."""
        first = self.first_answers
        return first.leading | self._with_callers(first.asking_functions())

    @cached_property
    def first_answers(self) -> Answers:
        """What is known of objects that answer before it is known which functions ask them."""
        return Answers(self.finder, self._with_callers(self.importing()))

    @cached_property
    def reached(self) -> frozenset[Place]:
        """The functions that something may run, as far as text tells."""
        return frozenset((*self._callers, *self.implicit()))

    def _with_callers(self, places: Iterable[Place]) -> frozenset[Place]:
        found: set[Place] = set()
        work = list(places)
        while work:
            place = work.pop()
            if place not in found:
                found.add(place)
                work.extend(caller for caller, _ in self._callers.get(place, ()))
        return frozenset(found)

    def importing(self) -> Iterator[Place]:
        """Yield the functions that may import something when they run."""
        for module, facts in self._facts.items():
            indices = {i.function for i in facts.imports if i.function >= 0 and i.origin is not Origin.MOCK}
            indices |= {d.function for d in facts.dynamic if d.function >= 0}
            indices |= {n for n, f in enumerate(facts.functions) if _loads(f)}
            if module in self.asking_entry_points:
                indices |= {n for n, f in enumerate(facts.functions) if any(map(_asks_entry_points, f.body))}
                if any(map(_asks_entry_points, facts.body)):
                    yield Place(module)
            yield from (Place(module, index) for index in indices)

    @cached_property
    def asking_entry_points(self) -> frozenset[str]:
        """The modules that import what knows the entry points of installed distributions."""
        return frozenset(
            module
            for module, facts in self._facts.items()
            if any(item.module in _METADATA or item.name == "metadata" for item in facts.imports)
        )

    @cached_property
    def _functions(self) -> frozenset[tuple[str, str]]:
        """The functions that may lead to an import, by module and qualified name."""
        inner = (place for place in self._leading if place.function >= 0)
        return frozenset((p.module, self._facts[p.module].functions[p.function].qualname) for p in inner)

    def leads_to_import(self, module: str, qualname: str) -> bool:
        """Tell whether running a function may import something."""
        return (module, qualname) in self._functions or "<locals>" in qualname

    def modules(self) -> Iterator[str]:
        """Yield the modules whose bodies must be run to know what they import."""
        for module, facts in self._facts.items():
            leads = Place(module) in self._leading
            if leads or self.is_undecided(facts) or self.asking_lines(module):
                yield module

    def is_undecided(self, facts: ModuleFacts) -> bool:
        """Tell whether a condition or a failure decides about an import of the body."""
        if any(dynamic.function < 0 for dynamic in facts.dynamic):
            return True
        return any(
            item.function < 0
            and item.origin is not Origin.MOCK
            and not item.lazy
            and (item.conditional or item.handles >= 0 or item.tried >= 0)
            for item in facts.imports
        )

    @cached_property
    def _calling_lines(self) -> Mapping[str, frozenset[int]]:
        """By module, the lines of its body that may lead to an import in a function."""
        found: dict[str, set[int]] = defaultdict(set)
        for place in self._leading:
            for caller, line in self._callers.get(place, ()):
                if caller.function < 0:
                    found[caller.module].add(line)
        return {module: frozenset(some) for module, some in found.items()}

    def lines(self, module: str) -> tuple[int, ...]:
        """Return the lines of a body that import something or may lead to it, sorted."""
        if module not in self._lines:
            facts = self._facts[module]
            found = {item.line for item in facts.imports if item.function < 0}
            found.update(dynamic.line for dynamic in facts.dynamic if dynamic.function < 0)
            found.update(self._calling_lines.get(module, ()))
            found.update(self.asking_lines(module))
            if module in self.asking_entry_points and Place(module) in self._leading:
                found.update(step.line for step in facts.body if step.kind in RUNNING)
            self._lines[module] = tuple(sorted(found))
        return self._lines[module]

    def asking_lines(self, module: str) -> frozenset[int]:
        """Return the lines of a body that ask for what may import something then."""
        if module not in self._asking:
            self._asking[module] = frozenset(self.answers.asked_at(module))
        return self._asking[module]

    @cached_property
    def _asking(self) -> dict[str, frozenset[int]]:
        return {}

    @cached_property
    def answers(self) -> Answers:
        """What is known of objects that answer."""
        return Answers(self.finder, self._leading)

    @cached_property
    def _lines(self) -> dict[str, tuple[int, ...]]:
        return {}


_METADATA = frozenset({"importlib.metadata", "importlib_metadata", "pkg_resources"})


def _asks_entry_points(step: Step) -> bool:
    return step.kind is StepKind.CALL and "entry_points" in step.name


def _loads(function: Function) -> bool:
    """Tell whether a function calls something that is named like what imports a module by its name."""
    encoded = bytes(function.steps)
    if not any(text in encoded for text in _LOADER_TEXTS):
        return False
    return any(step.kind is StepKind.CALL and _is_loader(step.name) for step in function.body)


def _is_loader(chain: str) -> bool:
    return chain.rpartition(".")[2].partition("(")[0] in _LOADERS
