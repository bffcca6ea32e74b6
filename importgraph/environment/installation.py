"""The folders of an installed Python, in the layouts that builds and systems use."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from importgraph.environment.interpreter import NEWEST_PATCH, Environment, read_text
from importgraph.environment.paths import with_links

_INTERPRETER = re.compile(r"^(?:python|pypy)(?P<version>3?(?:\.\d+)?)[dtw]*(?:\.exe)?$", re.IGNORECASE)
_LIBRARIES = ("lib", "lib64")


def is_interpreter(path: Path) -> bool:
    """Tell whether a file is a Python by its name, or by that of the file it links to."""
    return path.is_file() and any(_INTERPRETER.match(one.name) for one in (path, path.resolve()))


def version_in(text: str) -> tuple[int, int] | None:
    """Return the version in `python3.12`, `3.12.1` and the like."""
    found = re.search(r"(\d{1,4})\.(\d{1,4})", text)
    return (int(found[1]), int(found[2])) if found else None


def patch_in(text: str) -> int:
    """Return the third part of a version such as `3.12.1`; where it has none, the newest."""
    found = re.match(r"\d{1,4}\.\d{1,4}\.(\d{1,4})", text)
    return int(found[1]) if found else NEWEST_PATCH


def read_installation(prefix: Path, version: tuple[int, int] | None = None) -> Environment | None:
    """Read the Python below a prefix; None where there is none.

    Args:
        prefix: The folder that holds `bin` and `lib`, or on Windows `Lib` and `DLLs`.
        version: Which one, where several share the prefix; None: the newest.
    """
    standards = {found: folder for folder, found in _standard_folders(prefix)}
    wanted = version if version in standards else None
    if standards and (wanted or version is None):
        chosen = wanted or max(standards)
        return _on_posix(prefix, chosen, standards[chosen])
    return _on_windows(prefix) if (prefix / "Lib" / "os.py").is_file() and not standards else None


def _standard_folders(prefix: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for library in _LIBRARIES:
        for path in (p for name in ("python", "pypy") for p in prefix.glob(f"{library}/{name}3.*/os.py")):
            found = version_in(path.parent.name)
            if found is not None:
                yield path.parent, found


def _on_posix(prefix: Path, version: tuple[int, int], standard: Path) -> Environment:
    name = f"python{version[0]}.{version[1]}"
    folders = [standard / "site-packages"]
    folders += [prefix / library / name / "site-packages" for library in _LIBRARIES]
    if prefix == Path("/usr"):  # Debian installs what its users add into /usr/local
        folders.append(Path("/usr/local/lib") / name / "dist-packages")
    folders.append(prefix / "lib/python3/dist-packages")
    present = tuple(dict.fromkeys(str(folder) for folder in folders if folder.is_dir()))
    dynamic = standard / "lib-dynload"
    if not dynamic.is_dir() and (other := prefix / "lib64" / name / "lib-dynload").is_dir():
        dynamic = other
    platform = "darwin" if any("darwin" in one for one in _names(dynamic)) else "linux"
    return Environment(
        version, (str(standard), str(dynamic)), with_links(present), present, str(prefix), platform
    )


def _on_windows(prefix: Path) -> Environment | None:
    libraries = (path.stem for path in prefix.glob("python3*.dll"))
    versions = [(3, int(stem[7:])) for stem in libraries if stem[7:].isdigit()]
    if not versions:
        return None
    standard = (str(prefix / "Lib"), str(prefix / "DLLs"))
    folders = (str(prefix / "Lib" / "site-packages"),)
    return Environment(max(versions), standard, with_links(folders), folders, str(prefix), "win32")


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def read_virtual(prefix: Path) -> Environment | None:
    """Read a virtual environment (PEP 405); None where the folder is none.

    Its standard library is that of the Python it was made from, where that still stands.
    """
    values = {
        key.strip().lower(): value.strip()
        for key, _, value in (line.partition("=") for line in read_text(prefix / "pyvenv.cfg").splitlines())
    }
    if "home" not in values:
        return None
    libraries = [
        *sorted(prefix.glob("lib/python3.*/site-packages")),
        *sorted(prefix.glob("lib/pypy3.*/site-packages")),
        *sorted(prefix.glob("Lib/site-packages")),
    ]
    if not libraries:
        return None
    states = values.get("version", values.get("version_info", ""))
    stated = version_in(states)
    library = _library_of(libraries, stated)
    version = version_in(library.parent.name) or stated
    base = _base(prefix, values["home"], version)
    version = version or (base.version if base else None)
    if version is None:
        return None
    inherits = values.get("include-system-site-packages", "").lower() == "true"
    folders = (str(library), *(base.folders if base and inherits else ()))
    gap = f"the standard library of Python {version[0]}.{version[1]}: there is none at {values['home']}"
    platform = base.platform if base else "win32" if library.parent.name == "Lib" else "linux"
    return Environment(
        version,
        base.standard if base else (),
        with_links(folders),
        folders,
        str(prefix),
        platform,
        () if base else (gap,),
        patch_in(states) if version == stated else NEWEST_PATCH,
    )


def _library_of(libraries: list[Path], stated: tuple[int, int] | None) -> Path:
    fitting = [path for path in libraries if version_in(path.parent.name) == stated]
    return (fitting or libraries)[-1]


def _standing(prefix: Path, version: tuple[int, int] | None) -> Environment | None:
    try:
        return read_installation(prefix, version)
    except (OSError, ValueError):  # a path that no system takes: too long, with a NUL
        return None


def _base(prefix: Path, home: str, version: tuple[int, int] | None) -> Environment | None:
    """Find the Python that a virtual environment was made from: by its settings, else by its link to it."""
    places = [Path(home).parent, Path(home)]
    link = prefix / "bin" / "python"
    if link.exists():
        places.append(link.resolve().parent.parent)
    found = (_standing(place, version) for place in places)
    return next((one for one in found if one is not None), None)
