"""Questions to a git repository: revisions, trees, files, changes and blame. Nothing here writes to it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile

from importgraph.errors import UsageError
from importgraph.git.layout import Layout, find_layout
from importgraph.git.model import Change, Commit, TreeEntry
from importgraph.git.run import StandIn, reading, run, stand_in

_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True)
class Repository:
    """A git repository with its work tree."""

    layout: Layout

    @property
    def top(self) -> Path:
        """The folder of the work tree."""
        return self.layout.top

    @cached_property
    def _seen(self) -> StandIn:
        return stand_in(self.layout)

    def relative(self, folder: Path) -> str:
        """Return a folder's path inside the repository, empty for the top."""
        inside = folder.resolve().relative_to(self.top).as_posix()
        return "" if inside == "." else inside

    def resolve(self, revision: str) -> str:
        """Return the commit that a revision names.

        Raises:
            UsageError: If there is none; a shallow clone is named as a possible reason.
        """
        if not revision or revision.startswith("-"):
            raise UsageError(f"`{revision}` is no revision.", "Name a branch, a tag or a commit.")
        query = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        done = run(self._seen, query)
        if done.returncode == 0:
            return done.stdout.decode().strip()
        if self.is_shallow():
            hint = "This clone is shallow: fetch more of its history (`git fetch --unshallow`)."
        else:
            hint = "Fetch it first, or name another branch, tag or commit."
        raise UsageError(f"There is no revision `{revision}` in this repository.", hint)

    def describe(self, revision: str) -> Commit:
        """Return the commit that a revision names, with its author, date and first line.

        Raises:
            UsageError: If there is none.
        """
        commit = self.resolve(revision)
        form = "--format=%H%x00%an%x00%at%x00%s"
        text = _checked(self._seen, ["log", "-1", "--no-show-signature", form, commit, "--"])
        fields = text.decode(errors="replace").strip().split("\0")
        return Commit(fields[0], fields[1], _date(fields[2]), fields[3])

    def is_shallow(self) -> bool:
        """Tell whether history is cut off."""
        return run(self._seen, ("rev-parse", "--is-shallow-repository")).stdout.strip() == b"true"

    def tree(self, commit: str) -> str:
        """Return the object that names all files of a commit with their contents."""
        return _checked(self._seen, ["rev-parse", "--verify", f"{commit}^{{tree}}"]).decode().strip()

    def files(self, commit: str, prefix: str) -> Iterator[TreeEntry]:
        """Yield the files of a commit below a folder, without those of submodules, in the order of git."""
        command = ["ls-tree", "-r", "-z", "--full-tree", commit]
        command += ["--", prefix] if prefix else []
        for line in _checked(self._seen, command).split(b"\0"):
            head, tab, name = line.partition(b"\t")
            if tab:
                mode, _, object_id = head.decode().split()
                path = os.fsdecode(name)
                if mode != _SUBMODULE and _is_plain(path):
                    yield TreeEntry(path, object_id, mode == _LINK)

    def read(self, objects: Sequence[str]) -> Iterator[bytes]:
        """Yield the contents of files by object id, in the order asked for.

        Raises:
            UsageError: If one is missing, as in a partial clone.
        """
        with TemporaryFile() as wanted:
            wanted.write("".join(f"{one}\n" for one in objects).encode())
            wanted.seek(0)
            with reading(self._seen, ["cat-file", "--batch"], wanted) as output:
                for one in objects:
                    head = output.readline().split()
                    if len(head) != 3:  # noqa: PLR2004 -- id, kind, size
                        raise UsageError(f"Object {one} is missing from the repository.", "Fetch it first.")
                    yield output.read(int(head[2]))
                    output.read(1)

    def known_files(self, prefix: str, *which: str) -> tuple[str, ...]:
        """Return files of the work tree below a folder, as `git ls-files` lists them, sorted.

        Args:
            prefix: The folder, relative to the top; empty for all.
            which: Options of git-ls-files(1), such as `--cached` or `--others`.

        Raises:
            UsageError: If git cannot read the index.
        """
        command = ["ls-files", "-z", "--full-name", *which, "--", *([prefix] if prefix else [])]
        names = _checked(self._seen, command).split(b"\0")
        return tuple(sorted({os.fsdecode(name) for name in names if name}))

    def changes(self, base: str, head: str | None, prefix: str = "") -> tuple[Change, ...]:
        """Return the files that differ between a commit and another, or the work tree, sorted by path.

        Files that git does not know (but does not ignore either) count as added to the work tree.
        """
        command = ["diff", "--name-status", "-z", "--no-ext-diff", "--no-textconv", "-M", base]
        command += [head] if head is not None else []
        command += ["--", prefix] if prefix else ["--"]
        found = list(_parse_changes(_checked(self._seen, command)))
        if head is None:
            others = self.known_files(prefix, "--others", "--exclude-standard")
            found += [Change("A", name, name) for name in others]
        return tuple(sorted(set(found), key=lambda change: (change.path, change.old_path)))

    def blame(self, path: str, line: int, commit: str | None) -> Commit | None:
        """Return the commit that brought a line as it is now.

        Args:
            path: Relative to the top.
            line: From 1.
            commit: The state to look at; None for the work tree.

        Returns:
            The commit; None where it is not committed yet, or where history does not reach.
        """
        revision = [commit] if commit is not None else []
        done = run(
            self._seen,
            ["blame", "--no-textconv", "--porcelain", "-L", f"{line},{line}", *revision, "--", path],
        )
        return _parse_blame(done.stdout.decode(errors="replace")) if done.returncode == 0 else None


def open_repository(folder: Path) -> Repository:
    """Open the repository around a folder.

    Raises:
        UsageError: If there is no git, no repository, or one without a work tree.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name the folder of a repository or package.")
    layout = find_layout(folder)
    if layout is None:
        raise UsageError(f"`{folder}` is not in a git repository.", "Name a folder that is.")
    return Repository(layout)


def prefix_in_repository(folder: Path) -> str:
    """Return a folder's path inside the repository around it; empty where there is none."""
    try:
        return open_repository(folder).relative(folder)
    except UsageError:
        return ""


def _checked(repository: StandIn, arguments: Sequence[str]) -> bytes:
    done = run(repository, arguments)
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise UsageError(f"git {arguments[0]} failed: {message[0].removeprefix('fatal: ')}.")
    return done.stdout


def _is_plain(path: str) -> bool:
    parts = path.split("/")
    return not {"", ".", "..", ".git"} & set(parts)


def _parse_changes(output: bytes) -> Iterator[Change]:
    fields = iter(os.fsdecode(output).split("\0"))
    for status in fields:
        if not status:
            return
        path = next(fields)
        if status[0] in "RC":
            new = next(fields)
            yield Change("R" if status[0] == "R" else "A", new, path if status[0] == "R" else new)
        else:
            yield Change(status[0] if status[0] in "AD" else "M", path, path)


def _parse_blame(text: str) -> Commit | None:
    lines = text.splitlines()
    if not lines:
        return None
    values = dict(line.partition(" ")[::2] for line in lines[1:] if not line.startswith("\t"))
    commit = lines[0].split()[0]
    if set(commit) == {"0"} or "boundary" in values:
        return None
    return Commit(
        commit, values.get("author", ""), _date(values.get("author-time", "")), values.get("summary", "")
    )


def _date(seconds: str) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d") if seconds.isdecimal() else ""
