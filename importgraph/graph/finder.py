"""Find the module that a dotted name means, in the order of `sys.path`."""

import sys
from collections.abc import Iterator, Mapping, Sequence

from importgraph.graph.model import Kind, Module
from importgraph.graph.root_choice import AMONG_THEMSELVES, PLAIN
from importgraph.names import top_level


class Finder:
    """Finds modules by the name a statement uses, in `sys.path` order: the importer's own root first."""

    def __init__(self, modules: Mapping[str, Module], roots: Sequence[tuple[str, str]]) -> None:
        """Take the modules by name, and the source roots with the reason each was taken."""
        self.modules = modules
        self._by_path = {m.path: m.name for m in modules.values() if m.path.endswith(".py")}
        self._opaque = {m.name for m in modules.values() if m.is_opaque}
        self._folders = {f for path in self._by_path for f in _folders(path)}
        self._roots = [root for root, _ in roots]
        self._public = [root for root, reason in roots if _is_public(root, reason, modules)]
        self._known: dict[tuple[str, str], str | None] = {}

    def find(self, name: str, importer: Module) -> str | None:
        """Return the name of the first-party module that an absolute name means to an importer, or None."""
        key = (importer.root, name)
        if key not in self._known:
            self._known[key] = self._search(name, importer.root)
        return self._known[key]

    def _search(self, name: str, own: str) -> str | None:
        shadowed = top_level(name) in sys.stdlib_module_names
        around = sorted((root for root in self._roots if own.startswith(f"{root}/") and root), reverse=True)
        others = [] if shadowed else dict.fromkeys((*around, *self._public))
        roots = [own, *(root for root in others if root != own)]
        portion = None
        for root in roots:
            path = name.replace(".", "/")
            path = f"{root}/{path}" if root else path
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in self._by_path:
                    return self._by_path[candidate]
            if name in self._opaque:
                return name
            if path in self._folders and name in self.modules and portion is None:
                portion = name
        return portion


def _folders(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


_PRIVATE_FOLDERS = {
    "docs",
    "doc",
    "examples",
    "example",
    "samples",
    "demo",
    "demos",
    "scripts",
    "tests",
    "test",
    "benchmarks",
}
"""A root below one of these serves the code below it alone: nobody else means `examples/pydantic/`."""


def _is_public(root: str, reason: str, modules: Mapping[str, Module]) -> bool:
    """Tell whether code outside a root may import from it."""
    if root == "":
        return True
    if reason in {PLAIN, AMONG_THEMSELVES} or _PRIVATE_FOLDERS & set(root.split("/")):
        return False
    return any(
        m.root == root and m.kind in {Kind.PACKAGE, Kind.NAMESPACE, Kind.MODULE} for m in modules.values()
    )
