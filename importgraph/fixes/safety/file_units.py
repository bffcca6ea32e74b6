"""What the bodies in one file of a library could change outside it, and which names they mention.

A *unit* is the body of a module with its classes, or of a function. What a unit does to something that the
file imports is an *operation*: a store, a call, a base class. Which units run is decided elsewhere.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from importgraph.fixes.safety.file_names import ImportedNames, kept_names, local_names
from importgraph.fixes.texts.scopes import arguments_of

BODY = ""
"""The name of the unit of a module itself."""
_CODE = {"exec", "eval", "__import__"}
METACLASS = "<metaclass>"
"""What stands among the bases of a class that names a metaclass."""
_TAKES_CLASSES = {"isinstance", "issubclass", "cast", "TypeVar", "NewType", "Union", "Optional", "getattr"}
_RECEIVERS = {"self", "cls", "mcs", "metacls"}
_CHANGES = {
    *("append", "appendleft", "add", "extend", "insert", "update", "setdefault", "register", "connect"),
    *("pop", "popitem", "remove", "discard", "clear", "put", "push", "subscribe"),
}
"""Methods that change what they are called on."""
_SETTERS = {"setattr", "delattr"}
_CONDITIONS = (ast.If, ast.Try, ast.TryStar, ast.For, ast.While, ast.Match, ast.IfExp, ast.BoolOp)


class Operation(Struct, frozen=True, array_like=True, gc=False):
    """Something done to what is imported."""

    kind: str
    """`store`, `call` or `base`; `state` where the file changes what it keeps itself."""
    target: str
    """Absolute dotted name; `()` behind a part stands for a call without arguments, `(.)` for one with."""
    line: int
    argument: str = ""
    """The dotted name of a class that a call is limited to; begins with a dot where the file defines it."""
    sure: bool = True
    """It runs whenever its unit does; else under a condition or where something is caught."""


class Unit(Struct, frozen=True, array_like=True, gc=False):
    """The body of a module or function."""

    name: str
    owner: str
    """The class around it, empty for none."""
    mentions: tuple[str, ...]
    """Names that are read in it, attributes among them; not those in plain annotations."""
    bases: tuple[tuple[str, str], ...]
    """Of the classes it makes: name, and the last name of a base."""
    operations: tuple[Operation, ...]


def units_of(tree: ast.Module, package: str) -> tuple[Unit, ...]:
    """Return the units of a file, the module's first.

    Args:
        tree: The file.
        package: Its `__package__`.
    """
    return tuple(_Units(tree, package).units())


class _Function(NamedTuple):
    name: str
    owner: str
    body: list[ast.stmt]
    hidden: frozenset[str]


class _Units:
    def __init__(self, tree: ast.Module, package: str) -> None:
        self.tree = tree
        self.names = ImportedNames(tree, package)
        self.kept = kept_names(tree)
        self.defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}

    def units(self) -> Iterator[Unit]:
        work: list[_Function] = [_Function(BODY, "", self.tree.body, frozenset())]
        while work:
            name, owner, body, hidden = work.pop(0)
            reader = _Reader(self, hidden)
            for statement in body:
                reader.visit(statement, owner if name == BODY else "")
            yield Unit(
                name, owner, tuple(sorted(reader.mentions)), tuple(reader.bases), tuple(reader.operations)
            )
            work += reader.functions


class _Reader:
    """Reads one unit."""

    def __init__(self, file: _Units, hidden: frozenset[str]) -> None:
        self.file = file
        self.hidden = hidden
        """Names that are local here, and so not those the file imports."""
        self.mentions: set[str] = set()
        self.bases: list[tuple[str, str]] = []
        self.operations: list[Operation] = []
        self.functions: list[_Function] = []

    def visit(self, root: ast.AST, owner: str, *, sure: bool = True) -> None:
        """Read a part of the unit.

        Args:
            root: The part.
            owner: The class whose body it stands in.
            sure: It runs whenever the unit does.
        """
        if isinstance(root, ast.FunctionDef | ast.AsyncFunctionDef):
            self._function(root, owner, sure=sure)
        elif isinstance(root, ast.ClassDef):
            self._class(root, owner, sure=sure)
        elif isinstance(root, ast.AnnAssign):
            self._annotation(root.annotation, owner, sure=sure)
            for part in (root.target, root.value):
                if part is not None:
                    self.visit(part, owner, sure=sure)
        elif isinstance(root, ast.If) and _never_at_import(root.test):
            for statement in root.orelse:
                self.visit(statement, owner, sure=sure)
        else:
            self._note(root, sure=sure)
            inner = sure and not isinstance(root, _CONDITIONS)
            for child in ast.iter_child_nodes(root):
                self.visit(child, owner, sure=inner)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str, *, sure: bool) -> None:
        self.functions.append(_Function(node.name, owner, node.body, self.hidden | local_names(node)))
        self._decorators(node.decorator_list, sure=sure)
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part, owner, sure=sure)
        for annotation in (*(a.annotation for a in arguments_of(node)), node.returns):
            self._annotation(annotation, owner, sure=sure)

    def _decorators(self, nodes: Iterable[ast.expr], *, sure: bool) -> None:
        for node in nodes:
            if not isinstance(node, ast.Call):  # a call is noted where it is read
                self._operation("call", node, sure=sure)

    def _annotation(self, node: ast.expr | None, owner: str, *, sure: bool) -> None:
        """Read an annotation where evaluating it calls something."""
        if node is not None and any(isinstance(inner, ast.Call) for inner in ast.walk(node)):
            self.visit(node, owner, sure=sure)

    def _class(self, node: ast.ClassDef, owner: str, *, sure: bool) -> None:
        self.bases += [] if node.bases else [(node.name, "object")]
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            self.bases.append((node.name, _last(plain)))
            self._operation("base", plain, sure=sure)
            if not isinstance(plain, ast.Name | ast.Attribute):
                self.visit(base, owner, sure=sure)
        for keyword in node.keywords:
            if keyword.arg == "metaclass":
                self.bases.append((node.name, METACLASS))
                self._operation("base", keyword.value, sure=sure)
            self.visit(keyword.value, owner, sure=sure)
        self._decorators(node.decorator_list, sure=sure)
        for part in (*node.decorator_list, *node.body):
            self.visit(part, node.name, sure=sure)
        if node.decorator_list:
            self.mentions.add(node.name)

    def _note(self, node: ast.AST, *, sure: bool) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            self.mentions.add(node.id)
        elif isinstance(node, ast.Attribute):
            if not self._is_standard(node):
                self.mentions.add(node.attr)
            if isinstance(node.ctx, ast.Store | ast.Del):
                self._operation("store", node, sure=sure)
                self._state(node, sure=sure)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            if not any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(node.slice)):
                self._operation("store", node, sure=sure)
                self._state(node, sure=sure)
        elif isinstance(node, ast.Global):
            self.operations += [Operation("state", name, node.lineno, "", sure) for name in node.names]
        elif isinstance(node, ast.Call):
            self._call(node, sure=sure)

    def _is_standard(self, node: ast.Attribute) -> bool:
        """Tell whether an attribute is one of a standard module: such a name is no function of a library."""
        target = self.file.names.dotted(node.value, self.hidden)
        plain = "(" not in target and "[" not in target
        return bool(target) and plain and target.partition(".")[0] in sys.stdlib_module_names

    def _operation(self, kind: str, node: ast.AST, argument: str = "", *, sure: bool) -> None:
        target = self.file.names.dotted(node, self.hidden)
        if target:
            self.operations.append(Operation(kind, target, getattr(node, "lineno", 0), argument, sure))

    def _state(self, node: ast.AST, *, sure: bool) -> None:
        """Note a change of a name of the module, of a class, or of an instance that somebody else holds."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name):
            own = root.id in self.file.kept and root.id not in self.hidden
            if own or root.id in _RECEIVERS:
                self.operations.append(Operation("state", root.id, getattr(node, "lineno", 0), "", sure))

    def _call(self, node: ast.Call, *, sure: bool) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            self._state(node.func.value, sure=sure)
        if _last(node.func) not in _TAKES_CLASSES:
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(value, ast.Name | ast.Attribute):
                    self._operation("call", value, sure=sure)  # whoever takes a function may call it
        if not isinstance(node.func, ast.Name) or node.func.id in self.file.names.imported:
            self._operation("call", node.func, self._limit(node), sure=sure)
        elif node.func.id in _SETTERS and node.args:
            self._operation("store", node.args[0], sure=sure)
        elif node.func.id in _CODE:
            self.operations.append(Operation("call", f"builtins.{node.func.id}", node.lineno, "", sure))
        elif node.func.id == "getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            self.mentions.add(str(node.args[1].value))

    def _limit(self, node: ast.Call) -> str:
        """Return the class that a call names beside what comes first, such as the category of a warning."""
        for value in (*node.args[1:], *(keyword.value for keyword in node.keywords)):
            if isinstance(value, ast.Name) and value.id in self.file.defined:
                return f".{value.id}"
            found = self.file.names.dotted(value, self.hidden)
            if found:
                return found
        return ""


def _never_at_import(test: ast.expr) -> bool:
    names = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in ast.walk(test)}
    main = any(isinstance(n, ast.Constant) and n.value == "__main__" for n in ast.walk(test))
    return "TYPE_CHECKING" in names or ("__name__" in names and main)


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
