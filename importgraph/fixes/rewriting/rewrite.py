"""Apply edits to the text of one file: all of them, or none with the reason.

Positions come from the syntax tree and every other byte stays as it was. A comment that belongs to a moved
import moves with it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from importgraph.facts.source.syntax import parse_source
from importgraph.fixes.model import (
    AddImport,
    DeferImport,
    DropImport,
    Edit,
    Form,
    ReplaceText,
    RewriteImport,
)
from importgraph.fixes.rewriting.branches import Suite, narrowest_suite
from importgraph.fixes.rewriting.import_places import Body, at_top, for_type_checkers, merged
from importgraph.fixes.rewriting.lazy_exports import Export, attach_text, exports_text
from importgraph.fixes.rewriting.text_edits import LAZY_MODULES, added, listed, meeting, replaced
from importgraph.fixes.texts.mentions import mentions
from importgraph.fixes.texts.parsed import parsed, without_coding
from importgraph.fixes.texts.source_text import Change, Text, Unusual, apply_changes, comment_of, drop_names
from importgraph.fixes.texts.use_sites import find_use_sites, functions_of, needs

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
        edits: Of this file; `CreateModule` and `CutImport` are refused.
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
        if meeting(changes):
            return Refused("two edits change the same text")
        changed = _without_unused(apply_changes(plain, changes), edits)
    except _RefusedError as refusal:
        return Refused(str(refusal))
    if draft:
        return mark + changed
    after = parse_source(without_coding(changed).encode())
    if after.broken is not None:
        return Refused(f"the result would not parse: {after.broken.reason}")
    return mark + changed


def _without_unused(source: str, edits: Sequence[Edit]) -> str:
    """Delete the imports that nothing uses once all other edits are made; one that is not there is fine."""
    for drop in (edit for edit in edits if isinstance(edit, DropImport)):
        tree = parsed(source).tree
        words = sum(isinstance(n, ast.Name) and n.id == drop.bound for n in ast.walk(tree))
        quoted = any(drop.bound in mentions(n) for n in ast.walk(tree) if isinstance(n, ast.Constant))
        rewriting = _Rewriting(Text(source), tree)
        found = rewriting.statements_of(drop.statement)
        if words or quoted or len(found) != 1:
            continue
        node, index = found[0]
        if _is_alone(tree, node) and len(node.names) == 1:
            continue  # a block has to keep a statement
        rewriting.dropped[node].append(index)
        source = apply_changes(source, rewriting.remaining())
    return source


def _is_alone(tree: ast.Module, node: ast.stmt) -> bool:
    """Tell whether a statement is all of the block it stands in."""
    blocks = (value for n in ast.walk(tree) if n is not tree for _, value in ast.iter_fields(n))
    return any(block == [node] for block in blocks if isinstance(block, list))


class _Rewriting:
    """The changes that edits make to one file, collected before any is applied."""

    def __init__(self, text: Text, tree: ast.Module) -> None:
        self.text = text
        self.tree = tree
        self.dropped: dict[_Import, list[int]] = defaultdict(list)
        self.instead: dict[_Import, list[str]] = defaultdict(list)
        self.suites: dict[ast.stmt, tuple[Body, Suite, list[str]]] = {}
        self.type_only: list[str] = []
        self.exports: list[Export] = []
        self.attached: list[Export] = []
        self.path = ""
        self.listed: list[str] = []
        self.others: list[Change] = []

    def changes(self, edits: Sequence[Edit]) -> list[Change]:
        for edit in sorted(edits, key=_line):
            match edit:
                case DeferImport():
                    self.path = edit.path
                    self.defer(edit)
                case RewriteImport():
                    self.redirect(edit)
                case ReplaceText():
                    self._take(replaced(self.text, edit))
                case AddImport():
                    self._take(added(self.text, self.tree, edit))
                case DropImport():
                    pass  # once the others are made
                case _:
                    raise _RefusedError("this edit needs a person")
        return self.remaining()

    def remaining(self) -> list[Change]:
        """Return the changes of all edits that were taken."""
        if self.listed:
            self._take(listed(self.text, self.tree, self.listed))
        for function, suite, statements in self.suites.values():
            self._take(at_top(self.text, function, suite, statements))
        if self.attached:
            self._take(added(self.text, self.tree, AddImport("", "import lazy_loader as lazy")))
        if self.type_only:
            self._take(for_type_checkers(self.text, self.tree, self.type_only))
        return [*self._statements(), *dict.fromkeys(self.others), *self._answers()]

    def _take(self, found: Change | list[Change] | Unusual | None) -> None:
        if isinstance(found, Unusual):
            raise _RefusedError(found.reason)
        if found is not None:
            self.others += found if isinstance(found, list) else [found]

    # -- one edit ---------------------------------------------------------------------------------

    def defer(self, edit: DeferImport) -> None:
        node, index = self._find(edit.line, edit.statement)
        if node not in self.tree.body:
            raise _RefusedError(f"the import on line {edit.line} does not stand at module level")
        if edit.form is Form.LAZY_LIST:
            self._list(edit)
            return
        self.dropped[node].append(index)
        statement = edit.statement + comment_of(self.text, node, index)
        if edit.form is Form.LAZY:
            self.instead[node].append(f"lazy {statement}")
        elif edit.form in {Form.EXPORT, Form.ATTACH}:
            self._check_unused(edit)
            kept = self.attached if edit.form is Form.ATTACH else self.exports
            kept.append(Export(edit.bound, edit.statement, edit.submodule))
            self.type_only.append(statement)
        else:
            self._move(edit, statement)

    def _list(self, edit: DeferImport) -> None:
        if not edit.module:
            raise _RefusedError(f"it is not known which module `{edit.statement}` asks for")
        found = [node for node in self.tree.body if isinstance(node, ast.Assign)]
        known = {n.value for node in found for n in ast.walk(node.value) if isinstance(n, ast.Constant)}
        names = {n.id for node in found for n in node.targets if isinstance(n, ast.Name)}
        if LAZY_MODULES in names and edit.module in known:
            raise _RefusedError(f"`{edit.module}` is listed in `{LAZY_MODULES}` already")
        self.listed.append(edit.module)

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
                suite = narrowest_suite(self.text, function, edit.bound)
                self.suites.setdefault(suite[0], (function, suite, []))[2].append(statement)
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

    def statements_of(self, statement: str) -> list[tuple[_Import, int]]:
        """Return all places that import a name by the same words."""
        wanted = _imported(statement)
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, _Import)]
        return [(n, i) for n in nodes for i in range(len(n.names)) if _key(n, i) == wanted]

    # -- all edits together -----------------------------------------------------------------------

    def _statements(self) -> Iterator[Change]:
        for node, indices in self.dropped.items():
            indent, end = self.text.before(node), self.text.newline
            instead = "".join(f"{indent}{line}{end}" for line in merged(self.instead[node]))
            found = drop_names(self.text, node, indices, instead)
            if isinstance(found, Unusual):
                raise _RefusedError(found.reason)
            yield from found

    def _answers(self) -> Iterator[Change]:
        if not (self.exports or self.attached):
            return
        taken = {"__getattr__", "__dir__", "_LAZY_EXPORTS", "_lazy_names"}
        names = {n.name for n in self.tree.body if isinstance(n, ast.FunctionDef)}
        names |= {n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name)}
        if taken & names:
            raise _RefusedError(f"the module has its own `{min(taken & names)}`")
        text = attach_text(self.attached, self.path) if self.attached else exports_text(self.exports)
        if text is None or (self.attached and self.exports):
            raise _RefusedError("`lazy_loader.attach` cannot offer this name")
        source = self.text.source
        gap = "" if source.endswith(("\n", "\r")) else self.text.newline
        yield Change(len(source), len(source), gap + text.replace("\n", self.text.newline))


def _line(edit: Edit) -> int:
    return edit.line if isinstance(edit, DeferImport | RewriteImport | ReplaceText) else 0


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
