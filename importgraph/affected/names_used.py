"""The names that the text of one unit uses, and the ways in which it may reach names that it does not say."""

import ast
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

_WORD = re.compile(r"[^\W\d]\w*")
_DASHED = re.compile(r"[^\W\d]\w*(?:-\w+)+")
_NAMING = frozenset({"getattr", "hasattr", "attrgetter", "methodcaller"})
_LISTING = frozenset({"exec", "eval", "dir", "vars", "globals"})
_LISTING_METHODS = frozenset({"getmembers", "getmembers_static", "classify_class_attrs"})
_WITHOUT_LISTING = frozenset({"copy", "update", "get", "pop", "setdefault", "clear"})
_ANSWERING = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__delattr__"})


class Gathered:
    """Gathers what the nodes of one unit name, each with the first line it is used on.

    Args:
        name: Of the function.
        first: The method's first parameter; empty for what is no method.
        parameters: All parameters.
        instance: The first parameter where it is an instance: what stands in its `__dict__` was put there by
            name, while that of a class holds all its functions.
    """

    def __init__(
        self, name: str = "", first: str = "", parameters: frozenset[str] = frozenset(), *, instance: str = ""
    ) -> None:
        self.first = first
        self.instance = instance
        self.passed_on = parameters if name in _ANSWERING else frozenset()
        self.names: dict[str, int] = {}
        self.chains: dict[tuple[str, ...], int] = {}
        self.own: dict[str, int] = {}
        self.attributes: dict[str, int] = {}
        self.stored: set[str] = set(parameters)
        self.declared_global: set[str] = set()
        self.patterns: dict[str, int] = {}
        self.asks = False
        """Something asks for an attribute by a name that is not literal."""
        self.computed: list[int] = []
        self.lists: list[tuple[str, int]] = []
        self._harmless: set[int] = set()
        """Uses of `__dict__` that ask for no name in it."""

    def collect(self, nodes: Iterable[ast.AST]) -> "Gathered":
        """Add what some nodes name."""
        stack = [*nodes]
        stack.reverse()
        while stack:
            node = stack.pop()
            handler = self._HANDLERS.get(type(node))
            inner = handler(self, node) if handler is not None else below(node)
            stack.extend(inner)
        return self

    def _name(self, node: ast.Name) -> Iterable[ast.AST]:
        self.names.setdefault(node.id, node.lineno)
        if not isinstance(node.ctx, ast.Load):
            self.stored.add(node.id)
        return ()

    def _constant(self, node: ast.Constant) -> Iterable[ast.AST]:
        if isinstance(node.value, str):
            for word in _WORD.findall(node.value):
                self.attributes.setdefault(word, node.lineno)
            for word in _DASHED.findall(node.value) if "-" in node.value else ():
                self.attributes.setdefault(word.replace("-", "_"), node.lineno)
        return ()

    def _attribute(self, node: ast.Attribute) -> Iterable[ast.AST]:
        value = node.value
        if isinstance(value, ast.Attribute) and value.attr == "__dict__" and node.attr in _WITHOUT_LISTING:
            self._harmless.add(id(value))
        self._listed(node)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super":
            self.own.setdefault(node.attr, node.lineno)
            return (value,)
        parts = chain(node)
        if not parts:
            self.attributes.setdefault(node.attr, node.lineno)
            return (value,)
        self.names.setdefault(parts[0], node.lineno)
        if parts[0] == self.first:
            self.own.setdefault(parts[1], node.lineno)
            for attribute in parts[2:]:
                self.attributes.setdefault(attribute, node.lineno)
        else:
            self.chains.setdefault(parts, node.lineno)
        while isinstance(value, ast.Attribute):
            self._listed(value)
            value = value.value
        return ()

    def _listed(self, node: ast.Attribute) -> None:
        value = node.value
        of_self = isinstance(value, ast.Name) and value.id == self.instance
        reads = isinstance(node.ctx, ast.Load) and id(node) not in self._harmless
        if node.attr == "__dict__" and reads and not of_self:
            self.lists.append(("__dict__", node.lineno))
        if node.attr == "__subclasses__" or (node.attr in _LISTING_METHODS and last_name(value) == "inspect"):
            self.lists.append((f"{node.attr}()", node.lineno))

    def _call(self, node: ast.Call) -> Iterable[ast.AST]:
        name = last_name(node.func)
        if _lists_answers(node):
            return (node.func,)
        if name == "update":
            self._harmless.update(id(one) for one in node.args)
        if name in _NAMING:
            position = 0 if name in {"attrgetter", "methodcaller"} else 1
            given = node.args[position] if len(node.args) > position else None
            is_passed_on = isinstance(given, ast.Name) and given.id in self.passed_on
            if given is not None and not isinstance(given, ast.Constant) and not is_passed_on:
                self.asks = True
                if not (isinstance(given, ast.JoinedStr | ast.BinOp) and any(_text_parts(given))):
                    self.computed.append(node.lineno)
        elif isinstance(node.func, ast.Name) and self._lists(name, node.args):
            self.lists.append((f"{name}()", node.lineno))
        return below(node)

    def _lists(self, name: str, args: list[ast.expr]) -> bool:
        """Tell whether a call lists names that nobody said, as those of a literal or an instance are."""
        if name not in _LISTING | _LISTING_METHODS:
            return False
        if not args:
            return name != "vars"
        one = args[0]
        of_self = isinstance(one, ast.Name) and one.id == self.instance
        return not isinstance(one, ast.Constant) and not (name == "vars" and of_self)

    def _without_names(self, node: ast.Subscript | ast.Assign) -> Iterable[ast.AST]:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "__dict__":
            self._harmless.add(id(node.value))
        return below(node)

    def _composed(self, node: ast.JoinedStr | ast.BinOp) -> Iterable[ast.AST]:
        """Note a text that is put together of literal and other parts, as a pattern for names."""
        parts = _text_parts(node)
        literal = "".join(part or "" for part in parts)
        if re.search(r"[^\W_]", literal) and re.fullmatch(r"\w+", literal):
            pattern = "".join(r"\w*" if part is None else re.escape(part) for part in parts)
            self.patterns.setdefault(pattern, node.lineno)
        return below(node)

    def _keyword(self, node: ast.keyword) -> Iterable[ast.AST]:
        if node.arg:
            self.attributes.setdefault(node.arg, node.value.lineno)
        return (node.value,)

    def _parameter(self, node: ast.arg) -> Iterable[ast.AST]:
        self.stored.add(node.arg)
        return below(node)

    def _class_pattern(self, node: ast.MatchClass) -> Iterable[ast.AST]:
        for attribute in node.kwd_attrs:
            self.attributes.setdefault(attribute, node.lineno)
        return below(node)

    def _binding(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> Iterable[ast.AST]:
        if node.name:
            self.stored.add(node.name)
        return below(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterable[ast.AST]:
        self.stored.add(node.name)
        left = {id(one) for one in node.body} - {id(one) for one in without_docstring(node.body)}
        return (child for child in below(node) if id(child) not in left)

    def _global(self, node: ast.Global) -> Iterable[ast.AST]:
        self.declared_global.update(node.names)
        return ()

    def _nothing(self, _: ast.AST) -> Iterable[ast.AST]:
        return ()

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any], Iterable[ast.AST]]]] = {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Subscript: _without_names,
        ast.Assign: _without_names,
        ast.JoinedStr: _composed,
        ast.BinOp: _composed,
        ast.keyword: _keyword,
        ast.arg: _parameter,
        ast.MatchClass: _class_pattern,
        ast.ExceptHandler: _binding,
        ast.MatchAs: _binding,
        ast.MatchStar: _binding,
        ast.FunctionDef: _definition,
        ast.AsyncFunctionDef: _definition,
        ast.ClassDef: _definition,
        ast.Global: _global,
        ast.Import: _nothing,
        ast.ImportFrom: _nothing,
        ast.Load: _nothing,
        ast.Store: _nothing,
    }


