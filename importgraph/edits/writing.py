"""Changes to files on disk: everything is prepared beside its place first, then put there file by file.

A full disk, a missing right or an interruption while preparing changes nothing. Whatever ends the process in
between, each file is the old one or the new one.
"""

import glob
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from importgraph.edits.changes import FileChange
from importgraph.files import read_file
from importgraph.storage import beside, written_beside

_WRITE_BITS = 0o222


@dataclass(frozen=True, slots=True)
class Written:
    """What was done."""

    done: tuple[str, ...]
    """Paths that were written, in that order."""
    left: tuple[tuple[str, str], ...] = ()
    """Paths that were left alone, with the reason."""


def write_changes(root: Path, changes: Sequence[FileChange]) -> Written:
    """Write changes: all of them, or as many as stood unchanged when their turn came.

    Args:
        root: The folder that paths are relative to. A link is followed as long as it stays below it.
        changes: Files as they were read, with what they become.
    """
    prepared: list[tuple[FileChange, Path, Path]] = []
    try:
        for change in changes:
            target = (root / change.path).resolve()
            if not target.is_relative_to(root.resolve()):
                return _nothing(changes, change, "it is a link that leads out of the project")
            if (reason := _unlike(target, change)) is not None:
                return _nothing(changes, change, reason)
            prepared.append((change, _prepare(target, change), target))
        return _put(prepared)
    except OSError as error:
        failed = changes[min(len(prepared), len(changes) - 1)]
        return _nothing(changes, failed, error.strerror or str(error))
    except KeyboardInterrupt:
        return _nothing(changes, changes[min(len(prepared), len(changes) - 1)], "interrupted")
    finally:
        for _, temporary, _ in prepared:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _nothing(changes: Sequence[FileChange], failed: FileChange, reason: str) -> Written:
    others = f"nothing was written, because of {failed.path}"
    return Written((), tuple((one.path, reason if one is failed else others) for one in changes))


def _unlike(target: Path, change: FileChange) -> str | None:
    """Return how a file differs from what was read, None where it does not."""
    if change.before is None:
        return "there is such a file by now" if target.exists() else None
    if not os.access(target, os.W_OK) or not target.stat().st_mode & _WRITE_BITS:  # root may write all files
        return "it is not writable"
    return None if read_file(target) == change.before else "it changed since it was read"


def _prepare(target: Path, change: FileChange) -> Path:
    """Write the new content beside its place, with the rights of the old."""
    _clear_leftovers(target)
    mode = target.stat().st_mode & 0o7777 if change.before is not None else None
    return written_beside(target, change.after, mode)


def _clear_leftovers(target: Path) -> None:
    """Remove what a run that was killed had prepared for a file."""
    for path in target.parent.glob(f"{glob.escape(beside(target.name))}*.tmp"):
        number = path.name.removesuffix(".tmp").rpartition(".")[2]
        if number.isdecimal() and not _is_running(int(number)):
            path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if os.name == "nt":
        return True  # there, signal 0 is an interruption
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _put(prepared: Sequence[tuple[FileChange, Path, Path]]) -> Written:
    done: list[str] = []
    left: list[tuple[str, str]] = []
    for number, (change, temporary, target) in enumerate(prepared):
        try:
            reason = _unlike(target, change)
            if reason is None:
                temporary.replace(target)
                done.append(change.path)
            else:
                left.append((change.path, reason))
        except OSError as error:
            left.append((change.path, error.strerror or str(error)))
        except KeyboardInterrupt:
            left += [(one.path, "interrupted") for one, _, _ in prepared[number:] if one.path not in done]
            break
    return Written(tuple(done), tuple(left))
