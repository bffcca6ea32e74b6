"""What a run asked of the file system, noted as it asks: what its answer depends on.

The interpreter reports opened files, listed folders and started programs (audit events), and `os.stat` is
replaced by one that notes what it is asked, so that no part of this program can forget to say what it read.
A file is looked at before it is read: one that changes later differs from its note. What changed so shortly
before that its times cannot vouch for it (`GRAIN_NS`) is noted with a digest of its content.

Whether anything came of a run besides its answer is noted, too: a file that it wrote, a program that it
started, other than git reading commits.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH100, PTH109, PTH112, PTH118, PTH119, PTH120, PTH123 -- pathlib takes longer to load than all of this

import os
import stat
import sys
import time
from _blake2 import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

Status = tuple[int, int, int, int]
"""Times of modification and of change in nanoseconds, inode, size."""
Note = tuple[str, bool, Status, bytes]
"""A path; whether links are followed; what was there; a digest of its content, where that is needed."""
NOWHERE: Status = (-1, -1, -1, -1)
"""Of a file that is not there, or cannot be looked at."""
FOLDER: Status = (-2, -2, -2, -2)
"""Of a folder of which only its being there was asked."""
GRAIN_NS = 2_000_000_000
"""The coarsest clock of a common file system (FAT)."""
VOLATILE = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})
"""Folders that tools make while one works; no answer depends on whether they are there."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = frozenset({"os.mkdir", "os.remove", "os.rmdir"})
_LINKS = frozenset({"os.symlink", "os.link", "os.rename"})
_PROGRAMS = frozenset({"os.exec", "os.posix_spawn", "os.system", "socket.connect", "os.startfile"})
_GIT_READS = frozenset(
    {"log", "diff-tree", "cat-file", "rev-parse", "rev-list", "ls-tree", "config", "merge-base"}
)
"""Commands of git that read commits, refs and what they are told, and never the work tree or the index."""
_GIT_FILES = (
    "HEAD",
    "packed-refs",
    "shallow",
    "config",
    "info/grafts",
    "objects/info/alternates",
    "reftable/tables.list",
)


class Reads:
    """The notes of one run."""

    def __init__(self, unnoted: "Iterable[str]") -> None:
        self._unnoted = tuple(unnoted)
        self.began_ns = time.time_ns()
        self._seen: dict[tuple[str, bool], tuple[Status, bytes]] = {}
        self._listed: dict[str, tuple[Status, bytes]] = {}
        self.spoiled = ""
        """Why the answer cannot be kept; empty where it can."""

    def opened(self, path: "Any", flags: int) -> None:
        """Note a file that is about to be read."""
        place = self._place(path)
        if not place:
            return
        if flags & _WRITING:
            if ".pyc" not in place:  # our own, as it is imported
                self.changed(place)
            return
        key = (place, True)
        if key not in self._seen or not self._seen[key][1]:
            status = status_at(place)
            digest = b""
            if status[0] >= 0 and not is_settled(status, time.time_ns()):
                digest = content_digest(place)
            self._seen.setdefault(key, (status, digest))
            if digest:
                self._seen[key] = (self._seen[key][0], digest)

    def changed(self, path: "Any") -> None:
        """Note a file that is about to be changed; what `tempfile` tries and makes for one run is none."""
        place = self._place(path)
        if place and os.path.dirname(place) != _temporary():
            self.spoiled = self.spoiled or f"{place} was changed"

    def listed(self, path: "Any") -> None:
        """Note a folder whose names are about to be listed."""
        place = self._place(path)
        if place and place not in self._listed:
            status = listing_status(place)
            digest, links = listing_digest(place)
            self._listed[place] = (status, digest)
            for link in links:
                self.asked(link, follow=True, found=_looked_at(link))

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
        if name != "git" or command not in _GIT_READS or variables is None:
            self.spoiled = self.spoiled or f"{name} was started"
            return
        objects = variables.get("GIT_OBJECT_DIRECTORY", "")
        for place in _git_places(variables.get("GIT_INDEX_FILE", ""), objects):
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

    def _place(self, path: "Any") -> str:
        """Return the absolute path of what is to be noted; nothing for what is not."""
        if isinstance(path, int) or path is None:
            return ""
        place = os.fsdecode(path)
        if not place.startswith("/"):
            place = os.path.join(os.getcwd(), place)
        return "" if place == os.devnull or f"{place}/".startswith(self._unnoted) else place


