"""Calls and imports that the project's own rules call deprecated, taken to their replacements.

One proposal for each rule and file, so that a file whose tests fail takes no other with it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Import
from importgraph.findings.own_rules.calls import full_name
from importgraph.findings.own_rules.check import own_rules
from importgraph.findings.own_rules.model import CustomRule
from importgraph.fixes.deferring.takers import takers_of
from importgraph.fixes.model import (
    AddImport,
    Applicability,
    DropImport,
    Edit,
    Fix,
    ReplaceText,
    SkippedFix,
)
from importgraph.fixes.proposals.call_templates import ALL, filled, given_to
from importgraph.fixes.proposals.moved_names import moved_in
from importgraph.fixes.texts.code_sites import Site, binding_import, chain_of, function_at, sites_of
from importgraph.fixes.texts.parsed import parsed
from importgraph.fixes.texts.source_text import Text, Unusual
from importgraph.fixes.texts.statements import statement_of
from importgraph.graph.views import closure
from importgraph.snapshot import Snapshot

KIND = "deprecated"
_Found = tuple[list[Edit], int, list[str]]
"""Edits, how many uses they migrate, and why others are left."""


def propose_migrations(snapshot: Snapshot) -> Iterator[Fix | SkippedFix]:
    """Propose the migration of each file with a call or import that a rule deprecates, rule by rule."""
    for rule in own_rules(snapshot):
        if rule.kind not in {"deprecated-call", "deprecated-import"} or not rule.replacement:
            continue
        for module in snapshot.graph.facts:
            if not rule.holds_for(module) or snapshot.graph.modules[module].broken:
                continue
            calls = rule.kind == "deprecated-call"
            found = _Calls(snapshot, rule, module).found() if calls else moved_in(snapshot, rule, module)
            yield from _proposal(snapshot, rule, module, found)


def _proposal(snapshot: Snapshot, rule: CustomRule, module: str, found: _Found) -> Iterator[Fix | SkippedFix]:
    edits, uses, left = found
    path = snapshot.graph.modules[module].path
    if not uses:
        if left:
            yield SkippedFix(KIND, f"{rule.code} {rule.name} in {path}", left[0])
        return
    what = "call" if rule.kind == "deprecated-call" else "import"
    reasons = [f"the rule {rule.code} of the project says so: only its tests can tell whether it is right"]
    new = rule.replacement.rpartition(".")[0]
    if module in closure(snapshot.runtime, [new] if new in snapshot.graph.modules else []):
        reasons.append(f"`{new}` loads `{module}`: importing it there may close a cycle")
    if left:
        reasons.append(f"{len(left)} more here are left: {left[0]}")
    yield Fix(
        id="",
        kind=KIND,
        title=f"Use `{rule.replacement}` in place of {uses} {what}{'s' if uses > 1 else ''} of "
        f"`{rule.name}` in {path}",
        gains=(),
        resolves=uses,
        statements=uses,
        applicability=Applicability.UNSAFE,
        reasons=tuple(reasons),
        findings=(f"{rule.code} {rule.name}",),
        edits=tuple(dict.fromkeys(edits)),
    )


@dataclass(frozen=True)
class _Calls:
    """The deprecated calls of one module."""

    snapshot: Snapshot
    rule: CustomRule
    module: str

    @property
    def path(self) -> str:
        return self.snapshot.graph.modules[self.module].path

    @cached_property
    def text(self) -> Text:
        return Text(self.snapshot.read_text(self.path).removeprefix("\ufeff"))

    def found(self) -> _Found:
        last = self.rule.name.rpartition(".")[2]
        source = self.text.source
        if f"{self.module}.{last}" == self.rule.name or (self._owner not in source and last not in source):
            return [], 0, []
        edits: list[Edit] = []
        left: list[str] = []
        uses = 0
        for site in sites_of(parsed(source).tree):
            if isinstance(site.node, ast.Call) and self._is_meant(site, site.node):
                made = self._migrated(site, site.node)
                if isinstance(made, Unusual):
                    left.append(f"line {site.node.lineno}: {made.reason}")
                else:
                    edits += made
                    uses += 1
        return edits, uses, left

    @property
    def _owner(self) -> str:
        return self.rule.name.rpartition(".")[0].rpartition(".")[2]

    def _is_meant(self, site: Site, call: ast.Call) -> bool:
        chain = chain_of(call.func)
        if not chain or site.is_local(chain.partition(".")[0]):
            return False
        facts = self.snapshot.graph.facts[self.module]
        function = function_at(facts, site.qualname)
        return full_name(self.snapshot.resolver, self.module, facts, function, chain) == self.rule.name

    def _migrated(self, site: Site, call: ast.Call) -> list[Edit] | Unusual:
        waits = self._waits and not isinstance(site.parent, ast.Await)
        if waits and not site.may_await:
            return Unusual("the replacement has to be awaited, and this is no coroutine")
        text, name = self.text, self.rule.replacement.rpartition(".")[2]
        plain = self.rule.arguments.strip() == ALL
        arguments: str | Unusual = ""
        if not plain:
            given = given_to(call, lambda node: text.source[slice(*text.span(node))])
            arguments = filled(self.rule.arguments, given)
        if isinstance(arguments, Unusual):
            return arguments
        target = call.func if plain and not waits else call
        before = text.source[slice(*text.span(target))]
        after = name
        if not plain:
            after = f"{name}({arguments})"
        elif waits:
            after = name + before[len(text.source[slice(*text.span(call.func))]) :]
        if waits:
            after = f"await {after}"
            inside = isinstance(site.parent, ast.Attribute | ast.Subscript | ast.Call) and (
                getattr(site.parent, "value", None) is call or getattr(site.parent, "func", None) is call
            )
            after = f"({after})" if inside else after
        edits: list[Edit] = [ReplaceText(self.path, target.lineno, target.col_offset, before, after)]
        return edits + self._imports(site, chain_of(call.func))

    @property
    def _waits(self) -> bool:
        home, _, name = self.rule.replacement.rpartition(".")
        facts = self.snapshot.graph.facts.get(home)
        functions = facts.functions if facts is not None else ()
        return self.rule.coroutine or any(
            one.qualname == name and one.deferred and not one.generator for one in functions
        )

    def _imports(self, site: Site, chain: str) -> list[Edit]:
        """Import the replacement where the old name is imported, and drop the old name if it is not used."""
        facts = self.snapshot.graph.facts[self.module]
        home, _, name = self.rule.replacement.rpartition(".")
        old = binding_import(facts, function_at(facts, site.qualname), chain.partition(".")[0])
        edits: list[Edit] = []
        if home and home != self.module:
            edits.append(AddImport(self.path, f"from {home} import {name}", _place_of(old, self.text)))
        if old is not None and not takers_of(self.snapshot).takes(self.module, old.bound):
            edits.append(DropImport(self.path, old.line, statement_of(old), old.bound))
        return edits


def _place_of(old: Import | None, text: Text) -> int:
    """Return the line of an import that another can stand below; 0: at the top of the file."""
    if old is None or old.conditional or old.guards or old.tried >= 0 or old.handles >= 0 or old.when:
        return 0
    line = text.lines[old.line - 1].strip()
    plain = line.startswith(("import ", "from ")) and ";" not in line
    return old.line if plain else 0
