"""What a set of fixes changes in files: all edits of a fix, or none of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from importgraph.edits.identity import NamedFix
from importgraph.facts.source.decoding import declared_encoding, readable_text
from importgraph.files import read_file
from importgraph.fixes.model import CreateModule, CutImport, Edit
from importgraph.fixes.rewriting.diffs import diff_of_bytes
from importgraph.fixes.rewriting.rewrite import Refused, rewrite


@dataclass(frozen=True, slots=True)
class FileChange:
    """The bytes of a file before and after."""

    path: str
    """Relative to the analysed root."""
    before: bytes | None
    """None for a file that is new."""
    after: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff; empty where it cannot be written as one."""
        return diff_of_bytes(self.path, self.before, self.after)


@dataclass(frozen=True, slots=True)
class Left:
    """A fix that is not applied, and why."""

    fix: NamedFix
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Fixes that can be applied together, with what they change."""

    fixes: tuple[NamedFix, ...]
    changes: tuple[FileChange, ...]
    """Sorted by path."""
    left: tuple[Left, ...]


def plan(root: Path, fixes: Sequence[NamedFix], read_text: Callable[[str], str]) -> Plan:
    """Work out the texts of a set of fixes. Nothing is written.

    A fix that cannot be applied, alone or on top of those before it, is left with its reason.

    Args:
        root: The folder that paths of edits are relative to.
        fixes: The most wanted first.
        read_text: Returns the text of a file as it was analysed; a file that differs by now is left alone.
    """
    taken: list[NamedFix] = []
    changes: dict[str, FileChange] = {}
    left: list[Left] = []
    for fix in fixes:
        made = _changes(root, [*taken, fix], {edit.path for edit in fix.fix.edits}, read_text)
        if isinstance(made, Refused):
            left.append(Left(fix, made.reason))
        else:
            taken.append(fix)
            changes |= made
    return Plan(tuple(taken), tuple(changes[path] for path in sorted(changes)), tuple(left))


def _changes(
    root: Path, fixes: Iterable[NamedFix], paths: Iterable[str], read_text: Callable[[str], str]
) -> dict[str, FileChange] | Refused:
    """Return the changes of some files under all edits of fixes, or why they cannot be made."""
    edits: dict[str, dict[Edit, None]] = defaultdict(dict)
    for fix in fixes:
        for edit in fix.fix.edits:
            edits[edit.path][edit] = None
    made = {}
    for path in sorted(set(paths)):
        found = _change(root, path, list(edits[path]), read_text)
        if isinstance(found, Refused):
            return Refused(f"{path}: {found.reason}")
        made[path] = found
    return made or Refused("it changes nothing")


def _change(
    root: Path, path: str, edits: Sequence[Edit], read_text: Callable[[str], str]
) -> FileChange | Refused:
    if isinstance(edits[0], CreateModule):
        return _new_file(root, path, edits)
    if any(isinstance(edit, CutImport) for edit in edits):
        return Refused("it needs a person: several ways are possible")
    try:
        before = read_file(root / path)
    except OSError as error:
        return Refused(f"it cannot be read ({error.strerror})")
    encoding = declared_encoding(before) or "utf-8"
    text = _decoded(before, encoding)
    if isinstance(text, Refused):
        return text
    if readable_text(before) != read_text(path):
        return Refused("it changed since it was analysed")
    after = rewrite(text, edits)
    return after if isinstance(after, Refused) else _encoded(path, before, after, encoding)


def _decoded(before: bytes, encoding: str) -> str | Refused:
    """Return the text of bytes where it can be written in one way alone, or what stops it."""
    try:
        text = before.decode(encoding)
        return (
            text if text.encode(encoding) == before else Refused(f"{encoding} has several ways to write it")
        )
    except (ValueError, LookupError):
        return Refused(f"it is not in {encoding.upper()}")


def _encoded(path: str, before: bytes, after: str, encoding: str) -> FileChange | Refused:
    try:
        return FileChange(path, before, after.encode(encoding))
    except UnicodeEncodeError:
        return Refused(f"the result cannot be written in {encoding}")


def _new_file(root: Path, path: str, edits: Sequence[Edit]) -> FileChange | Refused:
    if len(edits) > 1 or not isinstance(edits[0], CreateModule):
        return Refused("two fixes write this new file")
    if (root / path).exists():
        return Refused("there is such a file already")
    return FileChange(path, None, edits[0].text.encode())