def _git_places(index: str, objects: str) -> "Iterator[str]":
    """Yield what the answers of git depend on besides objects, which are named by their content."""
    own, common = os.path.dirname(index), os.path.dirname(objects)
    for folder in dict.fromkeys(filter(None, (own, common))):
        for name in _GIT_FILES:
            yield os.path.join(folder, name)
        for where, _, names in os.walk(os.path.join(folder, "refs")):
            yield where
            for name in names:
                yield os.path.join(where, name)


def is_settled(status: Status, now_ns: int) -> bool:
    """Tell whether a file was as it is before a moment, and the next change will show in its times."""
    return max(status[0], status[1]) + GRAIN_NS < now_ns


def status_in(found: "os.stat_result | None") -> Status:
    """Return what tells that something is as it was; of a folder, only that it is one."""
    if found is None:
        return NOWHERE
    if stat.S_ISDIR(found.st_mode):
        return FOLDER
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


def status_at(path: str, *, follow: bool = True) -> Status:
    """Return what `status_in` says of a path as it is now."""
    return status_in(_looked_at(path, follow=follow))


def listing_status(path: str) -> Status:
    """Return what changes when an entry of a folder comes or goes."""
    found = _looked_at(path)
    return NOWHERE if found is None else (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, 0)


def listing_digest(path: str) -> tuple[bytes, list[str]]:
    """Return a digest of the names and kinds in a folder, without what tools make, and its links.

    A folder that cannot be listed has the digest of its reason.
    """
    names, links = [], []
    try:
        with _scandir(path) as entries:
            for entry in entries:
                if entry.is_symlink():
                    links.append(entry.path)
                    names.append(f"l{entry.name}")
                elif not entry.is_dir():
                    names.append(f"f{entry.name}")
                elif entry.name not in VOLATILE or _holds_python(entry.path):
                    names.append(f"d{entry.name}")
    except OSError as error:
        names, links = [f"e{error.errno}"], []
    text = "\0".join(sorted(names)).encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=16).digest(), links


def _holds_python(path: str) -> bool:
    try:
        return any(name.endswith(".py") for name in _listdir(path))
    except OSError:
        return True


def content_digest(path: str) -> bytes:
    """Return a digest of a file's bytes; one of nothing where it cannot be read."""
    try:
        with open(path, "rb") as file:
            data = file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError:
        data = b""
    return blake2b(data, digest_size=16).digest()


_stat = os.stat
_lstat = os.lstat
_scandir = os.scandir
_listdir = os.listdir
_present: "list[Reads]" = []
"""The notes that are being taken; at most one."""
_noting: "list[bool]" = []
"""Holds something while a note is taken, whose own questions are not to be noted."""


def _looked_at(path: str, *, follow: bool = True) -> "os.stat_result | None":
    try:
        return _stat(path, follow_symlinks=follow)
    except (OSError, ValueError):
        return None


def _temporary() -> str:
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return next((os.path.abspath(folder) for folder in named if folder), "/tmp")  # noqa: S108 -- as `tempfile` has it


def watch(cache: str) -> Reads:
    """Begin to note what this process asks of the file system.

    Args:
        cache: The folder of our caches, on which no answer depends.
    """
    reads = Reads((os.path.join(os.path.abspath(cache), ""), os.path.join(_temporary(), "importgraph-")))
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


def spoil(reason: str) -> None:
    """Say that the answer of this run must not be kept: it speaks of something besides the tree."""
    for reads in _present:
        reads.spoiled = reads.spoiled or reason


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
    reads.spoiled = reads.spoiled or f"{arguments[0]} was started"


_HANDLERS: "dict[str, Callable[[Reads, tuple[Any, ...]], None]]" = {
    "open": lambda reads, arguments: reads.opened(arguments[0], arguments[2]),
    "os.scandir": lambda reads, arguments: reads.listed(arguments[0] or "."),
    "os.listdir": lambda reads, arguments: reads.listed(arguments[0] or "."),
    "subprocess.Popen": lambda reads, arguments: reads.started(arguments[0], arguments[1], arguments[3]),
    **dict.fromkeys(_CHANGES, _changed),
    **dict.fromkeys(_LINKS, _made),
    **dict.fromkeys(_PROGRAMS, _ran),
}
