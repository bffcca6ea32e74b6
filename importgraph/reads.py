"""What a run asked of the file system, noted as it asks: what its answer depends on.

The interpreter reports opened files, listed folders and started programs (audit events), and `os.stat` is
replaced by one that notes what it is asked, so that no part of this program can forget to say what it read.
A file is looked at before it is read: one that changes later differs from its note. What changed so shortly
before that its times cannot vouch for it (`GRAIN_NS`) is noted with a digest of its content.

Whether anything came of a run besides its answer is noted, too: a file that it wrote, a program that it
started, other than git reading commits.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH100, PTH109, PTH112, PTH118, PTH119, PTH120 -- pathlib takes longer to load than all of this

import os
import sys
import time

from importgraph.file_states import (
    Status,
    content_digest,
    is_settled,
    is_stream,
    is_trial,
    listing_digest,
    listing_status,
    looked_at,
    status_in,
)
from importgraph.git_reads import COMMANDS, git_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

Note = tuple[str, bool, Status, bytes]
"""A path; whether links are followed; what was there; a digest of its content, where that is needed."""
_OURS = ("facts-", "replies/", "graphs/", "answers/", "collect/", ".gitignore/", "CACHEDIR.TAG/")
"""How the names begin of what is stored in the folder of our caches."""
_PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
"""Where this program is: its compiled files say what its sources do, and questions have a stamp of these."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = frozenset({"os.mkdir", "os.remove", "os.rmdir"})
_LINKS = frozenset({"os.symlink", "os.link", "os.rename"})
_PROGRAMS = frozenset({"os.exec", "os.posix_spawn", "os.system", "socket.connect", "os.startfile"})


