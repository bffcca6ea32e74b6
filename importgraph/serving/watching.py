"""Learn of changes to the files that an analysis reads."""

import threading
from collections.abc import Iterator
from pathlib import Path

import watchfiles

_SUFFIXES = frozenset({".py", ".pyi", ".ipynb", ".toml", ".cfg", ".ini", ".txt", ".lock", ".yml", ".yaml"})
_NAMES = frozenset({".gitignore", "Dockerfile", "Makefile", "Procfile"})


class _Inputs(watchfiles.DefaultFilter):
    """Changes that can change the report; nothing below `.git`, environments, caches and the like."""

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        file = Path(path)
        return (file.suffix in _SUFFIXES or file.name in _NAMES) and super().__call__(change, path)


def changes(folder: Path, ended: threading.Event) -> Iterator[None]:
    """Yield after each burst of changes below a folder, until an event is set.

    Raises:
        OSError: If the system watches no more files.
    """
    for _ in watchfiles.watch(
        folder, watch_filter=_Inputs(), stop_event=ended, raise_interrupt=False, ignore_permission_denied=True
    ):
        yield None
