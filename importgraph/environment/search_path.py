"""Module names to files, as the import system finds them; nothing is imported."""

# ruff: noqa: PTH112, PTH118, PTH120, PTH208 -- paths are texts here: there are thousands

import os
import re
import sys

import msgspec

from importgraph.environment.import_names import declared_distribution
from importgraph.environment.interpreter import Environment
from importgraph.environment.paths import editable_packages
from importgraph.files import is_folder, read_file

_SUFFIX = re.compile(r"\.(?:cpython-\d+[^.]*|abi3|pypy[^.]*|cp\d+[^.]*)\.(?:so|pyd)$|\.(?:so|pyd)$")

_FILLS = re.compile(rb"\bsys\.modules(?:\[(?!\s*__name__\s*\])[^\]\n]*\]\s*=[^=]|\.(?:update|setdefault)\()")


_HOOKS = re.compile(
    rb"\bsys\.meta_path\.(?:append|insert)\(|\bsys\.meta_path[ \t]*(?:\[[^\]\n]*\][ \t]*=|\+?=)"
)

DEEPEST = 100
"""Packages inside packages; folders are searched no deeper either."""


_ALWAYS = frozenset({"pytest", "_pytest"})
"""What runs the tests is there."""


class Found(msgspec.Struct, frozen=True):
    """Where a module is."""

    kind: str
    """`source`, `package`, `namespace`, `extension`, `builtin`, `declared` or `unknown`.

    The last two are from outside where nobody knows what is installed: `declared` is what the project needs.
    """
    path: str
    """The file, or the folder of a namespace package; empty for built-in modules."""
    first: bool
    """It belongs to the project."""

    @property
    def readable(self) -> bool:
        """Tell whether there is source to read."""
        return self.kind in {"source", "package"}


