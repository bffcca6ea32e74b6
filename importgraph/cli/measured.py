"""`analyze --measure`: profile the entry points of a tree; the result holds while its files are unchanged."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from importgraph.cli.writing import note
from importgraph.errors import UsageError
from importgraph.facts.cache import Cache
from importgraph.findings.entry_points import (
    EntryKind,
    EntryPoint,
    entry_points,
    imported_by,
    with_entries,
)
from importgraph.measurements.model import ImportProfile
from importgraph.storage import write_whole

if TYPE_CHECKING:
    from importgraph.executors import Helpers
    from importgraph.measurements.target import Target
    from importgraph.project import Project

_MOST = 12
"""How many entry points are profiled, the most important first."""
_MARKER = "measured"
"""A file in the cache that is written anew with each profile: answers that were kept depend on it."""


def with_measurement(
    project: "Project", *, measure: bool, python: str | None, runs: int, quiet: bool
) -> "Project":
    """Return the project with measured costs: taken now, or found from an earlier run on the same files."""
    if measure:
        return project.with_profile(take_profile(project, python, runs, quiet=quiet))
    kept = saved_profile(project, python)
    if kept is None:
        return project
    note(f"Costs were measured on {kept.taken}; --measure takes them anew.", quiet=quiet)
    return project.with_profile(kept.profile)


class Kept(msgspec.Struct, frozen=True):
    """A profile in the cache, with the state of the files it was taken of."""

    stamp: str
    taken: str
    """The day, as ISO 8601 writes it."""
    python: str
    """The interpreter that ran it."""
    profile: ImportProfile


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """An entry point that was not profiled, and why."""

    entry: EntryPoint
    reason: str


def saved_profile(project: "Project", python: str | None = None) -> Kept | None:
    """Return the profile that was taken of these very files, or None.

    Args:
        project: The tree.
        python: The interpreter or environment that is asked for; None for whichever it was.
    """
    from importgraph.facts.environments import choose_python

    if project.cache_folder is not None:
        (project.cache_folder / _MARKER).exists()  # noted: an answer without costs ends with the next profile
    key = _key(project)
    value = Cache(project.cache_folder).get([key]).get(key)
    if value is None:
        return None
    try:
        kept = msgspec.msgpack.decode(value, type=Kept)
    except msgspec.DecodeError:
        return None  # of another version: a miss
    if python is not None and choose_python(python, project.root) != kept.python:
        return None
    return kept if kept.stamp == _stamp(project, kept.python) else None


def take_profile(project: "Project", python: str | None, runs: int, *, quiet: bool) -> ImportProfile:
    """Profile the entry points of a tree, say first that this executes it, and keep the result.

    Raises:
        UsageError: If no entry point could be measured.
    """
    from importgraph.facts.environments import choose_python
    from importgraph.measurements.several import merge

    interpreter = choose_python(python, project.root)
    entries = entry_points(project.snapshot)[:_MOST]
    with tempfile.TemporaryDirectory(prefix="importgraph-") as folder:
        planned = [plan(project, entry, interpreter, Path(folder)) for entry in entries]
        profiles = list(_take(planned, interpreter, runs, project.helpers, quiet=quiet))
    if not profiles:
        raise UsageError(
            "No entry point could be measured.", "Name the project's environment with --python ENV."
        )
    found = merge(profiles)
    keep(project, interpreter, found)
    return found


def _take(
    planned: "list[tuple[EntryPoint, Target] | Unmeasured]",
    interpreter: str,
    runs: int,
    helpers: "Helpers | None",
    *,
    quiet: bool,
) -> Iterator[ImportProfile]:
    targets = [one for one in planned if not isinstance(one, Unmeasured)]
    names = ", ".join(entry.title for entry, _ in targets)
    note(f"Measuring executes code of this project with {interpreter}: {names}.")
    for one in planned:
        if isinstance(one, Unmeasured):
            note(f"{one.entry.title} is not measured: {one.reason}.", quiet=quiet)
    yield from _profiles(targets, runs, helpers, quiet=quiet)


def plan(
    project: "Project", entry: EntryPoint, python: str, folder: Path
) -> "tuple[EntryPoint, Target] | Unmeasured":
    """Return what to run for an entry point, or why it is not run.

    What starts a program is not run; a script in the folder imports what it would import instead.
    """
    from importgraph.measurements.target import PYTEST_OPTIONS, Target

    if entry.kind is EntryKind.TESTS:
        return entry, Target(python, "pytest", "", PYTEST_OPTIONS, project.root)
    module = project.graph.modules[entry.module]
    paths = [str(project.root / module.root), os.environ.get("PYTHONPATH", "")]
    env = (("PYTHONPATH", os.pathsep.join(path for path in paths if path)),)
    if entry.kind is not EntryKind.MODULE:
        view = with_entries(project.snapshot, project.snapshot.loading)
        script = folder / f"entry{len(list(folder.iterdir()))}.py"
        names = imported_by(view, entry)
        lines = (f"try:\n    import {name}\nexcept ImportError:\n    pass\n" for name in names)
        script.write_text("".join(lines), encoding="utf-8")
        return entry, Target(python, "script", str(script), (), project.root, env)
    if module.importable_as != module.name:
        return Unmeasured(entry, f"two files of the tree claim the name {module.importable_as}")
    return entry, Target(python, "module", module.name, (), project.root, env)


def _profiles(
    targets: "list[tuple[EntryPoint, Target]]", runs: int, helpers: "Helpers | None", *, quiet: bool
) -> Iterator[ImportProfile]:
    from importgraph.cli.measure import progress_on_stderr
    from importgraph.measurements.handed_over import profile_calls
    from importgraph.measurements.profile import Settings, no_progress

    settings = [
        Settings(1 if target.kind == "pytest" else runs) for _, target in targets
    ]  # it may take minutes
    planned = [(target, how) for (_, target), how in zip(targets, settings, strict=True)]
    calls = profile_calls(planned, no_progress if quiet else progress_on_stderr(), helpers)
    for (entry, _), call in zip(targets, calls, strict=True):
        note(f"measuring {entry.title}", quiet=quiet)
        try:
            found = call()
        except UsageError as error:
            note(f"{entry.title} was not measured: {error}", quiet=quiet)
            continue
        if found.complete:
            yield msgspec.structs.replace(found, entry=entry.title.replace(", ", " "))
        else:  # what it costs until it fails is not what it costs
            note(f"{entry.title} was not measured: {next(iter(found.notes), 'it ended early')}", quiet=quiet)


def keep(project: "Project", python: str, profile: ImportProfile) -> None:
    """Store a profile with the state of the files."""
    kept = Kept(_stamp(project, python), time.strftime("%Y-%m-%d"), python, profile)
    Cache(project.cache_folder).put({_key(project): msgspec.msgpack.encode(kept)})
    if project.cache_folder is not None:
        with suppress(OSError):
            write_whole(project.cache_folder / _MARKER, b"")


def _key(project: "Project") -> bytes:
    named = f"profile\0{project.root}\0{project.within}"
    return hashlib.blake2b(os.fsencode(named), digest_size=16).digest()


def _stamp(project: "Project", python: str) -> str:
    """Return a digest of what is on disk: every file read and the folders of what is installed.

    Each counts by its path, its size and the time of its last change.
    """
    state = hashlib.blake2b(digest_size=16)
    installed = sorted(Path(python).parents[1].glob("lib/python*/site-packages"))
    for path in (Path(python), *installed, *(project.root / path for path in project.paths)):
        try:
            status = path.stat()
            size = status.st_size if path not in installed else 0
            state.update(os.fsencode(f"{path}\0{size}\0{status.st_mtime_ns}\0"))
        except OSError:
            state.update(os.fsencode(f"{path}\0gone\0"))
    return state.hexdigest()
