"""What evaluates modules for collecting tests: values that are exact, or a doubt about the module."""

import ast

from msgspec.structs import replace

from importgraph.evaluation import imports
from importgraph.evaluation.escape import ESCAPED
from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.merge import doubt_changes
from importgraph.evaluation.values.journal import Activation, Journal
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import Function, Instance, Module
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Deferred, Raised, Result, Unknown, Value, births, settled
from importgraph.evaluation.values.values import Constant
from importgraph.namespaces.class_changes import may_grow
from importgraph.namespaces.import_failures import SKIPS as SKIPPING
from importgraph.namespaces.import_failures import UNDECIDED, UNSURE
from importgraph.namespaces.policy import STEPS, ReadingPolicy
from importgraph.namespaces.records import Doubt, has_order
from importgraph.namespaces.returns import names_in
from importgraph.namespaces.values import Made

_ROUNDS = 20_000
_DEPTH = 80
_AGAIN = 12
"""How often one function may be inside itself."""
_DEEPEST = 30


class ModuleReader(Machine):
    """Evaluates modules when somebody asks for what they hold.

    Args:
        policy: Says where modules are.
    """

    unknown = frozenset((Unknown, Made))

    def __init__(self, policy: ReadingPolicy) -> None:
        self._marks: list[tuple[int, int]] = []
        self.reading = policy
        super().__init__(policy, Budget(steps=STEPS, depth=_DEPTH, loop=_ROUNDS))
        self.is_hook = False
        """A hook of pytest runs, for what it does."""
        self.doubts: list[Doubt] = []
        """What came up outside of all modules."""
        self._following = 0
        caller = Module("", {}, {})
        self.enter(Frame(caller, caller.namespace, Activation("", "", 0, None, 0), certain=True))

    # -- frames and doubts ----------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The file whose body or function runs."""
        return self.frame.module.path

    @property
    def loading(self) -> str:
        """The file whose body runs."""
        modules = (f.module for f in reversed(self._frames) if f.names is f.module.namespace)
        return next(modules, self._frames[0].module).path

    @property
    def began(self) -> int:
        """When the body began that runs now; what was made since knows a larger number (`births`)."""
        for frame, (_, born) in zip(reversed(self._frames), reversed(self._marks), strict=True):
            if frame.function is None and frame.names is frame.module.namespace:
                return born
        return 0

    def doubt(self, reason: str | Doubt) -> None:
        """Take note that text cannot decide what the module that runs holds."""
        found = reason if isinstance(reason, Doubt) else Doubt(reason, self.line)
        for frame in reversed(self._frames):
            if frame.function is None and not frame.is_class and frame.names is frame.module.namespace:
                if frame.module.path:
                    frame.module.status.setdefault("doubt", found)
                    return
                break
        self.doubts.append(found)

    def enter(self, frame: Frame) -> None:
        """Make a frame the present one, and remember where its changes begin."""
        self._marks.append((self.journal.mark(), births()))
        frame.branches = -1  # the journal knows of all that is bound: what may have been, counts as unknown
        super().enter(frame)

    def leave(self) -> None:
        """Go back to the frame before; what may have happened, or may not, is not known."""
        frame, (mark, born) = self._frames[-1], self._marks.pop()
        super().leave()
        if frame.function is not None and frame.node is not None and frame.results and not yields(frame.node):
            doubt_changes(self, mark, born)
        elif frame.function is None and frame.names is frame.module.namespace and frame.module.path:
            self.journal.put(frame.module.status, "possible", list(frame.possible), own=True)

    def unwind(self, depth: int = 0) -> None:
        """Drop frames that were left in disorder."""
        super().unwind(depth)
        del self._marks[depth:]

    def is_deep(self, function: Function, again: int) -> bool:
        """Tell whether calls are nested too deeply."""
        return super().is_deep(function, _AGAIN)

    def ordered(self, items: tuple[Value, ...]) -> tuple[Value, ...] | None:
        """Return what a loop over a set runs over: whole numbers as Python orders them, else nobody knows."""
        if len(items) < 2:
            return items
        numbers = [one.value for one in items if isinstance(one, Constant)]
        known = len(numbers) == len(items) and has_order(numbers)
        return tuple(map(Constant, set(numbers))) if known else None

    # -- modules --------------------------------------------------------------------------------

    def import_name(self, name: str, node: ast.AST, *, computed: bool = False) -> Result:
        """Import an absolute name; of a module of the project tell first whether that fails."""
        if isinstance(node, ast.alias) and node.name == "*":
            found = self.reading.find(name, self.frame.module.name)
            if found is not None:
                self.reading.forced.add(found)
        result = super().import_name(name, node, computed=computed)
        if not isinstance(result, Module) or not self.path:
            return result
        reason = self.reading.space.failure(name, self.path)
        if reason.startswith(SKIPPING):
            return Raised("Skipped", reason, explicit=True)
        if reason.startswith((UNSURE, UNDECIDED)):
            if self.frame.tries:
                self.may_raise(Raised("ImportError", reason, certain=False))
            else:
                self.doubt(reason)
        elif reason:
            package = self.modules.get(result.name.rpartition(".")[0])
            if isinstance(package, Module):  # the next one who asks runs into it again
                self.journal.drop(package.namespace, result.name.rpartition(".")[2])
            return Raised("ModuleNotFoundError", reason, name=name, explicit=True)
        return result

    def run_now(self, key: str) -> Module:
        """Run the body of a module that collection looks at, unless that has been done."""
        self.reading.forced.add(key)
        return self.run_module(key)

    def run_module(self, name: str) -> Module:
        """Run the body of a module once and for all, whatever branch asks for it."""
        module = self.module(name)
        outer, self.journal = self.journal, Journal()
        asking, before = self.frame, list(self.frame.possible)
        steps, self.budget.steps = self.budget.steps, self.reading.steps(name)
        try:
            imports.run_module(self, module)
        finally:
            self.journal, self.budget.steps = outer, steps
            asking.possible[:] = before  # what asks for it does not import it there and then
        return module

    @property
    def surely_runs(self) -> bool:
        """Tell whether what runs now is sure to run when the body of its module does."""
        for frame in reversed(self._frames):
            if not frame.certain:
                return False
            if frame.function is None and frame.names is frame.module.namespace:
                break
        return True

    def not_followed(self, function: Function) -> None:
        """Take note of what a function may change that is not followed: the globals that its body names."""
        names, hazards = names_in(self.reading.whole(function))
        if function.module.path != self.loading:  # these change the namespace of their own module
            hazards = tuple(one for one in hazards if one not in {"exec", "globals"})
        if hazards:
            self.doubt(f"{function.qualname}() is called at import and uses {hazards[0]}")
        for name in names:
            value = function.module.namespace.get(name)
            if may_grow(value):
                self.journal.put(value.state, "open", True)
            elif isinstance(value, Instance):
                self.journal.put(value.state, ESCAPED, True)

    def attribute_of_module(self, module: Module, name: str) -> Result:
        """Return what a module binds; what others change is not known."""
        if name == "__name__":
            return Constant(module.name.partition("\0")[0])
        self._following += 1
        too_far = self._following > _DEEPEST  # modules that take a name from each other
        result = Unknown(f"`{name}`") if too_far else super().attribute_of_module(module, name)
        self._following -= 1
        if isinstance(result, Raised):  # who asks has imported it, and that would have failed
            failed = module.status.get("failed")
            return failed if isinstance(failed, Raised) and failed.explicit else result
        if module.path == self.path:
            return result
        if type(result) is Deferred and "value" not in result.found:
            waiting, where = result, {"module": module.name, "name": name}
            return replace(waiting, find=lambda: self._seen(module, name, waiting.value()), found={}, **where)
        return self._seen(module, name, result)

    def _seen(self, module: Module, name: str, value: Value) -> Value:
        """Return what another module sees under a name of a module: what others change is not known."""
        space = self.reading.space
        plain = f"{module.name.partition(chr(0))[0]}.{name}"
        if (module.path, name) in space.changed_elsewhere:
            return Unknown(f"{plain} is changed by files that import it")
        if may_grow(settled(value)) and module.path.endswith(".py") and space.grows(module.path, name):
            return Unknown(f"{plain} is changed by functions")
        return value

    def since(self, module: Module, name: str, value: Value) -> Value:
        """Return what a global holds for a function that is called later, whoever changed it before."""
        space = self.reading.space
        if not may_grow(value) or "/site-packages/" not in module.path:
            return value
        if module.path == self.loading or not space.grows(module.path, name):
            return value
        return Unknown(f"{module.name}.{name} is changed by functions")

    def replace_module(self, name: str, value: Value) -> None:
        """Who puts something into `sys.modules` changes what others import."""
        self.doubt("replaces modules in sys.modules")
