"""Where modules from outside a project are: `sys.path` of its interpreter, in its order."""

# ruff: noqa: PTH118, PTH119, PTH120 -- paths are texts here: there are thousands

import os
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from importgraph.environment.entry_points import EntryPoint
from importgraph.environment.interpreter import Environment
from importgraph.environment.paths import editable_packages
from importgraph.files import is_folder, read_file


class Owner(StrEnum):
    """Whose a module is."""

    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"
    STANDARD = "standard"


class FileKind(StrEnum):
    """What a module is loaded from."""

    PACKAGE = "package"
    SOURCE = "source"
    NAMESPACE = "namespace"
    """Folders without `__init__.py` (PEP 420)."""
    COMPILED = "compiled"
    """An extension module: what it imports cannot be read."""
    BYTECODE = "bytecode"
    """A `.pyc` without its source: it cannot be read."""
    BUILT_IN = "built-in"
    """Part of the interpreter."""
    MADE = "made"
    """No file: a package puts it into `sys.modules` while it is imported."""


class ModuleFile(Struct, frozen=True, gc=False):
    """Where one module is."""

    name: str
    kind: FileKind
    path: str
    """Its file; empty for a namespace package and for what has no file."""
    folders: tuple[str, ...]
    """Where its submodules are."""
    owner: Owner
    source: str = ""
    """Its source: the file itself, or what stands beside a compiled module that was made from it."""

    @property
    def readable(self) -> bool:
        """Tell whether there is source to read."""
        return bool(self.source)


_ALIASES = {"os.path": {"win32": "ntpath"}}
"""Names under which `sys.modules` holds another module, with where it depends on the platform."""
_ALIAS_DEFAULTS = {"os.path": "posixpath"}
_MADE = {"six.moves", "py.path", "py.error", "sys.monitoring", "pkg_resources.extern", "setuptools.extern"}
_DEEPEST = 100
"""Packages inside packages; folders are searched no deeper either."""
_FILLS = re.compile(rb"\bsys\.modules(?:\[(?!\s*__name__\s*\])[^\]\n]*\]\s*=[^=]|\.(?:update|setdefault)\()")


class _Folder(Struct, frozen=True):
    """What one folder holds."""

    folders: frozenset[str]
    files: frozenset[str]
    compiled: Mapping[str, str]
    """By module name, the file of the extension module for this interpreter."""


