"""Where the Python of a project is: its virtual environment, by where that usually stands."""

import os
import sys
from pathlib import Path

from importgraph.errors import UsageError

NAMES = (".venv", "venv")
"""What the folder of an environment beside a project is called."""
_INTERPRETERS = (("bin", "python"), ("Scripts", "python.exe"))


def environment_folders(root: Path) -> tuple[Path, ...]:
    """Return where a project's environment may be: the active one, then beside it, then above."""
    active = os.environ.get("VIRTUAL_ENV")
    beside = (folder / name for folder in (root, *root.parents[:1]) for name in NAMES)
    return (*((Path(active),) if active else ()), *beside)


def choose_python(given: str | None, root: Path) -> str:
    """Return the interpreter that runs a project.

    Args:
        given: What the user named: an interpreter, or the folder of an environment; None: the project's
            environment, else the Python that runs this.
        root: The project's folder.

    Raises:
        UsageError: If a folder holds no interpreter, or a file is none that can be run.
    """
    if given is not None and not Path(given).is_dir():
        import shutil  # loads archives

        if shutil.which(given) is None:
            raise UsageError(
                f"{given} is no Python that can be run.",
                "Name an interpreter or the folder of an environment.",
            )
        return given
    folders = environment_folders(root) if given is None else (Path(given).absolute(),)
    for folder in folders:
        for parts in _INTERPRETERS:
            if (python := folder.joinpath(*parts)).is_file():
                return str(python)
    if given is not None:
        raise UsageError(f"{given} holds no Python.", "Name an interpreter or the folder of an environment.")
    return sys.executable
