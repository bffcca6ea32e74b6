"""Results of files between runs.

A file's tests are read again only where it, or something they depend on, changed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from importgraph.selection.environment import Environment
from importgraph.selection.model import FileResult
from importgraph.selection.settings import Settings
from importgraph.selection.warm import Stamps, changed, code_stamp, stamp, write
from importgraph.selection.worker import Batch


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The results of one session's files."""

    context: str
    stamps: Stamps
    results: dict[str, FileResult]


class Results:
    """A store for one session: its settings, environment and search path are part of the key.

    Args:
        folder: Where; None keeps nothing.
        settings: The session's settings; what only selects among tests does not count.
        environment: The installed packages.
        shared: The search path.
    """

    def __init__(
        self, folder: Path | None, settings: Settings, environment: Environment, shared: tuple[str, ...]
    ) -> None:
        self.folder = folder
        self.probes: set[str] = set()
        self.variables: dict[str, str | None] = {}
        self._old: Stored | None = None
        self._reused = 0
        name = hashlib.blake2b(
            repr((settings.rootdir, settings.ini, environment.folders)).encode(), digest_size=12
        )
        self._name = f"{name.hexdigest()}.results"
        relevant = (
            settings.patterns,
            settings.import_mode,
            settings.conftest,
            settings.confcutdir,
            settings.escape,
            settings.long_ids,
            settings.strict_ids,
            settings.usefixtures,
            settings.strict_markers,
            settings.registered,
            settings.warnings_fail,
            settings.options,
            environment.stamp,
            shared,
            code_stamp(),
        )
        self._context = hashlib.blake2b(repr(relevant).encode(), digest_size=16).hexdigest()

    def load(self, files: Iterable[str]) -> dict[str, FileResult]:
        """Return the results that still hold."""
        if self.folder is None:
            return {}
        try:
            old = msgspec.msgpack.decode((self.folder / self._name).read_bytes(), type=Stored)
        except (OSError, msgspec.MsgspecError):
            return {}
        if old.context != self._context:
            return {}
        stale, folders, variables = changed(old.stamps)
        if folders or variables:
            return {}
        self._old = old
        self.probes.update(found.path for found in old.stamps.folders)
        self.variables.update(old.stamps.variables)
        kept = {}
        for file in files:
            result = old.results.get(file)
            if result is not None and stale.isdisjoint((file, *result.uses)):
                kept[file] = result
        self._reused = len(kept)
        return kept

    def save(self, results: Mapping[str, FileResult], batches: Iterable[Batch]) -> None:
        """Store results; those of other files of the same session that still hold stay."""
        fresh = list(batches)
        for batch in fresh:
            self.probes.update(batch.probes)
            self.variables.update(batch.variables)
        if self.folder is None or not fresh:
            return
        used = {path for file, result in results.items() for path in (file, *result.uses)}
        stamps = stamp(used, self.probes, self.variables.items())
        write(self.folder, self._name, msgspec.msgpack.encode(Stored(self._context, stamps, dict(results))))
