"""Proposals as text, file by file, where every edit of them can be written without a person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from importgraph.files import read_file
from importgraph.fixes.model import Applicability, CreateModule, CutImport, Edit, Fix
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.outputs.remarks.sarif import FileChange, Fixes, TextFix


def text_fixes(fixes: Iterable[Fix], root: Path, prefix: str = "") -> Fixes:
    """Apply the edits of proposals to the texts they are for; nothing is written.

    Args:
        fixes: In their order. Those for a person, and those with an edit that the text refuses, are left out.
        root: The folder that their paths are relative to.
        prefix: That folder's path from the top of the repository, put before the paths in the result.

    Returns:
        Fixes by code and subject of the findings they resolve, safe ones first.
    """
    found: dict[tuple[str, str], list[tuple[bool, TextFix]]] = defaultdict(list)
    for fix in fixes:
        if fix.applicability is Applicability.MANUAL or not fix.findings:
            continue
        files = _files(fix.edits, root, prefix)
        if files is None:
            continue
        is_safe = fix.applicability is Applicability.SAFE
        why = f" ({fix.applicability.value}: {'; '.join(fix.reasons)})" if fix.reasons else ""
        for finding in fix.findings:
            code, _, subject = finding.partition(" ")
            found[code, subject].append((not is_safe, TextFix(f"{fix.title}{why}", files)))
    return {key: [fix for _, fix in sorted(made, key=_first)] for key, made in found.items()}


def _first(made: tuple[bool, TextFix]) -> bool:
    return made[0]


def _files(edits: Iterable[Edit], root: Path, prefix: str) -> tuple[FileChange, ...] | None:
    """Return the texts before and after, by path; None if one of the edits cannot be made."""
    by_path: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if isinstance(edit, CreateModule | CutImport):
            return None
        by_path[edit.path].append(edit)
    files = list(_changed(by_path, root, prefix))
    whole = [one for one in files if one is not None]
    return tuple(whole) if whole and len(whole) == len(files) else None


def _changed(by_path: dict[str, list[Edit]], root: Path, prefix: str) -> Iterator[FileChange | None]:
    for path, edits in sorted(by_path.items()):
        try:
            before = read_file(root / path).decode()
        except (OSError, UnicodeDecodeError):
            yield None  # it changed since it was read, or is in another encoding: no text to offer
            continue
        after = rewrite(before, edits)
        yield (
            None
            if isinstance(after, Refused)
            else FileChange(f"{prefix}/{path}" if prefix else path, before, after)
        )
