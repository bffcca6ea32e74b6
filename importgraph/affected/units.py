"""The units of a module's text that run on their own, and the names that each of them uses.

A unit is the body of a module with its class bodies (it runs on import), or one function or method with all
that is nested in it (it runs when called). What a function's header says (decorators, defaults, annotations)
belongs to the body around it. Nothing is resolved here.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from importgraph.affected.names_used import Gathered, below, chain, last_name, without_docstring

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PLAIN_DECORATORS = frozenset(
    {
        "property", "staticmethod", "classmethod", "cached_property", "lru_cache", "cache", "abstractmethod",
        "overload", "override", "final", "contextmanager", "asynccontextmanager", "wraps", "setter", "getter",
        "deleter", "deprecated", "fixture",
    }
)  # fmt: skip
"""Decorators that hand the function to nobody."""
_OF_CLASSES = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_CLASSES = frozenset({"cls", "mcs", "mcls", "metacls"})
"""What a first parameter is called that is a class, in metaclasses as well."""
_SOURCE_READERS = frozenset(
    {"getsource", "getsourcelines", "getsourcefile", "findsource", "linecache", "__code__"}
)


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """Text that runs together."""

    qualname: str
    """Empty for the body of the module."""
    owner: str
    """Qualified name of the class around it, empty for none."""
    line: int
    names: Mapping[str, int]
    """Bare names, each with the first line it is used on; so in the mappings below."""
    chains: Mapping[tuple[str, ...], int]
    """Attributes of names: `a.b.c` as a tuple."""
    own: Mapping[str, int]
    """Attributes of the method's first parameter or of `super()`."""
    attributes: Mapping[str, int]
    """Attributes of anything else, keywords, and the words of strings other than docstrings."""
    stored: frozenset[str]
    """Names that something other than an import binds here."""
    patterns: Mapping[str, int]
    """Regular expressions of the attribute names that are put together and asked for here."""
    computed: tuple[int, ...]
    """Lines that ask for an attribute by a computed name."""
    lists: tuple[tuple[str, int], ...]
    """Places that may reach any name: what stands there, and its line."""
    reads_source: bool
    registered: bool = False
    """A decorator may hand the function to somebody who calls it."""
    is_fixture: bool = False
    parameters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        return self.qualname.rpartition(".")[2]


class ClassText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class statement outside functions."""

    qualname: str
    line: int
    bases: tuple[tuple[str, ...], ...]
    """Each a chain of names; empty where it is something else."""
    registered: bool
    """A decorator, metaclass or other keyword may hand the class to somebody."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The units of one module, in the order of the text; a name may stand for several."""

    body: Unit
    functions: tuple[Unit, ...]
    classes: tuple[ClassText, ...]


def read_units(tree: ast.Module) -> ModuleText:
    """Split a module into its units."""
    reader = _Reader()
    reader.split(tree.body, "")
    body = Gathered().collect(reader.body)
    body.stored |= reader.declared_global
    return ModuleText(_unit("", "", 1, body), tuple(reader.functions), tuple(reader.classes))


class _Reader:
    """Finds functions and classes outside functions; all the rest is the body."""

    def __init__(self) -> None:
        self.body: list[ast.AST] = []
        self.functions: list[Unit] = []
        self.classes: list[ClassText] = []
        self.declared_global: set[str] = set()

    def split(self, nodes: Iterable[ast.AST], owner: str) -> None:
        prefix = f"{owner}." if owner else ""
        for node in nodes:
            if isinstance(node, _FUNCTIONS):
                self._function(node, prefix, owner)
            elif isinstance(node, ast.ClassDef):
                self.body.extend([*node.decorator_list, *node.bases, *node.keywords])
                bases = tuple(
                    chain(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases
                )
                registered = bool(node.keywords) or any(map(_registers, node.decorator_list))
                self.classes.append(ClassText(prefix + node.name, node.lineno, bases, registered))
                self.split(node.body, prefix + node.name)
            elif _is_exports(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                continue
            elif any(
                isinstance(child, ast.stmt | ast.excepthandler | ast.match_case) for child in below(node)
            ):
                self.split(below(node), owner)
            else:
                self.body.append(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, prefix: str, owner: str) -> None:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        self.body.extend([*node.decorator_list, arguments, *([node.returns] if node.returns else [])])
        decorators = {last_name(decorator) for decorator in node.decorator_list}
        names = tuple(one.arg for one in every)
        first = names[0] if owner and names and "staticmethod" not in decorators else ""
        of_class = "classmethod" in decorators or node.name in _OF_CLASSES or first in _CLASSES
        found = Gathered(node.name, first, frozenset(names), instance="" if of_class else first)
        found.collect(without_docstring(node.body))
        self.declared_global |= found.declared_global
        unit = _unit(prefix + node.name, owner, node.lineno, found)
        registered = any(map(_registers, node.decorator_list))
        self.functions.append(
            msgspec.structs.replace(
                unit, registered=registered, is_fixture="fixture" in decorators, parameters=names
            )
        )


def _unit(qualname: str, owner: str, line: int, found: Gathered) -> Unit:
    used = {*found.names, *found.attributes, *found.own, *(part for one in found.chains for part in one)}
    return Unit(
        qualname=qualname,
        owner=owner,
        line=line,
        names=found.names,
        chains=found.chains,
        own=found.own,
        attributes=found.attributes,
        stored=frozenset(found.stored),
        patterns=found.patterns if found.asks else {},
        computed=tuple(found.computed),
        lists=tuple(found.lists),
        reads_source=not used.isdisjoint(_SOURCE_READERS),
    )


def _registers(decorator: ast.expr) -> bool:
    """Tell whether a decorator may hand what it decorates to somebody who calls it."""
    if last_name(decorator) == "fixture":
        return isinstance(decorator, ast.Call) and any(
            k.arg in {"autouse", "name"} for k in decorator.keywords
        )
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return last_name(decorator) not in _PLAIN_DECORATORS and chain(function)[:2] != ("pytest", "mark")


def _is_exports(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AugAssign(target=ast.Name(id="__all__")) | ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
        case _:
            return False


def words_of(text: ModuleText) -> Iterator[str]:
    """Yield all names that a module uses anywhere, some more than once."""
    for unit in (text.body, *text.functions):
        yield from unit.names
        yield from unit.own
        yield from unit.attributes
        for parts in unit.chains:
            yield from parts
