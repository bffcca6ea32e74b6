"""Calls: bodies of functions that run at import, instances of classes, and what is known of others."""

import ast
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.evaluation.growth import method_size
from importgraph.evaluation.limits import LARGEST
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.expressions import Expressions
from importgraph.simulation.failures import Raised
from importgraph.simulation.state import Frame, bound_names
from importgraph.simulation.values import (
    ANYTHING,
    BoundMethod,
    ClassValue,
    Constant,
    FixtureValue,
    FunctionValue,
    Instance,
    Items,
    Manager,
    ModuleValue,
    Outside,
    Scope,
    Super,
    TextMethod,
    Value,
)

_DEPTH = 150
_READING = {"index", "count", "get", "keys", "values", "items", "copy", "join"}
"""Methods that leave a list or dictionary as it is."""
_RUNS = 40
"""How often one function is followed; what is called more often shows nothing new."""
_TENTATIVE_RUNS = 3
"""The same in branches that may not run, where nothing is sure to fail."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call is given."""

    positional: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()
    exact: bool = True
    """No `*` or `**` adds others."""

    def get(self, name: str) -> Value | None:
        """Return a named argument."""
        return next((value for key, value in self.named if key == name), None)

    def with_first(self, value: Value) -> "Arguments":
        """Put an argument in front."""
        return Arguments((value, *self.positional), self.named, self.exact)


