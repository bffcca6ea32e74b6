"""Expressions: which names and attributes they need, and what they evaluate to as far as text tells."""

import ast
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from importgraph.evaluation.limits import LARGEST, size_of, spend
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.operators import ENVIRON, Operators
from importgraph.simulation.values import (
    ANYTHING,
    ClassValue,
    Constant,
    FunctionValue,
    Items,
    Outside,
    Scope,
    Value,
    truth,
)
from importgraph.simulation.variables import UNSET

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Expressions(Operators):
    """Evaluates expressions in the innermost frame."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """Evaluate a call."""

    def evaluate(self, node: ast.expr) -> Value:
        """Return what an expression is.

        Raises:
            Raised: If evaluating it surely fails.
        """
        spend()
        run = self._evaluators.get(type(node))
        return run(node) if run is not None else self._parts(node)

    def _parts(self, node: ast.expr) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return ANYTHING

    def _name(self, node: ast.Name) -> Value:
        self.frames[-1].line = node.lineno
        return self.lookup(node.id)

    def _attribute(self, node: ast.Attribute) -> Value:
        value = self.evaluate(node.value)
        self.frames[-1].line = node.end_lineno or node.lineno
        return self.attribute(value, node.attr)

    def _lambda(self, node: ast.Lambda) -> Value:
        return FunctionValue(node, self.frame.scope, "<lambda>", defaults=self.defaults(node.args))

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        inner = self.frame.scope
        while self.frame.scope.kind == "comprehension" and self.frame.scope.outer is not None:
            self.frame.scope = self.frame.scope.outer
        self.bind(node.target.id, value)
        self.frame.scope = inner
        return value

    @cached_property
    def _evaluators(self) -> Mapping[type[ast.expr], Callable[[Any], Value]]:
        displays = dict.fromkeys((ast.Tuple, ast.List, ast.Set), self._display)
        kinds = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        return {
            ast.Constant: lambda node: Constant(node.value),
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self.call,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._named,
            **displays,
            **dict.fromkeys(kinds, self._comprehension),
            ast.Dict: self._dictionary,
            ast.JoinedStr: self._formatted,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: lambda node: self.unary(node.op, self.evaluate(node.operand)),
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.Subscript: self._subscript,
        }

    def _formatted(self, node: ast.JoinedStr) -> Value:
        parts: list[Value] = []
        for part in node.values:
            plain = isinstance(part, ast.Constant) or (
                isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion == -1
            )
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part)
            parts.append(value if plain else ANYTHING)
        texts = [str(part.value) for part in parts if isinstance(part, Constant)]
        known = len(texts) == len(parts) and sum(map(len, texts)) <= LARGEST
        return Constant("".join(texts)) if known else ANYTHING

    def _dictionary(self, node: ast.Dict) -> Value:
        keys = [self.evaluate(key) if key is not None else None for key in node.keys]
        for key in keys:
            self._check_hashable(key)
        for part in node.values:
            self.evaluate(part)
        return Items("dict", [key for key in keys if key is not None], None not in keys)

    def defaults(self, arguments: ast.arguments) -> dict[str, Value]:
        """Evaluate the defaults of parameters."""
        ordered = [*arguments.posonlyargs, *arguments.args]
        last = ordered[len(ordered) - len(arguments.defaults) :]
        pairs = (
            *zip(last, arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        )
        return {argument.arg: self.evaluate(default) for argument, default in pairs if default is not None}

    # -- operators ------------------------------------------------------------------------------

    def _display(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        values: list[Value] = []
        exact = True
        for part in node.elts:
            if isinstance(part, ast.Starred):
                inner = self.evaluate(part.value)
                more = inner.values if isinstance(inner, Items) else []
                fits = len(values) + len(more) <= LARGEST
                exact = exact and isinstance(inner, Items) and inner.exact and fits
                values += more if fits else []
            else:
                values.append(self.evaluate(part))
        if isinstance(node, ast.Tuple) and exact and all(isinstance(one, Constant) for one in values):
            plain = tuple(one.value for one in values if isinstance(one, Constant))
            return Constant(plain) if size_of(plain) <= LARGEST else ANYTHING
        if isinstance(node, ast.Set):
            for value in values:
                self._check_hashable(value)
        return Items(type(node).__name__.lower(), values, exact)

    def _check_hashable(self, value: Value | None) -> None:
        if isinstance(value, Items) and value.kind in {"list", "set", "dict"}:
            message = f"unhashable type: '{value.kind}'"
            self.fail("TypeError", CauseKind.WRONG_TYPE, f"{value.kind} in {self.frame.path}", message)

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        self.frame.line = node.lineno
        return self.binary(left, node.op, right)

    def _boolean(self, node: ast.BoolOp) -> Value:
        ends_on = isinstance(node.op, ast.Or)
        sure = True
        value: Value = ANYTHING
        for part in node.values:
            if sure:
                value = self.evaluate(part)
                verdict = truth(value)
                if verdict is ends_on:
                    return value
                sure = verdict is not None
            else:
                self._perhaps(part)
        return value if sure else ANYTHING

    def _perhaps(self, node: ast.expr) -> None:
        """Evaluate what may not be evaluated at run time."""

        def run() -> bool:
            self.evaluate(node)
            return True

        self.maybe([], run)

    def _conditional(self, node: ast.IfExp) -> Value:
        verdict = truth(self.evaluate(node.test))
        if verdict is not None:
            return self.evaluate(node.body if verdict else node.orelse)
        self._perhaps(node.body)
        self._perhaps(node.orelse)
        return ANYTHING

    def _compare(self, node: ast.Compare) -> Value:
        left = self.evaluate(node.left)
        sure = True
        for op, part in zip(node.ops, node.comparators, strict=True):
            if not sure:
                self._perhaps(part)
                continue
            right = self.evaluate(part)
            self.frame.line = node.lineno
            verdict = self.verdict(left, op, right)
            if verdict is False:
                return Constant(value=False)
            sure, left = verdict is True, right
        return Constant(value=True) if sure else ANYTHING

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        index = (
            self.evaluate(node.slice) if not isinstance(node.slice, ast.Slice) else self._slice(node.slice)
        )
        self.frame.line = node.lineno
        if value == Outside("sys.version_info"):
            return _version_part(self.version, index)
        if value == ENVIRON:
            return self._variable(index)
        if value == Outside("sys.modules") and isinstance(index, Constant) and index.value in self.modules:
            return self.modules[index.value]
        if isinstance(value, ClassValue):
            return value
        if isinstance(value, Outside) and not value.called:
            return Outside(f"{value.name}[]", called=True)
        if isinstance(value, Constant | Items) and isinstance(index, Constant):
            return self._element(value, index.value)
        self.may_fail()
        return ANYTHING

    def _variable(self, name: Value) -> Value:
        """Read `os.environ[name]`."""
        found = self.variables.get(name.value) if isinstance(name, Constant) else ANYTHING
        if found == UNSET and isinstance(name, Constant):
            message = f"raises KeyError: the environment variable {name.value} is not set"
            self.fail("KeyError", CauseKind.RAISED, f"{name.value} in {self.frame.path}", message)
        if found is ANYTHING:
            self.may_fail()
        return found

    def _element(self, value: Constant | Items, index: Any) -> Value:
        """Return an element or a slice of a known sequence."""
        sequence = value.values if isinstance(value, Items) else value.value
        whole = isinstance(value, Constant) or (value.exact and value.kind in {"list", "tuple"})
        if isinstance(value, Items) and value.kind == "dict":
            return self._item(value, index)
        if isinstance(sequence, list | tuple | str | bytes) and whole:
            try:
                found = sequence[index]
            except (IndexError, TypeError) as error:
                place = f"item in {self.frame.path}"
                self.fail(type(error).__name__, CauseKind.WRONG_TYPE, place, str(error))
            if isinstance(value, Items) and not isinstance(found, str | bytes):
                return Items(value.kind, found) if isinstance(found, list) else found
            return Constant(found)
        self.may_fail()
        return ANYTHING

    def _item(self, items: Items, key: Any) -> Value:
        """Take an item of a dictionary."""
        absent = Constant(key) not in items.values
        if items.exact and absent and all(isinstance(one, Constant) for one in items.values):
            self.fail(
                "KeyError", CauseKind.RAISED, f"{key!r} in {self.frame.path}", f"raises KeyError: {key!r}"
            )
        if absent:
            self.may_fail()
        return ANYTHING

    def elements(self, value: Value) -> list[Value] | None:
        """Return what iterating over a value gives; None where text does not tell.

        Raises:
            Raised: If it surely cannot be iterated.
        """
        if isinstance(value, Items):
            return list(value.values) if value.exact else None
        if not isinstance(value, Constant):
            return None
        if isinstance(value.value, tuple | str):
            return [Constant(one) for one in value.value]
        if value.value is None or isinstance(value.value, int | float | complex):
            kind = type(value.value).__name__
            message = f"'{kind}' object is not iterable"
            self.fail("TypeError", CauseKind.WRONG_TYPE, f"{kind} in {self.frame.path}", message)
        return None

    def _slice(self, node: ast.Slice) -> Value:
        parts = [
            self.evaluate(part) if part is not None else Constant(None)
            for part in (node.lower, node.upper, node.step)
        ]
        values = [part.value for part in parts if isinstance(part, Constant)]
        return Constant(slice(*values)) if len(values) == len(parts) else ANYTHING

    # -- comprehensions -------------------------------------------------------------------------

    def _comprehension(self, node: Comprehension) -> Value:
        first = self.evaluate(node.generators[0].iter)
        if isinstance(node, ast.GeneratorExp):
            return ANYTHING
        self.frame.line = node.lineno
        elements = self.elements(first)
        surely = bool(elements) or (isinstance(first, Items) and bool(first.values))
        plain = surely and len(node.generators) == 1 and not node.generators[0].ifs
        outer = self.frame.scope
        self.frame.scope = Scope("comprehension", {}, outer.module, outer)
        try:
            self._bind_targets(node, elements)
            self._run_rounds(node, surely=surely, plain=plain)
        finally:
            self.frame.scope = outer
        for name in walrus_names(node):
            self.bind(name, ANYTHING)
        kind = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict"}[type(node)]
        return Items(kind, [ANYTHING] if plain else [], exact=elements == [])

    def _bind_targets(self, node: Comprehension, elements: list[Value] | None) -> None:
        """Bind what the loops of a comprehension bind: of the first one, what its first round gives."""
        names = self.frame.scope.names
        for generator in node.generators:
            for name in ast.walk(generator.target):
                if isinstance(name, ast.Name):
                    names[name.id] = ANYTHING
        target = node.generators[0].target
        if elements and isinstance(target, ast.Name):
            names[target.id] = elements[0]

    def _run_rounds(self, node: Comprehension, *, surely: bool, plain: bool) -> None:
        """Evaluate what a comprehension evaluates: surely, where there is a first round that gets there."""
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        tests = list(node.generators[0].ifs)
        if surely and tests:
            verdict = truth(self.evaluate(tests.pop(0)))
            plain = verdict is True and not tests and len(node.generators) == 1
        names = self.frame.scope.names
        later = [part for one in node.generators[1:] for part in (one.iter, *one.ifs)]
        for part in (*tests, *later):
            self._perhaps(part)
        for part in parts:
            if plain:
                self.evaluate(part)
            else:
                names.update(dict.fromkeys(names, ANYTHING))
                self._perhaps(part)


def walrus_names(node: ast.AST) -> set[str]:
    """Return the names that an expression binds by `:=` around its comprehensions."""
    return {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}


def _version_part(version: tuple[int, int], index: Value) -> Value:
    if not isinstance(index, Constant):
        return ANYTHING
    if index.value in (0, 1):
        return Constant(version[index.value])
    if index.value == slice(None, 2, None):
        return Constant(version)
    if index.value == slice(None, 1, None):
        return Constant(version[:1])
    return ANYTHING
