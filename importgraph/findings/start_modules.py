"""Which module of the tree a name means that a file of the project starts or ships."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from importgraph.facts.distributed import Distributed
from importgraph.facts.start_commands import Start
from importgraph.graph.model import Graph, Kind, Module

_ASIDE = {
    "tests", "test", "testing", "docs", "doc", "examples", "example", "benchmarks", "scripts", "tools",
    "demo", "demos", "samples", "template", "templates", "fixtures",
}  # fmt: skip
"""Folders whose packages nobody distributes by accident."""
_NO_FOLDER_OF_ITS_OWN = {
    "workflows",
    ".github",
    ".circleci",
    "docker",
    ".docker",
    "deploy",
    "deployment",
    "compose",
}


def is_aside(path: str) -> bool:
    """Tell whether a file stands in a folder of tests, documentation, examples or tools."""
    return not _ASIDE.isdisjoint(path.split("/")[:-1])


class StartModules:
    """Answers for one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def of(self, start: Start) -> str | None:
        """Return the module that is started, or None where the tree has none of that name.

        The project nearest to the file that names it comes first: its own folder, then those above.
        """
        for folder in _outwards(start.path):
            if start.target.endswith(".py"):
                path = str(PurePosixPath(folder, start.target))
                module = self._by_path.get(path)
            else:
                module = self._dotted(start, folder)
            if module is not None:
                return module.name
        return None

    def _dotted(self, start: Start, folder: str) -> Module | None:
        target = start.target.removesuffix(".__init__")  # as some console scripts are declared
        names = [target]
        if start.runs:
            names = [f"{target}.__main__", target]
        elif start.reason.startswith("Celery") and not start.function:
            names = [f"{target}.celery", target]
        elif start.reason.endswith(("service", "worker")) and "." in target:
            names = [target, target.rpartition(".")[0]]  # `arq app.worker.Settings`
        for name in names:
            found = [m for m in self._by_name.get(name, ()) if _is_below(m, folder)]
            runnable = not start.runs or not any(m.kind is Kind.PACKAGE for m in found)
            if found and runnable:
                return min(found, key=lambda m: (m.kind is Kind.NAMESPACE, m.root.count("/"), m.path))
        return None

    def shipped(self, one: Distributed) -> tuple[str, ...]:
        """Return the packages and modules that a distribution ships, by the names of the graph."""
        inside = [m for name in one.packages for m in self._importable(name, one.folder)]
        if not inside and one.name:
            inside = self._importable(one.name, one.folder)
        names = [name for module in inside for name in self._doors(module)]
        return tuple(dict.fromkeys(names)) if names else self.top_packages(one.folder)

    def _importable(self, name: str, folder: str) -> list[Module]:
        """Return the modules of a name below a folder, without those that another file hides."""
        found = [m for m in self._by_name.get(name, ()) if _is_below(m, folder)]
        return [m for m in found if m.name == name] or found

    def top_packages(self, folder: str) -> tuple[str, ...]:
        """Return the top-level packages below a folder that are no tests, examples or tools."""
        tops = [
            module
            for module in self.graph.modules.values()
            if module.kind is Kind.PACKAGE and "." not in module.importable_as and _is_below(module, folder)
        ]
        inside = f"{folder}/src".strip("/")
        tops = [module for module in tops if _is_below(module, inside)] or tops
        kept = [m for m in tops if not is_aside(m.path)]
        public = [m for m in kept if not m.name.startswith("_")]
        return tuple(module.name for module in public or kept)

    def _doors(self, module: Module) -> Iterator[str]:
        """Yield a module, or for a namespace the first regular packages below it."""
        if module.kind is not Kind.NAMESPACE:
            yield module.name
            return
        prefix = f"{module.name}."
        for other in self.graph.modules.values():
            if other.kind in {Kind.PACKAGE, Kind.NAMESPACE} and other.name.rpartition(".")[0] + "." == prefix:
                yield from self._doors(other)

    @cached_property
    def _by_path(self) -> dict[str, Module]:
        return {module.path: module for module in self.graph.modules.values() if module.path}

    @cached_property
    def _by_name(self) -> dict[str, list[Module]]:
        found: dict[str, list[Module]] = defaultdict(list)
        for module in self.graph.modules.values():
            found[module.importable_as].append(module)
        return found


def _is_below(module: Module, folder: str) -> bool:
    if not folder:
        return True
    place = module.path or f"{module.root}/{module.importable_as.replace('.', '/')}".strip("/") + "/"
    return place.startswith(f"{folder}/")


def _outwards(path: str) -> Iterator[str]:
    """Yield the folder of a project's file and those above it, up to the root."""
    parts = list(PurePosixPath(path).parts[:-1])
    while parts and parts[-1] in _NO_FOLDER_OF_ITS_OWN:
        parts.pop()
    for depth in range(len(parts), -1, -1):
        yield "/".join(parts[:depth])
