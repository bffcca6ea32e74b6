"""End an import at module level by moving the definitions it takes into a module of their own.

The old module takes them back by name (a re-export), so that every path to them keeps working and gives the
same objects. Only a definition whose text shows that it can stand alone is moved: a class or function that
needs nothing of its module but imports and other such definitions.
"""

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Origin
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.model import CreateModule, Edit, ReplaceText, RewriteImport
from importgraph.fixes.rewriting.import_places import first_line_of, merged
from importgraph.fixes.texts.source_text import Text, Unusual
from importgraph.fixes.texts.statements import statement_of
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import closure, loaded_by
from importgraph.names import parent
from importgraph.snapshot import Snapshot

_MOST = 6
"""Definitions that are moved together."""
_BOUND_TO_MODULE = {
    "__name__",
    "__file__",
    "__spec__",
    "__package__",
    "__path__",
    "globals",
    "vars",
    "super_",
}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Import = ast.Import | ast.ImportFrom


def move_taken(deferrals: Deferrals, edges: Sequence[ImportEdge]) -> tuple[tuple[Edit, ...], str] | Unusual:
    """Move what imports take from one module, so that they no longer load it.

    Args:
        deferrals: Of the tree.
        edges: All imports of one module by another that run at import.

    Returns:
        The edits and the name of the new module, or why it cannot be done.
    """
    snapshot = deferrals.snapshot
    importer, home = edges[0].importer, loaded_by(edges[0])
    names = [edge.name for edge in edges]
    if any(edge.name is None or edge.name == "*" or edge.submodule or edge.lazy for edge in edges):
        return Unusual("the module itself is imported, not what it defines")
    module = snapshot.graph.modules[home]
    if not module.path.endswith(".py") or module.broken:
        return Unusual(f"`{home}` is no module whose text can be moved")
    moving = _Moving(snapshot, home, deferrals.tree(module.path), importer)
    nodes = moving.all_for([name for name in names if name])
    if isinstance(nodes, Unusual):
        return nodes
    fresh = _fresh_name(snapshot, home, str(names[0]))
    made = moving.module_text(nodes)
    if isinstance(made, Unusual):
        return made
    folder = module.path.rpartition("/")[0]
    path = f"{folder}/{fresh.rpartition('.')[2]}.py" if folder else f"{fresh}.py"
    edits: list[Edit] = [CreateModule(path, made), *moving.taken_back(nodes, fresh)]
    for edge in edges:
        statement = statement_of(snapshot.graph.facts[importer].imports[edge.index])
        alias = f" as {edge.alias}" if edge.alias else ""
        line = deferrals.statement_line(edge)
        edits.append(RewriteImport(edge.path, line, statement, f"from {fresh} import {edge.name}{alias}"))
    return tuple(edits), fresh


