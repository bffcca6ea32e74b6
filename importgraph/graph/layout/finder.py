"""Find the module that a dotted name means, in the order of `sys.path`."""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from importgraph.graph.layout.build_backends import PYTHONPATH
from importgraph.graph.layout.root_choice import AMONG_THEMSELVES, PLAIN
from importgraph.graph.model import Graph, Kind, Module
from importgraph.names import ancestors, top_level


class Finder:
    """Finds modules by the name a statement uses, in `sys.path` order: the importer's own root first."""

    def __init__(
        self,
        modules: Mapping[str, Module],
        roots: Sequence[tuple[str, str]],
        folders: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Take what there is.

        Args:
            modules: The modules by name.
            roots: The source roots, with the reason each was taken.
            folders: Packages with further folders in which their `__path__` makes Python look.
        """
        self.modules = modules
        self._by_path = {m.path: m.name for m in modules.values() if m.path.endswith(".py")}
        self._opaque = {m.name for m in modules.values() if m.is_opaque}
        self._folders = {f for path in self._by_path for f in _folders(path)}
        self._roots = [root for root, _ in roots]
        inhabited = {m.root for m in modules.values() if m.kind in _IMPORTED_KINDS}
        self._public = [root for root, reason in roots if _is_public(root, reason, inhabited)]
        self._opaque_tops = {top_level(name) for name in self._opaque}
        self._tops = _tops(self._by_path, {*self._roots, ""})
        self._of_tests = [root for root, reason in roots if reason == PYTHONPATH and root]
        self._further: dict[str, list[str]] = defaultdict(list)
        for package, folder in folders:
            if folder:
                self._further[package].append(folder)
        self._known: dict[tuple[str, tuple[str, ...], str], str | None] = {}

    def find(self, name: str, importer: Module) -> str | None:
        """Return the name of the first-party module that an absolute name means to an importer, or None."""
        around = self._of_tests and tuple(
            one for one in self._of_tests if importer.path.startswith(f"{one}/")
        )
        key = (importer.root, around or (), name)
        if key not in self._known:
            self._known[key] = self._search(name, importer.root, around or ())
        return self._known[key]

    def _search(self, name: str, own: str, around: tuple[str, ...]) -> str | None:
        """Look where imports look; what stands below a folder of pytest's `pythonpath` looks there, too.

        In a package of tests, `conftest` is `tests.conftest` by another name.
        """
        portion = None
        top = top_level(name)
        more = () if top in sys.stdlib_module_names else around
        for root in dict.fromkeys((*self._places(top, own), *more)):
            path = name.replace(".", "/")
            path = f"{root}/{path}" if root else path
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in self._by_path:
                    return self._by_path[candidate]
            if name in self._opaque:
                return name
            if path in self._folders and name in self.modules and portion is None:
                portion = name
        return portion if portion is not None or not self._further else self._search_further(name)

    def _search_further(self, name: str) -> str | None:
        """Look in the folders that packages above a module add to their `__path__`."""
        for package in ancestors(name):
            inside = name[len(package) + 1 :].replace(".", "/")
            for folder in self._further.get(package, ()):
                for candidate in (f"{folder}/{inside}/__init__.py", f"{folder}/{inside}.py"):
                    if candidate in self._by_path:
                        return self._by_path[candidate]
        return None

    def _places(self, top: str, own: str) -> list[str]:
        """Return the roots to look in for a top-level name: the importer's, those around it, public ones."""
        if top in sys.stdlib_module_names:
            return [own]
        holding = self._tops.get(top, set())
        around = sorted((root for root in holding if root and own.startswith(f"{root}/")), reverse=True)
        public = [root for root in self._public if root in holding]
        opaque = self._public if top in self._opaque_tops else []
        return list(dict.fromkeys((own, *around, *public, *opaque)))


def finder_of(graph: Graph) -> Finder:
    """Return what finds the modules of a graph, made once."""
    known: Finder | None = graph.__dict__.get("_finder")
    if known is None:
        known = graph.__dict__["_finder"] = Finder(graph.modules, graph.roots, graph.package_folders)
    return known


def _tops(paths: Iterable[str], roots: Collection[str]) -> Mapping[str, set[str]]:
    """Return by top-level name the roots below which a file has a path that begins with it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        parts = path.split("/")
        for count in range(len(parts)):
            root = "/".join(parts[:count])
            if root in roots:
                found[parts[count].removesuffix(".py")].add(root)
    return found


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


_IMPORTED_KINDS = {Kind.PACKAGE, Kind.NAMESPACE, Kind.MODULE}


def _is_public(root: str, reason: str, inhabited: Collection[str]) -> bool:
    """Tell whether code outside a root may import from it."""
    if root == "":
        return True
    if reason in {PLAIN, AMONG_THEMSELVES} or _PRIVATE_FOLDERS & set(root.split("/")):
        return False
    return root in inhabited