class Finder(msgspec.Struct):
    """Finds modules on a search path.

    Args:
        environment: The installed packages.
        shared: Folders that are on `sys.path` for the whole session, first-party, in order.
    """

    environment: Environment
    shared: tuple[str, ...]
    declared: frozenset[str] = frozenset()
    """Distributions that the project needs, by normal names: these are taken to be installed."""
    _listings: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    _found: dict[tuple[str, str], Found | None] = msgspec.field(default_factory=dict)
    editable: dict[str, str] = msgspec.field(default_factory=dict)
    _filling: dict[str, bool] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.editable = dict(editable_packages(self.environment.folders))

    def find(self, name: str, base: str = "") -> Found | None:
        """Find a module.

        Args:
            name: Its absolute dotted name.
            base: The folder that pytest puts first on `sys.path` for the importing file.

        Returns:
            Where it is; None if there is no such module.
        """
        key = (name, base)
        if key not in self._found:
            self._found[key] = self._find(name, base)
        return self._found[key]

    def _find(self, name: str, base: str) -> Found | None:
        parent, _, last = name.rpartition(".")
        if not parent:
            return self._top(name, base)
        outer = self.find(parent, base) if name.count(".") <= DEEPEST else None
        if outer is None:
            return None
        if outer.kind == "package":
            return self.in_folder(os.path.dirname(outer.path), last, outer.first)
        if outer.kind == "namespace":
            for folder in self._portions(parent, base):
                found = self.in_folder(folder, last, outer.first)
                if found is not None:
                    return found
            return None
        return (
            Found("builtin" if outer.kind == "extension" else outer.kind, "", first=False)
            if outer.kind in {"builtin", "extension", "declared", "unknown"}
            else _dotted_special(name)
        )

    def may_be_made(self, name: str, base: str = "") -> bool:
        """Tell whether a module that no file holds may be made by a package above it.

        Packages of compiled code put the modules that it holds into `sys.modules` themselves.
        """
        parent = name.rpartition(".")[0]
        if not parent:
            return False
        found = self.find(parent, base)
        if found is None:
            return self.may_be_made(parent, base)
        return found.kind == "package" and self._fills_modules(found.path)

    def _fills_modules(self, path: str) -> bool:
        """Tell whether a package fills `sys.modules`, or a file of its folder hooks the import system."""
        if path not in self._filling:
            folder = os.path.dirname(path)
            beside = (os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".py"))
            self._filling[path] = _holds(path, _FILLS) or any(_holds(file, _HOOKS) for file in beside)
        return self._filling[path]

    def _portions(self, name: str, base: str) -> list[str]:
        parts = name.replace(".", "/")
        return [folder for root in self._roots(base) if os.path.isdir(folder := os.path.join(root, parts))]

    def _roots(self, base: str) -> tuple[str, ...]:
        roots = (base, *self.shared) if base else self.shared
        return (*roots, *self.environment.standard, *self.environment.site)

    def _top(self, name: str, base: str) -> Found | None:
        if name in self.environment.built_in or name == "__main__":
            return Found("builtin", "", first=False)
        namespace = None
        first = {base, *self.shared}
        for root in dict.fromkeys(self._roots(base)):
            found = self.in_folder(root, name, root in first or self._is_linked(root))
            if found is None:
                continue
            if found.kind != "namespace":
                return found
            namespace = namespace or found
        if name in self.editable:
            return self.in_folder(os.path.dirname(self.editable[name]), name, first=True)
        if namespace is None and not self.environment.knows_installed:
            return self._outside(name)
        return namespace

    def _is_linked(self, root: str) -> bool:
        return root in self.environment.site and root not in self.environment.installed

    def _outside(self, name: str) -> Found | None:
        if name in sys.stdlib_module_names:
            return None
        is_declared = name in _ALWAYS or declared_distribution(name, self.declared) is not None
        return Found("declared" if is_declared else "unknown", "", first=False)

    def in_folder(self, folder: str, name: str, first: bool = False) -> Found | None:
        """Find a module in one folder, as `importlib.machinery.FileFinder` does.

        Args:
            folder: Where to look.
            name: The last part of the module's name.
            first: What is found belongs to the project.
        """
        entries = self.entries(folder)
        path = os.path.join(folder, name)
        if entries.get(name) == "":
            inside = self.entries(path)
            if "__init__.py" in inside:
                return Found("package", os.path.join(path, "__init__.py"), first)
            if extension := inside.get("__init__"):
                return Found("extension", os.path.join(path, extension), first)
        if extension := entries.get(name):
            return Found("extension", os.path.join(folder, extension), first)
        if f"{name}.py" in entries:
            return Found("source", path + ".py", first)
        return Found("namespace", path, first) if entries.get(name) == "" else None

    def extend(self, shared: tuple[str, ...]) -> bool:
        """Put further folders on `sys.path`; False where an answer given so far would change."""
        fresh = [folder for folder in shared if folder not in self.shared]
        asked = {name for name, _ in self._found if "." not in name}
        if any(not asked.isdisjoint(_modules(self.entries(folder))) for folder in fresh):
            return False
        self.shared = shared
        return True

    def listed(self) -> list[str]:
        """Return the folders in which modules were looked for."""
        return list(self._listings)

    def entries(self, folder: str) -> dict[str, str]:
        """List a folder: extension modules by module name with their file, folders with "".

        Files with their own name.
        """
        listing = self._listings.get(folder)
        if listing is None:
            listing = self._listings[folder] = _listing(folder)
        return listing


def _listing(folder: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    try:
        with os.scandir(folder) as found:
            for entry in found:
                name = entry.name
                if name.endswith(".py"):
                    entries[name] = name
                elif name.endswith((".so", ".pyd")):
                    entries[_SUFFIX.sub("", name)] = name
                elif "." not in name and is_folder(entry):
                    entries.setdefault(name, "")
    except (OSError, ValueError):  # the second: a NUL in a setting
        return entries
    return entries


def _modules(entries: dict[str, str]) -> set[str]:
    return {name.removesuffix(".py") for name in entries}


def _dotted_special(name: str) -> Found | None:
    special = name in {"os.path", "py.path", "py.error"} or name.startswith("six.moves")
    return Found("builtin", "", first=False) if special else None


def _holds(path: str, pattern: re.Pattern[bytes]) -> bool:
    try:
        return pattern.search(read_file(path)) is not None
    except OSError:
        return False
