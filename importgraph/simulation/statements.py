"""Statements, one after the other, as a module or a function runs them."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from importgraph.evaluation.limits import spend
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.handling import Flow, Handling
from importgraph.simulation.state import bound_names
from importgraph.simulation.values import (
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
from importgraph.simulation.variables import UNSET

_ROUNDS = 60
"""How many rounds of a loop over known values are followed."""


class Statements(Handling):
    """Runs statements."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
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
            ast.Try: self.run_try,
            ast.TryStar: self.run_try,
            ast.With: self.run_with,
            ast.For: self._for,
            ast.While: self._while,
            ast.Match: self._match,
            ast.Raise: self.run_raise,
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
            spend()
            self.frames[-1].line = node.lineno
            flow = self._runners.get(type(node), self._newer)(node)
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

    def branches(self, *bodies: list[ast.stmt]) -> Flow:
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
        return self.branches(node.body, node.orelse)

    def _match(self, node: ast.Match) -> Flow:
        subject = self.evaluate(node.subject)
        for case in node.cases:
            verdict = self._matches(case, subject)
            if verdict is None:
                break
            if verdict:
                return self.run_body(case.body)
        else:
            return Flow.NEXT
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self.bind(name, ANYTHING)
        return self.branches(*(case.body for case in node.cases), [])

    def _matches(self, case: ast.match_case, subject: Value) -> bool | None:
        """Tell whether a case without a guard matches; None where text does not tell."""
        if case.guard is not None:
            return None
        patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        found = [self._fits(pattern, subject) for pattern in patterns]
        return True if True in found else None if None in found else False

    def _fits(self, pattern: ast.pattern, subject: Value) -> bool | None:
        match pattern:
            case ast.MatchAs(pattern=None):
                if pattern.name is not None:
                    self.bind(pattern.name, subject)
                return True
            case ast.MatchValue():
                return self.verdict(subject, ast.Eq(), self.evaluate(pattern.value))
            case ast.MatchSingleton():
                return self.verdict(subject, ast.Is(), Constant(pattern.value))
            case _:
                return None

    def _while(self, node: ast.While) -> Flow:
        verdict = truth(self.evaluate(node.test))
        if verdict is False:
            return self.run_body(node.orelse)
        return self._loop(node.body)

    def _loop(self, body: list[ast.stmt]) -> Flow:
        flow = self.branches(body, [])
        return flow if flow is Flow.LEAVE else Flow.NEXT

    def _for(self, node: ast.For) -> Flow:
        values = self.elements(self.evaluate(node.iter))
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
                value = self.joined(old, more)
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
                self._unpack(target, value)
            case ast.Attribute():
                self._set_attribute(self.evaluate(target.value), target.attr, value)
            case ast.Subscript():
                self._set_item(self.evaluate(target.value), self.evaluate(target.slice), value)
            case _:
                pass

    def _unpack(self, target: ast.Tuple | ast.List, value: Value) -> None:
        values = self.elements(value)
        starred = any(isinstance(part, ast.Starred) for part in target.elts)
        if values is not None and not starred and len(values) != len(target.elts):
            wanted = len(target.elts)
            many = len(values) > wanted
            what = "too many values to unpack" if many else "not enough values to unpack"
            what += f" (expected {wanted})" if many else f" (expected {wanted}, got {len(values)})"
            self.fail("ValueError", CauseKind.WRONG_TYPE, f"unpacking in {self.frame.path}", what)
        for index, part in enumerate(target.elts):
            self.bind_target(part, ANYTHING if values is None or starred else values[index])

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
        elif owner == Outside("os.environ"):
            self.variables.put(key, ANYTHING if self.tentative else value)
        elif isinstance(owner, Items):
            owner.exact = False

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.lookup(target.id)
                scope = self.frame.scope
                names = scope.module.names if target.id in scope.shared else scope.names
                names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                self._delete_item(self.evaluate(target.value), self.evaluate(target.slice))
            elif isinstance(target, ast.Attribute):
                self.evaluate(target.value)

    def _delete_item(self, owner: Value, key: Value) -> None:
        if owner == Outside("sys.modules") and isinstance(key, Constant):
            self.modules.pop(key.value, None)
        elif owner == Outside("os.environ"):
            self.variables.put(key, ANYTHING if self.tentative else UNSET)
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
