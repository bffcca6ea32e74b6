"""Expressions: which names and attributes they need, and what they evaluate to as far as text tells."""

import ast
import operator
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Any

from importgraph.collection_errors.model import CauseKind
from importgraph.collection_errors.names import Names
from importgraph.collection_errors.values import (
    ANYTHING,
    PRESENT,
    BoundMethod,
    ClassValue,
    Constant,
    FixtureValue,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Outside,
    Scope,
    Value,
    truth,
)
from importgraph.collection_errors.variables import UNSET
from importgraph.evaluation.growth import operation_size
from importgraph.evaluation.limits import LARGEST, size_of, spend

_COMPUTED: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}
_ENVIRON = Outside("os.environ")
_TYPES = {
    "int",
    "str",
    "float",
    "bool",
    "bytes",
    "list",
    "dict",
    "set",
    "tuple",
    "frozenset",
    "type",
    "object",
}


class Expressions(Names):
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
        self.bind(node.target.id, value)
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
            ast.UnaryOp: self._unary,
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
        return Items(type(node).__name__.lower(), values, exact)

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        self.frame.line = node.lineno
        return self.binary(left, node.op, right)

    def binary(self, left: Value, op: ast.operator, right: Value) -> Value:
        """Apply an operator."""
        if isinstance(left, Items) and isinstance(right, Items) and isinstance(op, ast.Add):
            return self.joined(left, right)
        if isinstance(op, ast.Mult) and isinstance(left, Items) is not isinstance(right, Items):
            repeated = left if isinstance(left, Items) else right
            return (
                Items(repeated.kind, list(repeated.values), exact=False)
                if isinstance(repeated, Items)
                else ANYTHING
            )
        if isinstance(left, Items) and isinstance(op, ast.Add):
            return Items(left.kind, list(left.values), exact=False)
        if isinstance(op, ast.BitOr) and (_no_union(left, right) or _no_union(right, left)):
            message = f"unsupported operand type(s) for |: '{_type(left)}' and '{_type(right)}'"
            self.fail("TypeError", CauseKind.WRONG_TYPE, f"| in {self.frame.scope.module.path}", message)
        if isinstance(left, Constant) and isinstance(right, Constant) and type(op) in _COMPUTED:
            return self._computed(left.value, op, right.value)
        self.may_fail()
        return ANYTHING

    def joined(self, left: Items, more: Value) -> Items:
        """Return a sequence with the elements of another behind its own, as far as they are known."""
        known = isinstance(more, Items) and len(left.values) + len(more.values) <= LARGEST
        added = more.values if isinstance(more, Items) and known else []
        spend(len(added) >> 4)
        return Items(
            left.kind, [*left.values, *added], left.exact and isinstance(more, Items) and more.exact and known
        )

    def _computed(self, left: Any, op: ast.operator, right: Any) -> Value:
        if operation_size(type(op), left, right) > LARGEST:
            return ANYTHING
        if isinstance(left, PurePath) and isinstance(right, PurePath | str) and isinstance(op, ast.Div):
            return Constant(left / right)
        simple = (int, float, str, bytes, tuple, bool)
        if not isinstance(left, simple) or not isinstance(right, simple):
            self.may_fail()
            return ANYTHING
        try:
            return Constant(_COMPUTED[type(op)](left, right))
        except (TypeError, ZeroDivisionError) as error:
            place = f"operator in {self.frame.scope.module.path}"
            self.fail(type(error).__name__, CauseKind.WRONG_TYPE, place, str(error))
        except (ValueError, OverflowError):
            return ANYTHING

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

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            verdict = truth(value)
            return ANYTHING if verdict is None else Constant(not verdict)
        if isinstance(node.op, ast.USub) and isinstance(value, Constant) and isinstance(value.value, int):
            return Constant(-value.value)
        return ANYTHING

    def _conditional(self, node: ast.IfExp) -> Value:
        verdict = truth(self.evaluate(node.test))
        if verdict is not None:
            return self.evaluate(node.body if verdict else node.orelse)
        self._perhaps(node.body)
        self._perhaps(node.orelse)
        return ANYTHING

    def _compare(self, node: ast.Compare) -> Value:
        left = self.evaluate(node.left)
        rights = [self.evaluate(part) for part in node.comparators[:1]]
        if len(node.ops) > 1:
            for part in node.comparators[1:]:
                self._perhaps(part)
            return ANYTHING
        verdict = self._verdict(left, node.ops[0], rights[0])
        return ANYTHING if verdict is None else Constant(verdict)

    def _verdict(self, left: Value, op: ast.cmpop, right: Value) -> bool | None:
        if isinstance(op, ast.Is | ast.IsNot):
            same = _is_same(left, right)
            return None if same is None else same is isinstance(op, ast.Is)
        if left == Outside("sys.version_info") and isinstance(right, Constant):
            return _version_verdict(self.version, op, right.value)
        if right == _ENVIRON and isinstance(left, Constant) and isinstance(op, ast.In | ast.NotIn):
            found = self.variables.get(str(left.value))
            return None if found is ANYTHING else (found != UNSET) is isinstance(op, ast.In)
        if isinstance(right, Items) and right.exact and isinstance(left, Constant):
            if isinstance(op, ast.In | ast.NotIn) and all(isinstance(one, Constant) for one in right.values):
                return (left in right.values) is isinstance(op, ast.In)
            return None
        if not isinstance(left, Constant) or not isinstance(right, Constant) or type(op) not in _COMPARED:
            return None
        try:
            return bool(_COMPARED[type(op)](left.value, right.value))
        except TypeError:
            return None

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        index = (
            self.evaluate(node.slice) if not isinstance(node.slice, ast.Slice) else self._slice(node.slice)
        )
        self.frame.line = node.lineno
        if value == Outside("sys.version_info"):
            return _version_part(self.version, index)
        if value == _ENVIRON:
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
        if isinstance(sequence, list | tuple) and whole:
            try:
                found = sequence[index]
            except (IndexError, TypeError):
                self.may_fail()
                return ANYTHING
            if isinstance(value, Constant):
                return Constant(found)
            return Items(value.kind, found) if isinstance(found, list) else found
        self.may_fail()
        return ANYTHING

    def _slice(self, node: ast.Slice) -> Value:
        parts = [
            self.evaluate(part) if part is not None else Constant(None)
            for part in (node.lower, node.upper, node.step)
        ]
        values = [part.value for part in parts if isinstance(part, Constant)]
        return Constant(slice(*values)) if len(values) == len(parts) else ANYTHING

    # -- comprehensions -------------------------------------------------------------------------

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Value:
        first = self.evaluate(node.generators[0].iter)
        if isinstance(node, ast.GeneratorExp):
            return ANYTHING
        surely = (isinstance(first, Items) and bool(first.values)) or (
            isinstance(first, Constant) and bool(first.value)
        )
        plain = len(node.generators) == 1 and not node.generators[0].ifs
        outer = self.frame.scope
        self.frame.scope = Scope("comprehension", {}, outer.module, outer)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        try:
            for generator in node.generators:
                for name in ast.walk(generator.target):
                    if isinstance(name, ast.Name):
                        self.frame.scope.names[name.id] = ANYTHING
            if surely and plain:
                for part in parts:
                    self.evaluate(part)
            else:
                for generator in node.generators:
                    for part in (
                        [generator.iter] if generator is not node.generators[0] else []
                    ) + generator.ifs:
                        self._perhaps(part)
                for part in parts:
                    self._perhaps(part)
        finally:
            self.frame.scope = outer
        return Items("list", [ANYTHING] if surely and plain else [], exact=False)


