"""Which functions may lead to an import, and which modules are worth running: by the names in facts alone.

What is left out runs no import, so nothing is lost by not evaluating it. Names are compared by their last
part, so this finds too much rather than too little.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.evaluation.models.importing import LOADERS
from importgraph.facts.model import Class, Flow, Import, ModuleFacts, Origin, Scope, Step, StepKind
from importgraph.graph.resolve import Resolver

_OF_INSTANCES = frozenset(
    """
    __init__ __new__ __post_init__ __call__ __enter__ __init_subclass__ __set_name__ __prepare__ __get__
    __getattr__ __getitem__ __iter__
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
"""Methods that run without their name being called: what makes or uses an instance runs them."""
_PROPERTIES = {"property", "cached_property", "functools.cached_property", "classproperty"}
_REPLACES = "sys.modules"
"""What a module uses that puts something else in its place."""
_HOOKS = {"__init_subclass__", "__set_name__", "__prepare__", "__new__", "__init__"}


def last_name(chain: str) -> str:
    """Return the name that a chain ends with, without calls."""
    return chain.rpartition(".")[2].partition("(")[0]


@dataclass(frozen=True)
class Relevance:
    """Answers for one tree."""

    resolver: Resolver

    @property
    def _facts(self) -> Mapping[str, ModuleFacts]:
        return self.resolver.facts

    @cached_property
    def _calling(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By the last name of a call, the functions it stands in."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for module, facts in self._facts.items():
            for function in facts.functions:
                for step in function.body:
                    if step.kind is StepKind.CALL:
                        for name in _names_in(step.name):
                            found[name].append((module, function.qualname))
        return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}

    @cached_property
    def _aliases(self) -> Mapping[str, tuple[str, ...]]:
        """By the last name of a value, the names it is bound to, and the functions that return it."""
        found: dict[str, set[str]] = defaultdict(set)
        for facts in self._facts.values():
            bodies = [("", facts.body), *((function.qualname, function.body) for function in facts.functions)]
            for qualname, body in bodies:
                for step in body:
                    if step.value and step.kind in {StepKind.BIND, StepKind.RETURN}:
                        bound = step.name if step.kind is StepKind.BIND else qualname
                        found[last_name(step.value)].add(last_name(bound))
            for item in facts.imports:
                if item.alias is not None and item.name is not None:
                    found[item.name].add(item.alias)
        return {name: tuple(bound) for name, bound in found.items()}

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        """By the name of a class, the names of those that name it as a base."""
        found: dict[str, list[str]] = defaultdict(list)
        for facts in self._facts.values():
            for item in facts.classes:
                for base in (*item.bases, item.metaclass):
                    found[last_name(base)].append(last_name(item.qualname))
        return {name: tuple(set(classes)) for name, classes in found.items()}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By the name whose call runs it, the functions; that of the class where making an instance does."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for module, facts in self._facts.items():
            for function in facts.functions:
                outer, inner, _ = function.qualname.rpartition(".<locals>.")
                name = last_name(function.qualname)
                owner = function.qualname.rpartition(".")[0]
                unnamed = name in _OF_INSTANCES or not _PROPERTIES.isdisjoint(function.decorators)
                found[last_name(owner) if unnamed and owner and not inner else name].append(
                    (module, function.qualname)
                )
                if inner:
                    found[last_name(outer)].append((module, function.qualname))
        return {name: tuple(places) for name, places in found.items()}

    @cached_property
    def _reached(self) -> frozenset[tuple[str, str]]:
        """The functions that bodies may run, directly or through others."""
        bodies = {
            (module, f.qualname): f.body for module, facts in self._facts.items() for f in facts.functions
        }
        above, sources = _inverted(self._below), _inverted(self._aliases)
        work = [name for facts in self._facts.values() for name in _called_by_body(facts)]
        names: set[str] = set()
        reached: set[tuple[str, str]] = set()
        while work:
            name = work.pop()
            if name in names:
                continue
            names.add(name)
            work.extend((*above.get(name, ()), *sources.get(name, ())))
            for place in self._by_name.get(name, ()):
                if place not in reached:
                    reached.add(place)
                    for step in bodies[place]:
                        if step.kind in {StepKind.CALL, StepKind.CLASS}:
                            work.extend(_names_in(step.name))
        return frozenset(reached)

    @cached_property
    def _found(self) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
        """The functions that may lead to an import, and the names that run one."""
        functions: set[tuple[str, str]] = set()
        names: set[str] = set()
        work: list[tuple[str, str]] = list(self._importing())
        while work:
            place = work.pop()
            if place in functions or place not in self._reached:
                continue
            functions.add(place)
            fresh = list(self._runs_it(place[1]))
            while fresh:
                name = fresh.pop()
                if name not in names:
                    names.add(name)
                    work.extend(self._calling.get(name, ()))
                    fresh.extend(self._aliases.get(name, ()))
        return frozenset(functions), frozenset(names)

    def _importing(self) -> Iterator[tuple[str, str]]:
        for module, facts in self._facts.items():
            indices = {i.function for i in facts.imports if i.function >= 0 and i.origin is not Origin.MOCK}
            indices |= {d.function for d in facts.dynamic if d.function >= 0}
            indices |= {n for n, f in enumerate(facts.functions) if any(map(_is_loader, f.body))}
            for index in indices:
                yield module, facts.functions[index].qualname

    def _runs_it(self, qualname: str) -> Iterator[str]:
        """Yield the names whose use may run a function: its own, those around, its class, those below."""
        scopes = qualname.split(".<locals>.")
        yield from (last_name(scope) for scope in scopes if last_name(scope) not in _OF_INSTANCES)
        parts = scopes[-1].split(".")
        if parts[-1] in _OF_INSTANCES and len(parts) > 1:
            work, seen = [parts[-2]], {parts[-2]}
            while work:
                name = work.pop()
                yield name
                more = [below for below in self._below.get(name, ()) if below not in seen]
                seen.update(more)
                work.extend(more)

    @cached_property
    def _functions(self) -> frozenset[tuple[str, str]]:
        return self._found[0]

    @cached_property
    def _hooked(self) -> frozenset[str]:
        """The names of classes whose making may run an import."""
        owners = {q.split(".")[-2] for _, q in self._functions if q.count(".") and last_name(q) in _HOOKS}
        return frozenset(owners)

    def leads_to_import(self, module: str, qualname: str) -> bool:
        """Tell whether running a function may import something."""
        if (module, qualname) in self._functions or "<locals>" in qualname:
            return True
        owner, _, name = qualname.rpartition(".")
        return name in _OF_INSTANCES and last_name(owner) in self._found[1]

    def modules(self) -> Iterator[str]:
        """Yield the modules whose bodies must be run to know what they import."""
        for module, facts in self._facts.items():
            if self._is_undecided(facts) or self._calls(facts) or self._asks(module, facts):
                yield module

    def _is_undecided(self, facts: ModuleFacts) -> bool:
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

    def _calls(self, facts: ModuleFacts) -> bool:
        return any(True for _ in self._running_lines(facts))

    def _running_lines(self, facts: ModuleFacts) -> Iterator[int]:
        """Yield the lines of a body on which something is called that may lead to an import."""
        names, hooked = self._found[1], self._hooked
        for step in facts.body:
            if step.flow & Flow.DEAD:
                continue
            calls = step.kind is StepKind.CALL and not names.isdisjoint(_names_in(step.name))
            if calls or (step.kind is StepKind.CLASS and _is_hooked(facts.classes[step.index], hooked)):
                yield step.line

    def lines(self, module: str) -> tuple[int, ...]:
        """Return the lines of a body that import something or may lead to it, sorted."""
        if module not in self._lines:
            facts = self._facts[module]
            found = {item.line for item in facts.imports if item.function < 0}
            found.update(dynamic.line for dynamic in facts.dynamic if dynamic.function < 0)
            found.update(self._running_lines(facts))
            self._lines[module] = tuple(sorted(found))
        return self._lines[module]

    @cached_property
    def _lines(self) -> dict[str, tuple[int, ...]]:
        return {}

    def _asks(self, module: str, facts: ModuleFacts) -> bool:
        """Tell whether a module takes a name from one that answers for names it does not bind."""
        return any(item.function < 0 and self._is_answered(module, item) for item in facts.imports)

    def _is_answered(self, module: str, item: Import) -> bool:
        if item.name is None or item.origin is not Origin.STATEMENT or item.scope is Scope.FUNCTION:
            return False
        source = self.resolver.module_of(module, item)
        names = self.resolver.names(source) if source is not None else None
        if names is None or not (
            names.has_getattr or names.listed_lazily or _REPLACES in names.facts.hazards
        ):
            return False
        return item.name == "*" or item.name not in names.bindings


_LOADERS = frozenset(last_name(name) for name in LOADERS)


def _is_loader(step: Step) -> bool:
    return step.kind is StepKind.CALL and last_name(step.name) in _LOADERS


def _inverted(names: Mapping[str, tuple[str, ...]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, others in names.items():
        for other in others:
            found[other].add(name)
    return found


def _called_by_body(facts: ModuleFacts) -> Iterator[str]:
    """Yield the names that a body calls, those of bases, whose hooks it runs, and what answers for names."""
    for step in facts.body:
        if step.kind is StepKind.CALL and not step.flow & Flow.DEAD:
            yield from _names_in(step.name)
        elif step.kind is StepKind.CLASS:
            item = facts.classes[step.index]
            yield from (last_name(base) for base in (*item.bases, item.metaclass, *item.decorators))
        elif step.kind is StepKind.FUNCTION and step.name == "__getattr__":
            yield step.name


def _names_in(chain: str) -> list[str]:
    """Return the names that a chain calls or goes through."""
    return [link.partition("(")[0] for link in chain.split(".")]


def _is_hooked(item: Class, hooked: frozenset[str]) -> bool:
    return not hooked.isdisjoint([last_name(base) for base in (*item.bases, item.metaclass)])
