"""Run one program under the probe, in its own interpreter: the only place that starts a process."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from importgraph.errors import UsageError

Kind = Literal["module", "script", "pytest"]
MemoryKind = Literal["none", "rss", "tracemalloc"]
Extra = Literal["none", "effects", "rss", "tracemalloc"]

LAUNCH = (
    "import marshal, sys; "
    "exec(marshal.loads(open(sys.argv.pop(1), 'rb').read()), {'__name__': '_importgraph_probe'})"
)
PYTEST_OPTIONS = ("--collect-only", "-q", "-p", "no:cacheprovider")
OUTPUT_KEPT = 4_000_000
GRACE_SECONDS = 5.0
MODULE_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """What to run, with which interpreter, from which folder."""

    python: str
    kind: Kind
    name: str
    """Module name, path of a script, or the paths given to pytest."""
    arguments: tuple[str, ...] = ()
    cwd: Path = Path()
    env: tuple[tuple[str, str | None], ...] = ()
    """Changes to our own environment; None removes a variable."""

    @property
    def entry(self) -> str:
        """What a reader calls this target."""
        if self.kind == "pytest":
            return f"pytest:{self.name}"
        name = Path(self.name).name if Path(self.name).is_absolute() else self.name
        return " ".join([name, *self.arguments])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; its record is in the file that was named."""

    returncode: int
    timed_out: bool
    lingered: bool
    """True when the target had finished and its process did not end (threads that are no daemons)."""
    ended_ns: int
    """Wall clock, to say how long an unfinished module had been running."""
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What differs between two runs of the same target."""

    probe: Path
    """The tracer, compiled by the target's interpreter (``describe_interpreter`` does that)."""
    record: Path
    pycache: Path
    write_bytecode: bool = True
    extra: Extra = "effects"
    """What to watch beside the imports; either costs time that is not corrected for."""
    timeout: float = 300.0


def parse_target(text: str, python: str, cwd: Path) -> Target:
    """Understand what a user wrote: a module, a script, ``pytest:PATH`` or a console script with arguments.

    Raises:
        UsageError: The text is empty, or names neither an existing file nor anything that can be imported.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"The target {text!r} cannot be read ({error}).") from error
    if not words:
        raise UsageError("The target is empty.", "Give a module, a script, pytest:PATH or a console script.")
    target = Target(python, "module", words[0], tuple(words[1:]), cwd)
    if words[0].startswith("pytest:"):
        paths = (words[0].removeprefix("pytest:"), *words[1:])
        return replace(
            target, kind="pytest", name=" ".join(paths), arguments=(*PYTEST_OPTIONS, *filter(None, paths))
        )
    if words[0].endswith(".py") or (os.sep in words[0] and (cwd / words[0]).is_file()):
        if not (cwd / words[0]).is_file():
            raise UsageError(f"There is no script {words[0]} in {cwd}.")
        return replace(target, kind="script")
    if MODULE_NAME.match(words[0]) and len(words) == 1:
        return target
    script = console_script(words[0], python)
    if script is None:
        raise UsageError(
            f"{words[0]!r} is neither a module, nor a file, nor a console script of {python}.",
            "Choose another interpreter with --python.",
        )
    return replace(target, kind="script", name=script)


def console_script(name: str, python: str) -> str | None:
    """Return the path of a console script installed beside an interpreter."""
    return shutil.which(name, path=str(Path(shutil.which(python) or python).parent))


def environment(target: Target, settings: RunSettings | None = None) -> dict[str, str]:
    """Return the target's environment: ours, its own changes, and a private folder for bytecode."""
    env = dict(os.environ)
    for name, value in target.env:
        env.pop(name, None)
        if value is not None:
            env[name] = value
    if settings is not None:
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        if not settings.write_bytecode:
            env["PYTHONDONTWRITEBYTECODE"] = "1"
        env["PYTHONPYCACHEPREFIX"] = str(settings.pycache)
        env.setdefault("PYTHONHASHSEED", "0")
    return env


def run_target(target: Target, settings: RunSettings) -> Outcome:
    """Run a target once under the probe. A crash, a hang or an exception of the target is an outcome.

    Raises:
        UsageError: The interpreter cannot be started.
    """
    command = [target.python, "-c", LAUNCH, str(settings.probe), str(settings.record), settings.extra]
    return run_command(
        [*command, target.kind, target.name, *target.arguments],
        cwd=target.cwd,
        env=environment(target, settings),
        timeout=settings.timeout,
        record=settings.record,
    )


def run_command(
    command: list[str], *, cwd: Path, env: dict[str, str], timeout: float, record: Path | None = None
) -> Outcome:
    """Run a command in a process group of its own, and end the whole group when it takes too long.

    Output goes to files, so that a grandchild that keeps a pipe open cannot hold us.
    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own interpreter, no shell
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise UsageError(
                f"Could not start {command[0]} ({error.strerror}).", "Name an interpreter with --python."
            ) from error
        try:
            with ended_by_signal():
                timed_out, lingered = wait_for(process, timeout, record)
        finally:
            ended = time.time_ns()
            end_group(process)
        return Outcome(process.returncode, timed_out, lingered, ended, tail(stdout), tail(stderr))


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """Let SIGTERM end us as an interrupt does: what we have started is ended, and copies are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def wait_for(process: "subprocess.Popen[bytes]", timeout: float, record: Path | None) -> tuple[bool, bool]:
    """Wait for a process. Returns whether it timed out, and whether its record was complete by then."""
    deadline = time.monotonic() + timeout
    finished_at: float | None = None
    while True:
        left = deadline - time.monotonic()
        try:
            process.wait(min(max(left, 0.01), 1.0))
        except subprocess.TimeoutExpired:
            if finished_at is None and record is not None and is_complete(record):
                finished_at = time.monotonic()
            if finished_at is not None and time.monotonic() - finished_at > GRACE_SECONDS:
                return False, True
            if deadline < time.monotonic():
                return finished_at is None, finished_at is not None
        else:
            return False, False


def is_complete(record: Path) -> bool:
    """Say whether the record's last line is its end."""
    if not record.exists():
        return False
    with record.open("rb") as file:
        file.seek(max(record.stat().st_size - 100_000, 0))
        return b'\n["end",' in file.read()


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of a process group that we started ourselves."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nothing is left of it
    elif process.poll() is None:
        process.kill()
    process.wait()


def tail(file: IO[bytes]) -> str:
    """Return the end of what a program printed."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - OUTPUT_KEPT, 0))
    return file.read().decode("utf-8", "replace")