def _fresh_name(snapshot: Snapshot, home: str, name: str) -> str:
    """Return a free name beside a module."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
    is_package = snapshot.graph.modules[home].path.endswith("__init__.py")
    package = home if is_package else parent(home)
    options = [f"_{word}", f"_{word}_home", f"_{word}_definition"]
    full = [f"{package}.{one}" if package else one for one in options]
    return next((one for one in full if one not in snapshot.graph.modules), full[-1])


@dataclass(frozen=True)
class _Moving:
    """What can leave one module."""

    snapshot: Snapshot
    home: str
    tree: ast.Module
    importer: str
    """The module that must not be loaded by what is moved."""

    @cached_property
    def text(self) -> Text:
        return Text(
            self.snapshot.read_text(self.snapshot.graph.modules[self.home].path).removeprefix("\ufeff")
        )

    @cached_property
    def bound(self) -> Mapping[str, list[ast.stmt]]:
        """By name, the statements at the top level that bind it, those in blocks among them."""
        found: dict[str, list[ast.stmt]] = {}
        for node in self.tree.body:
            for name in _names_of(node):
                found.setdefault(name, []).append(node)
        return found

    def all_for(self, names: Sequence[str]) -> list[_Definition] | Unusual:
        """Return the definitions of names and those that they need, in the order of the text."""
        wanted, found = list(names), dict[str, _Definition]()
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            places = self.bound.get(name, [])
            node = places[0] if len(places) == 1 else None
            if not isinstance(node, _Definition):
                return Unusual(f"`{name}` is no class or function that `{self.home}` defines once")
            if len(found) == _MOST:
                return Unusual(f"`{names[0]}` needs more than {_MOST} definitions of `{self.home}`")
            found[name] = node
            for need in sorted(self._needs(node)):
                stand = self.bound.get(need, [])
                if need in _BOUND_TO_MODULE or (not stand and not hasattr(builtins, need)):
                    return Unusual(f"`{name}` uses `{need}`, which belongs to its module")
                if any(not isinstance(one, _Import) for one in stand):
                    wanted.append(need)
        patched = next((one for one in found if self._is_patched(one, names)), "")
        if patched:
            return Unusual(f"tests patch `{self.home}.{patched}`, which `{names[0]}` uses")
        return sorted(found.values(), key=lambda node: node.lineno)

    def _needs(self, node: _Definition) -> set[str]:
        """Return the names of the module, or of no known place, that a definition reads."""
        reads = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {node.name}
        inner = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        inner |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
        inner |= {n.name for n in ast.walk(node) if isinstance(n, _Definition)}
        inner |= {a.asname or a.name.partition(".")[0] for a in ast.walk(node) if isinstance(a, ast.alias)}
        inner |= {n.name for n in ast.walk(node) if isinstance(n, ast.ExceptHandler) and n.name}
        declared = {x for n in ast.walk(node) if isinstance(n, ast.Global) for x in n.names}
        return {name for name in reads if name in self.bound or name not in inner} | declared

    def _is_patched(self, name: str, taken: Sequence[str]) -> bool:
        facts = self.snapshot.graph.facts.values()
        dotted = f"{self.home}.{name}"
        return name not in taken and any(
            item.origin is Origin.MOCK and item.module == dotted for one in facts for item in one.imports
        )

    def module_text(self, nodes: Sequence[_Definition]) -> str | Unusual:
        """Return the source of the new module."""
        needed = {need for node in nodes for need in self._needs(node)}
        statements: list[str] = []
        later = [
            node
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        ]
        for node in self.tree.body:
            if not isinstance(node, _Import) or node in later:
                continue
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                if alias.name == "*":
                    return Unusual(f"`{self.home}` imports all names of a module")
                if bound in needed:
                    statements.append(_statement(node, alias))
        reached = self._reached(needed)
        if {self.importer, self.home} & reached:
            return Unusual("what has to be imported with it loads them again")
        future = [self.text.source[slice(*self.text.span(node))] for node in later]
        head = [*future, *merged(statements)]
        bodies = ["".join(self.text.lines[slice(*self._span(node))]).rstrip() for node in nodes]
        doc = f'"""What `{self.home}` defines and others need without it."""'
        parts = [doc, "\n".join(head)] if head else [doc]
        return "\n\n".join(parts) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"

    def _reached(self, needed: set[str]) -> set[str]:
        """Return what the imports load that the new module has to have."""
        edges = [e for e in self.snapshot.graph.imports if e.importer == self.home and e.function < 0]
        taken = [e for e in edges if (e.alias or e.name or e.imported.partition(".")[0]) in needed]
        starts = [loaded_by(edge) for edge in taken if loaded_by(edge) in self.snapshot.graph.modules]
        above = {parent(self.home)}  # the package is loaded by whoever stands in it, in any case
        found = set(closure(self.snapshot.runtime, starts)) if starts else set[str]()
        return found - above

    def _span(self, node: _Definition) -> tuple[int, int]:
        """Return the lines of a definition with its decorators and the comments right above it."""
        first = first_line_of(node) - 1
        while first and self.text.lines[first - 1].startswith("#"):
            first -= 1
        return first, node.end_lineno or node.lineno

    def taken_back(self, nodes: Sequence[_Definition], fresh: str) -> Iterator[ReplaceText]:
        """Yield the edits that put a re-export in the place of each definition."""
        path = self.snapshot.graph.modules[self.home].path
        for node in nodes:
            first, last = self._span(node)
            before = "".join(self.text.lines[first:last]).rstrip("\n")
            after = f"from {fresh} import {node.name} as {node.name}"
            yield ReplaceText(path, first + 1, 0, before, after)


def _names_of(node: ast.stmt) -> set[str]:
    """Return what a statement at the top level binds, in its blocks too."""
    if isinstance(node, _Definition):
        return {node.name}
    if isinstance(node, _Import):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            found.add(inner.id)
        elif isinstance(inner, ast.alias):
            found.add(inner.asname or inner.name.partition(".")[0])
        elif isinstance(inner, _Definition):
            found.add(inner.name)
    return found


def _statement(node: _Import, alias: ast.alias) -> str:
    name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    if isinstance(node, ast.Import):
        return f"import {name}"
    return f"from {'.' * node.level}{node.module or ''} import {name}"
