"""Where a module uses an imported name: at import, in functions, in annotations. Read from the text, for one name."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class UseSites:
    """All uses of one module-level name in one module."""

    at_import: tuple[int, ...]
    """Lines where the name is needed while the module is imported."""
    functions: tuple[tuple[str, int], ...]
    """Outermost functions and methods that use it (qualified name, line), in order."""
    annotations: tuple[int, ...]
    """Lines of annotations that use it and are not evaluated at import."""
    rebound: tuple[int, ...]
    """Lines that bind or delete the name again, or declare it global."""
    one_liners: tuple[int, ...]
    """Lines of functions that use it and whose body stands on the line of the `def`."""


def find_use_sites(tree: ast.Module, name: str, *, lazy_annotations: bool) -> UseSites:
    """Find the uses of a name that a module-level import binds.

    Args:
        tree: The module.
        name: The local name.
        lazy_annotations: True for Python 3.14 and later, where annotations are not evaluated at import (PEP 649).
    """
    future = lazy_annotations or any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(a.name == "annotations" for a in node.names)
        for node in tree.body
    )
    search = _Search(name, evaluated=not future)
    search.body(tree.body, "")
    return UseSites(
        tuple(sorted(set(search.at_import))),
        tuple(dict.fromkeys(search.functions)),
        tuple(sorted(set(search.annotations))),
        tuple(sorted(set(search.rebound))),
        tuple(sorted(set(search.one_liners))),
    )


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

    def body(self, statements: list[ast.stmt], owner: str) -> None:
        for statement in statements:
            self.statement(statement, owner)

    def statement(self, node: ast.stmt, owner: str) -> None:
        if isinstance(node, _Function):
            self.function(node, owner)
        elif isinstance(node, ast.ClassDef):
            self.class_(node, owner)
        elif isinstance(node, ast.AnnAssign):
            self.note(node.annotation, runtime=_is_introspected(owner))
            for child in (node.target, node.value):
                if child is not None:
                    self.expression(child)
        elif isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match | ast.AsyncFor | ast.AsyncWith):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt):
                    self.statement(child, owner)
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    self.body(child.body, owner)
                    for part in ast.iter_child_nodes(child):
                        if not isinstance(part, ast.stmt):
                            self.expression(part)
                else:
                    self.expression(child)
        else:
            self.expression(node)

    def class_(self, node: ast.ClassDef, owner: str) -> None:
        for child in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
            self.expression(child)
        if node.name == self.name and not owner:
            self.rebound.append(node.lineno)
        marker = "!" if _reads_annotations(node) else ""
        self.body(node.body, f"{owner}{node.name}{marker}.")

    def function(self, node: _Function, owner: str) -> None:
        if node.name == self.name and not owner:
            self.rebound.append(node.lineno)
        for child in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if child is not None:
                self.expression(child)
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        registered = any("register" in ast.dump(decorator) or "dispatch" in ast.dump(decorator) for decorator in node.decorator_list)
        for annotation in (*(a.annotation for a in arguments if a is not None), node.returns):
            if annotation is not None:
                self.note(annotation, runtime=registered)
        if self.name in {a.arg for a in arguments if a is not None}:
            return
        uses = [n for statement in node.body for n in _names(statement) if n.id == self.name]
        if any(isinstance(n, ast.Global) and self.name in n.names for s in node.body for n in ast.walk(s)):
            self.rebound.append(node.lineno)
        if any(isinstance(n.ctx, ast.Load) for n in uses):
            self.functions.append((f"{owner}{node.name}".replace("!", ""), node.lineno))
            if node.body[0].lineno == node.lineno:
                self.one_liners.append(node.lineno)

    def note(self, annotation: ast.expr, *, runtime: bool) -> None:
        """Look at an annotation; text in quotes counts."""
        quoted = any(
            isinstance(n, ast.Constant) and isinstance(n.value, str) and self.word.search(n.value) for n in ast.walk(annotation)
        )
        plain = any(n.id == self.name for n in _names(annotation))
        if runtime and (plain or quoted):
            self.at_import.append(annotation.lineno)
        elif plain and self.evaluated:
            self.at_import.append(annotation.lineno)
        elif plain or quoted:
            self.annotations.append(annotation.lineno)

    def expression(self, root: ast.AST) -> None:
        """Look at code that runs at import; the bodies of lambdas do not."""
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Name) and node.id == self.name:
                (self.at_import if isinstance(node.ctx, ast.Load) else self.rebound).append(node.lineno)
            elif isinstance(node, ast.Lambda):
                if any(n.id == self.name for n in _names(node.body)):
                    self.at_import.append(node.lineno)  # a lambda has no body to put an import into
                stack.extend(d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None)
            else:
                stack.extend(ast.iter_child_nodes(node))


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))


_ANNOTATED_BASES = {"NamedTuple", "TypedDict", "Protocol", "BaseModel", "Struct", "SQLModel", "BaseSettings"}


def _reads_annotations(node: ast.ClassDef) -> bool:
    """Tell whether creating the class looks at its annotations (dataclass and its kin)."""
    names = {n.id for part in (*node.bases, *node.decorator_list) for n in _names(part)}
    names |= {n.attr for part in (*node.bases, *node.decorator_list) for n in ast.walk(part) if isinstance(n, ast.Attribute)}
    return bool(names & _ANNOTATED_BASES) or any(n in {"dataclass", "define", "frozen", "attrs", "s"} for n in names)


def _is_introspected(owner: str) -> bool:
    return owner.endswith("!.")
