"""Statements, one after the other, as a module or a function runs them."""

import ast
import builtins
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from importgraph.collection_errors.class_statements import ClassStatements
from importgraph.collection_errors.failures import Failure, Raised, Skipped
from importgraph.collection_errors.model import CauseKind, Step
from importgraph.collection_errors.state import bound_names
from importgraph.collection_errors.values import (
    ANYTHING,
    ClassValue,
    Constant,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Value,
    truth,
)

_SKIPS = {"unittest.SkipTest", "unittest.case.SkipTest", "pytest.skip.Exception", "_pytest.outcomes.Skipped"}
_ROUNDS = 60
"""How many rounds of a loop over known values are followed."""


class Flow(Enum):
    """How a block ends."""

    NEXT = auto()
    LEAVE = auto()
    """`return`."""
    BREAK = auto()
    CONTINUE = auto()


class Statements(ClassStatements):
    """Runs statements."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._handled: list[Failure] = []
        self._runners: Mapping[type[ast.stmt], Callable[[Any], Flow | None]] = {
            ast.Import: self.run_import,
            ast.ImportFrom: self.run_from,
            ast.Expr: self._expression,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.FunctionDef: self.run_function,
            ast.AsyncFunctionDef: self.run_function,
            ast.ClassDef: self.run_class,
            ast.If: self._if,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.With: self._with,
            ast.For: self._for,
            ast.While: self._while,
            ast.Match: self._match,
            ast.Raise: self._raise,
            ast.Return: self._return,
            ast.Break: lambda _: Flow.BREAK,
            ast.Continue: lambda _: Flow.CONTINUE,
            ast.Assert: self._assert,
            ast.Delete: self._delete,
            ast.Global: self._global_names,
            ast.Nonlocal: lambda _: None,
            ast.Pass: lambda _: None,
        }

    def run_body(self, body: list[ast.stmt]) -> Flow:
        """Run statements in the innermost frame."""
        for node in body:
            self.step()
            self.frame.line = node.lineno
            run = self._runners.get(type(node))
            flow = (run or self._newer)(node)
            if flow is not None and flow is not Flow.NEXT:
                return flow
        return Flow.NEXT

    def _newer(self, node: ast.stmt) -> None:
        for name in bound_names([node]):
            self.bind(name, ANYTHING)
        alias = getattr(node, "name", None)  # `type X = …`
        if isinstance(alias, ast.Name):
            self.bind(alias.id, ANYTHING)

    # -- branches -------------------------------------------------------------------------------

    def _branches(self, *bodies: list[ast.stmt]) -> Flow:
        """Run bodies of which one runs, nobody knows which."""
        flows: list[Flow] = []

        def runner(body: list[ast.stmt]) -> Callable[[], bool]:
            def run() -> bool:
                flow = self.run_body(body)
                if flow is not Flow.NEXT:
                    flows.append(flow)
                return flow is Flow.NEXT

            return run

        goes_on = self.either([(body, runner(body)) for body in bodies])
        if goes_on:
            if Flow.LEAVE in flows:
                self.frame.left = True
            return Flow.NEXT
        if not flows:
            return Flow.NEXT
        if Flow.LEAVE in flows and len(set(flows)) > 1:
            self.frame.left = True
        self.frame.result = ANYTHING
        return flows[0] if len(set(flows)) == 1 else Flow.CONTINUE if Flow.CONTINUE in flows else flows[0]

    def _if(self, node: ast.If) -> Flow:
        verdict = truth(self.evaluate(node.test))
        if verdict is not None:
            return self.run_body(node.body if verdict else node.orelse)
        return self._branches(node.body, node.orelse)

    def _match(self, node: ast.Match) -> Flow:
        self.evaluate(node.subject)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self.bind(name, ANYTHING)
        return self._branches(*(case.body for case in node.cases), [])

    def _while(self, node: ast.While) -> Flow:
        verdict = truth(self.evaluate(node.test))
        if verdict is False:
            return self.run_body(node.orelse)
        return self._loop(node.body)

    def _loop(self, body: list[ast.stmt]) -> Flow:
        flow = self._branches(body, [])
        return flow if flow is Flow.LEAVE else Flow.NEXT

    def _for(self, node: ast.For) -> Flow:
        values = self._elements(self.evaluate(node.iter))
        if values is None or len(values) > _ROUNDS:
            self.bind_target(node.target, ANYTHING)
            return self._loop(node.body)
        for value in values:
            self.bind_target(node.target, value)
            flow = self.run_body(node.body)
            if flow is Flow.LEAVE:
                return flow
            if flow is Flow.BREAK:
                return Flow.NEXT
        return self.run_body(node.orelse)

    def _elements(self, value: Value) -> list[Value] | None:
        if isinstance(value, Items) and value.exact:
            return list(value.values)
        if isinstance(value, Constant) and isinstance(value.value, tuple | str):
            return [Constant(one) for one in value.value]
        return None

    # -- try, with, raise -----------------------------------------------------------------------

    def _try(self, node: ast.Try) -> Flow:
        risk, import_risk = self.risk, self.import_risk
        depth = len(self.frames)
        try:
            flow = self.run_body(node.body)
        except Raised as raised:
            del self.frames[depth:]
            landed = self._landing(node, raised.failure)
            if landed is None:
                self.run_body(node.finalbody)
                raise
            flow = landed
        else:
            if flow is Flow.NEXT:
                flow = self.run_body(node.orelse)
            self._perhaps_handled(node, self.risk > risk, self.import_risk > import_risk)
        final = self.run_body(node.finalbody)
        return final if final is not Flow.NEXT else flow

    def _landing(self, node: ast.Try, failure: Failure) -> Flow | None:
        """Run the handler that catches a failure; None where none does."""
        for handler in node.handlers:
            caught = self._catches(handler.type, failure)
            if caught is False:
                continue
            if handler.name:
                self.bind(handler.name, ANYTHING)
            if caught is None:
                return self._branches(handler.body, [])
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

    def _with(self, node: ast.With) -> Flow:
        swallowed: list[Value] = []
        unsure = False
        restores = False
        marks = self.marks
        for item in node.items:
            value = self.evaluate(item.context_expr)
            call = item.context_expr
            name = value.name.removesuffix("()") if isinstance(value, Outside) else ""
            restores = restores or name == "warnings.catch_warnings"
            if name == "contextlib.suppress" and isinstance(call, ast.Call):
                swallowed += [self.evaluate(part) for part in call.args if not isinstance(part, ast.Starred)]
            elif name.rpartition(".")[2] in {"raises", "suppress", "assertRaises", "deprecated_call"} or (
                isinstance(value, Instance) and self.in_class(value.cls, "__exit__") is not None
            ):
                unsure = True
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, ANYTHING)
        try:
            return self._branches(node.body, []) if unsure else self._suppressing(node.body, swallowed)
        finally:
            if restores:
                self.marks = marks

    def _suppressing(self, body: list[ast.stmt], swallowed: list[Value]) -> Flow:
        depth = len(self.frames)
        try:
            return self.run_body(body)
        except Raised as raised:
            if not any(_covers(value, raised.failure) for value in swallowed):
                raise
            del self.frames[depth:]
            return Flow.NEXT

    def _raise(self, node: ast.Raise) -> None:
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
            self._raise_value(value, name, bases)

    def _raise_value(self, value: Value, name: str, bases: tuple[str, ...]) -> None:
        if value is ANYTHING:
            name = "Exception"
        place = f"{name} in {self.frame.path}"
        chain = tuple(Step(frame.path, frame.line) for frame in self.frames)
        last = chain[-1]
        message = f"raises {name}"
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

    # -- assignments ----------------------------------------------------------------------------

    def _expression(self, node: ast.Expr) -> None:
        self.evaluate(node.value)

    def _assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.bind_target(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        value = self.evaluate(node.value) if node.value is not None else None
        if self.frame.scope.kind != "function":
            self.annotation(node.annotation)
        if value is not None:
            self.bind_target(node.target, value)
        elif isinstance(node.target, ast.Attribute):
            self.evaluate(node.target.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            old = self.lookup(target.id)
            more = self.evaluate(node.value)
            value = self.binary(old, node.op, more)
            if isinstance(old, Items):
                value = Items(
                    old.kind,
                    [*old.values, *(more.values if isinstance(more, Items) else [])],
                    old.exact and isinstance(more, Items) and more.exact,
                )
            self.bind(target.id, value)
            return
        self.evaluate(target.value)
        self.evaluate(node.value)

    def bind_target(self, target: ast.expr, value: Value) -> None:
        """Bind what stands on the left of an assignment."""
        match target:
            case ast.Name():
                self.bind(target.id, value)
            case ast.Starred():
                self.bind_target(target.value, ANYTHING)
            case ast.Tuple() | ast.List():
                values = self._elements(value)
                known = values is not None and len(values) == len(target.elts)
                for index, part in enumerate(target.elts):
                    starred = isinstance(part, ast.Starred)
                    self.bind_target(part, values[index] if values and known and not starred else ANYTHING)
            case ast.Attribute():
                self._set_attribute(self.evaluate(target.value), target.attr, value)
            case ast.Subscript():
                self._set_item(self.evaluate(target.value), self.evaluate(target.slice), value)
            case _:
                pass

    def _set_attribute(self, owner: Value, name: str, value: Value) -> None:
        if isinstance(owner, Instance):
            plain = self.in_class(owner.cls, name) is None and value != Constant(None) and not self.tentative
            owner.names[name] = value if plain else ANYTHING  # a property, or a place to fill later
        elif isinstance(owner, ModuleValue | ClassValue):
            owner.names[name] = ANYTHING if self.tentative else value
        elif isinstance(owner, Outside) and owner.name == "builtins":
            self.extra_builtins.add(name)
        if isinstance(owner, ModuleValue) and owner.name == "builtins":
            self.extra_builtins.add(name)

    def _set_item(self, owner: Value, key: Value, value: Value) -> None:
        if owner == Outside("sys.modules"):
            self.replace_module(key, value)
        elif isinstance(owner, Items):
            owner.exact = False

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.lookup(target.id)
                self.frame.scope.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                self._delete_item(self.evaluate(target.value), self.evaluate(target.slice))
            elif isinstance(target, ast.Attribute):
                self.evaluate(target.value)

    def _delete_item(self, owner: Value, key: Value) -> None:
        if owner == Outside("sys.modules") and isinstance(key, Constant):
            self.modules.pop(key.value, None)
        elif isinstance(owner, Items):
            owner.exact = False

    def _global_names(self, node: ast.Global) -> None:
        if self.frame.scope.kind != "module":
            self.frame.scope.shared.update(node.names)

    def _return(self, node: ast.Return) -> Flow:
        if self.frame.scope.kind != "function":
            module = self.frame.scope.module
            self.fail("SyntaxError", CauseKind.SYNTAX_ERROR, module.path, "'return' outside function")
        self.frame.result = self.evaluate(node.value) if node.value is not None else Constant(None)
        return Flow.LEAVE

    def _assert(self, node: ast.Assert) -> None:
        verdict = truth(self.evaluate(node.test))
        if verdict is False:
            place = f"AssertionError in {self.frame.path}"
            self.fail("AssertionError", CauseKind.RAISED, place, "an assertion on the main flow fails")
        if verdict is None:
            self.may_fail()


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
