"""Where a module uses an imported name: at import, in functions, in annotations. Read from its text."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from importgraph.fixes.texts.mentions import mentions
from importgraph.fixes.texts.scopes import Function, arguments_of, declared_global, needs_outside

MAIN_BLOCK = 'if __name__ == "__main__":'
"""What stands for such a block among the functions that use a name: it does not run at import."""
_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match, ast.AsyncFor, ast.AsyncWith)
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class UseSites:
    """All uses of one module-level name in one module."""

    at_import: tuple[int, ...]
    """Lines where the name is needed while the module is imported."""
    functions: tuple[tuple[str, int], ...]
    """Outermost functions and methods that use it (qualified name, line), in order; also `MAIN_BLOCK`."""
    annotations: tuple[int, ...]
    """Lines of annotations that use it and are not evaluated at import."""
    rebound: tuple[int, ...]
    """Lines that bind or delete the name again, or declare it global."""
    one_liners: tuple[int, ...]
    """Lines of functions that use it and whose body stands on the line of the `def`."""


@lru_cache(maxsize=_REMEMBERED)
def find_use_sites(tree: ast.Module, name: str, *, lazy_annotations: bool) -> UseSites:
    """Find the uses of a name that a module-level import binds.

    Args:
        tree: The module.
        name: The local name.
        lazy_annotations: True from Python 3.14 on, where annotations are not evaluated at import (PEP 649).
    """
    search = _Search(name, evaluated=not lazy_annotations and not _has_future_annotations(tree))
    search.body(tree.body, "", runtime=False)
    return UseSites(
        tuple(sorted(set(search.at_import))),
        tuple(dict.fromkeys(search.functions)),
        tuple(sorted(set(search.annotations))),
        tuple(sorted(set(search.rebound))),
        tuple(sorted(set(search.one_liners))),
    )


def functions_of(tree: ast.Module) -> Iterator[tuple[str, Function | ast.If]]:
    """Yield the outermost functions and methods with their qualified names, in the order of the text.

    A block that runs only as a script is among them, as `MAIN_BLOCK`.
    """
    yield from _functions(tree.body, "")


def _functions(statements: Iterable[ast.stmt], owner: str) -> Iterator[tuple[str, Function | ast.If]]:
    for node in statements:
        if isinstance(node, Function):
            yield f"{owner}{node.name}", node
        elif is_main_block(node) and not owner:
            yield MAIN_BLOCK, node
            yield from _functions(node.orelse, owner)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{owner}{node.name}.")
        elif isinstance(node, _BLOCKS):
            yield from _functions(_inner_statements(node), owner)


def _inner_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def is_main_block(node: ast.stmt) -> TypeGuard[ast.If]:
    """Tell whether a statement is `if __name__ == "__main__":`, either way round."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
        return False
    sides = (node.test.left, node.test.comparators[0])
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return named and main and isinstance(node.test.ops[0], ast.Eq)


def needs(node: Function | ast.If, name: str) -> bool:
    """Tell whether a function, or a block that runs only as a script, takes a name from the module."""
    if isinstance(node, Function):
        return needs_outside(node, name)
    return any(isinstance(n, ast.Name) and n.id == name for s in node.body for n in ast.walk(s))


