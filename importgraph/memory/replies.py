"""What a static command printed, kept so that the very same question over an unchanged tree is only checked.

A reply holds what was printed, the exit code, and every file and folder that the run asked of the file
system, as it was then (`importgraph.reads`). It is given again where all of them are as they were; nothing
else is loaded. Only commands that read are kept, and only runs that wrote nothing and started nothing.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH107, PTH118, PTH208 -- pathlib takes longer to load than the rest to run

import marshal
import os
import time

from importgraph.file_states import is_settled, listing_status
from importgraph.kept.conditions import is_same, listings, lists_same
from importgraph.kept.questions import digest_of, surroundings
from importgraph.memory.copies import LARGEST, Copy, private_folder
from importgraph.reads import Reads
from importgraph.storage import own_bytes, sealed_parts, unsealed, write_private

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from importgraph.kept.conditions import Listing
    from importgraph.reads import Note

    Reply = tuple[str, list[Note], list[Listing], bytes, int]
    """The question, files, folders, what standard error was told, the exit code."""

_NOTED = frozenset({"affected", "baseline", "diff"})
COMMANDS = frozenset(
    {
        "analyze",
        "graph",
        "why",
        "cycles",
        "fragmentation",
        "duplicates",
        "unresolved",
        "cut",
        "check",
        "doctor",
    }
)
"""Commands whose answers are kept."""
_UNKEPT = ("--no-cache", "--measure", "--verify", "--help", "-h", "--output", "-o")
_MOST, _MOST_BYTES = 64, 512 << 20
"""Replies that are kept, and their size together; the ones that were not asked for longest go first."""
_HEAD = 4
_SUFFIX = ".reply"


def is_kept(argv: "Sequence[str]") -> bool:
    """Tell whether what a command line prints is kept."""
    if os.name != "posix" or not argv or argv[0] not in COMMANDS:
        return False
    return not any(word.partition("=")[0] in _UNKEPT or word.startswith("-o") for word in argv)


def is_noted(argv: "Sequence[str]") -> bool:
    """Tell whether the graphs of a command are kept whose answer is not: it is a file, or about commits."""
    return os.name == "posix" and not _NOTED.isdisjoint(argv[:1]) and "--no-cache" not in argv


def question_of(argv: "Sequence[str]") -> str:
    """Return a digest of all that a reply depends on besides files.

    Words, folder, variables, user, terminal, day, program. Variables hold secrets: they are not stored.
    """
    day = time.strftime("%Y-%m-%d")
    return digest_of([list(argv), _terminal(), day, *surroundings()])


def _terminal() -> "list[object]":
    said: list[object] = []
    for descriptor in (0, 1, 2):
        try:
            is_terminal = os.isatty(descriptor)
            said.append(tuple(os.get_terminal_size(descriptor)) if is_terminal else None)
        except OSError:
            said.append(None)
    return said


def recall(folder: str, question: str) -> "tuple[memoryview, bytes, int] | None":
    """Return what was printed for a question on both streams and the exit code, if nothing changed since."""
    now_ns = time.time_ns()
    path = _path(folder, question)
    try:
        stored = unsealed(memoryview(own_bytes(path)))
        size = int.from_bytes(stored[:_HEAD], "big") + _HEAD
        reply: Reply = marshal.loads(stored[_HEAD:size])  # noqa: S302 -- our own file
        asked, notes, folders, _, _ = reply
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if asked != question or not all(map(is_same, notes)) or not all(map(lists_same, folders)):
        return None
    printed = stored[size:]
    _renew(path, reply, printed, now_ns)
    return printed, reply[3], reply[4]


def _renew(path: str, reply: "Reply", printed: memoryview, now_ns: int) -> None:
    """Write down what can now be told by its times, instead of being read again; mark the reply as used.

    Only times that were settled before the check began are taken: no later change can hide behind them.
    """
    question, notes, folders, messages, code = reply
    is_racy = any(digest and is_settled(status, now_ns) for _, _, status, digest in notes)
    statuses = {
        listing[0]: listing_status(listing[0])
        for listing in folders
        if not listing[3] or listing_status(listing[0]) != listing[1]
    }
    fresh = {path for path, status in statuses.items() if is_settled(status, now_ns)}
    if not is_racy and not fresh:
        try:
            os.utime(path)
        except OSError:
            return  # somebody removed it; the answer stands
        return
    kept = [(p, f, s, b"" if d and is_settled(s, now_ns) else d) for p, f, s, d in notes]
    listed = [(p, statuses[p], d, True) if p in fresh else (p, s, d, v) for p, s, d, v in folders]
    _write(path, (question, kept, listed, messages, code), lambda: iter((printed,)))


def keep(folder: str, question: str, reads: Reads, printed: Copy, told: "tuple[bytes, int]") -> None:
    """Keep what was printed, unless the run did more than read.

    Args:
        folder: Where.
        question: As `question_of` gave it before anything was read.
        reads: What the run read.
        printed: On standard output.
        told: What was said on standard error, and the exit code.
    """
    messages, code = told
    if reads.spoiled or code not in {0, 1} or printed.size > LARGEST:
        return
    try:
        private_folder(folder)
    except OSError:
        return  # the answer was printed; it is only not kept
    reply = (question, list(reads.notes()), listings(reads), messages, code)
    _write(_path(folder, question), reply, printed.parts)
    _prune(folder)


def _write(path: str, reply: "Reply", printed: "Callable[[], Iterable[bytes | memoryview]]") -> None:
    head = marshal.dumps(reply)
    head = len(head).to_bytes(_HEAD, "big") + head

    def parts() -> "Iterator[bytes | memoryview]":
        yield head
        yield from printed()

    try:
        write_private(path, sealed_parts(parts))
    except OSError:
        return  # the same


def _prune(folder: str) -> None:
    try:
        places = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(_SUFFIX)]
        size = 0
        for count, place in enumerate(sorted(places, key=os.path.getmtime, reverse=True)):
            size += os.path.getsize(place)  # noqa: PTH202
            if count >= _MOST or (count and size > _MOST_BYTES):
                os.remove(place)
    except OSError:
        return  # another process does the same


def _path(folder: str, question: str) -> str:
    return os.path.join(folder, f"{question}{_SUFFIX}")