def below(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right below a node, in order: `ast.iter_child_nodes` in half its time."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _lists_answers(node: ast.Call) -> bool:
    """Tell whether a call is `lazy_loader.attach(__name__, …)` with literal tables: it uses no name yet.

    Each of them is a function of its own (`lazy_names.py`).
    """
    if last_name(node.func) not in {"attach", "attach_stub"} or not node.args:
        return False
    package, *tables = node.args
    given = [*tables, *(keyword.value for keyword in node.keywords)]
    is_own = isinstance(package, ast.Name) and package.id == "__name__"
    return is_own and all(isinstance(inner, _LITERAL) for one in given for inner in ast.walk(one))


_LITERAL = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.expr_context)


def _text_parts(node: ast.expr) -> list[str | None]:
    """Return the parts of a text, None for each that is computed; nothing for what is no text."""
    match node:
        case ast.JoinedStr():
            return [_string(value) for value in node.values]
        case ast.BinOp(op=ast.Add()):
            left = _text_parts(node.left) if isinstance(node.left, ast.BinOp) else [_string(node.left)]
            return [*left, _string(node.right)]
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            pieces = re.split(r"%[sdr]", text)
            return [part for piece in pieces for part in (piece, None)][:-1]
        case _:
            return []


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return a body without the docstring that it may begin with."""
    first = body[0] if body else None
    is_docstring = isinstance(first, ast.Expr) and _string(first.value) is not None
    return body[1:] if is_docstring else body


def chain(node: ast.expr) -> tuple[str, ...]:
    """Return `a.b.c` as a tuple, and an empty one for what is not attributes of a name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def last_name(node: ast.expr) -> str:
    """Return the last name of what is called: `c` for `a.b.c(1)(2)`; empty where there is none."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
