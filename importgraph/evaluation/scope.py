"""Where names live while a body runs: local, enclosing, global."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from importgraph.evaluation.journal import Activation
from importgraph.evaluation.objects import Function, Module
from importgraph.evaluation.value import Raised, State, Value


@dataclass(slots=True)
class Frame:
    """The run of one body. It changes while the body runs and is gone afterwards."""

    module: Module
    names: State
    """What the body binds: the namespace of a module or class, or the locals of a function."""
    activation: Activation
    certain: bool
    """False while it is not sure that the statement runs."""
    around: "Frame | None" = None
    """The frame of the function that a function or class stands in."""
    function: Function | None = None
    receiver: Value | None = None
    """The first argument of a method: what `super()` starts from."""
    qualname: str = ""
    """What names inside start with, with the dot."""
    is_class: bool = False
    is_comprehension: bool = False
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Names declared `global` or `nonlocal`."""
    results: list[Value] = field(default_factory=list)
    """What it may already have returned."""
    leaves: int = 0
    """How often it may have been left already."""
    possible: list[Raised] = field(default_factory=list)
    """What may have been raised in it."""
    guarded: int = 0
    """The number of `try` statements around that catch an import that fails."""
    tries: int = 0
    """The number of bodies around whose failures some handler may catch."""
    raised: Raised | None = None
    """The exception that is being handled."""

    @property
    def own(self) -> frozenset[str]:
        """The names that are local because the function binds them."""
        if self.function is None or self.is_comprehension:
            return frozenset()
        return _stored(self.function.node)


def visible(frame: Frame, name: str) -> Iterator[State]:
    """Yield the states that may hold a name, innermost first, without the builtins."""
    if frame.elsewhere.get(name) == "global":
        yield frame.module.namespace
        return
    if name not in frame.elsewhere:
        yield frame.names
    around = frame.around
    while around is not None:
        if not around.is_class:
            yield around.names
        around = around.around
    yield frame.module.namespace


def home(frame: Frame, name: str) -> State:
    """Return the state in which a body binds a name."""
    kind = frame.elsewhere.get(name)
    if kind == "global":
        return frame.module.namespace
    if kind == "nonlocal":
        around = frame.around
        while around is not None:
            if not around.is_class and name in around.names:
                return around.names
            around = around.around
    return frame.names


@lru_cache(maxsize=4096)
def _stored(node: ast.AST) -> frozenset[str]:
    """Return the names that a function binds by its own statements."""
    if isinstance(node, ast.Lambda):
        return frozenset()
    found: set[str] = set()
    elsewhere: set[str] = set()
    stack: list[ast.AST] = list(getattr(node, "body", []))
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Name):
            if not isinstance(inner.ctx, ast.Load):
                found.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(inner.name)
            continue
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            elsewhere.update(inner.names)
        elif isinstance(inner, ast.alias):
            found.add(inner.asname or inner.name.partition(".")[0])
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            found.add(inner.name)
        elif isinstance(inner, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        stack.extend(ast.iter_child_nodes(inner))
    return frozenset(found - elsewhere)