def _is_same(left: Value, right: Value) -> bool | None:
    none = Constant(None)
    for one, other in ((left, right), (right, left)):
        if other == none:
            if isinstance(one, Constant):
                return one.value is None
            known = ModuleValue | FunctionValue | ClassValue | Instance | Items | BoundMethod | FixtureValue
            return False if isinstance(one, known) or one is PRESENT else None
    if isinstance(left, Constant) and isinstance(right, Constant):
        return left.value is right.value if isinstance(left.value, bool) else None
    return None


def _version_verdict(version: tuple[int, int], op: ast.cmpop, other: object) -> bool | None:
    if not isinstance(other, tuple) or type(op) not in _COMPARED or isinstance(op, ast.In | ast.NotIn):
        return None
    if other[:2] == version and len(other) > len(version):
        return None
    compare = _COMPARED[type(op)]
    try:
        return bool(compare((*version, 1), other))
    except TypeError:
        return None


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


def _type(value: Value) -> str:
    if isinstance(value, Constant):
        return type(value.value).__name__
    return "type"


def _no_union(left: Value, right: Value) -> bool:
    """Tell whether `left | right` has no meaning: a text or None beside a text, None or a plain class."""
    if not isinstance(left, Constant) or not (isinstance(left.value, str) or left.value is None):
        return False
    if isinstance(right, Constant):
        return isinstance(right.value, str) or right.value is None
    if not isinstance(left.value, str):
        return False
    if isinstance(right, Outside):
        return right.name.startswith("builtins.") and right.name[9:] in _TYPES and not right.called
    return isinstance(right, ClassValue) and right.metaclass == Outside("builtins.type")
