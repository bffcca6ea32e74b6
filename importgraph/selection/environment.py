"""The Python that would run the tests, read from its files; nothing is executed."""

# ruff: noqa: PTH100, PTH112, PTH118, PTH208 -- paths are texts here: there are thousands

import os
import re
import sys
import sysconfig
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from functools import cached_property
from pathlib import Path

import msgspec

from importgraph.errors import UsageError
from importgraph.facts.environments import environment_folders
from importgraph.selection.stamps import status_of


def normal_name(distribution: str) -> str:
    """Return a distribution's name in the form that all its spellings share (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


class Environment(msgspec.Struct, frozen=True, dict=True):
    """An interpreter: its version, and the folders it imports from."""

    version: tuple[int, int]
    standard: tuple[str, ...]
    """Folders of the standard library."""
    site: tuple[str, ...]
    """Folders of installed packages, with those that `.pth` files add."""
    folders: tuple[str, ...]
    """The `site-packages` folders themselves."""

    @cached_property
    def stamp(self) -> tuple[str, ...]:
        """What changes when something is installed or removed."""
        stamps = (f"{folder}@{status_of(folder)}" for folder in (*self.folders, *self.site))
        return (f"{self.version}", *stamps)

    @cached_property
    def distributions(self) -> dict[str, Path]:
        """The metadata folder of each installed distribution, by normalised name."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            for name in sorted(_list(folder)):
                if name.endswith((".dist-info", ".egg-info")):
                    project = name.rpartition(".")[0].split("-")[0]
                    found.setdefault(normal_name(project), Path(folder, name))
        return found

    def distribution_folder(self, name: str) -> Path | None:
        """Return the metadata folder of an installed distribution."""
        return self.distributions.get(normal_name(name))

    def distribution_version(self, name: str) -> str | None:
        """Return the version of an installed distribution, from the name of its metadata folder."""
        folder = self.distribution_folder(name)
        if folder is None:
            return None
        parts = folder.name.rpartition(".")[0].split("-")
        return parts[1] if len(parts) > 1 else None

    @cached_property
    def pytest_plugins(self) -> tuple[tuple[str, str], ...]:
        """The `pytest11` entry points: (name, module), sorted."""
        found = set()
        for folder in self.distributions.values():
            text = _read(folder / "entry_points.txt")
            if "pytest11" in text:
                found.update(_entries(text))
        return tuple(sorted(found))


def _entries(text: str) -> set[tuple[str, str]]:
    parser = ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except ConfigParserError:
        return set()
    if not parser.has_section("pytest11"):
        return set()
    return {(name, value.partition(":")[0].strip()) for name, value in parser.items("pytest11")}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _list(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def find_environment(python: Path | None, root: Path) -> Environment:
    """Find the environment of a project.

    Args:
        python: An interpreter or the folder of a virtual environment; None: `VIRTUAL_ENV`, else `.venv` or
            `venv` beside the project, else the interpreter that runs this.
        root: The project's folder.

    Raises:
        UsageError: If there is no Python where the argument says.
    """
    if python is not None:
        prefix = python if python.is_dir() else _absolute(python).parent.parent
        found = _virtual(prefix) or _installation(prefix)
        if found is None:
            raise UsageError(
                f"{python} belongs to no Python installation.",
                "Name an interpreter or the folder of an environment.",
            )
        return found
    for candidate in environment_folders(root):
        found = _virtual(candidate)
        if found is not None:
            return found
    return _current()


def is_ours(environment: Environment) -> bool:
    """Tell whether an environment is the one that runs this."""
    return environment.folders == _current().folders


def environment_candidates(python: Path | None, root: Path) -> list[str]:
    """Return the files whose coming or going could change which environment is found."""
    if python is not None:
        return [str(_absolute(python).parent.parent / "pyvenv.cfg")]
    return [str(folder / "pyvenv.cfg") for folder in environment_folders(root)]


def _absolute(python: Path) -> Path:
    return Path(os.path.abspath(python))  # not resolved: a virtual environment's interpreter is a link


def _current() -> Environment:
    paths = sysconfig.get_paths()
    standard = (paths["stdlib"], os.path.join(paths["stdlib"], "lib-dynload"))
    folders = tuple(dict.fromkeys((paths["purelib"], paths["platlib"])))
    return Environment(sys.version_info[:2], standard, _with_links(folders), folders)


def _virtual(prefix: Path) -> Environment | None:
    values = {
        key.strip().lower(): value.strip()
        for key, _, value in (line.partition("=") for line in _read(prefix / "pyvenv.cfg").splitlines())
    }
    if "home" not in values:
        return None
    base = _installation(Path(values["home"]).parent)
    libraries = sorted(prefix.glob("lib/python3.*/site-packages")) or sorted(prefix.glob("Lib/site-packages"))
    if not libraries:
        return None
    version = _version(values.get("version", values.get("version_info", "")), libraries[-1], base)
    folders = tuple(str(folder) for folder in libraries[-1:])
    inherited = (
        base.folders if base and values.get("include-system-site-packages", "").lower() == "true" else ()
    )
    standard = base.standard if base else ()
    return Environment(version, standard, _with_links((*folders, *inherited)), (*folders, *inherited))


def _version(text: str, library: Path, base: Environment | None) -> tuple[int, int]:
    found = re.search(r"(\d+)\.(\d+)", library.parent.name) or re.match(r"(\d+)\.(\d+)", text)
    if found:
        return int(found[1]), int(found[2])
    return base.version if base else sys.version_info[:2]


def _installation(prefix: Path) -> Environment | None:
    libraries = sorted(
        prefix.glob("lib/python3.*/os.py"),
        key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)],
    )
    if not libraries:
        return None
    standard = libraries[-1].parent
    numbers = re.findall(r"\d+", standard.name)
    folders = tuple(
        str(path)
        for path in (standard / "site-packages", prefix / "lib/python3/dist-packages")
        if path.is_dir()
    )
    return Environment(
        (int(numbers[0]), int(numbers[1])),
        (str(standard), str(standard / "lib-dynload")),
        _with_links(folders),
        folders,
    )


def _with_links(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Add the folders that `.pth` files name, as `site` does; lines of code in them are not run."""
    found = dict.fromkeys(folders)
    for folder in folders:
        for name in sorted(_list(folder)):
            if name.endswith(".pth"):
                for line in _read(Path(folder, name)).splitlines():
                    if line.strip() and not line.startswith(("#", "import ", "import\t")):
                        target = os.path.normpath(os.path.join(folder, line.strip()))
                        if os.path.isdir(target):
                            found.setdefault(target)
    return tuple(found)
