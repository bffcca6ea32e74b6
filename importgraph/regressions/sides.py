"""Two copies of a project to run side by side: a revision and the work tree."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from importgraph.errors import UsageError
from importgraph.git.repository import Repository

MARK = "importgraph-cpu-ns"
_CHILD = f"""
import importlib, sys, time
first = ""
start = time.process_time_ns()
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        first = first or ascii(f"{{name}}: {{type(error).__name__}}: {{error}}")
spent = time.process_time_ns() - start
sys.__stdout__.write(f"\\n{MARK} {{spent}} {{first}}\\n")
sys.__stdout__.flush()
"""
_TIMEOUT = 300
_BUILT = (".so", ".pyd", ".py")
_NEVER_COPIED = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


@dataclass(frozen=True, slots=True)
class Side:
    """A copy of the project that can be run."""

    root: Path
    path: tuple[str, ...]
    """What goes on `sys.path`, absolute."""


@dataclass(frozen=True, slots=True)
class Run:
    """One import in a fresh interpreter."""

    nanoseconds: int
    """CPU time of the imports alone, user and system."""
    error: str
    """The first import that failed, or nothing."""


@contextmanager
def two_sides(
    repository: Repository, commit: str, prefix: str, roots: tuple[tuple[str, ...], tuple[str, ...]]
) -> Iterator[tuple[Side, Side]]:
    """Give copies of a folder as it was at a commit and as it is, both in a temporary folder.

    Files that git ignores but imports need (built extensions, generated modules) are copied to both.

    Args:
        repository: The repository.
        commit: The earlier state.
        prefix: The folder, relative to the top of the repository.
        roots: Source roots relative to the folder, of the earlier and of the present state.
    """
    with TemporaryDirectory(prefix="importgraph-") as temporary:
        base, head = Path(temporary).resolve() / "base", Path(temporary).resolve() / "head"
        _export(repository, commit, prefix, base)
        _copy(repository, prefix, ("--cached", "--others", "--exclude-standard"), head)
        for side in (base, head):
            _copy(repository, prefix, ("--others", "--ignored", "--exclude-standard"), side, _BUILT)
        yield tuple(_side(side / prefix, paths) for side, paths in zip((base, head), roots, strict=True))  # type: ignore[misc]


def _side(root: Path, paths: tuple[str, ...]) -> Side:
    return Side(root, tuple(dict.fromkeys([str(root), *(str(root / path) for path in paths)])))


def _export(repository: Repository, commit: str, prefix: str, place: Path) -> None:
    entries = [entry for entry in repository.files(commit, prefix) if not entry.is_link]
    contents = repository.read([entry.object for entry in entries])
    for entry, content in zip(entries, contents, strict=True):
        target = place / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (place / prefix).mkdir(parents=True, exist_ok=True)


def _copy(
    repository: Repository, prefix: str, which: tuple[str, ...], place: Path, suffixes: tuple[str, ...] = ()
) -> None:
    for path in repository.known_files(prefix, *which):
        source, target = repository.top / path, place / path
        is_wanted = not suffixes or (path.endswith(suffixes) and not _is_aside(repository.top, path))
        if is_wanted and source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _is_aside(top: Path, path: str) -> bool:
    parts = path.split("/")[:-1]
    if _NEVER_COPIED & set(parts) or any(part.startswith(".") for part in parts):
        return True
    return any((top / "/".join(parts[: n + 1]) / "pyvenv.cfg").exists() for n in range(len(parts)))


def run_imports(python: str, side: Side, names: tuple[str, ...]) -> Run:
    """Import modules in a fresh interpreter. This executes the project's code.

    Raises:
        UsageError: If the interpreter cannot be run, or gives no answer.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- the user's interpreter and modules are meant
            [python, "-c", _CHILD, *names],
            cwd=side.root,
            env=_environment(side),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{python} could not import {names[0]}: {error}.") from error
    for line in reversed(done.stdout.decode(errors="replace").splitlines()):
        if line.startswith(f"{MARK} "):
            _, spent, error_text = line.split(" ", 2)
            return Run(int(spent), error_text.strip())
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no output"]
    raise UsageError(f"Importing {names[0]} ended the interpreter: {last[0]}.")


def _environment(side: Side) -> Mapping[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": os.pathsep.join(side.path), "PYTHONHASHSEED": "0"}
