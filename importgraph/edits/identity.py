"""The name of a fix: what it does, the same in every run, wherever the lines have moved to."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from importgraph.errors import UsageError
from importgraph.fixes.model import (
    AddImport,
    CreateModule,
    CutImport,
    DeferImport,
    DropImport,
    Edit,
    Fix,
    ReplaceText,
    RewriteImport,
)
from importgraph.names import near_matches

_DIGITS = 6
_BY_FINDING = {"deprecated", "required-base", "merged-methods"}
_VERBS = {
    "lazy-imports": "defer",
    "missing-import": "repair",
    "missing-type-import": "repair",
    "canonical-imports": "canonical",
    "consolidation": "consolidate",
    "cycle-break": "break",
    "unused-import": "delete",
    "deprecated": "migrate",
    "bridge-module": "bridge",
    "required-base": "base",
    "merged-methods": "merge",
    "moved-definition": "move",
}


@dataclass(frozen=True, slots=True)
class NamedFix:
    """A fix with its name."""

    name: str
    """Such as `defer-networkx-3fa9c1`: what is done, to what, and a digest of the edits."""
    fix: Fix


def named(fixes: Iterable[Fix]) -> tuple[NamedFix, ...]:
    """Name fixes, in their order."""
    return tuple(NamedFix(name_of(fix), fix) for fix in fixes)


def name_of(fix: Fix) -> str:
    """Return the name of a fix. Lines are no part of it, and neither is its place in a list."""
    parts = sorted({_identity(edit) for edit in fix.edits if not _follows(fix, edit)})
    digest = hashlib.blake2b("\n".join([fix.kind, *parts]).encode("utf-8", "surrogateescape")).hexdigest()
    subject = re.sub(r"[^a-z0-9_.]+", "-", _subject(fix).lower()).strip("-.") or "edit"
    return f"{_VERBS.get(fix.kind, fix.kind)}-{subject}-{digest[:_DIGITS]}"


def _follows(fix: Fix, edit: Edit) -> bool:
    """Tell whether an edit is of a text that follows a rewrite: only `fix` looks for those."""
    return isinstance(edit, ReplaceText) and any(isinstance(one, RewriteImport) for one in fix.edits)


def _identity(edit: Edit) -> str:
    match edit:
        case DeferImport():
            return f"{edit.path} {edit.form} {edit.statement} {','.join(edit.functions)}"
        case RewriteImport():
            return f"{edit.path} {edit.before} -> {edit.after}"
        case CreateModule():
            return f"{edit.path} new {hashlib.blake2b(edit.text.encode()).hexdigest()}"
        case CutImport():
            return f"{edit.path} {edit.importer} -> {edit.imported}"
        case ReplaceText():
            return f"{edit.path} {edit.before} => {edit.after}"
        case AddImport() | DropImport():
            return f"{edit.path} {type(edit).__name__} {edit.statement}"


def _subject(fix: Fix) -> str:
    """Return what it is about, in a word: by the finding of a project's rule, else by the first edit."""
    if fix.kind in _BY_FINDING and fix.findings:
        return fix.findings[0].rpartition(".")[2].rpartition(" ")[2]
    match fix.edits[0] if fix.edits else None:
        case DeferImport() as edit:
            return _imported(edit.statement)
        case RewriteImport() as edit:
            return _imported(edit.after)
        case CreateModule() as edit:
            return edit.path.rpartition("/")[2].removesuffix(".py").strip("_")
        case CutImport() as edit:
            return edit.importer.rpartition(".")[2]
        case AddImport() | DropImport() as edit:
            return _imported(edit.statement)
        case ReplaceText() as edit:
            return next(iter(re.findall(r"[a-zA-Z_][\w.]+", edit.after)), "edit")
        case None:
            return fix.kind


def _imported(statement: str) -> str:
    """Return the module that `import …` names, or the name that `from … import …` takes."""
    words = statement.split()
    return words[1] if words[0] == "import" else words[3]


def choose(fixes: Sequence[NamedFix], names: Iterable[str]) -> tuple[NamedFix, ...]:
    """Return the fixes that names, or beginnings of names that fit one fix alone, ask for.

    Raises:
        UsageError: If one fits none, or more than one.
    """
    chosen: dict[str, NamedFix] = {}
    for name in names:
        found = [one for one in fixes if one.name == name] or [
            one for one in fixes if one.name.startswith(name)
        ]
        if not found:
            if Path(name).is_dir():
                raise UsageError(f"{name} is a folder, not a fix.", f"Name the tree with --path {name}.")
            near = near_matches(name, [one.name for one in fixes])
            hint = f"Did you mean {', '.join(near)}?" if near else "`importgraph fix` lists the fixes."
            raise UsageError(f"There is no fix {name} here.", hint)
        if len(found) > 1:
            raise UsageError(f"{name} could be {', '.join(one.name for one in found)}.", "Write it out.")
        chosen[found[0].name] = found[0]
    return tuple(chosen.values())
