"""Learn of changes to the files that an analysis reads."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import watchfiles

_SUFFIXES = frozenset({".py", ".pyi", ".ipynb", ".toml", ".cfg", ".ini", ".txt", ".lock", ".yml", ".yaml"})
_NAMES = frozenset({".gitignore", "Dockerfile", "Makefile", "Procfile"})

_PATIENCE_MS = 1_000
"""How often the folder itself is looked at while nothing changes below it."""


class _Inputs(watchfiles.DefaultFilter):
    """Changes that can change the report; nothing below `.git`, environments, caches and the like."""

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        file = Path(path)
        return (file.suffix in _SUFFIXES or file.name in _NAMES) and super().__call__(change, path)


def changes(folder: Path, ended: threading.Event) -> Iterator[None]:
    """Yield after each burst of changes below a folder, and when it goes or comes back.

    It ends when the event is set. A folder that was moved away or removed takes the watch on it along:
    another in its place is watched anew.

    Raises:
        OSError: If the system watches no more files.
    """
    while not ended.is_set():
        watched = _identity(folder)
        if watched is not None:
            with suppress(FileNotFoundError):  # it went just now
                yield from _changes(folder, watched, ended)
        elif ended.wait(_PATIENCE_MS / 1000) or _identity(folder) is None:
            continue
        if not ended.is_set():
            yield None


def _changes(folder: Path, watched: tuple[int, int], ended: threading.Event) -> Iterator[None]:
    """Yield after each burst of changes, as long as the folder is the one that is watched."""
    for burst in watchfiles.watch(
        folder,
        watch_filter=_Inputs(),
        stop_event=ended,
        raise_interrupt=False,
        ignore_permission_denied=True,
        rust_timeout=_PATIENCE_MS,
        yield_on_timeout=True,
    ):
        if _identity(folder) != watched:
            return
        if burst:
            yield None


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
