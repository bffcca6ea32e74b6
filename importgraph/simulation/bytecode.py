"""Whether Python has compiled a file as it is now: then its text need not be checked for syntax errors.

Bytecode of Python's own import and of pytest's assertion rewriting counts (PEP 552: by time, or by hash).
"""

import importlib.util
import os
import sys
from collections import defaultdict

from importgraph.files import read_head

_HEAD = 16


class Bytecode:
    """Looks into `__pycache__` folders.

    Args:
        version: The Python that would run the files.
    """

    def __init__(self, version: tuple[int, int]) -> None:
        self.tag = f"cpython-{version[0]}{version[1]}"
        self.hashes = version == sys.version_info[:2]
        """Hashes are made with a key of each version."""
        self._folders: dict[str, dict[str, list[str]]] = {}
        self._compiled: dict[str, bool] = {}

    def is_compiled(self, path: str, text: bytes) -> bool:
        """Tell whether valid bytecode of a file stands in its `__pycache__`.

        Args:
            path: The file.
            text: What it holds.
        """
        if path not in self._compiled:
            self._compiled[path] = self._is_compiled(path, text)
        return self._compiled[path]

    def _is_compiled(self, path: str, text: bytes) -> bool:
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = self._listed(f"{folder}/__pycache__")
        return any(self._fits(one, path, text) for one in self._folders[folder].get(name[:-3], ()))

    def _listed(self, folder: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    stem, dot, rest = entry.name.partition(f".{self.tag}")
                    if dot and rest.endswith(".pyc"):
                        found[stem].append(entry.path)
        except OSError:
            return {}
        return found

    def _fits(self, bytecode: str, path: str, text: bytes) -> bool:
        try:
            head = read_head(bytecode, _HEAD)
            status = os.stat(path)  # noqa: PTH116 -- of every file
        except OSError:
            return False
        if len(head) < _HEAD:
            return False
        if any(head[4:8]):
            return self.hashes and head[8:16] == importlib.util.source_hash(text)
        time, size = int.from_bytes(head[8:12], "little"), int.from_bytes(head[12:16], "little")
        return time == int(status.st_mtime) & 0xFFFFFFFF and size == status.st_size & 0xFFFFFFFF
