"""Whether a list, set or dictionary of a module is only ever read, by all text of a tree that names it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.safety.replacements import Replacements

_READING_METHODS = {
    "get",
    "items",
    "keys",
    "values",
    "index",
    "count",
    "copy",
    "issubset",
    "issuperset",
    "union",
}
_READING_CALLS = {
    *(
        "len",
        "list",
        "tuple",
        "set",
        "sorted",
        "dict",
        "max",
        "min",
        "sum",
        "any",
        "all",
        "frozenset",
        "enumerate",
    ),
    *("zip", "reversed", "isinstance", "str", "repr", "join", "iter", "map", "filter", "bool", "print"),
}
_READING_PARENTS = (ast.Compare, ast.Starred, ast.FormattedValue, ast.BinOp, ast.BoolOp, ast.If, ast.IfExp)


@dataclass(frozen=True)
class Constants:
    """Answers for one tree, with memory."""

    deferrals: Deferrals
    replacements: Replacements

    def is_only_read(self, module: str, name: str) -> bool:
        """Tell whether all that is done to what a module binds to a name is reading."""
        key = (module, name)
        if key not in self._known:
            self._known[key] = self._look(module, name)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], bool]:
        return {}

    def _look(self, module: str, name: str) -> bool:
        modules = self.deferrals.snapshot.graph.modules
        if not name or module not in modules or self.replacements.of(module, name):
            return False
        own = modules[module].path
        for path in {own, *self.replacements.paths(module)}:
            for use, parents in _uses(self.deferrals.tree(path), self._locals(module, name, path)):
                if not _reads(use, parents):
                    return False
        return True

    def _locals(self, module: str, name: str, path: str) -> frozenset[str]:
        """Return what a file may call it: its name, and other names that the file imports it under."""
        edges = self.deferrals.snapshot.graph.imports
        taken = (e.alias for e in edges if e.path == path and e.name == name and e.imported == module)
        return frozenset({name, *(alias for alias in taken if alias)})


def _uses(tree: ast.AST, names: frozenset[str]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Yield each mention of a name, or attribute of that name, with the nodes around it, innermost first."""
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    while stack:
        node, parents = stack.pop()
        if (isinstance(node, ast.Name) and node.id in names) or (
            isinstance(node, ast.Attribute) and node.attr in names
        ):
            yield node, parents
        inner = (node, *parents[:1])
        stack.extend((child, inner) for child in ast.iter_child_nodes(node))


def _reads(use: ast.AST, parents: tuple[ast.AST, ...]) -> bool:
    """Tell whether a mention only reads what it names, or binds it where it is made."""
    parent = parents[0] if parents else None
    if isinstance(getattr(use, "ctx", None), ast.Store):
        return isinstance(use, ast.Name) and isinstance(parent, ast.Assign | ast.AnnAssign)
    match parent:
        case ast.Subscript(ctx=ast.Load()):
            return parent.value is use or parent.slice is use
        case ast.For() | ast.comprehension():
            return parent.iter is use
        case ast.Attribute(attr=attribute):
            return attribute in _READING_METHODS and len(parents) > 1 and isinstance(parents[1], ast.Call)
        case ast.Call(func=ast.Name(id=called)) | ast.Call(func=ast.Attribute(attr=called)):
            return use is not parent.func and called in _READING_CALLS
        case ast.List() | ast.Tuple():
            return False
        case _:
            return isinstance(parent, _READING_PARENTS)
