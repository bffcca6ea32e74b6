"""Functions that run at import: follow module-level calls through names to first-party functions.

`app = create_app()` at module level runs the imports inside `create_app`, and those inside what it calls.
Text gives the callee where it is a name, an attribute of a module, a method of a class or of an instance
made in sight; anything else is left out, so what this finds is a lower bound.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from importgraph.facts.model import Flow, Function, Import, Step, StepKind
from importgraph.graph.asked import AskedNames
from importgraph.graph.resolve import Resolver, Symbol

_FUNCTIONS = 1_000
"""Functions of which is kept what their local names are: one is asked many times in a row."""
_DEPTH = 12
"""How many steps of inference (assignment, return, call) one chain may take."""

RUNNING = frozenset({StepKind.CALL, StepKind.CLASS})
"""Steps that may run functions."""
_ASIDE = Flow.HANDLER | Flow.DEAD
_CREATION = ("__init_subclass__",)
_METACLASS = ("__prepare__", "__new__", "__init__")
_INSTANTIATION = ("__new__", "__init__", "__post_init__")


class Value(NamedTuple):
    """What a chain evaluates to: a symbol, or an instance of a class."""

    symbol: Symbol
    is_instance: bool = False
    above: str = ""
    """For `super()`: the class whose bases are asked."""


class Place(NamedTuple):
    """Where a chain stands: a module body, or a function of it."""

    module: str
    function: int = -1


def function_node(module: str, qualname: str) -> str:
    """Return the node name of a function."""
    return f"{module}:{qualname}()"


class CallFinder:
    """Finds which functions a body runs."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._functions: dict[str, AskedNames[int]] = {}
        self._evaluated: dict[tuple[Place, str], Value | None] = {}
        self._above: dict[tuple[str, str], tuple[Symbol, ...]] = {}
        """By class, the metaclasses of it and its bases."""
        self._named: dict[tuple[str, str], Symbol | None] = {}
        """By class, the metaclass that its own statement names."""
        self._making: dict[tuple[str, str, bool], tuple[Place, ...]] = {}
        """By class, what making an instance of it runs, or calling one."""
        self._below: dict[tuple[str, str], tuple[Place, ...]] = {}
        """By class, what it runs for each class below it."""
        self._classes: dict[tuple[str, int], tuple[Place, ...]] = {}
        """By module and number of a class, what its statement runs."""
        self.followed: set[Place] = set()
        """Functions whose bodies told what a call returns, or what an attribute is."""
        self._locals = lru_cache(_FUNCTIONS)(self._read_locals)

    # -- which functions run --------------------------------------------------------------------

    def calls(self, place: Place) -> Iterator[tuple[Place, Step]]:
        """Yield the functions that a body runs, with the step that runs each."""
        names = self.resolver.names(place.module)
        if names is None:
            return
        body = names.facts.body if place.function < 0 else names.facts.functions[place.function].body
        for step in body:
            if step.kind not in RUNNING or step.flow & _ASIDE or (step.when and not names.active(step.when)):
                continue
            if place.function >= 0 and step.flow & Flow.CONDITIONAL:
                continue  # taken for some arguments only; see benchmarks/results/faithfulness.md
            for callee in self.run_by(place, step):
                yield callee, step

    def run_by(self, place: Place, step: Step) -> Iterable[Place]:
        """Return the functions that one step runs."""
        if step.kind is StepKind.CALL:
            value = self.evaluate(place, step.name)
            return self._run_by_call(value) if value is not None else ()
        if step.kind is StepKind.CLASS and place.function < 0:
            key = (place.module, step.index)
            if key not in self._classes:
                self._classes[key] = tuple(self._run_by_class(place, step))
            return self._classes[key]
        return ()

    def _run_by_call(self, value: Value) -> Iterable[Place]:
        symbol = value.symbol
        if not value.is_instance and symbol.kind == "function":
            return self._place(symbol)
        if not value.is_instance and symbol.kind != "class":
            return ()
        key = (symbol.module, symbol.name, value.is_instance)
        if key not in self._making:
            found = self._called(symbol) if value.is_instance else self._made(symbol)
            self._making[key] = tuple(found)
        return self._making[key]

    def _called(self, symbol: Symbol) -> Iterator[Place]:
        return self._methods(symbol, ("__call__",))

    def _made(self, symbol: Symbol) -> Iterator[Place]:
        yield from self._methods(symbol, _INSTANTIATION)
        for metaclass in self._metaclasses(symbol):
            yield from self._methods(metaclass, ("__call__",))

    def _run_by_class(self, place: Place, step: Step) -> Iterator[Place]:
        """Yield what a class statement runs: metaclass, `__init_subclass__`, `__set_name__` (PEP 487)."""
        names = self.resolver.names(place.module)
        if names is None:
            return
        symbol = Symbol("class", place.module, step.name)
        for metaclass in self._metaclasses(symbol):
            yield from self._methods(metaclass, _METACLASS)
        for base in self.resolver.mro(symbol)[1:]:
            yield from self._creating(base)
        for _, chain in names.facts.classes[step.index].attributes:
            if chain.endswith("()"):
                value = self.evaluate(place, chain)
                if value is not None and value.is_instance:
                    yield from self._methods(value.symbol, ("__set_name__",))

    def _creating(self, base: Symbol) -> tuple[Place, ...]:
        """Return what a class itself runs for each class below it."""
        key = (base.module, base.name)
        if key not in self._below:
            self._below[key] = tuple(self._methods(base, _CREATION, inherited=False))
        return self._below[key]

    def _metaclasses(self, symbol: Symbol) -> tuple[Symbol, ...]:
        key = (symbol.module, symbol.name)
        if key not in self._above:
            found = map(self._own_metaclass, self.resolver.mro(symbol))
            self._above[key] = tuple(one for one in found if one is not None)
        return self._above[key]

    def _own_metaclass(self, owner: Symbol) -> Symbol | None:
        """Return the class that a class statement itself names as its metaclass."""
        key = (owner.module, owner.name)
        if key not in self._named:
            self._named[key] = self._find_metaclass(owner)
        return self._named[key]

    def _find_metaclass(self, owner: Symbol) -> Symbol | None:
        names = self.resolver.names(owner.module)
        step = names.bindings.get(owner.name) if names is not None else None
        if names is None or step is None or step.kind is not StepKind.CLASS:
            return None
        chain = names.facts.classes[step.index].metaclass
        if not chain or "(" in chain:
            return None
        found = self.resolver.in_scope(owner.module, owner.name, chain)
        return found if found is not None and found.kind == "class" else None

    def _methods(self, symbol: Symbol, wanted: Iterable[str], *, inherited: bool = True) -> Iterator[Place]:
        for name in wanted:
            owners = self.resolver.mro(symbol) if inherited else (symbol,)
            for owner in owners:
                index = self._function_index(owner.module).get(f"{owner.name}.{name}")
                if index is not None:
                    yield Place(owner.module, index)
                    break

    def _place(self, symbol: Symbol) -> Iterator[Place]:
        index = self._function_index(symbol.module).get(symbol.name)
        facts = self.resolver.facts[symbol.module]
        if index is not None and not facts.functions[index].deferred:
            yield Place(symbol.module, index)

    def _function_index(self, module: str) -> AskedNames[int]:
        found = self._functions.get(module)
        if found is None:
            functions = self.resolver.facts[module].functions
            found = self._functions[module] = AskedNames(
                {function.qualname: index for index, function in enumerate(functions)}
            )
        return found

    def asked(self, module: str) -> frozenset[str]:
        """Return the functions of a module that were asked for, by qualified names."""
        return frozenset(self._functions[module].asked) if module in self._functions else frozenset()

    # -- what a chain is ------------------------------------------------------------------------

    def evaluate(self, place: Place, chain: str, depth: int = 0) -> Value | None:
        """Return what a chain is, as far as text shows it."""
        key = (place, chain)
        if key not in self._evaluated:
            if depth > _DEPTH:
                return None
            self._evaluated[key] = None
            self._evaluated[key] = self._evaluate(place, chain, depth)
        return self._evaluated[key]

    def _evaluate(self, place: Place, chain: str, depth: int) -> Value | None:
        links = chain.split(".")
        name, *calls = links[0].split("()")
        value = self._root(place, name, depth)
        for _ in calls[1:] if name == "super" else calls:
            value = self._result(value, depth) if value is not None else None
        for link in links[1:]:
            if value is None:
                return None
            name, *calls = link.split("()")
            value = self._attribute(value, name, depth)
            for _ in calls:
                value = self._result(value, depth) if value is not None else None
        return value

    def _root(self, place: Place, name: str, depth: int) -> Value | None:
        module, index = place.module, place.function
        facts = self.resolver.facts[module]
        while index >= 0:
            function = facts.functions[index]
            found = self._local(Place(module, index), function, name, depth)
            if found is not None:
                return found
            if name in function.parameters:
                return None
            outer = function.qualname.rpartition(".<locals>.")[0]
            around = self._function_index(module).get(outer) if outer else None
            index = -1 if around is None else around
        symbol = self.resolver.lookup(module, name)
        return self._of_symbol(symbol, depth)

    def _local(self, place: Place, function: Function, name: str, depth: int) -> Value | None:
        owner = function.qualname.rpartition(".")[0]
        is_method = owner and not owner.endswith("<locals>") and "staticmethod" not in function.decorators
        if is_method and (name == "super" or (function.parameters and name == function.parameters[0])):
            symbol = Symbol("class", place.module, owner)
            of_class = (
                "classmethod" in function.decorators or function.qualname.rpartition(".")[2] in _CLASS_METHODS
            )
            return Value(symbol, is_instance=not of_class, above=owner if name == "super" else "")
        step = self._locals(place).get(name)
        if step is None:
            return None
        if step.kind is StepKind.IMPORT:
            item: Import = self.resolver.facts[place.module].imports[step.index]
            return self._of_symbol(self.resolver.of_import(place.module, item), depth)
        if step.kind is StepKind.FUNCTION:
            return Value(Symbol("function", place.module, step.name))
        return self.evaluate(place, step.value, depth + 1)

    def _read_locals(self, place: Place) -> Mapping[str, Step]:
        """Return by name the first step of a function's body that tells what a local name is."""
        function = self.resolver.facts[place.module].functions[place.function]
        prefix = f"{function.qualname}.<locals>."
        found: dict[str, Step] = {}
        for step in function.body:
            if step.kind is StepKind.IMPORT or (step.kind is StepKind.BIND and step.value):
                found.setdefault(step.name, step)
            elif step.kind is StepKind.FUNCTION and step.name.startswith(prefix):
                found.setdefault(step.name[len(prefix) :], step)
        return found

    def _of_symbol(self, symbol: Symbol | None, depth: int) -> Value | None:
        """Follow a value to what was assigned to it."""
        if symbol is None or symbol.kind in {"external", "missing"}:
            return None
        if symbol.kind != "value":
            return Value(symbol)
        names = self.resolver.names(symbol.module)
        step = names.bindings.get(symbol.name) if names is not None else None
        if step is None or not step.value:
            return None
        return self.evaluate(Place(symbol.module), step.value, depth + 1)

    def _attribute(self, value: Value, name: str, depth: int) -> Value | None:
        symbol = value.symbol
        if value.above:
            for base in self.resolver.mro(symbol)[1:]:
                index = self._function_index(base.module).get(f"{base.name}.{name}")
                if index is not None:
                    return Value(Symbol("function", base.module, f"{base.name}.{name}"))
            return None
        if value.is_instance:
            found = self._instance_attribute(symbol, name, depth)
            if found is not None:
                return found
        return self._of_symbol(self.resolver.attribute(symbol, name), depth)

    def _instance_attribute(self, symbol: Symbol, name: str, depth: int) -> Value | None:
        """Return what `self.name = …` in the constructor assigns."""
        for owner in self.resolver.mro(symbol):
            index = self._function_index(owner.module).get(f"{owner.name}.__init__")
            if index is None:
                continue
            self.followed.add(Place(owner.module, index))
            function = self.resolver.facts[owner.module].functions[index]
            wanted = f"{function.parameters[0]}.{name}" if function.parameters else ""
            for step in function.body:
                if step.kind is StepKind.BIND and step.name == wanted and step.value:
                    return self.evaluate(Place(owner.module, index), step.value, depth + 1)
        return None

    def _result(self, value: Value, depth: int) -> Value | None:
        symbol = value.symbol
        if symbol.kind == "class" and not value.is_instance:
            return Value(symbol, is_instance=True)
        if value.is_instance:
            found = next(self._methods(symbol, ("__call__",)), None)
        else:
            found = next(self._place(symbol), None) if symbol.kind == "function" else None
        return self._returned(found, depth) if found is not None else None

    def _returned(self, place: Place, depth: int) -> Value | None:
        self.followed.add(place)
        function = self.resolver.facts[place.module].functions[place.function]
        for step in reversed(function.body):
            if step.kind is StepKind.RETURN:
                found = self.evaluate(place, step.value, depth + 1)
                if found is not None:
                    return found
        return None


_CLASS_METHODS = {"__new__", "__init_subclass__", "__class_getitem__"}


def functions_run(finder: CallFinder) -> frozenset[str]:
    """Return the nodes of all functions that text shows some module to run at import."""
    resolver = finder.resolver
    seen: set[Place] = set()
    work = [Place(name) for name in resolver.facts]
    while work:
        for callee, _ in finder.calls(work.pop()):
            if callee not in seen:
                seen.add(callee)
                work.append(callee)
    functions = ((p.module, resolver.facts[p.module].functions[p.function].qualname) for p in seen)
    return frozenset(function_node(module, qualname) for module, qualname in functions)
