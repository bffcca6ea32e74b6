"""Where names live while a body runs: local, enclosing, global."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from importgraph.evaluation.values.journal import Activation
from importgraph.evaluation.values.nodes import children, walk
from importgraph.evaluation.values.objects import Function, FunctionNode, Module
from importgraph.evaluation.values.value import Raised, State, Value


class Frame(Struct, eq=False):
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
    node: FunctionNode | None = None
    """Of a function: its definition, with its body."""
    inner_of: "Frame | None" = None
    """Of a comprehension: the body it stands in."""
    is_annotation: bool = False
    """It holds type parameters; what stands in it sees the class around."""
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
    branches: int = 0
    """In how many branches that may be taken back it began."""

    def is_private(self, branches: int) -> bool:
        """Tell whether what it binds in so many branches is gone before one of them is taken back.

        The locals of a function are unless a branch began in its body; then the journal must know of them.
        """
        return self.branches == branches and (self.function is not None or self.inner_of is not None)

    def may_raise(self, raised: Raised) -> None:
        """Take note that something may have been raised; each kind once."""
        if all(one.kind != raised.kind or one.value is not raised.value for one in self.possible):
            self.possible.append(raised if not raised.certain else replace(raised, certain=False))

    @property
    def own(self) -> frozenset[str]:
        """The names that are local because the function binds them."""
        return _stored(self.node) if self.node is not None else frozenset()


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
def _stored(node: FunctionNode) -> frozenset[str]:
    """Return the names that a function binds by its own statements."""
    if isinstance(node, ast.Lambda):
        return frozenset()
    inner = list(_of_scope(node.body))
    declared = (one.names for one in inner if isinstance(one, ast.Global | ast.Nonlocal))
    return frozenset(_bound(inner).difference(*declared))


def bound_names(body: Iterable[ast.AST]) -> set[str]:
    """Return the names that statements may bind or delete in their scope."""
    return _bound(_of_scope(body))


_NAMES = {
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}
"""Nodes that may bind a name, and where they hold it."""


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            if type(node.ctx) is not ast.Load:
                found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif type(node) in _NAMES:
            name = getattr(node, _NAMES[type(node)])
            if name is not None:
                found.add(name)
    return found


_COMPREHENSIONS = frozenset((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
_DEFINITIONS = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_LEAVES = frozenset((ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Lambda))
"""Nodes that are not looked into."""


def _of_scope(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements and what stands in them, without what has a scope of its own."""
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        kind = type(node)
        if kind in _LEAVES:
            continue
        if kind in _COMPREHENSIONS:
            walrus = (inner for inner in walk(node) if isinstance(inner, ast.NamedExpr))
            stack.extend(inner.target for inner in walrus)  # its other targets belong to it
        elif kind in _DEFINITIONS:
            stack.extend(getattr(node, "decorator_list", ()))
        else:
            stack.extend(children(node))
