"""Find the Python of a project: the one that was named, else its virtual environment."""

import os
import sys
import sysconfig
from pathlib import Path

import msgspec

from importgraph.environment.installation import (
    is_interpreter,
    read_installation,
    read_virtual,
    version_in,
)
from importgraph.environment.interpreter import Environment
from importgraph.environment.paths import with_links
from importgraph.errors import UsageError
from importgraph.facts.environments import environment_folders


def named_environment(python: Path) -> Environment:
    """Read the environment that a user named.

    Args:
        python: An interpreter, the name of one on `PATH`, or the folder of an environment.

    Raises:
        UsageError: If it is neither.
    """
    found = _in_folder(python) if python.is_dir() else _of_interpreter(python)
    if found is None:
        raise UsageError(
            f"{python} belongs to no Python installation.",
            "Name an interpreter or the folder of an environment.",
        )
    return found


def _in_folder(folder: Path) -> Environment | None:
    absolute = _absolute(folder)
    return read_virtual(absolute) or read_installation(absolute)


def _of_interpreter(python: Path) -> Environment | None:
    if not python.exists() and python.parent == Path():
        import shutil  # loads archives

        python = Path(shutil.which(str(python)) or python)
    if not is_interpreter(python):
        return None
    path = _absolute(python)
    target = path.resolve()
    version = version_in(path.name) or version_in(target.name)
    return (
        read_virtual(path.parent.parent)
        or read_installation(path.parent.parent, version)
        or read_installation(target.parent.parent, version)
        or read_installation(target.parent, version)
    )


def project_environment(python: Path | None, root: Path) -> Environment | None:
    """Find the environment of a project, or None where nothing says which it is.

    Args:
        python: An interpreter or the folder of an environment; None: `VIRTUAL_ENV`, else `.venv` or `venv`
            beside the project.
        root: The project's folder.

    Raises:
        UsageError: If there is no Python where the argument says.
    """
    if python is not None:
        return named_environment(python)
    found = (read_virtual(folder) for folder in environment_folders(root))
    return next((one for one in found if one is not None), None)


def find_environment(python: Path | None, root: Path) -> Environment:
    """Find the environment of a project as `project_environment` does, else take the one that runs this.

    Raises:
        UsageError: If there is no Python where the argument says.
    """
    return project_environment(python, root) or _current()


def standard_library_here() -> Environment:
    """Return the standard library of the Python that runs this, with nothing installed beside it.

    It stands in for that of a project's Python where nobody says which that is: standard libraries differ
    little in what their modules cost and import.
    """
    ours = _current()
    return msgspec.structs.replace(ours, site=(), folders=())


def environment_candidates(python: Path | None, root: Path) -> list[str]:
    """Return the files whose coming or going could change which environment is found."""
    if python is not None:
        prefix = python if python.is_dir() else _absolute(python).parent.parent
        return [str(_absolute(prefix) / "pyvenv.cfg")]
    return [str(folder / "pyvenv.cfg") for folder in environment_folders(root)]


def _absolute(python: Path) -> Path:
    return Path(os.path.abspath(python))  # noqa: PTH100 -- not resolved: the interpreter of an environment is a link


def _current() -> Environment:
    paths = sysconfig.get_paths()
    standard = (paths["stdlib"], os.path.join(paths["stdlib"], "lib-dynload"))  # noqa: PTH118
    folders = tuple(dict.fromkeys((paths["purelib"], paths["platlib"])))
    found = Environment(
        sys.version_info[:2], standard, with_links(folders), folders, sys.prefix, sys.platform
    )
    return msgspec.structs.replace(found, patch=sys.version_info[2])
