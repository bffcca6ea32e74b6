"""Questions about source text that facts leave open, answered from a syntax tree when they come up.

Facts say that an ImportError is caught, not by which handler. Simulating a failed import needs that for a
handful of files, so these are parsed again, one at a time.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from importgraph.facts.source.syntax import parse_source
from importgraph.findings.crash_order.function_plans import Plan, read_plan
from importgraph.findings.crash_order.try_blocks import Handler, TryBlock, try_block

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class SourceFile:
    """The syntax tree of one file, and what is asked of it."""

    def __init__(self, text: str) -> None:
        self.tree = parse_source(text.encode("utf-8", "replace")).tree
        self._plans: dict[int, Plan | None] = {}

    @cached_property
    def tries(self) -> tuple[TryBlock, ...]:
        """All `try` statements and `with suppress(…)`, the innermost first."""
        found = [block for node in ast.walk(self.tree) if (block := try_block(node)) is not None]
        return tuple(sorted(found, key=lambda block: (-block.body[0], block.body[1])))

    def landing(self, line: int, kind: str) -> tuple[TryBlock, Handler] | None:
        """Return the handler that catches an exception raised in a line."""
        for block in self.tries:
            if block.body[0] <= line <= block.body[1]:
                for handler in block.handlers:
                    if handler.catches(kind):
                        return block, handler
        return None

    def innermost_handler(self, line: int) -> Handler | None:
        """Return the innermost handler that a line stands in."""
        around = [h for block in self.tries for h in block.handlers if h.lines[0] <= line <= h.lines[1]]
        return max(around, key=lambda handler: handler.lines[0], default=None)

    def raises_at(self, line: int) -> bool:
        """Tell whether a line holds a `raise` statement outside functions."""
        return any(isinstance(node, ast.Raise) and node.lineno == line for node in _at_import(self.tree))

    def reads_global(self, line: int, name: str) -> bool:
        """Tell whether a line loads a name at module or class level, outside comprehensions that bind it."""
        return any(
            isinstance(node, ast.Name) and node.id == name and node.lineno == line
            for node in _at_import(self.tree, hiding=name)
        )

    def reads_attribute(self, line: int, name: str) -> bool:
        """Tell whether a line loads an attribute at module or class level."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == name
            and node.lineno <= line <= (node.end_lineno or 0)
            for node in _at_import(self.tree)
        )

    def stores_attribute(self, line: int, name: str) -> bool:
        """Tell whether a line assigns to an attribute, or deletes it."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == name
            and node.lineno == line
            and not isinstance(node.ctx, ast.Load)
            for node in ast.walk(self.tree)
        )

    def binds_otherwise(self, name: str) -> bool:
        """Tell whether text binds a name in any way: `except … as`, patterns, `global` in a function."""
        return name in self._bound

    @cached_property
    def _bound(self) -> frozenset[str]:
        found: set[str] = set()
        for node in ast.walk(self.tree):
            match node:
                case ast.Global(names=names):
                    found.update(names)
                case (
                    ast.ExceptHandler(name=str(name))
                    | ast.MatchAs(name=str(name))
                    | ast.MatchStar(name=str(name))
                ):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()):
                    found.add(name)
                case _:
                    pass
        return frozenset(found)

    def plan(self, line: int) -> Plan | None:
        """Return what the function that is defined in a line does, as steps."""
        if line not in self._plans:
            node = self._functions.get(line)
            self._plans[line] = read_plan(node, self._future) if node is not None else None
        return self._plans[line]

    @cached_property
    def _functions(self) -> dict[int, ast.FunctionDef]:
        return {node.lineno: node for node in _statements(self.tree) if isinstance(node, ast.FunctionDef)}

    @cached_property
    def _future(self) -> list[ast.stmt]:
        return [
            node
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        ]


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield all statements, also those in functions; expressions, which hold none, are not entered."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                stack.extend(inner)


def _at_import(node: ast.AST, hiding: str = "", *, consumed: bool = False) -> Iterator[ast.AST]:
    """Walk what runs at import, in text order.

    Args:
        node: Where to start.
        hiding: Comprehensions that bind this name are left out.
        consumed: The node is an argument of a call, so a generator expression is taken to run.
    """
    yield node
    arguments: list[ast.expr] = node.args if isinstance(node, ast.Call) else []
    for child in _running(node, hiding, consumed=consumed):
        yield from _at_import(child, hiding, consumed=child in arguments)


def _running(node: ast.AST, hiding: str, *, consumed: bool) -> Iterable[ast.AST]:
    """Return the children of a node that run when it does: not the bodies of functions and generators."""
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [
            *node.args.defaults,
            *(default for default in node.args.kw_defaults if default is not None),
        ]
        return [*node.decorator_list, *defaults, *_notes(node)]
    if isinstance(node, _COMPREHENSIONS):
        is_idle = isinstance(node, ast.GeneratorExp) and not consumed
        if is_idle or hiding in _targets(node):
            return [node.generators[0].iter]
    return ast.iter_child_nodes(node)


def _notes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    arguments = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    yield from (a.annotation for a in arguments if a is not None and a.annotation is not None)
    if node.returns is not None:
        yield node.returns


def _targets(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> set[str]:
    return {
        name.id for part in node.generators for name in ast.walk(part.target) if isinstance(name, ast.Name)
    }


class Sources:
    """Source files by path, parsed when first asked for."""

    def __init__(self, read_text: Callable[[str], str] | None) -> None:
        self._read = read_text
        self._files: dict[str, SourceFile | None] = {}

    def file(self, path: str) -> SourceFile | None:
        """Return a file, or None where it cannot be read."""
        if path not in self._files:
            self._files[path] = self._open(path)
        return self._files[path]

    def _open(self, path: str) -> SourceFile | None:
        if self._read is None or not path.endswith(".py"):
            return None
        try:
            return SourceFile(self._read(path))
        except (OSError, ValueError, RecursionError):
            return None
