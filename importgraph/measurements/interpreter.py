"""What the target's interpreter is, and which of its modules are ours to change."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from importgraph.errors import UsageError
from importgraph.measurements.model import Group
from importgraph.measurements.probe import PARTS
from importgraph.measurements.target import Target, environment, run_command

DESCRIBE = Path(__file__).with_name("describe.py")
TIMEOUT_SECONDS = 60.0


class Interpreter(msgspec.Struct, frozen=True):
    """The answer of ``describe.py``."""

    version: str
    cache_tag: str
    magic: str
    standard: tuple[str, ...]
    installed: tuple[str, ...]
    distributions: Mapping[str, str]
    pytest_tag: str | None


def describe_interpreter(target: Target, probe: Path) -> Interpreter:
    """Ask the target's interpreter what it is, and let it compile the tracer.

    Args:
        target: Whose interpreter.
        probe: Where the compiled tracer goes.

    Raises:
        UsageError: It does not start, is too old, or cannot say.
    """
    outcome = run_command(
        [target.python, str(DESCRIBE), str(probe), *map(str, PARTS)],
        cwd=target.cwd,
        env=environment(target),
        timeout=TIMEOUT_SECONDS,
    )
    try:
        return msgspec.json.decode(outcome.stdout.strip().rpartition("\n")[2], type=Interpreter)
    except msgspec.DecodeError as error:
        said = (outcome.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise UsageError(
            f"{target.python} did not say what it is ({said}).", "Name a CPython from 3.9 on with --python."
        ) from error


def interpreter_version(python: str, cwd: Path) -> tuple[int, ...]:
    """Ask an interpreter for its version.

    Raises:
        UsageError: It does not start, or cannot say.
    """
    command = [python, "-c", "import sys; print(*sys.version_info[:3])"]
    outcome = run_command(command, cwd=cwd, env=dict(os.environ), timeout=TIMEOUT_SECONDS)
    words = outcome.stdout.split()
    if outcome.returncode or not all(word.isdigit() for word in words) or not words:
        said = (outcome.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise UsageError(f"{python} did not say its version ({said}).", "Name an interpreter with --python.")
    return tuple(map(int, words))


def group_of(
    name: str, path: str | None, how: str, interpreter: Interpreter, root: Path
) -> tuple[Group, str | None]:
    """Say whether a module is the project's own, installed, or of the standard library, and whose it is.

    A module without a file (namespace package, put in by hand, failed) goes by its top-level name.
    """
    top = name.partition(".")[0]
    distribution = interpreter.distributions.get(top)
    if how in {"builtin", "frozen"}:
        return "standard", None
    if path is None:
        if distribution is not None:
            return "external", distribution
        is_own = (root / top).exists() or (root / f"{top}.py").exists()
        return ("standard" if top in sys.stdlib_module_names and not is_own else "first-party"), None
    file = str(Path(path).resolve())
    if any(file.startswith(folder + "/") for folder in interpreter.installed):
        return "external", distribution or top
    if any(file.startswith(folder + "/") for folder in interpreter.standard):
        return "standard", None
    return "first-party", None


def shown_path(path: str | None, root: Path) -> str | None:
    """Return a path relative to the root where it lies inside, with forward slashes."""
    if path is None or path.startswith("<"):
        return None
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return Path(path).as_posix()
