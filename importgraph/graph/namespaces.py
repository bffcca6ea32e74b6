"""The names of one module at the end of its import."""

from functools import cached_property

from importgraph.facts.model import Flow, Guard, Import, ModuleFacts, Origin, Scope, Step, StepKind
from importgraph.graph.asked import AskedNames
from importgraph.graph.model import Target
from importgraph.graph.targets import holds

_BINDING = frozenset({StepKind.IMPORT, StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND})
_WEAK = Flow.HANDLER | Flow.DEAD


class Names:
    """The namespace of one module at the end of its import, for one target."""

    def __init__(self, facts: ModuleFacts, target: Target) -> None:
        self.facts = facts
        self._active = [holds(condition, target) for condition in facts.conditions]

    def active(self, when: tuple[int, ...]) -> bool:
        """Tell whether all the conditions hold for the target."""
        return not when or all(self._active[index] for index in when)

    @cached_property
    def bindings(self) -> AskedNames[Step]:
        """By name (methods and attributes as `Class.name`), the step that decides what it is.

        A binding in an `except` block counts only where there is no other; later bindings win over earlier
        ones.
        """
        found: dict[str, Step] = {}
        for step in self.facts.body:
            name = step.name
            if step.kind not in _BINDING or not name or (step.when and not self.active(step.when)):
                continue
            if name in found and (step.flow & _WEAK or (step.kind is StepKind.BIND and not step.value)):
                continue
            found[name] = step
        return AskedNames(found)

    @property
    def bound(self) -> tuple[str, ...]:
        """All names it binds; who builds the graph asks for each by itself, so that it is known for which."""
        return tuple(self.bindings.names())

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """The star imports that run, in order."""
        if not any(item.name == "*" for item in self.facts.imports):
            return ()
        steps = (s for s in self.facts.body if s.kind is StepKind.IMPORT and self.active(s.when))
        imports = (self.facts.imports[s.index] for s in steps)
        return tuple(i for i in imports if i.name == "*" and i.scope is Scope.MODULE)

    @cached_property
    def type_only(self) -> dict[str, Import]:
        """Names bound under TYPE_CHECKING alone."""
        return {i.bound: i for i in self.facts.imports if Guard.TYPE_CHECKING in i.guards and i.bound}

    @cached_property
    def typed(self) -> frozenset[str]:
        """All names that only type checkers see."""
        return frozenset(self.type_only) | frozenset(self.facts.type_only)

    @cached_property
    def has_getattr(self) -> bool:
        """Tell whether the module answers for names that nothing in its text lists (PEP 562)."""
        step = self.bindings.get("__getattr__")
        return step is not None and not (self.facts.closed and step.kind is StepKind.BIND)

    @cached_property
    def listed_lazily(self) -> frozenset[str]:
        """The names that a table gives to its `__getattr__`."""
        lazy = (i for i in self.facts.imports if i.lazy and i.origin is Origin.DYNAMIC)
        return frozenset(item.name for item in lazy if item.name)

    @cached_property
    def is_filled(self) -> bool:
        """Tell whether enumerations put their members into the module (`enum.global_enum`, `_convert_`)."""
        decorators = (one for item in self.facts.classes for one in item.decorators)
        calls = (step.name for step in self.facts.body if step.kind is StepKind.CALL)
        return any(one.endswith("global_enum") for one in decorators) or any(
            name.endswith(("._convert_", "._convert")) for name in calls
        )
