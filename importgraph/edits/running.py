"""Run a copy of a project: its modules, its test collection, the user's test command. Executes the code."""

import os
import re
import shlex
import tempfile
import threading
from ast import literal_eval
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from importgraph.edits import imports_probe, objects_probe
from importgraph.measurements.target import Outcome, run_command

_COLLECT = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
_ERROR = "ERROR "
_NODE_ID = re.compile(r"[^\s].*\.py(::.*)?")
_NO_TURN = "its turn did not come within"
_COUNTED_EVERY = 0.5
"""Seconds between two looks at how many modules have been imported."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a project that can be run."""

    root: Path
    roots: tuple[str, ...]
    """Source roots, relative to the root."""
    python: str
    timeout: float
    """Seconds for a whole command."""

    def environment(self) -> dict[str, str]:
        """Return the variables to run under: this copy first on `sys.path`, its interpreter first on PATH."""
        found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        paths = [str(self.root / root) if root else str(self.root) for root in self.roots]
        inherited = [found["PYTHONPATH"]] if found.get("PYTHONPATH") else []
        found["PYTHONPATH"] = os.pathsep.join([*paths, *inherited])
        found["PYTHONHASHSEED"] = "0"
        folder = str(Path(self.python).parent) if os.sep in self.python else ""
        found["PATH"] = os.pathsep.join([*([folder] if folder else []), found.get("PATH", os.defpath)])
        return found


@dataclass(frozen=True, slots=True)
class ModuleState:
    """What became of importing one module first."""

    error: str
    """Empty where it succeeded."""
    names: frozenset[str] = frozenset()
    """What `dir()` gives."""
    exported: tuple[str, ...] | None = None
    """Its `__all__`, sorted."""
    given: frozenset[str] = frozenset()
    """Of the names that were asked for, those that it gives."""

    @property
    def is_late(self) -> bool:
        """Tell whether there was not enough time for it."""
        return self.error.startswith((imports_probe.NOT_DONE, _NO_TURN))


class Progress(Protocol):
    """Is told what is being done, and how much of it is done of how much; 0 of 0 where nothing counts it."""

    def __call__(self, what: str, done: int = 0, total: int = 0, at: str = "") -> None:
        """Take it, with the name of the part that is being done."""


def import_each(
    copy: Copy,
    names: Collection[str],
    asked: Mapping[str, Collection[str]] | None = None,
    told: Callable[[int, int, str], None] | None = None,
) -> Mapping[str, ModuleState]:
    """Import modules, each first in a fresh process, and return what became of them.

    Args:
        copy: Where.
        names: The modules.
        asked: By module, names to ask it for once it is imported.
        told: Is told now and then how many are done of how many, and which is next, by another thread.

    Raises:
        UsageError: If the interpreter cannot be started.
    """
    if not names:
        return {}
    with tempfile.TemporaryDirectory(prefix="importgraph-") as folder:
        wanted, answers = Path(folder, "names"), Path(folder, "answers")
        rows = [" ".join([name, *sorted((asked or {}).get(name, ()))]) for name in sorted(names)]
        wanted.write_text("\n".join(rows), encoding="utf-8")
        command = [copy.python, str(imports_probe.__file__), str(wanted), str(answers)]
        with _counting(answers, sorted(names), told):
            run_command(command, cwd=copy.root, env=copy.environment(), timeout=copy.timeout)
        lines = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
    found = {name: ModuleState(f"{_NO_TURN} {copy.timeout:g} s") for name in names}
    for line in lines:
        name, error, members, exported, given = literal_eval(line)
        public = tuple(exported) if exported is not None else None
        found[name] = ModuleState(error, frozenset(members), public, frozenset(given))
    return found


@contextmanager
def _counting(
    answers: Path, names: Sequence[str], told: Callable[[int, int, str], None] | None
) -> Iterator[None]:
    """Tell how many answers have been written, while they are being written, and whose is next."""
    over = threading.Event()

    def count(tell: Callable[[int, int, str], None]) -> None:
        while not over.wait(_COUNTED_EVERY):
            done = answers.read_bytes().count(b"\n") if answers.exists() else 0
            done = min(done, len(names) - 1)
            tell(done, len(names), names[done])

    if told is None:
        yield
        return
    counter = threading.Thread(target=count, args=(told,), daemon=True)
    counter.start()
    try:
        yield
    finally:
        over.set()
        counter.join()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two paths that should give one object."""

    old: str
    name: str
    new: str
    new_name: str


def other_objects(copy: Copy, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the pairs of paths that give two objects; one that gives none is left out."""
    if not pairs:
        return ()
    with tempfile.TemporaryDirectory(prefix="importgraph-") as folder:
        wanted, answers = Path(folder, "pairs"), Path(folder, "answers")
        rows = [f"{one.old} {one.name} {one.new} {one.new_name}" for one in pairs]
        wanted.write_text("\n".join(rows), encoding="utf-8")
        command = [copy.python, str(objects_probe.__file__), str(wanted), str(answers)]
        run_command(command, cwd=copy.root, env=copy.environment(), timeout=copy.timeout)
        lines = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
    return tuple(one for one, line in zip(pairs, lines, strict=False) if line == "other")


@dataclass(frozen=True, slots=True)
class Collected:
    """What pytest collects."""

    ids: tuple[str, ...]
    code: int
    failing: tuple[str, ...] = ()
    """Files that cannot be collected."""

    @property
    def in_order(self) -> "Collected":
        """The same with sorted ids."""
        return Collected(tuple(sorted(self.ids)), self.code, self.failing)


def collect_tests(copy: Copy, within: str) -> Collected | None:
    """Return what pytest collects in the copy; None where the interpreter has no pytest."""
    done = _run(copy, [copy.python, *_COLLECT], within)
    if "No module named pytest" in done.stderr:
        return None
    lines = [line for line in done.stdout.splitlines() if _NODE_ID.fullmatch(line)]
    failing = tuple(line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR))
    ids = tuple(line for line in lines if not line.startswith(_ERROR))
    return Collected(ids, done.returncode, failing)


@dataclass(frozen=True, slots=True)
class Tested:
    """How the user's command ended."""

    code: int
    last: str
    """The last line that it printed, without what differs between any two runs."""


def run_tests(copy: Copy, command: str, within: str) -> Tested:
    """Run the user's test command in the copy, without a shell."""
    done = _run(copy, shlex.split(command), within)
    lines = [line for line in (done.stdout or done.stderr).splitlines() if line.strip()]
    last = re.sub(r"\b\d+(\.\d+)? ?(s|ms|seconds?)\b|\(\d+:\d+:\d+\)", "", lines[-1] if lines else "")
    return Tested(-1 if done.timed_out else done.returncode, last.strip("= ").removesuffix(" in")[:200])


def _run(copy: Copy, command: list[str], within: str) -> Outcome:
    return run_command(command, cwd=copy.root / within, env=copy.environment(), timeout=copy.timeout)
