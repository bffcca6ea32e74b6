"""A make-believe interpreter for imports: it runs the steps of modules and knows which names are bound.

The rules are those of `importlib._bootstrap` (`_find_and_load_unlocked`, `_handle_fromlist`) and of
IMPORT_FROM in CPython's `ceval.c`, which falls back on `sys.modules` for a submodule.
"""

import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from msgspec.structs import replace as replace_step

from importgraph.facts.model import Condition, Flow, Step, StepKind
from importgraph.findings.crash_order.import_statements import ImportStatements
from importgraph.findings.crash_order.import_world import FunctionObject, ModuleObject, Value
from importgraph.findings.crash_order.name_checks import Failure, Frame, ImportFailedError
from importgraph.findings.crash_order.source_lookup import SourceFile
from importgraph.findings.crash_order.try_blocks import Handler
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.model import Graph
from importgraph.graph.resolve import Resolver
from importgraph.graph.targets import holds
from importgraph.names import parent

_DEPTH = 60
"""How deep calls at import are followed."""
_EVALUATED_LATER = (3, 14)
"""From this version on annotations are not evaluated at import (PEP 649)."""


class Simulation(ImportStatements):
    """Runs imports; see `load`."""

    def __init__(
        self, graph: Graph, resolver: Resolver, read_text: Callable[[str], str] | None = None
    ) -> None:
        super().__init__(graph, resolver, read_text)
        self.calls = CallFinder(resolver)
        self._bodies: dict[str, Sequence[Step]] = {}
        self._handlers: dict[tuple[Place, Handler], Sequence[Step]] = {}
        self._static: dict[int, tuple[Place, ...]] = {}
        self._ran: dict[Place, bool] = {}
        self._running: list[Place] = []

    def mark(self) -> int:
        """Return a point to go back to with `rollback`."""
        return self.world.journal.mark()

    def rollback(self, mark: int) -> None:
        """Forget everything since a point."""
        self.world.journal.rollback(mark)

    def load(self, name: str) -> None:
        """Import a module and the packages around it.

        Raises:
            ImportFailedError: If a statement on the way fails; the modules it interrupted are absent again.
        """
        if name in self.world.modules or name not in self.graph.modules:
            return
        self.load(parent(name))
        if name not in self.world.modules:
            self._execute(name)

    def _execute(self, name: str) -> None:
        module = self.world.begin(name)
        self.stack.append(name)
        try:
            if self.graph.modules[name].broken:
                self._fail("SyntaxError", "invalid syntax", module, 1, circular=False)
            names = self.resolver.names(name)
            if names is not None:
                self._run(Frame(module, Place(name)), self._body(name))
        except ImportFailedError:
            self.world.fail(module)
            raise
        finally:
            self.stack.pop()
        self.world.finish(module)

    # -- bodies ---------------------------------------------------------------------------------

    def _run(self, frame: Frame, body: Sequence[Step]) -> None:
        """Run steps; where one fails and a handler catches that, run the handler and go on behind it."""
        skipped: list[tuple[int, int]] = []
        for position, step in enumerate(body):
            self.spend(1)
            if skipped and any(first <= step.line <= last for first, last in skipped):
                continue
            try:
                self._step(frame, step, body, position)
            except ImportFailedError as error:
                landed = self._land(frame, step, error.failure)
                if landed is None:
                    raise
                skipped += landed

    def _body(self, name: str) -> Sequence[Step]:
        """Return the steps of a module that run when nothing fails."""
        if name not in self._bodies:
            names = self.resolver.names(name)
            body = names.facts.body if names is not None else ()
            self._bodies[name] = [
                step
                for step in body
                if names is not None and names.active(step.when) and not _is_passive(step)
            ]
        return self._bodies[name]

    def _land(self, frame: Frame, step: Step, failure: Failure) -> list[tuple[int, int]] | None:
        """Run the handler that catches a failure.

        It is given no exception: one that its own traceback leads to is never freed without the collector.

        Returns:
            The lines that do not run any more; None where nothing catches it.

        Raises:
            ImportFailedError: If the handler raises.
        """
        source = self.sources.file(self.graph.modules[frame.place.module].path)
        if source is None:
            return [] if _is_caught(failure, step.flow) else None
        landing = source.landing(step.line, failure.kind)
        if landing is None:
            return None
        block, handler = landing
        self._run(frame, self._handler_body(frame, handler, source))
        if handler.raises is not None:
            raise ImportFailedError(replace(failure, kind=handler.raises or failure.kind))
        return [block.body, block.otherwise]

    def _handler_body(self, frame: Frame, handler: Handler, source: SourceFile) -> Sequence[Step]:
        """Return the steps of a handler that run once it is entered."""
        key = (frame.place, handler)
        if key not in self._handlers:
            facts = self.resolver.facts[frame.place.module]
            body = facts.body if frame.place.function < 0 else facts.functions[frame.place.function].body
            body = frame.plan.body if frame.plan is not None else body
            first, last = handler.lines
            self._handlers[key] = [
                replace_step(one, flow=one.flow & ~Flow.HANDLER)
                for one in body
                if first <= one.line <= last and source.innermost_handler(one.line) == handler
            ]
        return self._handlers[key]

    def _step(self, frame: Frame, step: Step, body: Sequence[Step], position: int) -> None:
        if step.kind is StepKind.IMPORT:
            self._import(frame, step, body, position)
        elif step.kind in {StepKind.FUNCTION, StepKind.CLASS, StepKind.BIND}:
            if step.kind is StepKind.CLASS:
                self._called(frame, step)
            self._bind_value(frame, step)
        elif step.kind is StepKind.DELETE:
            if frame.local is None and "." not in step.name and not step.flow & Flow.CONDITIONAL:
                self._check_global(frame, step.name, step)
            self.world.journal.drop(self._scope(frame), step.name)
            if frame.local is None:
                self._run_again(frame.place.module)
        elif step.kind in {StepKind.USE, StepKind.CALL}:
            if not step.flow & Flow.ANNOTATION or self.graph.target.version < _EVALUATED_LATER:
                self._use(frame, step)
            if step.kind is StepKind.CALL:
                self._raise(frame, step)
                self._called(frame, step)

    def _run_again(self, module: str) -> None:
        """Forget which functions of a module have run: what they read may be gone."""
        for place in [one for one in self._ran if one.module == module]:
            self.world.journal.drop(self._ran, place)

    def _raise(self, frame: Frame, step: Step) -> None:
        """Fail where a module raises an exception on its main flow."""
        kind = getattr(builtins, step.name, None)
        if frame.local is not None or step.flow & Flow.CONDITIONAL or not isinstance(kind, type):
            return
        source = self.sources.file(self.graph.modules[frame.place.module].path)
        if issubclass(kind, BaseException) and source is not None and source.raises_at(step.line):
            self._fail(step.name, "raised by the module", frame.module, step.line, circular=False)

    def _bind_value(self, frame: Frame, step: Step) -> None:
        owner, dot, attribute = step.name.partition(".")
        value: Value = None
        if step.kind is StepKind.FUNCTION and frame.plan is None and not self._is_wrapped(frame, step):
            value = FunctionObject(frame.module, step.index)
        elif step.value and "(" not in step.value:
            value = self._chain_value(frame, step.value)
        target = self._lookup(frame, owner) if dot else None
        if isinstance(target, ModuleObject):
            self.world.journal.put(target.namespace, attribute, value)  # `module.name = …`
        else:
            self._bind(frame, step.name, value)

    def _is_wrapped(self, frame: Frame, step: Step) -> bool:
        """Tell whether calling a function by its name runs something else than its body, or nothing."""
        function = self.resolver.facts[frame.place.module].functions[step.index]
        return bool(function.decorators) or function.deferred or function.generator

    # -- calls ----------------------------------------------------------------------------------

    def _callees(self, frame: Frame, step: Step) -> Iterator[tuple[ModuleObject, Place]]:
        """Yield the functions a step runs: what the name stands for now, else what it does by the end."""
        value = self._chain_value(frame, step.name) if step.kind is StepKind.CALL else None
        if isinstance(value, FunctionObject):
            yield value.module, Place(value.module.name, value.index)
            return
        key = id(step)  # steps live as long as the facts and plans they belong to
        if key not in self._static:
            self._static[key] = tuple(self.calls.run_by(frame.place, step))
        for callee in self._static[key]:
            module = self.world.modules.get(callee.module) or self.world.latest.get(callee.module)
            if module is not None:
                yield module, callee

    def _called(self, frame: Frame, step: Step) -> None:
        for module, callee in self._callees(frame, step):
            if callee in self._ran or self._running.count(callee) > 1 or len(self._running) > _DEPTH:
                continue
            self._running.append(callee)
            try:
                self._call(module, callee)
            finally:
                self._running.pop()
            self.world.journal.put(self._ran, callee, True)

    def _call(self, module: ModuleObject, place: Place) -> None:
        function = self.resolver.facts[place.module].functions[place.function]
        source = self.sources.file(self.graph.modules[place.module].path)
        plan = source.plan(function.line) if source is not None else None
        body = plan.body if plan is not None else function.body
        frame = Frame(module, place, plan, {})
        conditions = plan.conditions if plan is not None else self.resolver.facts[place.module].conditions
        self._run(frame, [step for step in body if self._always_runs(step, conditions)])

    def _always_runs(self, step: Step, conditions: Sequence[Condition]) -> bool:
        """Tell whether a step runs in every call of its function that does not fail."""
        if step.flow & (Flow.CONDITIONAL | Flow.HANDLER | Flow.DEAD):
            return False
        return all(holds(conditions[index], self.graph.target) for index in step.when)


def _is_passive(step: Step) -> bool:
    """Tell whether a step runs only after a failure, or never."""
    return bool(step.flow & (Flow.DEAD | Flow.HANDLER))


def _is_caught(failure: Failure, flow: int) -> bool:
    """Tell from flow alone whether a failure is caught."""
    if failure.kind in {"ImportError", "ModuleNotFoundError"}:
        return bool(flow & Flow.CATCHES_IMPORT)
    return failure.kind == "AttributeError" and bool(flow & Flow.CATCHES_ATTRIBUTE)
