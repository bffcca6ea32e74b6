"""Apply edits to the text of one file: all of them, or none with the reason.

Positions come from the syntax tree and every other byte stays as it was. A comment that belongs to a moved
import moves with it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from importgraph.facts.syntax import parse_source
from importgraph.fixes.lazy_exports import Export, exports_text
from importgraph.fixes.model import DeferImport, Edit, Form, RewriteImport
from importgraph.fixes.parsed import parsed, without_coding
from importgraph.fixes.source_text import Change, Text, Unusual, apply_changes, comment_of, drop_names
from importgraph.fixes.use_sites import MAIN_BLOCK, find_use_sites, functions_of, needs

_Import = ast.Import | ast.ImportFrom
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Refused:
    """Why edits cannot be applied; nothing was changed."""

    reason: str


class _RefusedError(Exception):
    pass


def rewrite(source: str, edits: Sequence[Edit], *, draft: bool = False) -> str | Refused:
    """Apply edits of one file to its text.

    The last answers are remembered, since one edit is tried alone, within a set and for its diff.

    Args:
        source: The text.
        edits: `DeferImport` and `RewriteImport` edits; any other is refused.
        draft: Do not parse the result: it is asked only whether the edits are possible.
    """
    return _rewrite(source, tuple(edits), draft)


@lru_cache(maxsize=_REMEMBERED)
def _rewrite(source: str, edits: tuple[Edit, ...], draft: bool) -> str | Refused:
    mark = "\ufeff" if source.startswith("\ufeff") else ""
    plain = source.removeprefix("\ufeff")
    syntax = parsed(plain)
    if syntax.broken is not None:
        return Refused(f"the file is broken: {syntax.broken.reason}")
    try:
        changes = _Rewriting(Text(plain), syntax.tree).changes(edits)
    except _RefusedError as refusal:
        return Refused(str(refusal))
    changed = apply_changes(plain, changes)
    if draft:
        return mark + changed
    after = parse_source(without_coding(changed).encode())
    if after.broken is not None:
        return Refused(f"the result would not parse: {after.broken.reason}")
    return mark + changed


class _Rewriting:
    """The changes that edits make to one file, collected before any is applied."""

    def __init__(self, text: Text, tree: ast.Module) -> None:
        self.text = text
        self.tree = tree
        self.dropped: dict[_Import, list[int]] = defaultdict(list)
        self.instead: dict[_Import, list[str]] = defaultdict(list)
        self.functions: dict[ast.AST, list[str]] = defaultdict(list)
        self.type_only: list[str] = []
        self.exports: list[Export] = []

    def changes(self, edits: Sequence[Edit]) -> list[Change]:
        for edit in sorted(
            edits, key=lambda edit: edit.line if isinstance(edit, DeferImport | RewriteImport) else 0
        ):
            if isinstance(edit, DeferImport):
                self.defer(edit)
            elif isinstance(edit, RewriteImport):
                self.redirect(edit)
            else:
                raise _RefusedError("this edit needs a person")
        return [*self._statements(), *self._in_functions(), *self._for_type_checkers(), *self._answers()]

    # -- one edit ---------------------------------------------------------------------------------

    def defer(self, edit: DeferImport) -> None:
        node, index = self._find(edit.line, edit.statement)
        if node not in self.tree.body:
            raise _RefusedError(f"the import on line {edit.line} does not stand at module level")
        self.dropped[node].append(index)
        statement = edit.statement + comment_of(self.text, node, index)
        if edit.form is Form.LAZY:
            self.instead[node].append(f"lazy {statement}")
        elif edit.form is Form.EXPORT:
            self._check_unused(edit)
            self.exports.append(Export(edit.bound, edit.statement, edit.submodule))
            self.type_only.append(statement)
        else:
            self._move(edit, statement)

    def _check_unused(self, edit: DeferImport) -> None:
        """Refuse a lazy export that its module uses: a module does not ask its own `__getattr__`."""
        sites = find_use_sites(self.tree, edit.bound, lazy_annotations=False)
        used = (*sites.at_import, *(line for _, line in sites.functions), *sites.rebound)
        if used:
            raise _RefusedError(f"`{edit.bound}` is used here too, on line {used[0]}")

    def _move(self, edit: DeferImport, statement: str) -> None:
        sites = find_use_sites(self.tree, edit.bound, lazy_annotations=True)
        if sites.at_import:
            raise _RefusedError(f"`{edit.bound}` is used at import on line {sites.at_import[0]}")
        left = {name for name, _ in sites.functions} - set(edit.functions)
        if left:
            raise _RefusedError(f"`{min(left)}` uses `{edit.bound}` too")
        wanted = set(edit.functions)
        for qualname, function in functions_of(self.tree):
            if qualname in wanted and needs(function, edit.bound):
                self.functions[function].append(statement)
        if sites.annotations or edit.form is Form.TYPE_CHECKING:
            self.type_only.append(statement)

    def redirect(self, edit: RewriteImport) -> None:
        node, index = self._find(edit.line, edit.before)
        _imported(edit.after)
        self.dropped[node].append(index)
        self.instead[node].append(edit.after + comment_of(self.text, node, index))

    def _find(self, line: int, statement: str) -> tuple[_Import, int]:
        """Return the statement that imports a name, and the place of the name in it."""
        wanted = _imported(statement)
        for node in ast.walk(self.tree):
            if isinstance(node, _Import) and node.lineno <= line <= (node.end_lineno or node.lineno):
                for index in range(len(node.names)):
                    if _key(node, index) == wanted and index not in self.dropped.get(node, ()):
                        return node, index
        raise _RefusedError(f"line {line} does not say `{statement}`")

    # -- all edits together -----------------------------------------------------------------------

    def _statements(self) -> Iterator[Change]:
        for node, indices in self.dropped.items():
            indent, end = self.text.before(node), self.text.newline
            instead = "".join(f"{indent}{line}{end}" for line in merged(self.instead[node]))
            found = drop_names(self.text, node, indices, instead)
            if isinstance(found, Unusual):
                raise _RefusedError(found.reason)
            yield from found

    def _in_functions(self) -> Iterator[Change]:
        for function, statements in self.functions.items():
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.If):
                place, indent = self._top_of(function)
                yield Change(place, place, self._lines(statements, indent))

    def _lines(self, statements: Sequence[str], indent: str) -> str:
        return "".join(f"{indent}{line}{self.text.newline}" for line in merged(statements))

    def _top_of(self, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.If) -> tuple[int, str]:
        """Return where the first statement after the docstring goes, and its indentation."""
        first = function.body[0]
        indent = self.text.before(first)
        name, head = (MAIN_BLOCK, "if") if isinstance(function, ast.If) else (function.name, "def")
        if indent.strip():
            raise _RefusedError(f"the body of `{name}` stands on the line of its `{head}`")
        documented = (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        )
        if not documented:
            decorators = (
                first.decorator_list
                if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                else []
            )
            return self.text.line_start(min([first.lineno, *(d.lineno for d in decorators)])), indent
        if not self.text.stands_alone(first):
            raise _RefusedError(f"the docstring of `{name}` shares its line")
        return self.text.line_start((first.end_lineno or first.lineno) + 1), indent

    def _for_type_checkers(self) -> Iterator[Change]:
        """Keep the names for type checkers, in the block there is or in a new one below the imports."""
        if not self.type_only:
            return
        end = self.text.newline
        for node in self.tree.body:
            if isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
                indent = self.text.before(node.body[0])
                if not indent.strip():
                    place = self.text.line_start(node.body[0].lineno)
                    yield Change(place, place, self._lines(self.type_only, indent))
                    return
        place = self.text.line_start(self._last_import() + 1)
        known = any(_binds_type_checking(node) for node in self.tree.body)
        head = "" if known else f"from typing import TYPE_CHECKING{end}"
        yield Change(
            place, place, f"{head}{end}if TYPE_CHECKING:{end}{self._lines(self.type_only, '    ')}{end}"
        )

    def _last_import(self) -> int:
        """Return the last line of the imports at the top."""
        last = 0
        for node in self.tree.body:
            if isinstance(node, _Import):
                if not self.text.stands_alone(node):
                    raise _RefusedError(f"line {node.lineno} holds more than an import")
                last = node.end_lineno or node.lineno
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and last:
                break
        return last

    def _answers(self) -> Iterator[Change]:
        if not self.exports:
            return
        taken = {"__getattr__", "__dir__", "_LAZY_EXPORTS"}
        names = {n.name for n in self.tree.body if isinstance(n, ast.FunctionDef)}
        names |= {n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name)}
        if taken & names:
            raise _RefusedError(f"the module has its own `{min(taken & names)}`")
        source = self.text.source
        gap = "" if source.endswith(("\n", "\r")) else self.text.newline
        text = exports_text(self.exports).replace("\n", self.text.newline)
        yield Change(len(source), len(source), gap + text)


def merged(statements: Sequence[str]) -> list[str]:
    """Join statements without comments that take names from the same module, in the order of the first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for statement in dict.fromkeys(statements):
        head, found, name = statement.partition(" import ")
        if found and "#" not in statement:
            groups[head].append(name)
        else:
            groups[statement] = []
    return [f"{head} import {', '.join(names)}" if names else head for head, names in groups.items()]


def _imported(statement: str) -> tuple[str, str | None, str | None]:
    """Read a statement that imports one name: module with its dots, name, alias."""
    try:
        body = ast.parse(statement).body
    except SyntaxError:
        body = []
    if len(body) != 1 or not isinstance(body[0], _Import) or len(body[0].names) != 1:
        raise _RefusedError(f"`{statement}` is not an import of one name")
    return _key(body[0], 0)


def _key(node: _Import, index: int) -> tuple[str, str | None, str | None]:
    alias = node.names[index]
    if isinstance(node, ast.Import):
        return alias.name, None, alias.asname
    return "." * node.level + (node.module or ""), alias.name, alias.asname


def _binds_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(
        a.name == "TYPE_CHECKING" and a.asname is None for a in node.names
    )
