"""Large things that runs keep: each in a file of its own, beside a small one that says what it depends on.

Nothing is half there: the large file has a name nobody used before and is complete before the small one names
it. Built-in modules alone are imported here.
"""

# ruff: noqa: PTH103, PTH107, PTH118, PTH123, PTH202, PTH208 -- pathlib takes longer to load than the rest to run

import binascii
import marshal
import mmap
import os
import stat

from importgraph.file_states import is_settled, listing_status, looked_at
from importgraph.kept.conditions import is_same, listings, lists_same
from importgraph.kept.parts import ReadingTexts
from importgraph.storage import own_bytes, sealed, unsealed, write_private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from importgraph.kept.conditions import Listing
    from importgraph.reads import Note, Reads

    Conditions = tuple[list[Note], list[Listing]]

_MOST, _MOST_BYTES = 12, 2 << 30
"""Things that are kept, and their size together; the ones that were not asked for longest go first."""
_HEAD, _BODY = ".notes", ".data"
BESIDE = ".beside"
"""The end of the names of files that hold more of what a large one says; see `beside.py`."""


def recall(
    folder: str, question: str, reads: "Reads | None", most: int = 0
) -> "tuple[memoryview, list[str], str] | None":
    """Return what was kept for a question, with the files that have other contents than then, and its name.

    Where anything else changed there is nothing: names in folders, what is a file, or what is not there.

    Args:
        folder: Where it is kept.
        question: A digest of all that it depends on besides files.
        reads: The notes of this run, which from then on depends on the same but for those files; None where
            none are taken.
        most: How many files may have changed.
    """
    path = os.path.join(folder, question + _HEAD)
    try:
        asked, name, checksum, notes, folders = marshal.loads(unsealed(own_bytes(path)))  # noqa: S302 -- our own file
        with ReadingTexts():  # contents are compared, nothing is made of them
            changed = [note for note in notes if not is_same(note)]
        if asked != question or len(changed) > most or not all(map(_is_file, changed)):
            return None
        if not all(map(lists_same, folders)):
            return None
        data = mapped(os.path.join(folder, name))
        if binascii.crc32(data) != checksum:
            return None
        os.utime(path)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if reads is not None:
        gone = {note[0] for note in changed}
        same = (_settled(note, reads.began_ns) for note in notes if note[0] not in gone)
        reads.adopt(same, _as_now(folders, reads.began_ns))
    return data, sorted({note[0] for note in changed}), name


def _settled(note: "Note", began_ns: int) -> "Note":
    """Return a note without the digest that was just found to be the same, where times alone vouch by now."""
    path, follow, status, digest = note
    return (path, follow, status, b"") if digest and is_settled(status, began_ns) else note


def _is_file(note: "Note") -> bool:
    """Tell whether a regular file was there, and is."""
    path, follow, status, _ = note
    found = looked_at(path)
    return follow and status[0] >= 0 and found is not None and stat.S_ISREG(found.st_mode)


def mapped(path: str) -> memoryview:
    """Return the bytes of a file of this user, read as far as they are looked at.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is empty, or somebody else's word.
    """
    with open(path, "rb") as stream:
        if os.fstat(stream.fileno()).st_uid != os.geteuid():
            raise ValueError("of another user")
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def _as_now(folders: "Iterable[Listing]", began_ns: int) -> "Iterable[Listing]":
    """Take folders that hold the same names with their times of now: a later change differs."""
    for path, status, digest, vouches in folders:
        if vouches and listing_status(path) == status:
            yield path, status, digest, vouches
        else:
            now = listing_status(path)
            yield path, now, digest, is_settled(now, began_ns)


def keep(folder: str, question: str, reads: "Reads", parts: "Iterable[bytes]") -> str:
    """Keep something for a question; return its name, which nothing else will ever have.

    A store that fails leaves the run as it is; the name is then empty.

    Args:
        folder: Where.
        question: A digest of all that it depends on besides files.
        reads: Which files it depends on.
        parts: Its bytes, which are written as they come. Where they cannot be found (`OSError`, or
            `ValueError`: a name in them is no text) nothing is kept.
    """
    name = f"{question}-{os.urandom(8).hex()}{_BODY}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        checksum = write_private(os.path.join(folder, name), parts)
        head = (question, name, checksum, list(reads.notes()), listings(reads))
        write_private(os.path.join(folder, question + _HEAD), [sealed(marshal.dumps(head))])
        _prune(folder, name)
    except (OSError, ValueError, OverflowError):
        return ""  # the answer is given all the same; it is only not kept
    return name


def _prune(folder: str, kept: str) -> None:
    """Remove what is too much, what was replaced, and what a run left that was ended while it wrote."""
    question = kept.partition("-")[0]
    names = os.listdir(folder)
    heads = [os.path.join(folder, name) for name in names if name.endswith(_HEAD)]
    heads.sort(key=os.path.getmtime, reverse=True)
    stay, size = {question}, os.path.getsize(os.path.join(folder, kept))
    bodies = {name: name.partition("-")[0] for name in names if name.endswith(_BODY) and name != kept}
    sizes = {owner: os.path.getsize(os.path.join(folder, name)) for name, owner in bodies.items()}
    for head in heads:
        owner = os.path.basename(head).removesuffix(_HEAD)  # noqa: PTH119
        size += sizes.get(owner, 0) if owner != question else 0
        if owner in sizes and len(stay) < _MOST and size <= _MOST_BYTES:
            stay.add(owner)
        elif owner != question:
            os.remove(head)
    for name, owner in bodies.items():
        if owner not in stay or owner == question:
            os.remove(os.path.join(folder, name))
    for name in names:
        whole = name.partition(".")[0] + _BODY
        if name.endswith(BESIDE) and not os.path.exists(os.path.join(folder, whole)):  # noqa: PTH110
            os.remove(os.path.join(folder, name))