def _has_future_annotations(tree: ast.Module) -> bool:
    imports = (n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__")
    return any(alias.name == "annotations" for node in imports for alias in node.names)


class _Search:
    def __init__(self, name: str, *, evaluated: bool) -> None:
        self.name = name
        self.word = re.compile(rf"\b{re.escape(name)}\b")
        self.evaluated = evaluated
        self.at_import: list[int] = []
        self.functions: list[tuple[str, int]] = []
        self.annotations: list[int] = []
        self.rebound: list[int] = []
        self.one_liners: list[int] = []

    def body(self, statements: Iterable[ast.stmt], owner: str, *, runtime: bool) -> None:
        """Look at statements; `runtime`: something reads the annotations of the class around them."""
        for node in statements:
            if not isinstance(node, ast.ClassDef) and self.name not in mentions(node):
                continue
            if isinstance(node, Function):
                self.function(node, owner)
            elif isinstance(node, ast.ClassDef):
                self.class_(node, owner)
            elif isinstance(node, ast.AnnAssign):
                self.note(node.annotation, runtime=runtime)
                self.expression(node.target)
                if node.value is not None:
                    self.expression(node.value)
            elif is_main_block(node) and not owner:
                self.main(node)
                self.body(node.orelse, owner, runtime=runtime)
            elif isinstance(node, _BLOCKS):
                self.block(node, owner, runtime=runtime)
            else:
                self.expression(node)

    def main(self, node: ast.If) -> None:
        """Look at a block that runs only as a script."""
        inside = [n for statement in node.body for n in ast.walk(statement)]
        self.rebound += [
            n.lineno
            for n in inside
            if isinstance(n, ast.Name) and n.id == self.name and not isinstance(n.ctx, ast.Load)
        ]
        if needs(node, self.name):
            self.functions.append((MAIN_BLOCK, node.lineno))
            if node.body[0].lineno == node.lineno:
                self.one_liners.append(node.lineno)

    def block(self, node: ast.stmt, owner: str, *, runtime: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ExceptHandler | ast.match_case):
                for part in ast.iter_child_nodes(child):
                    if not isinstance(part, ast.stmt):
                        self.expression(part)
                if isinstance(child, ast.ExceptHandler) and child.name == self.name:
                    self.rebound.append(child.lineno)
            elif not isinstance(child, ast.stmt):
                self.expression(child)
        self.body(_inner_statements(node), owner, runtime=runtime)

    def class_(self, node: ast.ClassDef, owner: str) -> None:
        parts = (
            *node.decorator_list,
            *node.bases,
            *(k.value for k in node.keywords),
            *_type_parameters(node),
        )
        for child in parts:
            self.expression(child)
        if node.name == self.name and not owner:
            self.rebound.append(node.lineno)
        self.body(node.body, f"{owner}{node.name}.", runtime=_may_read_annotations(node))

    def function(self, node: Function, owner: str) -> None:
        if node.name == self.name and not owner:
            self.rebound.append(node.lineno)
        defaults = (d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None)
        for child in (*node.decorator_list, *defaults, *_type_parameters(node)):
            self.expression(child)
        read = any(_last_name(decorator) not in _PLAIN_DECORATORS for decorator in node.decorator_list)
        for annotation in (*(a.annotation for a in arguments_of(node)), node.returns):
            if annotation is not None:
                self.note(annotation, runtime=read)
        if self.name in declared_global(node):
            self.rebound.append(node.lineno)
        if needs_outside(node, self.name):
            self.functions.append((f"{owner}{node.name}", node.lineno))
            if node.body[0].lineno == node.lineno:
                self.one_liners.append(node.lineno)
        else:
            self.quoted_inside(node)

    def quoted_inside(self, node: Function) -> None:
        """Look for annotations of local names and inner functions that quote the name."""
        for inner in (n for statement in node.body for n in ast.walk(statement)):
            if isinstance(inner, ast.arg | ast.AnnAssign) and inner.annotation is not None:
                self.quoted(inner.annotation)
            elif isinstance(inner, Function) and inner.returns is not None:
                self.quoted(inner.returns)

    def quoted(self, annotation: ast.expr) -> bool:
        texts = (n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant))
        found = any(isinstance(text, str) and self.word.search(text) for text in texts)
        if found:
            self.annotations.append(annotation.lineno)
        return found

    def note(self, annotation: ast.expr, *, runtime: bool) -> None:
        """Look at an annotation of a module, a class or a signature; text in quotes counts."""
        plain = any(isinstance(n, ast.Name) and n.id == self.name for n in ast.walk(annotation))
        quoted = self.quoted(annotation)
        if (runtime and (plain or quoted)) or (plain and self.evaluated):
            self.at_import.append(annotation.lineno)
        elif plain:
            self.annotations.append(annotation.lineno)

    def expression(self, root: ast.AST) -> None:
        """Look at code that runs at import. A lambda may run then, and has no body to put an import into."""
        for node in ast.walk(root):
            if isinstance(node, ast.Name) and node.id == self.name:
                (self.at_import if isinstance(node.ctx, ast.Load) else self.rebound).append(node.lineno)
            elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name == self.name:
                self.rebound.append(node.lineno)


def _type_parameters(node: ast.AST) -> list[ast.AST]:
    return list(getattr(node, "type_params", ()))


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Call | ast.Subscript):
        return _last_name(node.func if isinstance(node, ast.Call) else node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


_PLAIN_DECORATORS = {
    *("staticmethod", "classmethod", "property", "cached_property", "setter", "getter", "deleter"),
    *("abstractmethod", "overload", "override", "final", "wraps", "cache", "lru_cache"),
    *("contextmanager", "asynccontextmanager"),
}
"""Decorators that do not look at annotations; any other might (singledispatch, routes, validators)."""
_PLAIN_BASES = {
    *(
        "object",
        "ABC",
        "Generic",
        "Protocol",
        "Exception",
        "BaseException",
        "ValueError",
        "TypeError",
        "KeyError",
    ),
    *("RuntimeError", "LookupError", "AttributeError", "ImportError", "OSError", "Warning", "UserWarning"),
    *("str", "int", "dict", "list", "tuple", "set", "frozenset", "float", "bytes"),
}


def _may_read_annotations(node: ast.ClassDef) -> bool:
    """Tell whether creating a class may look at its annotations, as dataclasses, models and their kin do."""
    if node.decorator_list or node.keywords:
        return True
    return any(_last_name(base) not in _PLAIN_BASES for base in node.bases)