class Reads:
    """The notes of one run."""

    def __init__(self, home: str = "") -> None:
        """Begin without notes.

        Args:
            home: The folder of our caches. No answer depends on what we store there under our own names; of
                all else in it notes are taken: it may be a folder of the user, a checkout say.
        """
        self._home = os.path.join(home, "")
        self.unnoted = tuple(os.path.join(home, name) for name in _OURS if home)
        self.began_ns = time.time_ns()
        self._seen: dict[tuple[str, bool], tuple[Status, bytes]] = {}
        self._listed: dict[str, tuple[Status, bytes]] = {}
        self.in_texts = False
        """What is opened now is a module of the tree, read for what its text says and nothing else."""
        self.opened_otherwise: dict[str, int] = {}
        """By file that was opened for something else than its text as a module, how many times."""
        self._opens = 0
        self.spoiled = ""
        """Why the answer cannot be kept; empty where it can."""
        self.harm = ""
        """Why nothing that was found on the way to it can be kept, either."""

    def opened(self, path: "Any", flags: int) -> None:
        """Note a file that is about to be read."""
        place = self._place(path)
        if not place or (".pyc" in place and place.startswith(_PROGRAM)):
            return
        if flags & _WRITING:
            if bool(flags & os.O_EXCL) and is_trial(place):
                self.made(place)
            else:
                self.changed(place)
            return
        if not self.in_texts:
            self.opened_otherwise[place] = self.opened_otherwise.get(place, 0) + 1
        self._opens += 1
        key = (place, True)
        if key not in self._seen or not self._seen[key][1]:
            found = looked_at(place)
            if is_stream(found):
                self.spoil(f"{place} is no regular file")
                return  # to open a pipe twice would cost the writer its reader
            status = status_in(found)
            digest = b""
            if status[0] >= 0 and not is_settled(status, time.time_ns()):
                digest = content_digest(place)
            self._seen.setdefault(key, (status, digest))
            if digest:
                self._seen[key] = (self._seen[key][0], digest)

    def changed(self, path: "Any") -> None:
        """Note a file that is about to be changed. Bytecode is what imports of our own code write."""
        place = self._place(path)
        if ".pyc" in place or place.endswith("__pycache__"):
            return
        is_above_home = self._home.startswith(os.path.join(place, ""))  # it is made on the way to our caches
        if place and not is_above_home:
            self.spoil(f"{place} was changed")

    def made(self, path: "Any") -> None:
        """Note what `tempfile` makes for this run alone: no answer depends on it, and nobody waits for it."""
        place = self._place(path)
        if place:
            self.unnoted = (*self.unnoted, os.path.join(place, ""))

    def listed(self, path: "Any") -> None:
        """Note a folder whose names are about to be listed."""
        place = self._place(path)
        if place and place not in self._listed:
            status = listing_status(place)
            digest, links = listing_digest(place)
            self._listed[place] = (status, digest)
            for link in links:
                self.asked(link, follow=True, found=looked_at(link))

    def asked(self, path: "Any", *, follow: bool, found: "os.stat_result | None") -> None:
        """Note what `os.stat` said of a path."""
        place = self._place(path)
        if place:
            self._seen.setdefault((place, follow), (status_in(found), b""))

    def started(self, executable: "Any", arguments: "Any", variables: "Any") -> None:
        """Note a program that is about to be started."""
        words = [os.fsdecode(one) for one in arguments] if isinstance(arguments, list | tuple) else []
        name = os.path.basename(os.fsdecode(executable or (words or [""])[0]))
        command = words[1] if len(words) > 1 else ""
        if name != "git" or variables is None:
            self.spoil(f"{name} was started")
            return
        if command not in COMMANDS:
            self.spoiled = self.spoiled or f"git {command} was started"  # it looks at the work tree itself
            return
        objects = variables.get("GIT_OBJECT_DIRECTORY", "")
        for place in git_places(variables.get("GIT_INDEX_FILE", ""), objects):
            if os.path.isdir(place):
                self.listed(place)
            else:
                self.opened(place, os.O_RDONLY)

    def notes(self) -> "Iterator[Note]":
        """Yield what was noted."""
        for (path, follow), (status, digest) in self._seen.items():
            yield path, follow, status, digest

    def folders(self) -> "Iterator[tuple[str, Status, bytes]]":
        """Yield the folders whose names were listed, as they were then."""
        for path, (status, digest) in self._listed.items():
            yield path, status, digest

    def adopt(self, notes: "Iterable[Note]", folders: "Iterable[tuple[str, Status, bytes, bool]]") -> None:
        """Take over what something depends on that an earlier run kept and this one uses."""
        for path, follow, status, digest in notes:
            known, own = self._seen.setdefault((path, follow), (status, digest))
            if digest and not own:
                self._seen[path, follow] = (known, digest)
        for path, status, digest, _ in folders:
            self._listed.setdefault(path, (status, digest))

    def otherwise(self, root: str) -> "Iterator[str]":
        """Yield files below a folder, relative to it, that were opened for something else than their text."""
        above = os.path.join(root, "")
        yield from (path[len(above) :] for path in self.opened_otherwise if path.startswith(above))

    def sees(self, folder: str) -> bool:
        """Tell whether notes are taken of what is in a folder."""
        return not f"{folder}/".startswith(self.unnoted)

    def spoil(self, reason: str) -> None:
        """Say that nothing which was found can be kept."""
        self.spoiled = self.spoiled or reason
        self.harm = self.harm or reason

    @property
    def size(self) -> int:
        """How much was noted, which grows with every note."""
        return len(self._seen) + len(self._listed) + self._opens

    def part(self) -> "Reads":
        """Return notes for a part of the run, in which nothing is noted yet."""
        own = Reads(self._home)
        own.unnoted = self.unnoted
        return own

    def join(self, part: "Reads") -> None:
        """Take over the notes of a part."""
        self.adopt(part.notes(), ((*folder, False) for folder in part.folders()))
        for path, times in part.opened_otherwise.items():
            self.opened_otherwise[path] = self.opened_otherwise.get(path, 0) + times
        self.unnoted = tuple(dict.fromkeys((*self.unnoted, *part.unnoted)))
        self.spoiled, self.harm = self.spoiled or part.spoiled, self.harm or part.harm

    def _place(self, path: "Any") -> str:
        """Return the absolute path of what is to be noted; nothing for what is not."""
        if isinstance(path, int) or path is None:
            return ""
        place = os.fsdecode(path)
        if not place.startswith("/"):
            place = os.path.join(os.getcwd(), place)
        return "" if place == os.devnull or f"{place}/".startswith(self.unnoted) else place


