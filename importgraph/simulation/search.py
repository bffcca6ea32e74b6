"""Where modules are: `sys.path` as it is at each moment of a session, over the files of an environment."""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from importgraph.environment.interpreter import Environment
from importgraph.environment.search_path import Finder, Found
from importgraph.files import read_text_file

_BACKED_BY = {
    "tkinter": "_tkinter", "sqlite3": "_sqlite3", "lzma": "_lzma", "bz2": "_bz2", "curses": "_curses",
    "ssl": "_ssl", "ctypes": "_ctypes", "readline": "readline", "zlib": "zlib",
}  # fmt: skip
"""Modules of the standard library that some builds of Python lack, with the compiled module they need."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Where one module is."""

    path: str
    """Its file; empty for a namespace package and for what is built in."""
    folders: tuple[str, ...]
    """Where its submodules are."""
    readable: bool
    """It has Python source."""
    project: bool
    """It is neither of the standard library nor installed."""


_BUILT_IN = Spec("", (), readable=False, project=False)


class Search:
    """Finds modules.

    Args:
        environment: The interpreter.
        path: `sys.path` in front of the standard library; it changes while a session runs.

    What the session appends stands in `behind`, after what is installed.
    """

    def __init__(self, environment: Environment, path: list[str]) -> None:
        self.environment = environment
        self.path = path
        self.behind: list[str] = []
        self.root = ""
        """The folder of the project."""
        self.finder = Finder(environment, ())
        self._outside = tuple(
            f"{folder}{os.sep}" for folder in (*environment.standard, *environment.installed)
        )
        self._standard = tuple(f"{folder}{os.sep}" for folder in environment.standard)
        self._installed_below = tuple(f"{folder}{os.sep}" for folder in environment.installed)
        self._fixed = tuple(dict.fromkeys((*environment.standard, *environment.site)))
        self._tops: dict[str, Spec | None] = {}

    def top(self, name: str) -> Spec | None:
        """Find a top-level module."""
        if name in self.environment.built_in or name == "__main__":
            return _BUILT_IN
        portions: list[str] = []
        found = self._module_in(self.path, name, portions)
        if found is not None:
            return found
        if name not in self._tops:
            self._tops[name] = self._installed(name)
        installed = self._tops[name]
        if installed is not None and installed.path:
            return installed
        portions += installed.folders if installed is not None else ()
        found = self._module_in(self.behind, name, portions)
        if (
            found is not None
            or not portions
            or (installed is not None and len(portions) == len(installed.folders))
        ):
            return found or installed
        return Spec("", tuple(portions), readable=False, project=True)

    def _module_in(self, folders: list[str], name: str, portions: list[str]) -> Spec | None:
        """Find a module with a file; folders of namespace packages on the way are added to `portions`."""
        for folder in folders:
            found = self.finder.in_folder(folder, name)
            if found is None:
                continue
            if found.kind != "namespace":
                return self._spec(found)
            portions.append(found.path)
        return None

    def _installed(self, name: str) -> Spec | None:
        portions: list[str] = []
        for folder in self._fixed:
            found = self.finder.in_folder(folder, name)
            if found is not None and found.kind != "namespace":
                backing = _BACKED_BY.get(name)
                is_standard = folder in self.environment.standard
                if backing and is_standard and not self._has_compiled(backing):
                    return None
                return self._spec(found)
            if found is not None:
                portions.append(found.path)
        if name in self.finder.editable:
            target = self.finder.editable[name]
            found = self.finder.in_folder(os.path.dirname(target), name)
            return self._spec(found) if found is not None else None
        return Spec("", tuple(portions), readable=False, project=False) if portions else None

    def _has_compiled(self, name: str) -> bool:
        if not self.environment.standard:
            return True
        return name in self.environment.built_in or any(
            (found := self.finder.in_folder(folder, name)) is not None and found.kind == "extension"
            for folder in self.environment.standard
        )

    def inside(self, folders: tuple[str, ...], name: str) -> Spec | None:
        """Find a module in the folders of a package."""
        portions: list[str] = []
        for folder in folders:
            found = self.finder.in_folder(folder, name)
            if found is not None and found.kind != "namespace":
                return self._spec(found)
            if found is not None:
                portions.append(found.path)
        if not portions:
            return None
        return Spec("", tuple(portions), readable=False, project=self.is_project(portions[0] + os.sep))

    def _spec(self, found: Found) -> Spec:
        folder = os.path.dirname(found.path)
        is_package = found.kind == "package" or os.path.basename(found.path).startswith("__init__.")
        return Spec(
            found.path,
            (folder,) if is_package else (),
            readable=found.readable,
            project=self.is_project(found.path),
        )

    def is_project(self, path: str) -> bool:
        """Tell whether a file is neither of the standard library nor installed."""
        return not path.startswith(self._outside)

    def is_standard(self, path: str) -> bool:
        """Tell whether a file belongs to the standard library."""
        return path.startswith(self._standard) and not path.startswith(self._installed_below)

    def is_in_tree(self, name: str) -> bool:
        """Tell whether a folder of the project has a top-level module, which a changed path may find."""
        return name in self._tree

    @cached_property
    def _tree(self) -> frozenset[str]:
        found: set[str] = set()
        for _, folders, files in os.walk(self.root) if self.root else ():
            folders[:] = [one for one in folders if not one.startswith(".") and one != "__pycache__"]
            if "__init__.py" not in files:
                found.update(folders)
                found.update(
                    file.partition(".")[0] for file in files if file.endswith((".py", ".so", ".pyd"))
                )
        return frozenset(found)

    def may_be_hooked(self, name: str) -> bool:
        """Tell whether code that runs when the interpreter starts may bring a module (editable installs)."""
        return any(re.search(rf"\b{re.escape(name)}\b", text) for text in self._hooks())

    def _hooks(self) -> list[str]:
        if not hasattr(self, "_hook_texts"):
            self._hook_texts = [_read(path) for path in self._hook_files()]
        return self._hook_texts

    def _hook_files(self) -> list[Path]:
        found: list[Path] = []
        for folder in self.environment.folders:
            root = Path(folder)
            found += [path for path in root.glob("__editable__*.py") if path.is_file()]
            found += [path for path in root.glob("_*editable*.py") if path.is_file()]
            found += sorted(root.glob("*.pth"))
        return found


def _read(path: Path) -> str:
    try:
        return read_text_file(path, "replace")
    except OSError:
        return ""
