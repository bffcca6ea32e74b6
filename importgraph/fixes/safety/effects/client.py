"""What importing a module does, found out once for each module of a tree."""

from functools import cached_property

from importgraph.environment.finder import Owner
from importgraph.evaluation.values.value import births
from importgraph.fixes.safety.effects.machine import EffectMachine
from importgraph.fixes.safety.effects.model import Effect, ModuleEffects
from importgraph.fixes.safety.effects.store import Store
from importgraph.snapshot import Snapshot

_STEPS = 20_000
_STEPS_OF_LIBRARY = 5_000
"""Statements and expressions of one module's run, so that following stays a small part of an analysis."""


class Effects:
    """Answers for one tree, with memory.

    Args:
        snapshot: The tree.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[str, ModuleEffects] = {}

    @cached_property
    def _machine(self) -> EffectMachine:
        return EffectMachine(self.snapshot)

    def of(self, module: str) -> ModuleEffects:
        """Return what importing one module does by itself; what it imports is asked for separately."""
        if module not in self._known:
            is_text = self._machine.rules.is_text(module)
            self._known[module] = self._kept(module) if is_text else ModuleEffects((), (), ())
        return self._known[module]

    def _kept(self, module: str) -> ModuleEffects:
        found = self._store.find(module)
        if found is None:
            found = self._find(module)
            self._store.keep(module, found)
        return found

    @cached_property
    def _store(self) -> Store:
        outside = self.snapshot.outside
        cache = outside.outside.reader.cache if outside is not None else None
        modules = self._machine.rules.resolver.modules
        return Store(cache, self._machine.rules, lambda name: self.snapshot.read_bytes(modules[name].path))

    def _find(self, module: str) -> ModuleEffects:
        machine = self._machine
        machine.rules.touched.clear()
        machine.rules.asked.clear()
        start, born = machine.journal.mark(), births()
        ours = self.snapshot.owner(module) is Owner.FIRST_PARTY
        machine.budget.steps = _STEPS if ours else _STEPS_OF_LIBRARY
        machine.budget.start()
        try:
            found = machine.run_module(module)
        except RecursionError:
            return ModuleEffects((Effect("unknown", "it is nested too deeply to be followed", 0),), (), ())
        finally:
            machine.journal.settle(start, born)
            machine.journal.events.clear()
        effects = tuple(machine.effects.pop(module, ()))
        failed = found.status.get("failed")
        if failed is not None:
            effects = (*effects, Effect("fails", f"{failed.kind}: {failed.message}", 0))
        if found.status.get("open"):
            effects = (*effects, Effect("unknown", str(found.status["open"]), 0))
        return ModuleEffects(
            effects, tuple(machine.names.pop(module, ())), tuple(sorted(machine.calls.pop(module, ())))
        )
