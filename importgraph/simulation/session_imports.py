"""The `sys.modules` of a session: modules imported by name or run from a file, one after the other."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from importgraph.evaluation.imports import run_module
from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.values.journal import Activation, Imported
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import Function, Module
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Arguments, Raised, Result, Value, settled
from importgraph.evaluation.values.values import Constant
from importgraph.names import parent
from importgraph.simulation.failures import Failure, Skipped, failure_of
from importgraph.simulation.policy import SessionPolicy
from importgraph.simulation.search import Spec

_STEPS = 120_000
"""How many statements and expressions the import of one module may take, calls included."""
_ROUNDS = 60
"""How many rounds of a loop are followed one by one; more show nothing new."""
_LOOP = 1_500
"""Statements and expressions that are followed in all rounds of one `while`."""
_DEPTH = 600
"""Bodies inside bodies: calls, classes, and modules that import each other."""


@dataclass(frozen=True, slots=True)
class Other:
    """A module that was imported and not followed."""


Loaded = Module | Other | Failure | Skipped


class SessionImports:
    """Imports modules as pytest and the tests do.

    Args:
        policy: Says where modules are and what is sure.
    """

    def __init__(self, policy: SessionPolicy) -> None:
        self.policy = policy
        self.machine = policy.machine = Machine(
            policy, Budget(steps=_STEPS, depth=_DEPTH, loop=_ROUNDS, loop_steps=_LOOP)
        )
        caller = Module("", {}, {})
        self.machine.enter(Frame(caller, caller.namespace, Activation("", "", 0, None, 0), certain=True))

    def load(self, name: str) -> Loaded:
        """Import a module and the packages around it."""
        try:
            return self._ended(self.machine.import_name(name, ast.Pass()))
        except RecursionError:
            self._abandon()
            return Other()

    def run_file(self, name: str, path: str, folders: tuple[str, ...] = ()) -> Loaded:
        """Run a file as a module of a name, whatever stands there."""
        self.policy.specs[name] = Spec(path, folders, readable=bool(path), project=True)
        module = Module(name, {}, {}, path)
        self.machine.journal.put(self.machine.modules, name, module)
        try:
            run_module(self.machine, module)
        except RecursionError:
            self._abandon()
            return Other()
        failed = module.status.get("failed")
        outer = self.machine.modules.get(parent(name))
        if isinstance(outer, Module):
            self.machine.journal.put(outer.namespace, name.rpartition(".")[2], module)
        return self._ended(failed if isinstance(failed, Raised) else module)

    def call(self, function: Value, arguments: Arguments) -> Failure | Skipped | Value | None:
        """Call a function of a module that was imported; return why it surely fails, or what it gives."""
        self.machine.budget.start()
        try:
            result = function.call(self.machine, arguments)
        except RecursionError:
            self._abandon()
            return None
        failed = isinstance(result, Raised) and result.certain
        ended = self._ended(result) if failed else result
        self.machine.unwind(1)
        self.machine.journal.forget()
        return ended if isinstance(ended, Failure | Skipped | Value) else None

    def asked(self, module: Module, name: str) -> Failure | Value | None:
        """Return what a module has of a name, or why asking for it fails; None: nothing, or not known."""
        if name in module.namespace or not isinstance(module.namespace.get("__getattr__"), Function):
            held = module.namespace.get(name)
            return settled(held) if isinstance(held, Value) else None
        found = self.call(module.namespace["__getattr__"], Arguments((Constant(name),)))
        is_absent = isinstance(found, Failure) and "AttributeError" in {found.exception, *found.bases}
        return None if is_absent or isinstance(found, Skipped) else found

    def lacks(self, holder: Value, name: str) -> bool:
        """Tell whether a module that was imported, or a class of one, surely has no attribute of a name."""
        found = holder.attribute(self.machine, name)
        judged = self.machine.judged(found) if isinstance(found, Raised) else found
        self.machine.unwind(1)
        self.machine.journal.forget()
        return isinstance(judged, Raised) and judged.certain

    def forget(self, name: str) -> None:
        """Take a module out of `sys.modules`."""
        self.machine.journal.drop(self.machine.modules, name)
        self.policy.specs.pop(name, None)

    def modules(self) -> tuple[Module, ...]:
        """Return the modules that are followed."""
        return tuple(one for one in self.machine.modules.values() if isinstance(one, Module))

    def _ended(self, result: Result) -> Loaded:
        self.machine.unwind(1)
        self.machine.journal.forget()
        if isinstance(result, Raised):
            return failure_of(result)
        return result if isinstance(result, Module) else Other()

    def _abandon(self) -> None:
        """Leave what nests too deeply: what it had not bound may be there."""
        for module in self.modules():
            if module.status.get("state") == "loading":
                module.status.update(state="loaded", open="it nests too deeply to be followed")
        self.machine.unwind(1)

    def uses(self) -> Mapping[str, frozenset[str]]:
        """Return, by file, those of the project that its body, and functions called from there, import."""
        found: dict[str, set[str]] = defaultdict(set)
        for event in self.machine.journal.events:
            if isinstance(event, Imported) and event.by.path:
                name = event.target
                while name:
                    spec = self.policy.specs.get(name)
                    if spec is not None and spec.path and spec.project:
                        found[event.by.path].add(spec.path)
                    name = parent(name)
        return {path: frozenset(used) for path, used in found.items()}
