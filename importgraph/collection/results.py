"""Results of files between runs.

A file's tests are read again only where it, or something they depend on, changed.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from importgraph.collection.model import FileResult
from importgraph.collection.plan import Request
from importgraph.collection.worker import Batch
from importgraph.environment.interpreter import Environment
from importgraph.kept.questions import program_stamp
from importgraph.memory.answers import FileStamp, Stamps, changed, packed, stamp, write
from importgraph.memory.environment_stamps import environment_stamp
from importgraph.session.settings import Settings
from importgraph.storage import unsealed


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The results of one session's files."""

    context: str
    stamps: Stamps
    results: dict[str, FileResult]
    paths: list[str]
    uses: dict[int, list[int]]
    """Of each path, by its place in `paths`: the paths whose text had a say in what is known of it."""
    foreign: list[tuple[str, str]]
    """What files of the session change in others: (path, name), sorted."""


class Results:
    """A store for one session: its settings, environment and search path are part of the key.

    Args:
        request: Where results are kept, and when the question was asked.
        settings: The session's settings; what only selects among tests does not count.
        environment: The installed packages.
        shared: The search path.
    """

    def __init__(
        self,
        request: Request,
        settings: Settings,
        environment: Environment,
        shared: tuple[str, ...],
    ) -> None:
        self.folder = request.store
        self._asked_ns = request.asked_ns
        self.probes: set[str] = set()
        self.variables: dict[str, str | None] = {}
        self.foreign: set[tuple[str, str]] = set()
        self._stored: dict[str, set[str]] = {}
        self.uses: dict[str, set[str]] = {}
        """The files whose text had a say in what is known of a file."""
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
            settings.values.get("empty_parameter_set_mark"),
            settings.options,
            environment_stamp(environment),
            shared,
            program_stamp(),
        )
        self._context = hashlib.blake2b(repr(relevant).encode(), digest_size=16).hexdigest()

    def load(self, files: Iterable[str]) -> dict[str, FileResult]:
        """Return the results that still hold."""
        if self.folder is None:
            return {}
        try:
            old = msgspec.msgpack.decode(unsealed((self.folder / self._name).read_bytes()), type=Stored)
        except (OSError, ValueError, msgspec.MsgspecError):
            return {}
        if old.context != self._context:
            return {}
        stale, folders, variables = changed(old.stamps)
        if folders or variables:
            return {}
        self.probes.update(found.path for found in old.stamps.folders)
        self.variables.update(old.stamps.variables)
        stored = {old.paths[user]: {old.paths[used] for used in found} for user, found in old.uses.items()}
        self._stored, self.foreign = stored, set(old.foreign)
        touched = dependents(stored, stale)
        kept = {file: old.results[file] for file in files if file in old.results and file not in touched}
        for path in closure(stored, kept):
            if path in stored:
                self.uses.setdefault(path, set()).update(stored[path])
        return kept

    def outdated(self, foreign: set[tuple[str, str]]) -> set[str]:
        """Return the files of which the results that were loaded do not hold.

        Args:
            foreign: What files of the session change in others today.
        """
        moved = {path for path, _ in self.foreign ^ foreign}
        self.foreign = foreign
        return dependents(self._stored, moved)

    def add(self, batch: Batch) -> None:
        """Take note of what fresh results depend on."""
        self.probes.update(batch.probes)
        self.variables.update(batch.variables)
        for path, used in batch.uses.items():
            self.uses.setdefault(path, set()).update(used)

    def save(self, results: Mapping[str, FileResult], depends: set[str]) -> tuple[FileStamp, ...]:
        """Store results.

        Args:
            results: Of each file.
            depends: The files they depend on, themselves included.

        Returns:
            The stamps of those files, where they are kept.
        """
        if self.folder is None:
            return ()
        stamps = stamp(depends, self.probes, self.variables.items(), self._asked_ns)
        paths = sorted(depends)
        place = {path: index for index, path in enumerate(paths)}
        uses = {
            place[path]: sorted(place[used] for used in self.uses[path])
            for path in paths
            if path in self.uses
        }
        stored = Stored(self._context, stamps, dict(results), paths, uses, sorted(self.foreign))
        write(self.folder, self._name, packed(stored))
        return stamps.files


def closure(uses: Mapping[str, set[str]], roots: Iterable[str]) -> set[str]:
    """Return what can be reached from some files, themselves included."""
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        path = stack.pop()
        if path not in seen:
            seen.add(path)
            stack.extend(uses.get(path, ()))
    return seen


def dependents(uses: Mapping[str, set[str]], changed: Iterable[str]) -> set[str]:
    """Return the files that reach a changed one, those included."""
    users: dict[str, set[str]] = {}
    for path, found in uses.items():
        for used in found:
            users.setdefault(used, set()).add(path)
    return closure(users, changed)