_stat = os.stat
_lstat = os.lstat
_present: "list[Reads]" = []
"""The notes that are being taken; at most one."""
_noting: "list[bool]" = []
"""Holds something while a note is taken, whose own questions are not to be noted."""


def watch(cache: str) -> Reads:
    """Begin to note what this process asks of the file system.

    Args:
        cache: The folder of our caches.
    """
    reads = Reads(os.path.abspath(cache))
    first = not _present
    _present[:] = [reads]
    if first:
        sys.addaudithook(_heard)
    os.stat = _asking(_stat)
    os.lstat = _asking(_lstat, follow=False)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        able.update(new for old, new in ((_stat, os.stat), (_lstat, os.lstat)) if old in able)
    return reads


def stop() -> None:
    """Take no more notes."""
    _present.clear()
    os.stat, os.lstat = _stat, _lstat


def present() -> "Reads | None":
    """Return the notes that are being taken, if any are."""
    return _present[0] if _present else None


def pause(*, noting: bool) -> None:
    """Take no notes for a while, or take them again: of what is asked for no answer."""
    _noting[:] = [] if noting else [True]


def take(reads: Reads) -> None:
    """Take notes in these from now on."""
    _present[:] = [reads]


def spoil(reason: str) -> None:
    """Say that the answer of this run must not be kept: it speaks of something besides the tree."""
    for reads in _present:
        reads.spoil(reason)


def _asking(
    function: "Callable[..., os.stat_result]", *, follow: bool = True
) -> "Callable[..., os.stat_result]":
    def asking(path: "Any", *args: "Any", dir_fd: "int | None" = None, **options: "Any") -> os.stat_result:
        followed = options.get("follow_symlinks", follow)
        reads = _present[0] if _present and dir_fd is None and not _noting else None
        try:
            found = function(path, *args, dir_fd=dir_fd, **options)
        except (OSError, ValueError):
            if reads is not None:
                reads.asked(path, follow=followed, found=None)
            raise
        if reads is not None:
            reads.asked(path, follow=followed, found=found)
        return found

    return asking


def _heard(event: str, arguments: "tuple[Any, ...]") -> None:
    if event not in _HANDLERS or not _present or _noting:
        return
    _noting.append(True)
    try:
        _HANDLERS[event](_present[0], arguments)
    finally:
        _noting.clear()


def _changed(reads: Reads, arguments: "tuple[Any, ...]") -> None:
    if arguments[-1] in {-1, None}:  # else its path starts from an open folder: `shutil.rmtree` is at work
        reads.changed(arguments[0])


def _made(reads: Reads, arguments: "tuple[Any, ...]") -> None:
    reads.changed(arguments[1])


def _ran(reads: Reads, arguments: "tuple[Any, ...]") -> None:
    reads.spoil(f"{arguments[0]} was started")


_HANDLERS: "dict[str, Callable[[Reads, tuple[Any, ...]], None]]" = {
    "open": lambda reads, arguments: reads.opened(arguments[0], arguments[2]),
    "os.scandir": lambda reads, arguments: reads.listed(arguments[0] or "."),
    "os.listdir": lambda reads, arguments: reads.listed(arguments[0] or "."),
    "subprocess.Popen": lambda reads, arguments: reads.started(arguments[0], arguments[1], arguments[3]),
    "tempfile.mkdtemp": lambda reads, arguments: reads.made(arguments[0]),
    "tempfile.mkstemp": lambda reads, arguments: reads.made(arguments[0]),
    **dict.fromkeys(_CHANGES, _changed),
    **dict.fromkeys(_LINKS, _made),
    **dict.fromkeys(_PROGRAMS, _ran),
}
