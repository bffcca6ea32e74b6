"""Does the body of a module do more than give names to things? What is not known to be harmless counts."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from importgraph.facts.model import Class
from importgraph.findings.side_effects import external_name, kind_of
from importgraph.graph.resolve import Symbol
from importgraph.names import resolve_relative
from importgraph.snapshot import Snapshot

_PURE = frozenset(
    """
    dataclasses.dataclass dataclasses.field functools.lru_cache functools.cache functools.partial
    functools.wraps functools.cached_property functools.total_ordering enum.auto enum.unique re.compile
    logging.getLogger typing.TypeVar typing.ParamSpec typing.NewType typing.NamedTuple typing.cast
    typing.TypedDict typing.overload typing.final typing.runtime_checkable typing_extensions.TypeVar
    collections.namedtuple collections.defaultdict collections.OrderedDict collections.Counter
    collections.deque abc.abstractmethod contextlib.contextmanager contextlib.asynccontextmanager
    contextvars.ContextVar operator.attrgetter operator.itemgetter pathlib.Path pathlib.PurePath
    datetime.timedelta decimal.Decimal fractions.Fraction uuid.UUID string.Template struct.Struct
    threading.Lock threading.RLock threading.local types.MappingProxyType types.SimpleNamespace
    weakref.WeakKeyDictionary weakref.WeakValueDictionary
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
"""Calls of the standard library that change nothing outside their result."""
_PURE_BASES = frozenset(
    """
    abc.ABC enum.Enum enum.IntEnum enum.StrEnum enum.Flag enum.IntFlag typing.Generic typing.Protocol
    typing.NamedTuple typing.TypedDict collections.OrderedDict collections.UserDict collections.abc
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
_PURE_BUILTINS = frozenset(
    """
    frozenset set dict list tuple str int float bool bytes range len min max sum sorted zip enumerate property
    classmethod staticmethod object isinstance issubclass ord chr repr abs round slice complex any all
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
_HARMLESS = (
    ast.Import,
    ast.ImportFrom,
    ast.Pass,
    ast.Constant,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.keyword,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.Starred,
    ast.Expr,
    ast.Slice,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
)


_CALLING = frozenset({"sorted", "min", "max"})
"""Builtins of the harmless ones that call a function they are given."""
_EVALUATED_LATER = (3, 14)
"""From this version on annotations are not evaluated at import (PEP 649)."""


class Doubt(NamedTuple):
    """Something that a module does at import besides naming things."""

    kind: str
    detail: str
    line: int


@dataclass(frozen=True)
class Plainness:
    """Looks at the body of one module."""

    snapshot: Snapshot
    module: str

    def doubts(self, tree: ast.Module) -> Iterator[Doubt]:
        """Yield what is not known to be harmless, in the order of the text."""
        for statement in tree.body:
            yield from self._of(statement)

    def _of(self, node: ast.AST) -> Iterator[Doubt]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._decorators(node.decorator_list)
                yield from self._defaults(node.args)
                yield from self._notes(_annotations(node))
            case ast.ClassDef():
                yield from self._class(node)
            case ast.Assign() | ast.AnnAssign():
                yield from self._assignment(node)
            case ast.If() if ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
                yield from self._all(node.orelse)
            case _:
                yield from self._expression(node)

    def _expression(self, node: ast.AST) -> Iterator[Doubt]:
        match node:
            case ast.Call():
                yield from self._call(node)
            case ast.Name():
                yield from self._name(node)
            case ast.Attribute():
                yield from self._attribute(node)
            case ast.Subscript():
                yield from self._subscript(node)
                yield from self._all((node.value, node.slice))
            case ast.ImportFrom():
                yield from self._answered(node)
            case ast.Lambda():
                yield from self._defaults(node.args)
            case ast.alias():
                return
            case _ if isinstance(node, _HARMLESS):
                yield from self._all(ast.iter_child_nodes(node))
            case _:
                line = getattr(node, "lineno", 0)
                yield Doubt("runs code at import", f"`{type(node).__name__.lower()}`", line)

    def _assignment(self, node: ast.Assign | ast.AnnAssign) -> Iterator[Doubt]:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from self._target(target)
        if isinstance(node, ast.AnnAssign):
            yield from self._notes([node.annotation])
        if node.value is not None:
            yield from self._of(node.value)

    def _defaults(self, arguments: ast.arguments) -> Iterator[Doubt]:
        yield from self._all(d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None)

    def _notes(self, annotations: Iterable[ast.expr]) -> Iterator[Doubt]:
        """Look for calls in annotations that are evaluated, and for what may answer to `C[…]`."""
        graph = self.snapshot.graph
        if graph.facts[self.module].future_annotations or graph.target.version >= _EVALUATED_LATER:
            return
        for node in (inner for note in annotations for inner in ast.walk(note)):
            if isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, ast.Subscript):
                yield from self._subscript(node)

    def _subscript(self, node: ast.Subscript) -> Iterator[Doubt]:
        """A class of the tree may run code for `C[…]`, as may any other value of it."""
        text = ast.unparse(node.value)
        symbol = self.snapshot.resolver.chain(self.module, text) if "(" not in text else None
        if symbol is None or symbol.kind == "external":
            return
        resolver = self.snapshot.resolver
        answers = symbol.kind == "class" and (
            resolver.method(symbol, "__class_getitem__") is not None
            or any(c.metaclass for o in resolver.mro(symbol) for c in self._made(o))
        )
        if answers or symbol.kind == "value":
            yield Doubt("runs code at import", f"`{ast.unparse(node)[:60]}`", node.lineno)

    def _made(self, symbol: Symbol) -> list[Class]:
        return [c for c in self.snapshot.graph.facts[symbol.module].classes if c.qualname == symbol.name]

    def _all(self, nodes: Iterable[ast.AST]) -> Iterator[Doubt]:
        for node in nodes:
            yield from self._of(node)

    def _target(self, target: ast.expr) -> Iterator[Doubt]:
        if isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                yield from self._target(inner)
        elif not isinstance(target, ast.Name):
            yield Doubt("changes something at import", f"`{ast.unparse(target)} = …`", target.lineno)

    def _class(self, node: ast.ClassDef) -> Iterator[Doubt]:
        yield from self._decorators(node.decorator_list)
        if node.keywords:
            yield Doubt("makes classes in an unknown way", f"`{node.name}` has arguments", node.lineno)
        for base in node.bases:
            yield from self._base(base)
        for statement in node.body:
            yield from self._of(statement)

    def _base(self, base: ast.expr) -> Iterator[Doubt]:
        plain = base.value if isinstance(base, ast.Subscript) else base
        text = ast.unparse(plain)
        outside = external_name(self.snapshot.resolver, self.module, text)
        symbol = self.snapshot.resolver.chain(self.module, text)
        if outside:
            known = outside in _PURE_BASES or outside.rpartition(".")[0] in _PURE_BASES
            if not known and not hasattr(builtins, outside):
                yield Doubt("makes classes of a library", f"`{text}`", base.lineno)
        elif symbol is not None and symbol.kind == "class":
            yield from self._inherited(symbol, base)
        elif symbol is not None or not hasattr(builtins, text):
            yield Doubt("makes classes in an unknown way", f"`{text}`", base.lineno)

    def _inherited(self, symbol: Symbol, base: ast.expr) -> Iterator[Doubt]:
        """Look for hooks that run when a class is made, in a first-party base and what it inherits."""
        resolver = self.snapshot.resolver
        for owner in resolver.mro(symbol):
            facts = self.snapshot.graph.facts[owner.module]
            hooks = [f for f in facts.functions if f.qualname == f"{owner.name}.__init_subclass__"]
            made = [c for c in facts.classes if c.qualname == owner.name]
            if hooks or any(c.metaclass or c.decorators for c in made):
                detail = f"`{owner.name}` has a hook for classes below it"
                yield Doubt("registers or changes classes when they are made", detail, base.lineno)
                return
            known = {chain for c in made for chain in c.bases}
            for chain in known:
                inner = resolver.in_scope(owner.module, owner.name, chain) if chain else None
                outside = external_name(resolver, owner.module, chain) if chain else "?"
                plain = outside in _PURE_BASES or hasattr(builtins, chain)
                if (inner is None or inner.kind != "class") and not plain:
                    yield Doubt("makes classes of a library", f"`{owner.name}({chain})`", base.lineno)
                    return

    def _decorators(self, decorators: Iterable[ast.expr]) -> Iterator[Doubt]:
        for decorator in decorators:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if not self._is_pure(ast.unparse(called)) and not _is_accessor(called):
                yield Doubt("calls functions at import", f"`@{ast.unparse(called)}`", decorator.lineno)
            elif isinstance(decorator, ast.Call):
                yield from self._all((*decorator.args, *(k.value for k in decorator.keywords)))

    def _is_pure(self, chain: str) -> bool:
        resolver = self.snapshot.resolver
        outside = external_name(resolver, self.module, chain)
        root = chain.partition(".")[0]
        if outside and not kind_of(outside) and outside in _PURE:
            return True
        return chain in _PURE_BUILTINS and resolver.lookup(self.module, root) is None

    def _call(self, node: ast.Call) -> Iterator[Doubt]:
        chain = ast.unparse(node.func)
        outside = external_name(self.snapshot.resolver, self.module, chain)
        if not self._is_pure(chain) and not _is_text_method(node.func):
            effect = kind_of(outside) if outside else ""
            kind = f"does work at import ({effect})" if effect else "calls functions at import"
            yield Doubt(kind, f"`{chain[:60]}()`", node.lineno)
            return
        given = (*node.args, *(k.value for k in node.keywords))
        if chain in _CALLING and any(map(self._is_function, given)):
            yield Doubt("calls functions at import", f"`{chain}()` with a function", node.lineno)
        yield from self._all(given)

    def _is_function(self, node: ast.expr) -> bool:
        """Tell whether an argument may be called by what it is given to."""
        if isinstance(node, ast.Lambda):
            return True
        text = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        symbol = self.snapshot.resolver.chain(self.module, text) if text else None
        return symbol is not None and symbol.kind in {"function", "class", "value"}

    def _answered(self, node: ast.ImportFrom) -> Iterator[Doubt]:
        """Look for names that a module of the tree answers for with code of its own (PEP 562)."""
        resolver = self.snapshot.resolver
        importer = self.snapshot.graph.modules[self.module]
        absolute = resolve_relative(importer.package, node.level, node.module or "")
        source = resolver.finder.find(absolute, importer) if absolute else None
        names = resolver.names(source) if source is not None else None
        if names is None or source is None or not names.has_getattr:
            return
        for alias in node.names:
            if alias.name == "*" or (
                alias.name not in names.bindings and resolver.submodule(source, alias.name) is None
            ):
                detail = f"`{source}` answers for `{alias.name}`"
                yield Doubt("runs code at import", detail, node.lineno)

    def _name(self, node: ast.Name) -> Iterator[Doubt]:
        symbol = self.snapshot.resolver.lookup(self.module, node.id)
        if symbol is not None and symbol.kind == "value" and symbol.module != self.module:
            yield Doubt("reads a value of another module at import", f"`{node.id}`", node.lineno)

    def _attribute(self, node: ast.Attribute) -> Iterator[Doubt]:
        text = ast.unparse(node)
        symbol = self.snapshot.resolver.chain(self.module, text) if "(" not in text else None
        fine = symbol is not None and symbol.kind in {"class", "function", "module", "external"}
        if not fine or text.startswith(("os.environ", "sys.")):
            yield Doubt("reads a value of another module at import", f"`{text[:60]}`", node.lineno)


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    arguments = node.args
    plain = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    notes = [one.annotation for one in plain if one is not None and one.annotation is not None]
    return [*notes, node.returns] if node.returns is not None else notes


def _is_accessor(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"setter", "getter", "deleter"}


def _is_text_method(node: ast.expr) -> bool:
    """Tell whether a call is a method of a literal string."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Constant)
