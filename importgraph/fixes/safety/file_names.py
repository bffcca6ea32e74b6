"""The names of one file: what it imports, what its body keeps, what its functions bind."""

import ast
from collections.abc import Collection, Iterator

from importgraph.fixes.texts.scopes import arguments_of


class ImportedNames:
    """What the imports of a file bind, wherever they stand."""

    def __init__(self, tree: ast.Module, package: str) -> None:
        """Take the file, and its `__package__`."""
        self._package = package
        self.imported = dict(self._bindings(tree))

    def _bindings(self, tree: ast.Module) -> Iterator[tuple[str, str]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (top, top)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                for alias in node.names:
                    yield alias.asname or alias.name, f"{base}.{alias.name}"

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1])
        return f"{base}.{node.module}" if node.module else base

    def dotted(self, node: ast.AST, hidden: Collection[str] = ()) -> str:
        """Return the dotted name of an expression whose root is imported and not hidden, else nothing."""
        ends: list[str] = []
        while True:
            if isinstance(node, ast.Attribute):
                ends.append(f".{node.attr}")
                node = node.value
            elif isinstance(node, ast.Call):
                ends.append("(.)" if node.args or node.keywords else "()")
                node = node.func
            elif isinstance(node, ast.Subscript):
                ends.append("[]")
                node = node.value
            else:
                break
        if not isinstance(node, ast.Name) or node.id not in self.imported or node.id in hidden:
            return ""
        return self.imported[node.id] + "".join(reversed(ends))


def kept_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that the body of a module assigns."""
    found: set[str] = set()
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {
                n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
    return frozenset(found)


def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Return the names that a function binds itself; what it imports is what the file imports."""
    found = {argument.arg for argument in arguments_of(node)}
    elsewhere: set[str] = set()
    for inner in (n for statement in node.body for n in ast.walk(statement)):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            found.add(inner.id)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            elsewhere.update(inner.names)
    return frozenset(found - elsewhere)
