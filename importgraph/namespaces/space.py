"""All modules that collection looks at.

Found, read and evaluated once each, when somebody asks for a name.
"""

import ast
from collections.abc import Sequence as Many
from typing import Any

import msgspec

from importgraph.evaluation.interpreter import SKIPS
from importgraph.evaluation.values.limits import allotted
from importgraph.evaluation.values.objects import External, Function, Module, Wrapped
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.value import Arguments, Deferred, Raised, Value, settled
from importgraph.evaluation.values.value import Unknown as UnknownValue
from importgraph.evaluation.values.values import Constant
from importgraph.namespaces.hook_runs import call_hook, run_round
from importgraph.namespaces.import_failures import import_failure
from importgraph.namespaces.policy import STEPS, ReadingPolicy
from importgraph.namespaces.protocol import Failed, Interpreter, Loaded
from importgraph.namespaces.reader import Reader
from importgraph.namespaces.reading import Records
from importgraph.namespaces.records import Doubt, Ext, Func, GiveUp, Ref, Unknown
from importgraph.namespaces.writing import write


def too_much() -> Doubt:
    """Return what evaluation ends with where it would take too long."""
    return Doubt("computes too much when imported")


class Space(Interpreter):
    """The modules of one run, evaluated. Not safe to share between threads."""

    machine: Any = None
    records: Any = None
    _loaded: dict[str, Loaded] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        machine = Reader(ReadingPolicy(self))
        self.machine, self.records = machine, Records(machine)

    def load(self, path: str, module: str) -> Loaded:
        """Evaluate a file as a module.

        A module in the middle of its own evaluation has the names bound so far.
        """
        found = self._loaded.get(path)
        if found is None:
            key = self.machine.policy.key(path, module)
            value = self.machine.module(key)
            found = self._loaded[path] = Loaded(self.records.scope(value))
            outer, self.settling = self.settling, 0
            hook, self.machine.is_hook = self.machine.is_hook, False
            try:
                with allotted(STEPS, too_much):
                    self.machine.run_now(key)
            except Doubt as doubt:
                value.status.setdefault("doubt", doubt)
            except RecursionError:
                value.status.setdefault("doubt", Doubt("nested too deeply to be read"))
            self.settling, self.machine.is_hook = outer, hook
            self._finish(found, value)
        return found

    def _finish(self, loaded: Loaded, module: Module) -> None:
        """Say how the run of a module ended."""
        status = module.status
        loaded.doubt = status.get("doubt") or _doubt_of(module)
        failed = status.get("failed")
        if isinstance(failed, Raised):
            loaded.skipped = failed.kind in SKIPS
            if not loaded.skipped:
                loaded.failure = _failure_of(failed)
            loaded.doubt = status.get("doubt")
        loaded.done = True

    def resolve(self, ref: Ref) -> Any:
        """Return what an imported name is."""
        return self.records.read(ref.origin.value())

    def settle(self, value: Any, importer: str) -> Any:
        """Read the source behind a name of other people's modules; the name itself where there is none."""
        if type(value) is not Ext:
            return value
        found = self.machine.settle(External(value.name))
        return value if isinstance(found, External) and found.name == value.name else self.records.read(found)

    def call(self, callee: Any, args: list[Any]) -> Any:
        """Call a function with records.

        Raises:
            GiveUp: If it does something that is not followed.
            Doubt: If text cannot decide what it does.
        """
        machine, records = self.machine, self.records
        machine.budget.start()
        machine.doubts.clear()
        mark = machine.journal.mark()
        found = write(callee).call(machine, Arguments(tuple(map(write, args))))
        result = records.result(found)
        machine.journal.rollback(mark)
        if machine.doubts:
            raise machine.doubts[0]
        if isinstance(found, Raised):
            raise GiveUp(found.message or found.kind)
        return result

    def refuses(self, getter: Any, name: str) -> bool:
        """Tell whether the `__getattr__` of a module surely has no answer for a name."""
        machine, function = self.machine, getattr(getter, "origin", None)
        if not isinstance(function, Function):
            return False
        machine.budget.start()
        machine.doubts.clear()
        mark = machine.journal.mark()
        found = machine.run(function, Arguments((Constant(name),)))
        found = found.find() if isinstance(found, Deferred) else found
        machine.journal.rollback(mark)
        return isinstance(found, Raised) and found.kind == "AttributeError" and not machine.doubts

    def run_hook(self, func: Func, values: dict[str, Value]) -> Value:
        """Run a hook of pytest for what it does; return what it returns.

        Raises:
            GiveUp: If it does something that is not followed, or fails.
        """
        machine, origin = self.machine, func.origin
        if not isinstance(origin, Function):
            raise GiveUp("is not a function in sight")
        arguments = origin.node.args
        wanted = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        given = {name: values.get(name, UnknownValue(f"argument {name} of a hook")) for name in wanted}
        hook, machine.is_hook = machine.is_hook, True
        machine.budget.start()
        machine.doubts.clear()
        try:
            found = call_hook(machine, origin, Arguments((), given))
        except RecursionError:
            raise GiveUp("does something that is not followed: it nests too deeply") from None
        finally:
            machine.is_hook = hook
        if machine.doubts:
            raise GiveUp(f"does something that is not followed: {machine.doubts[0]}")
        if isinstance(found, Raised):
            raise GiveUp(f"may fail: {found.message or found.kind}")
        if machine.budget.is_spent:
            raise GiveUp("does something that is not followed: it computes too much")
        result: Value = found
        return result

    def run_round(
        self, func: Func, before: Many[ast.stmt], loop: ast.For, item: Value, lists: Many[str]
    ) -> list[int]:
        """Run some statements of a hook and one round of its loop; tell how often each list got the item.

        Raises:
            GiveUp: If text does not tell.
        """
        machine = self.machine
        mark, hook, machine.is_hook = machine.journal.mark(), machine.is_hook, True
        machine.budget.start()
        machine.doubts.clear()
        try:
            found: list[int] = run_round(machine, func.origin, before, loop, item, lists)
        finally:
            machine.journal.rollback(mark)
            machine.is_hook = hook
        if machine.doubts:
            raise GiveUp(str(machine.doubts[0]))
        return found

    def read(self, value: Value) -> Any:
        """Return a value of the evaluation as a record."""
        return self.records.read(value)

    def write(self, record: Any) -> Value:
        """Return a record as a value of the evaluation."""
        return write(record)

    def is_generator(self, func: Func) -> bool:
        """Tell whether calling a function gives a generator."""
        origin = func.origin.function if isinstance(func.origin, Wrapped) else func.origin
        origin = settled(origin) if origin is not None else None
        if not isinstance(origin, Function) or not self.speaks_of_yield(origin.module.path):
            return False
        return yields(self.machine.policy.whole(origin))

    def has_name(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module may have a name: False only where it surely has not."""
        found = self.find(module, importer)
        if found is None or found.kind == "namespace":
            return self.find(f"{module}.{name}", importer) is not None or found is None
        if module.startswith("_pytest.") and found.readable:
            return self.surely_has(module, name, importer) or self.holds(module, name, importer) is not False
        if not found.readable or not found.first:
            return True
        return self.mentions(module, found.path, name) or self.find(f"{module}.{name}", importer) is not None

    def holds(self, module: str, name: str, importer: str) -> bool | None:
        """Tell whether a module has a name, by evaluating it; None where that does not tell."""
        found = self.find(module, importer)
        if found is None or not found.readable:
            return None
        if self.find(f"{module}.{name}", importer) is not None:
            return True
        self.use(importer, found.path)
        loaded = self.load(found.path, module)
        if not loaded.done or loaded.doubt is not None or loaded.failure is not None:
            return None
        names = loaded.scope.names
        if "__getattr__" in names:
            return None
        return name in names if not isinstance(names.get(name), Unknown) else None

    def failure(self, module: str, importer: str) -> str:
        """Say why importing a first-party module surely fails, or nothing."""
        return import_failure(self, module, importer)


def _doubt_of(module: Module) -> Doubt | None:
    """Say why a module whose body was run may hold other things than it binds."""
    for raised in module.status.get("possible", ()):
        if raised.kind in SKIPS:
            return Doubt("skips itself under a condition that text does not decide")
        if raised.kind == "ModuleNotFoundError" and raised.message.startswith("No module named"):
            return Doubt(f"may lack a module: no module named {raised.message[16:]} here")
    why = module.status.get("open")
    if not why:
        return None
    return too_much() if why == "not all of its body was followed" else Doubt(f"may bind other names: {why}")


def _failure_of(raised: Raised) -> Failed:
    line = raised.trace[-1].line if raised.trace else 0
    if raised.kind == "ModuleNotFoundError":
        reason = raised.message if raised.explicit and raised.name else f"no module named {raised.name!r}"
        return Failed(reason, line)
    if raised.kind == "ImportError" and not raised.explicit:
        return Failed(raised.message or "cannot import", line)
    if raised.kind == "SyntaxError":
        return Failed(raised.message, line)
    if raised.kind == "CollectError":
        return Failed(raised.message, line)
    if raised.kind == "FileNotFoundError":
        return Failed(f"FileNotFoundError: {raised.message}", line)
    return Failed(f"raises {raised.kind}", line)
