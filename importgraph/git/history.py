"""What became of files that a repository once had."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from importgraph.errors import UsageError
from importgraph.git.layout import find_layout
from importgraph.git.run import StandIn, run, stand_in

_COMMITS = 50
"""Commits that removed what is asked for: older ones are not looked at."""

_NAMES = 20
"""Names whose removal is looked for: each takes a walk through the history of one file."""
_FIELDS = 3


class Removal(Struct, frozen=True):
    """The commit in which a file ceased to be, and where it went."""

    path: str
    """Relative to the folder that was asked for."""
    commit: str
    """Its abbreviated name."""
    date: str
    """As `2026-01-31`."""
    moved_to: str
    """Its new path, as git recognises renames; empty where the file was deleted."""


class NameRemoval(Struct, frozen=True):
    """The last commit in which a name ceased to be in a file."""

    commit: str
    """Its abbreviated name."""
    date: str
    """As `2026-01-31`."""
    before: bytes
    """The file as it was before that commit."""


def name_removals(folder: Path, asked: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], NameRemoval]:
    """Return for names that are not in a file any more the commits that changed how often they are there.

    Args:
        folder: In or at the top of a work tree.
        asked: Pairs of a path, relative to the folder, and a name; only the first few are looked for.

    Returns:
        By pair; none where there is no repository or git has no answer.
    """
    layout = find_layout(folder)
    wanted = sorted(set(asked))[:_NAMES]
    if layout is None or not wanted:
        return {}
    inside = folder.resolve().relative_to(layout.top).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    try:
        repository = stand_in(layout)
        found = {pair: _last_of(repository, f"{prefix}{pair[0]}", pair[1]) for pair in wanted}
    except UsageError:
        return {}
    return {pair: removal for pair, removal in found.items() if removal is not None}


def _last_of(repository: StandIn, path: str, name: str) -> NameRemoval | None:
    command = ["log", "-1", f"-S{name}", "--no-ext-diff", "--no-textconv", "--format=%H %h %cs"]
    done = run(repository, [*command, "--end-of-options", "HEAD", "--", f":(literal){path}"])
    fields = os.fsdecode(done.stdout).split()
    if done.returncode or len(fields) != _FIELDS:
        return None
    commit, short, date = fields
    before = run(repository, ["cat-file", "blob", f"{commit}^:{path}"])
    return NameRemoval(short, date, before.stdout) if before.returncode == 0 else None


def removals(folder: Path, paths: Iterable[str]) -> Mapping[str, Removal]:
    """Return for each path that is in the history of HEAD but not in its tree, how it was last removed.

    Args:
        folder: In or at the top of a work tree.
        paths: Relative to the folder, with `/`.

    Returns:
        The removals by path; none where there is no repository or git has no answer.
    """
    layout = find_layout(folder)
    wanted = sorted(set(paths))
    if layout is None or not wanted:
        return {}
    inside = folder.resolve().relative_to(layout.top).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    places = {f"{prefix}{path}": path for path in wanted}
    try:
        repository = stand_in(layout)
        return _removals(repository, places, prefix)
    except UsageError:
        return {}


def _removals(repository: StandIn, places: Mapping[str, str], prefix: str) -> Mapping[str, Removal]:
    command = ["log", f"-{_COMMITS}", "--no-renames", "--diff-filter=D", "--name-only", "-z"]
    command += ["--format=%x01%H %h %cs", "--end-of-options", "HEAD", "--"]
    command += [f":(literal){place}" for place in places]
    done = run(repository, command)
    found: dict[str, Removal] = {}
    if done.returncode:
        return found
    for part in os.fsdecode(done.stdout).split("\x01")[1:]:
        head, *names = [field for field in part.replace("\n", "\0").split("\0") if field]
        commit, short, date = head.split(" ")
        fresh = [name for name in names if name in places and places[name] not in found]
        moved = _renames(repository, commit) if fresh else {}
        for name in fresh:
            target = moved.get(name, "")
            moved_to = target.removeprefix(prefix) if target.startswith(prefix) else ""
            found[places[name]] = Removal(places[name], short, date, moved_to)
    return found


def _renames(repository: StandIn, commit: str) -> dict[str, str]:
    """Return the files that a commit renamed, by their old paths."""
    command = ["diff-tree", "-r", "-M", "-z", "--no-commit-id", "--name-status", "--diff-filter=R", commit]
    done = run(repository, command)
    fields = [field for field in os.fsdecode(done.stdout).split("\0") if field]
    return {old: new for _, old, new in zip(fields[::3], fields[1::3], fields[2::3], strict=False)}
