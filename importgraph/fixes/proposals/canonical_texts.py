"""What else names a path that imports leave: dotted texts in code, and documentation.

A text is rewritten where both paths give the same object whoever asks: a setting, a class path. The target of
a patch is rewritten only where the old path does nothing with the name but pass it on: a module that uses the
name itself is patched for that.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from importgraph.facts.model import Origin, StepKind
from importgraph.fixes.model import Edit, Fix, ReplaceText, RewriteImport
from importgraph.fixes.texts.dotted_texts import texts_naming
from importgraph.fixes.texts.parsed import parsed
from importgraph.names import ancestors, resolve_relative
from importgraph.snapshot import Snapshot, once_per_snapshot

_DOTTED = re.compile(r"""["']((?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*)["'.]""")
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Move:
    """A name that statements take from another path than before."""

    old: str
    new: str
    """Both dotted, the name last."""


def moves_of(snapshot: Snapshot, fix: Fix) -> tuple[Move, ...]:
    """Return what the rewrites of a fix move, each once."""
    packages = _packages(snapshot)
    found: dict[Move, None] = {}
    for edit in fix.edits:
        if isinstance(edit, RewriteImport):
            old, new = (_dotted(side, packages.get(edit.path, "")) for side in (edit.before, edit.after))
            if old and new and old != new:
                found[Move(old, new)] = None
    return tuple(found)


def with_texts(snapshot: Snapshot, fix: Fix, documents: Mapping[str, str]) -> Fix:
    """Add the texts that follow a rewrite, and the places of documentation that show the old path."""
    moves = moves_of(snapshot, fix)
    edits = tuple(dict.fromkeys(edit for move in moves for edit in _texts(snapshot, move)))
    return replace(fix, edits=(*fix.edits, *edits), mentions=tuple(_mentions(moves, documents)))


def _texts(snapshot: Snapshot, move: Move) -> Iterator[Edit]:
    home, _, name = move.old.rpartition(".")
    symbol = snapshot.resolver.lookup(home, name) if home in snapshot.graph.modules else None
    if symbol is None or symbol.kind not in {"class", "function"}:
        return
    passes_on = symbol.module != home and not _uses(snapshot, home, name)
    for path in _naming(snapshot).get(move.old, ()):
        tree = parsed(snapshot.read_text(path)).tree
        patched = _patched(snapshot).get((path, move.old), frozenset())
        for edit in texts_naming(snapshot, path, tree, move.old, move.new):
            if isinstance(edit, ReplaceText) and (passes_on or edit.line not in patched):
                yield edit


def _uses(snapshot: Snapshot, module: str, name: str) -> bool:
    """Tell whether a module does something with a name besides passing it on."""
    facts = snapshot.graph.facts[module]
    chains = [step.name for step in facts.body if step.kind in {StepKind.USE, StepKind.CALL}]
    chains += [use for one in facts.functions for use in one.uses]
    chains += [base for one in facts.classes for base in (*one.bases, *one.decorators)]
    return any(chain.partition(".")[0].partition("(")[0] == name for chain in chains)


@once_per_snapshot
def _packages(snapshot: Snapshot) -> Mapping[str, str]:
    return {module.path: module.package for module in snapshot.graph.modules.values()}


@once_per_snapshot
def _naming(snapshot: Snapshot) -> Mapping[str, Sequence[str]]:
    """By dotted text, the files with a literal that is it or begins with it."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for module in snapshot.graph.modules.values():
        if module.path.endswith(".py") and not module.broken:
            for dotted in set(_DOTTED.findall(snapshot.read_text(module.path))):
                for whole in (dotted, *ancestors(dotted)):
                    found[whole][module.path] = None
    return {dotted: tuple(paths) for dotted, paths in found.items()}


@once_per_snapshot
def _patched(snapshot: Snapshot) -> Mapping[tuple[str, str], frozenset[int]]:
    """By file and dotted text, the lines where it is the target of a patch."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for name, facts in snapshot.graph.facts.items():
        for item in facts.imports:
            if item.origin is Origin.MOCK:
                found[snapshot.graph.modules[name].path, item.module].add(item.line)
    return {key: frozenset(lines) for key, lines in found.items()}


def _dotted(statement: str, package: str) -> str:
    """Return the dotted path of what a statement takes; empty where it is not of the form `from … import`."""
    match = re.fullmatch(r"from (\.*)([\w.]*) import (\w+)(?: as \w+)?", statement)
    if match is None:
        return ""
    module = resolve_relative(package, len(match[1]), match[2])
    return f"{module}.{match[3]}" if module else ""


def _mentions(moves: Sequence[Move], documents: Mapping[str, str]) -> Iterator[str]:
    """Yield the places of documentation that import or name what moves."""
    shown = 0
    for path, text in documents.items():
        lines: dict[int, None] = {}
        for move in moves:
            home, _, name = move.old.rpartition(".")
            if home not in text or name not in text:
                continue
            pattern = (
                rf"\bfrom\s+{re.escape(home)}\s+import\b[^\n]*\b{name}\b|(?<![\w.]){re.escape(move.old)}\b"
            )
            lines |= {text.count("\n", 0, one.start()) + 1: None for one in re.finditer(pattern, text)}
        for line in sorted(lines):
            shown += 1
            if shown > _SHOWN:
                return
            yield f"{path}:{line}"
