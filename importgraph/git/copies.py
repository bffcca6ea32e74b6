"""Give a copy of a work tree the history of the original, without touching the original.

`git worktree add` would write into the repository, run its hooks and leave an entry behind when it is killed.
Here the copy gets a `.git` of its own: the same commit, refs and index, and the objects of the original to
read from. So what asks git for a version, for files or for changes gets the same answers in both.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from importgraph.git.index import tracked_files
from importgraph.git.layout import Layout, find_layout
from importgraph.storage import stays_below

_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tlogallrefupdates = false\n"


def share_history(original: Path, copy: Path) -> bool:
    """Make a copy of the top of a work tree a repository at the same commit; False where none can be shared.

    Files that git tracks and that the copy lacks, hidden ones say, are added to it.
    """
    layout = find_layout(original)
    if layout is None or layout.top != original.resolve() or (layout.common / "reftable").exists():
        return False
    if "objectformat" in _text(layout.common / "config").lower():
        return False  # another kind of object names needs settings that are not ours to copy
    try:
        _write(layout, copy / ".git")
    except OSError:
        shutil.rmtree(copy / ".git", ignore_errors=True)
        return False
    for path in tracked_files(layout.own, layout.common) or ():
        source, target = original / path, copy / path
        inside = stays_below(original, source) and stays_below(copy, target)
        if inside and source.is_file() and not source.is_symlink() and not target.exists():
            with suppress(OSError):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
    return True


def _write(layout: Layout, folder: Path) -> None:
    (folder / "objects" / "info").mkdir(parents=True)
    objects = os.fsencode(layout.common / "objects")
    (folder / "objects" / "info" / "alternates").write_bytes(objects + b"\n")
    (folder / "config").write_text(_CONFIG, encoding="utf-8")
    (folder / "refs").mkdir()
    if (layout.common / "refs").is_dir():
        shutil.copytree(layout.common / "refs", folder / "refs", dirs_exist_ok=True)
    for name, place in (
        ("HEAD", layout.own),
        ("index", layout.own),
        ("packed-refs", layout.common),
        ("shallow", layout.common),
    ):
        if (place / name).is_file():
            shutil.copyfile(place / name, folder / name)
    for shared in filter(Path.is_file, layout.own.glob("sharedindex.*")):
        shutil.copyfile(shared, folder / shared.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