class Calls(Expressions):
    """Calls values."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._locals: dict[int, frozenset[str]] = {}
        self._lazy: dict[int, bool] = {}

    @abstractmethod
    def call_outside(self, value: Outside, arguments: Arguments) -> Value:
        """Call something that is not read."""

    def call(self, node: ast.Call) -> Value:
        """Evaluate a call."""
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self._super()
        function = self.evaluate(node.func)
        receiver: Value = ANYTHING
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            receiver = self._quiet_lookup(node.func.value.id)
        arguments = self.arguments(node)
        self.frame.line = node.lineno
        if isinstance(receiver, Items) and isinstance(node.func, ast.Attribute):
            return self._call_items(receiver, node.func.attr, arguments)
        if (
            isinstance(function, Outside)
            and function.name.startswith("<constant>.")
            and isinstance(node.func, ast.Attribute)
        ):
            return ANYTHING
        return self.call_value(function, arguments)

    def answers(self, module: ModuleValue, name: str) -> bool:
        """Tell whether the `__getattr__` of a module may answer for a name, by running it."""
        function = module.names.get("__getattr__")
        if not isinstance(function, FunctionValue):
            return function is not None
        try:
            self.call_function(function, Arguments((Constant(name),)))
        except Raised as raised:
            return raised.failure.exception != "AttributeError"
        return True

    def _quiet_lookup(self, name: str) -> Value:
        scope: Scope | None = self.frame.scope
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return self.frame.scope.module.names.get(name, ANYTHING)

    def arguments(self, node: ast.Call) -> Arguments:
        """Evaluate the arguments of a call."""
        positional: list[Value] = []
        named: list[tuple[str, Value]] = []
        exact = True
        for part in node.args:
            if isinstance(part, ast.Starred):
                inner = self.evaluate(part.value)
                if isinstance(inner, Items) and inner.exact and inner.kind in {"list", "tuple"}:
                    positional += inner.values
                else:
                    exact = False
            else:
                positional.append(self.evaluate(part))
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is None:
                exact = False
            else:
                named.append((keyword.arg, value))
        return Arguments(tuple(positional), tuple(named), exact)

    def _super(self) -> Value:
        owner = self.frame.scope.owner
        return Super(owner, self.frame.scope.receiver) if owner is not None else ANYTHING

    def _call_items(self, items: Items, method: str, arguments: Arguments) -> Value:
        if self.tentative and method not in _READING:
            items.exact = False
        elif method == "append" and len(arguments.positional) == 1:
            items.values.append(arguments.positional[0])
        elif method in {"extend", "update"} and items.kind == "list" and len(arguments.positional) == 1:
            longer = self.joined(items, arguments.positional[0])
            items.values, items.exact = longer.values, longer.exact
        elif method not in _READING:
            items.exact = False
        if method == "keys" and items.kind == "dict":
            return Items("list", list(items.values), items.exact)
        return ANYTHING

    def call_value(self, value: Value, arguments: Arguments) -> Value:
        """Call a value.

        Raises:
            Raised: If that surely fails.
        """
        match value:
            case FunctionValue():
                return self.call_function(value, arguments)
            case BoundMethod():
                return self.call_function(value.function, arguments.with_first(value.receiver))
            case ClassValue():
                return self._instantiate(value, arguments)
            case Outside():
                return self.call_outside(value, arguments)
            case Instance():
                method = self.in_class(value.cls, "__call__")
                if isinstance(method, FunctionValue):
                    return self.call_function(method, arguments.with_first(value))
            case FixtureValue():
                return self.call_fixture(value, arguments)
            case TextMethod():
                return self._text_method(value, arguments)
            case Constant() | ModuleValue():
                self._not_callable(value)
            case _:
                pass
        self.may_fail()
        self._pass_on(arguments)
        return ANYTHING

    def _text_method(self, method: TextMethod, arguments: Arguments) -> Value:
        given = [one.value for one in arguments.positional if isinstance(one, Constant)]
        if len(given) < len(arguments.positional) or arguments.named or not arguments.exact:
            return ANYTHING
        if method_size(method.text, method.name, given, {}) > LARGEST:
            return ANYTHING
        try:
            return Constant(getattr(method.text, method.name)(*given))
        except TypeError:
            self.may_fail()
            return ANYTHING

    @abstractmethod
    def call_fixture(self, value: FixtureValue, arguments: Arguments) -> Value:
        """Call what `pytest.fixture` made."""

    def _pass_on(self, arguments: Arguments) -> None:
        """Note that code which is not followed got hold of values and may change them."""
        for value in (*arguments.positional, *(value for _, value in arguments.named)):
            if isinstance(value, Items):
                value.exact = False
            elif isinstance(value, Instance):
                value.is_ours = False

    def _not_callable(self, value: Constant | ModuleValue) -> None:
        if isinstance(value, ModuleValue):
            standard = self.search.is_standard(value.path)
            known = value.is_read and not value.is_open and not self.may_have(value, "call")
            if not value.path or not (standard or known):
                return
            kind = "module"
        else:
            kind = type(value.value).__name__
        place = f"call of {kind} in {self.frame.scope.module.path}"
        self.fail("TypeError", CauseKind.WRONG_TYPE, place, f"'{kind}' object is not callable")

    # -- functions ------------------------------------------------------------------------------

    def call_function(self, function: FunctionValue, arguments: Arguments) -> Value:
        """Run the body of a function."""
        node = function.node = self.sources.whole(function.scope.module.path, function.node)
        if isinstance(node, ast.AsyncFunctionDef) or self._is_generator(node):
            return Manager(function) if function.kind == "manager" else ANYTHING
        if self._is_known(function):
            self.may_fail()
            return ANYTHING
        names = self._parameters(function, arguments)
        scope = Scope("function", names, function.scope.module, function.scope, self._bound_names(node))
        scope.owner = function.owner
        scope.receiver = arguments.positional[0] if arguments.positional else ANYTHING
        scope.qualname = function.name
        frame = Frame(scope, function.scope.module.path, node.lineno)
        depth = len(self.frames)
        self.frames.append(frame)
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body)
            frame.result = Constant(None)
            self.run_body(node.body)
        except Raised:
            if not frame.left:
                raise
            return ANYTHING
        finally:
            del self.frames[depth:]
        return ANYTHING if frame.left else frame.result

    def _is_known(self, function: FunctionValue) -> bool:
        """Count a call; tell whether the function was followed so often, or so deep, that this one is not."""
        if self.tentative:
            function.tentative_runs += 1
            return function.tentative_runs > _TENTATIVE_RUNS or len(self.frames) > _DEPTH
        function.runs += 1
        return function.runs > _RUNS or len(self.frames) > _DEPTH

    def _is_generator(self, node: ast.FunctionDef | ast.Lambda) -> bool:
        key = id(node)
        if key not in self._lazy:
            self._lazy[key] = isinstance(node, ast.FunctionDef) and yields(node.body)
        return self._lazy[key]

    def _bound_names(self, node: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
        key = id(node)
        if key not in self._locals:
            found: set[str] = set()
            if isinstance(node, ast.FunctionDef):
                found = bound_names(node.body)
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Global | ast.Nonlocal):
                        found -= set(inner.names)
            self._locals[key] = frozenset(found)
        return self._locals[key]

    def _parameters(self, function: FunctionValue, arguments: Arguments) -> dict[str, Value]:
        """Bind arguments to parameters."""
        given = function.node.args
        ordered = [argument.arg for argument in (*given.posonlyargs, *given.args)]
        names: dict[str, Value] = dict(zip(ordered, arguments.positional, strict=False))
        allowed = {argument.arg for argument in (*given.args, *given.kwonlyargs)}
        extra = [name for name, _ in arguments.named if name not in allowed]
        names |= {name: value for name, value in arguments.named if name in allowed}
        optional = set(ordered[len(ordered) - len(given.defaults) :]) if given.defaults else set()
        only = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        required = [name for name in ordered if name not in optional]
        required += [argument.arg for argument, default in only if default is None]
        if arguments.exact:
            too_many = len(arguments.positional) > len(ordered) and given.vararg is None
            unknown = extra if given.kwarg is None else []
            absent = [name for name in required if name not in names]
            if too_many or unknown or absent:
                self._misfit(function, too_many=too_many, unknown=unknown, absent=absent)
        for name in (*ordered, *(argument.arg for argument in given.kwonlyargs)):
            default = function.defaults.get(name, ANYTHING) if arguments.exact else ANYTHING
            names.setdefault(name, default)
        if given.vararg is not None:
            names[given.vararg.arg] = Items(
                "tuple", list(arguments.positional[len(ordered) :]), arguments.exact
            )
        if given.kwarg is not None:
            names[given.kwarg.arg] = ANYTHING
        return names

    def _misfit(
        self, function: FunctionValue, *, too_many: bool, unknown: Sequence[str], absent: Sequence[str]
    ) -> None:
        if function.owner is not None and function.owner.is_open:
            return
        if unknown:
            what = f"got an unexpected keyword argument '{unknown[0]}'"
        elif too_many:
            what = "takes fewer positional arguments than it is given"
        else:
            what = f"missing the argument '{absent[0]}'"
        message = f"{function.name}() {what}"
        self.fail("TypeError", CauseKind.WRONG_CALL, f"{function.scope.module.name}.{function.name}", message)

    # -- classes --------------------------------------------------------------------------------

    def _instantiate(self, cls: ClassValue, arguments: Arguments) -> Value:
        if cls.metaclass != Outside("builtins.type") and cls.metaclass != Outside("abc.ABCMeta"):
            self.may_fail()
            return self._instance_of_open(cls)
        new = self.in_class(cls, "__new__")
        if isinstance(new, FunctionValue):
            made = self.call_function(new, arguments.with_first(cls))
            if not (isinstance(made, Instance) and made.cls is cls):
                return ANYTHING
        instance = Instance(cls)
        method = self.in_class(cls, "__init__")
        if isinstance(method, FunctionValue):
            self.call_function(method, arguments.with_first(instance))
        elif method is None:
            self.may_fail()
            self._pass_on(arguments)
            after = self.in_class(cls, "__post_init__")
            if isinstance(after, FunctionValue):
                self.call_function(after, Arguments((instance,), (), exact=False))
        return instance

    def _instance_of_open(self, cls: ClassValue) -> Value:
        """Run `__init__` where it stands in the class itself and the metaclass is not known."""
        return Instance(cls) if cls.metaclass is ANYTHING else ANYTHING


def yields(body: list[ast.stmt]) -> bool:
    """Tell whether the body of a function makes it a generator."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))
    return False
