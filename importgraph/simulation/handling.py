"""`try`, `with` and `raise`: which exceptions of the simulated program go on, and which are caught."""

import ast
import builtins
from abc import abstractmethod
from enum import Enum, auto

from importgraph.simulation.calls import Arguments
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.class_statements import ClassStatements
from importgraph.simulation.failures import Failure, Raised, Skipped
from importgraph.simulation.state import bound_names
from importgraph.simulation.values import (
    ANYTHING,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Items,
    Manager,
    Outside,
    Value,
    truth,
)

_SKIPS = {"unittest.SkipTest", "unittest.case.SkipTest", "pytest.skip.Exception", "_pytest.outcomes.Skipped"}


_MESSAGE = 120
"""How much is shown of the text of an exception."""


class Flow(Enum):
    """How a block ends."""

    NEXT = auto()
    LEAVE = auto()
    """`return`."""
    BREAK = auto()
    CONTINUE = auto()


class Handling(ClassStatements):
    """Runs statements that handle exceptions."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._handled: list[Failure] = []

    @abstractmethod
    def run_body(self, body: list[ast.stmt]) -> Flow:
        """Run statements in the innermost frame."""

    @abstractmethod
    def branches(self, *bodies: list[ast.stmt]) -> Flow:
        """Run bodies of which one runs, nobody knows which."""

    @abstractmethod
    def bind_target(self, target: ast.expr, value: Value) -> None:
        """Bind what stands on the left of an assignment."""

    def run_try(self, node: ast.Try) -> Flow:
        """Run a `try` statement."""
        depth = len(self.frames)
        try:
            flow = self._guarded(node)
        except (Raised, Skipped):
            del self.frames[depth:]
            final = self.run_body(node.finalbody)
            if final is Flow.NEXT:
                raise
            return final  # leaving a `finally` drops the exception
        final = self.run_body(node.finalbody)
        return final if final is not Flow.NEXT else flow

    def _guarded(self, node: ast.Try) -> Flow:
        """Run a `try` statement without its `finally`."""
        risk, import_risk = self.risk, self.import_risk
        depth = len(self.frames)
        try:
            flow = self.run_body(node.body)
        except Raised as raised:
            del self.frames[depth:]
            landed = self._landing(node, raised.failure)
            if landed is None:
                raise
            return landed
        if flow is Flow.NEXT:
            handled = bool(node.handlers) and self.risk > risk
            flow = self._passed(node.orelse) if handled else self.run_body(node.orelse)
        self._perhaps_handled(node, self.risk > risk, self.import_risk > import_risk)
        return flow

    def _passed(self, body: list[ast.stmt]) -> Flow:
        """Run an `else` that a handler may have run instead of: what it raises is not sure."""
        depth = len(self.frames)
        try:
            return self.run_body(body)
        except Raised:
            del self.frames[depth:]
            self.may_fail()
            for name in bound_names(body):
                self.frame.scope.names.setdefault(name, ANYTHING)
            return Flow.NEXT

    def _landing(self, node: ast.Try, failure: Failure) -> Flow | None:
        """Run the handler that catches a failure; None where none does."""
        for handler in node.handlers:
            caught = self._catches(handler.type, failure)
            if isinstance(node, ast.TryStar) and failure.exception.endswith("ExceptionGroup"):
                caught = None  # what is in the group decides
            if caught is False:
                continue
            if handler.name:
                self.bind(handler.name, ANYTHING)
            if caught is None:
                return self.branches(handler.body, [])
            self._handled.append(failure)
            try:
                return self.run_body(handler.body)
            finally:
                self._handled.pop()
                if handler.name:
                    self.frame.scope.names.pop(handler.name, None)
        return None

    def _catches(self, node: ast.expr | None, failure: Failure) -> bool | None:
        if node is None:
            return True
        return _covers(self.evaluate(node), failure)

    def _perhaps_handled(self, node: ast.Try, risky: bool, imports: bool) -> None:
        """Run the handlers that may have run, and keep what they agree on with the body."""
        for handler in node.handlers:
            kinds = _kinds(handler.type)
            only_imports = kinds <= {"ImportError", "ModuleNotFoundError"}
            if not (imports if only_imports else risky):
                continue
            after = dict(self.frame.scope.names)

            def caught(handler: ast.ExceptHandler = handler) -> bool:
                names = self.frame.scope.names
                for name in bound_names(node.body):
                    names[name] = ANYTHING
                if handler.name:
                    names[handler.name] = ANYTHING
                flow = self.run_body(handler.body)
                if flow is Flow.LEAVE:
                    self.frame.left = True
                return flow is Flow.NEXT

            def passed(after: dict[str, Value] = after) -> bool:
                self.frame.scope.names.clear()
                self.frame.scope.names.update(after)
                return True

            self.either([(handler.body, caught), ([], passed)])

    def run_with(self, node: ast.With) -> Flow:
        """Run a `with` statement."""
        managers: list[Value] = []
        unsure = restores = False
        marks = self.marks
        for item in node.items:
            value = self.evaluate(item.context_expr)
            call = item.context_expr
            name = value.name.removesuffix("()") if isinstance(value, Outside) else ""
            restores = restores or name == "warnings.catch_warnings"
            entered: Value = ANYTHING
            if name == "contextlib.suppress" and isinstance(call, ast.Call):
                managers += [self.evaluate(part) for part in call.args if not isinstance(part, ast.Starred)]
            elif name.rpartition(".")[2] in {"raises", "suppress", "assertRaises", "deprecated_call"}:
                unsure = True
            elif isinstance(value, Manager):
                managers.append(value)
            elif isinstance(value, Instance):
                managers.append(value)
                entered = self._call_method(value, "__enter__")
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, entered)
        try:
            return self.branches(node.body, []) if unsure else self._managed(node.body, managers)
        finally:
            if restores:
                self.marks = marks

    def _managed(self, body: list[ast.stmt], managers: list[Value]) -> Flow:
        """Run the body of a `with` whose managers may swallow what it raises."""
        depth = len(self.frames)
        try:
            flow = self.run_body(body)
        except Raised as raised:
            del self.frames[depth:]
            verdicts = [self._swallows(value, raised.failure) for value in reversed(managers)]
            if True in verdicts:
                return Flow.NEXT
            if None not in verdicts:
                raise
            for name in bound_names(body):
                self.frame.scope.names.setdefault(name, ANYTHING)
            self.may_fail()
            return Flow.NEXT
        for value in managers:
            if isinstance(value, Instance):
                self._call_method(value, "__exit__", *[Constant(None)] * 3)
        return flow

    def _swallows(self, manager: Value, failure: Failure) -> bool | None:
        if isinstance(manager, Manager):
            return self._swallows_around_yield(manager.function, failure)
        if not isinstance(manager, Instance):
            return _covers(manager, failure)
        known = isinstance(getattr(builtins, failure.exception, None), type)
        cls = Outside(f"builtins.{failure.exception}") if known else ANYTHING
        error = Outside(f"{cls.name}()", called=True) if isinstance(cls, Outside) else ANYTHING
        self._handled.append(failure)
        try:
            return truth(self._call_method(manager, "__exit__", cls, error, ANYTHING))
        finally:
            self._handled.pop()

    def _swallows_around_yield(self, function: FunctionValue, failure: Failure) -> bool | None:
        """Tell whether a generator catches what is raised where it yields, and goes on."""
        for node in ast.walk(self.sources.whole(function.scope.module.path, function.node)):
            if not isinstance(node, ast.Try) or not any(_holds_yield(one) for one in node.body):
                continue
            for handler in node.handlers:
                builtin = [getattr(builtins, name, None) for name in _kinds(handler.type)]
                if None in builtin:
                    return None
                value = Items("tuple", [Outside(f"builtins.{name}") for name in _kinds(handler.type)])
                if _covers(value, failure) is not False:
                    raises = any(isinstance(one, ast.Raise | ast.Call) for one in ast.walk(handler))
                    return None if raises else _covers(value, failure)
        return False

    def _call_method(self, owner: Instance, name: str, *arguments: Value) -> Value:
        method = self.in_class(owner.cls, name)
        if not isinstance(method, FunctionValue):
            return ANYTHING
        return self.call_function(method, Arguments((owner, *arguments)))

    def run_raise(self, node: ast.Raise) -> None:
        """Run a `raise` statement."""
        if node.exc is None:
            if self._handled:
                raise Raised(self._handled[-1])
            self.fail(
                "RuntimeError", CauseKind.RAISED, self.frame.path, "raises again where nothing was raised"
            )
        value = self.evaluate(node.exc)
        if node.cause is not None:
            self.evaluate(node.cause)
        self.frame.line = node.lineno
        name, bases = _exception(value)
        outside = value.name.removesuffix("()") if isinstance(value, Outside) else ""
        if outside in _SKIPS or "SkipTest" in bases:
            raise Skipped
        if self._handled and self._handled[-1].exception in {"ImportError", "ModuleNotFoundError"}:
            raise Raised(self._renamed(self._handled[-1], value))
        if not isinstance(value, Constant):
            self._raise_value(name if value is not ANYTHING else "Exception", bases, _message(node.exc))

    def _raise_value(self, name: str, bases: tuple[str, ...], text: str) -> None:
        place = f"{name} in {self.frame.path}"
        chain = tuple(Step(frame.path, frame.line) for frame in self.frames)
        last = chain[-1]
        message = f"raises {name}: {text}" if text else f"raises {name}"
        raise Raised(Failure(name, CauseKind.RAISED, place, message, last.path, last.line, chain, bases))

    def _renamed(self, failure: Failure, value: Value) -> Failure:
        """Return a failure that a handler passes on as another exception; its cause stays the first one."""
        name, bases = _exception(value)
        return Failure(
            name,
            failure.kind,
            failure.subject,
            failure.message,
            failure.path,
            failure.line,
            failure.chain,
            bases,
        )


def _holds_yield(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(node))


def _message(node: ast.expr) -> str:
    """Return the text that an exception is given, where it is written out: one line, without a full stop."""
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return text.strip().partition("\n")[0].rstrip(".")[:_MESSAGE]


def _exception(value: Value) -> tuple[str, tuple[str, ...]]:
    """Return the class name of an exception and the names of its bases."""
    cls = value.cls if isinstance(value, Instance) else value
    if isinstance(cls, ClassValue):
        order = cls.order if cls.order is not None else cls.bases
        bases = (one.name.rpartition(".")[2] for one in order if isinstance(one, ClassValue | Outside))
        return cls.name, tuple(bases)
    if isinstance(cls, Outside):
        return cls.name.rpartition(".")[2].removesuffix("()"), ()
    return "Exception", ()


def _kinds(node: ast.expr | None) -> set[str]:
    """Return the last names of the exceptions that a handler catches."""
    if node is None:
        return {"BaseException"}
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts}


def _covers(value: Value, failure: Failure) -> bool | None:
    """Tell whether an exception class catches a failure; None where text does not tell."""
    if isinstance(value, Items):
        found = [_covers(one, failure) for one in value.values]
        return True if True in found else None if None in found or not value.exact else False
    raised = getattr(builtins, failure.exception, None)
    known = [raised, *(getattr(builtins, base, None) for base in failure.bases)]
    classes = [one for one in known if isinstance(one, type)]
    if isinstance(value, ClassValue):
        if failure.exception == value.name or value.name in failure.bases:
            return True
        return False if classes and raised is not None else None
    if isinstance(value, Outside) and value.name.startswith("builtins."):
        caught = getattr(builtins, value.name.removeprefix("builtins."), None)
        if not isinstance(caught, type):
            return None
        if any(issubclass(one, caught) for one in classes):
            return True
        return False if classes else issubclass(Exception, caught) or None
    if isinstance(value, Outside) and raised is not None:
        return False
    return None