class EnvironmentFinder:
    """Finds modules of an environment, with memory.

    Args:
        environment: The interpreter and what is installed for it.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._found: dict[str, ModuleFile | None] = {}
        self._listed: dict[str, _Folder] = {}
        self._fills: dict[str, bool] = {}
        self._suffix = _suffix_pattern(environment)

    @property
    def entry_points(self) -> tuple[EntryPoint, ...] | None:
        """What is declared by what is installed; None where that is not known."""
        return self.environment.entry_points if self.environment.knows_installed else None

    def find(self, name: str) -> ModuleFile | None:
        """Find a module by its absolute dotted name; None where there is none."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> ModuleFile | None:
        if name in _ALIASES:
            return self.find(_ALIASES[name].get(self.environment.platform, _ALIAS_DEFAULTS[name]))
        above, _, last = name.rpartition(".")
        if not above:
            return self._top(name)
        package = self.find(above) if name.count(".") <= _DEEPEST else None
        if package is None:
            return None
        if name in _MADE or above in _MADE:
            return ModuleFile(name, FileKind.MADE, "", (), package.owner)
        found = self._inside(name, last, package.folders, package.owner)
        if found is None and self._is_filled(package):
            return ModuleFile(name, FileKind.MADE, "", (), package.owner)
        return found

    def _top(self, name: str) -> ModuleFile | None:
        if name in self.environment.built_in:
            return ModuleFile(name, FileKind.BUILT_IN, "", (), Owner.STANDARD)
        portions: list[str] = []
        owner = Owner.THIRD_PARTY
        for place in self._places:
            owner = Owner.STANDARD if place in self.environment.standard else Owner.THIRD_PARTY
            found = self._in_folder(name, name, place, owner)
            if found is not None:
                return found
            if name in self._list(place).folders:
                portions.append(os.path.join(place, name))
        if name in self._editable:
            target = self._editable[name]
            return self._in_folder(name, os.path.basename(target), os.path.dirname(target), owner)
        if not portions:
            return None
        return ModuleFile(name, FileKind.NAMESPACE, "", tuple(portions), Owner.THIRD_PARTY)

    @cached_property
    def _places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.environment.standard, *self.environment.site)))

    @cached_property
    def _editable(self) -> Mapping[str, str]:
        return editable_packages(self.environment.folders)

    def _inside(self, name: str, last: str, folders: Iterable[str], owner: Owner) -> ModuleFile | None:
        portions: list[str] = []
        for folder in folders:
            found = self._in_folder(name, last, folder, owner)
            if found is not None:
                return found
            if last in self._list(folder).folders:
                portions.append(os.path.join(folder, last))
        return ModuleFile(name, FileKind.NAMESPACE, "", tuple(portions), owner) if portions else None

    def _in_folder(self, name: str, last: str, folder: str, owner: Owner) -> ModuleFile | None:
        """Find a module in one folder, in the order of `importlib.machinery.FileFinder`."""
        listed = self._list(folder)
        path = os.path.join(folder, last)
        if last in listed.folders:
            inside = self._list(path)
            for stem, kind in (
                (inside.compiled.get("__init__"), FileKind.COMPILED),
                ("__init__.py", FileKind.PACKAGE),
                ("__init__.pyc", FileKind.BYTECODE),
            ):
                if stem and stem in inside.files:
                    source = os.path.join(path, "__init__.py") if "__init__.py" in inside.files else ""
                    return ModuleFile(name, kind, os.path.join(path, stem), (path,), owner, source)
        source = f"{path}.py" if f"{last}.py" in listed.files else ""
        if last in listed.compiled:
            file = os.path.join(folder, listed.compiled[last])
            return ModuleFile(name, FileKind.COMPILED, file, (), owner, source)
        if source:
            return ModuleFile(name, FileKind.SOURCE, source, (), owner, source)
        if f"{last}.pyc" in listed.files:
            return ModuleFile(name, FileKind.BYTECODE, f"{path}.pyc", (), owner)
        return None

    def _list(self, folder: str) -> _Folder:
        if folder not in self._listed:
            self._listed[folder] = self._read(folder)
        return self._listed[folder]

    def _read(self, folder: str) -> _Folder:
        folders: set[str] = set()
        files: set[str] = set()
        compiled: dict[str, str] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if name.endswith((".py", ".pyc")):
                        files.add(name)
                    elif match := self._suffix.search(name):
                        compiled.setdefault(name[: match.start()], name)
                        files.add(name)
                    elif "." not in name and name != "__pycache__" and is_folder(entry):
                        folders.add(name)
        except OSError:
            pass  # a folder of sys.path that is not there holds nothing
        return _Folder(frozenset(folders), frozenset(files), compiled)

    def _makes_modules(self, package: ModuleFile) -> bool:
        """Tell whether a package fills `sys.modules`, or a file of its folder hooks the import system."""
        if _holds(package.path, b"sys.modules", _FILLS):
            return True
        files = (
            f"{folder}/{name}" for folder in package.folders for name in sorted(self._list(folder).files)
        )
        return any(_holds(file, b"sys.meta_path", _HOOKS) for file in files if file.endswith(".py"))

    def _is_filled(self, package: ModuleFile) -> bool:
        """Tell whether a package puts modules into `sys.modules` that no file holds."""
        if package.kind is FileKind.COMPILED:
            return True
        if package.kind is not FileKind.PACKAGE:
            return False
        if package.path not in self._fills:
            self._fills[package.path] = self._makes_modules(package)
        return self._fills[package.path]


_HOOKS = re.compile(rb"\bsys\.meta_path(?:\.(?:append|insert)\(|[ \t]*\+?=)")


def _suffix_pattern(environment: Environment) -> re.Pattern[str]:
    """Return what ends the names of extension modules that an interpreter loads."""
    digits = f"{environment.version[0]}{environment.version[1]}"
    if environment.platform == "win32":
        return re.compile(rf"(?:\.cp{digits}t?-\w+)?\.pyd$")
    return re.compile(rf"(?:\.(?:cpython-{digits}t?|pypy{digits})-[\w-]+|\.abi3)?\.so$")


def _holds(path: str, word: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Tell whether a file matches a pattern; a text without the word, which is found faster, does not."""
    try:
        data = read_file(path)
    except OSError:
        return False
    return word in data and pattern.search(data) is not None
