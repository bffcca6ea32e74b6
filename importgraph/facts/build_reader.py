"""Compile the reader of facts: `python -m importgraph.facts.build_reader`, once, where a C compiler is.

Without it everything works the same, slower. It keeps to the stable interface of CPython 3.11, so one file
serves all later versions.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from importgraph.errors import UsageError
from importgraph.facts.native_sources import NAME, SOURCES, sources_digest


def build(folder: Path, *, optimize: str = "-O2") -> Path:
    """Compile the reader into a folder.

    Returns:
        The file.

    Raises:
        UsageError: If there is no C compiler, or no headers of Python, or the folder cannot be written.
    """
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    flags = [optimize, "-std=c11", "-fPIC", "-shared", f'-DSOURCES="{sources_digest()}"']
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    include = f"-I{sysconfig.get_path('include')}"
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            made = Path(scratch) / NAME
            _compile([*compiler, *flags, include, str(SOURCES / "module.c"), "-o", str(made)])
            return made.replace(folder / NAME)
    except OSError as error:
        raise UsageError(
            f"the reader could not be written ({error}).", "Go on without (only slower), or make it writable."
        ) from error


def _compile(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 -- the compiler of this Python
    except OSError as error:
        raise UsageError(
            f"no C compiler ({error}).", "Install one, or go on without: only slower."
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        reason = next((line for line in said if "error" in line), "it failed")
        raise UsageError(f"the reader could not be compiled: {reason}", "Install a C compiler and Python.h.")


def main() -> int:
    """Compile the reader beside this module."""
    try:
        print(build(Path(__file__).parent))  # noqa: T201 -- what this command says
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- the same
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
