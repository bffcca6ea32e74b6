"""Whether the names that a step reads are bound at that moment, as CPython would find."""

import builtins
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Never

from importgraph.facts.model import Step, StepKind
from importgraph.findings.crash_order.function_plans import Plan
from importgraph.findings.crash_order.import_world import ModuleObject, Value, World
from importgraph.findings.crash_order.module_names import ModuleNames
from importgraph.findings.crash_order.source_lookup import Sources
from importgraph.graph.calls import Place
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Failure:
    """Why importing a module first fails."""

    kind: str
    """The exception: ImportError, AttributeError, NameError, ModuleNotFoundError…"""
    message: str
    module: str
    """The module whose statement fails."""
    path: str
    line: int
    circular: bool
    """True where it fails because a module of the chain is only half executed."""
    chain: tuple[str, ...]
    """The modules being executed, from the first import to the failing one."""


class ImportFailedError(Exception):
    """A statement fails; travels through the make-believe interpreter as an exception does."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class TooManyStepsError(Exception):
    """The budget of a simulation is spent."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A body being run: of a module, or of a function called at import."""

    module: ModuleObject
    place: Place
    plan: Plan | None = None
    local: dict[str, Value] | None = None
    """Local names bound so far; None at module level."""


class NameChecks:
    """The namespaces of a make-believe interpreter, and reading from them."""

    def __init__(
        self, graph: Graph, resolver: Resolver, read_text: Callable[[str], str] | None = None
    ) -> None:
        self.graph = graph
        self.resolver = resolver
        self.names = ModuleNames(graph, resolver)
        self.sources = Sources(read_text)
        self.world = World()
        self.stack: list[str] = []
        self.steps = 0
        """How many steps of bodies were run, a star import counted by the names it binds."""
        self.most = sys.maxsize
        """How many may be."""

    def spend(self, steps: int) -> None:
        """Count steps.

        Raises:
            TooManyStepsError: If they are more than there may be.
        """
        self.steps += steps
        if self.steps > self.most:
            raise TooManyStepsError

    def _may_have(self, module: ModuleObject, name: str, *, missing: bool = False) -> bool:
        """Tell whether a module may have a name that no step has bound so far."""
        if "__getattr__" in module.namespace:
            return not missing
        if module in self.world.loading and self.names.appears(module.name, name):
            return False
        return not missing and self.names.is_open(module.name, name)

    def _scope(self, frame: Frame) -> dict[str, Value]:
        return frame.module.namespace if frame.local is None else frame.local

    def _bind(self, frame: Frame, name: str, value: Value) -> None:
        if name:
            self.world.journal.put(self._scope(frame), name, value)

    def _lookup(self, frame: Frame, name: str) -> Value:
        if frame.local is not None and name in frame.local:
            return frame.local[name]
        return frame.module.namespace.get(name)

    def _chain_value(self, frame: Frame, chain: str) -> Value:
        first, *rest = chain.split(".")
        value = self._lookup(frame, first)
        for link in rest:
            value = value.namespace.get(link) if isinstance(value, ModuleObject) else None
        return value

    def _use(self, frame: Frame, step: Step) -> None:
        """Check that what a chain reads is there: a name, then attributes of modules."""
        if frame.local is None and step.name in frame.module.namespace:
            return
        first = step.name.partition("(")[0].partition(".")[0]
        if frame.local is None or (frame.plan is not None and first not in frame.plan.local_names):
            self._check_global(frame, first, step)
        found = self._broken_link(frame, step.name)
        if found is None:
            return
        owner, link = found
        source = self.sources.file(self.graph.modules[frame.module.name].path)
        if source is not None and source.stores_attribute(step.line, link):
            self.world.journal.put(owner.namespace, link, None)
            return
        if source is not None and frame.local is None and not source.reads_attribute(step.line, link):
            return
        circular = self._is_half(owner, link)
        half = "partially initialized " if circular else ""
        message = f"{half}module '{owner.name}' has no attribute '{link}'"
        self._fail("AttributeError", message, frame.module, step.line, circular=circular)

    def _broken_link(self, frame: Frame, chain: str) -> tuple[ModuleObject, str] | None:
        """Return the first module and attribute of a chain that fails."""
        links = chain.partition("(")[0].split(".")
        if (
            frame.plan is not None
            and links[0] in frame.plan.local_names
            and links[0] not in (frame.local or {})
        ):
            return None
        value = self._lookup(frame, links[0])
        for link in links[1:]:
            if not isinstance(value, ModuleObject):
                return None
            if link not in value.namespace:
                if self._may_have(value, link):
                    return None
                return value, link
            value = value.namespace[link]
        return None

    def _is_half(self, module: ModuleObject, name: str) -> bool:
        """Tell whether a name is missing because something is still being executed."""
        inner = self.resolver.submodule(module.name, name)
        loading = inner is not None and self.world.modules.get(inner) in self.world.loading
        return loading or (module in self.world.loading and self.names.appears(module.name, name))

    def _check_global(self, frame: Frame, name: str, step: Step) -> None:
        """Fail for a global that is not bound yet."""
        module = frame.module
        if name in module.namespace or hasattr(builtins, name) or name.startswith("__"):
            return
        if f"{name}." in step.name and any(bound.startswith(f"{name}.") for bound in module.namespace):
            return  # an attribute of a class whose body is being run
        if self.names.is_open(module.name, name) or self._is_nested(frame):
            return
        appears = self.names.appears(module.name, name)
        source = self.sources.file(self.graph.modules[module.name].path)
        if source is None or (not appears and source.binds_otherwise(name)):
            return
        if (
            frame.plan is None
            and step.kind is not StepKind.DELETE
            and not source.reads_global(step.line, name)
        ):
            return
        circular = appears and (frame.plan is not None or self.names.is_from_star(module.name, name))
        self._fail("NameError", f"name '{name}' is not defined", module, step.line, circular=circular)

    def _is_nested(self, frame: Frame) -> bool:
        """Tell whether a function may read names of functions around it."""
        place = frame.place
        return (
            place.function >= 0
            and "<locals>" in self.resolver.facts[place.module].functions[place.function].qualname
        )

    def _fail(self, kind: str, message: str, module: ModuleObject, line: int, *, circular: bool) -> Never:
        path = self.graph.modules[module.name].path
        raise ImportFailedError(Failure(kind, message, module.name, path, line, circular, tuple(self.stack)))
