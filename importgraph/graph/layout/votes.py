"""What the imports of a tree say of where a folder's modules are named from."""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.environment.import_names import declared_distribution
from importgraph.facts.found import ScannedFile
from importgraph.facts.model import ModuleFacts, StepKind


@dataclass(frozen=True, slots=True)
class Count:
    """What the votes on a base folder were, and whose names they are about."""

    votes: tuple[tuple[str, int, int], ...]
    """Each possible root with the votes from the folder and from others."""
    chosen: str
    told: bool
    """The reason that is given depends on whether others ask."""
    tops: tuple[str, ...]
    """The top-level names of the statements that can vote, sorted."""


_Ask = tuple[str, str]
"""A module and the name taken from it, empty where the module itself is imported."""


class Votes:
    """Counts the absolute imports that find their module if a folder is taken as a source root."""

    def __init__(
        self, files: Iterable[ScannedFile], bases: Mapping[str, str], requirements: Collection[str] = ()
    ) -> None:
        """Take what the statements of a tree are judged by.

        Args:
            files: The files of the tree.
            bases: By path, the folder that holds the outermost package around it.
            requirements: The distributions that the project declares.
        """
        self._requirements = requirements
        self._facts = {file.path: file.facts for file in files}
        self._bases = bases
        self.asked: dict[str, set[str]] = defaultdict(set)
        """By path, the names that a file was asked for."""
        self.counted: dict[str, Count] = {}
        """By base folder, what was counted where there was a choice."""

    @cached_property
    def _asked(self) -> Mapping[str, Mapping[_Ask, Counter[str]]]:
        """By top-level name, what is asked for, with counts by the base folder of those who ask."""
        counts = Counter(
            (item.module, item.name or "", self._bases[path])
            for path, facts in self._facts.items()
            for item in facts.imports
            if item.level == 0 and item.module
        )
        found: dict[str, dict[_Ask, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for (module, name, base), count in counts.items():
            found[module.partition(".")[0]][module, name][base] = count
        return found

    @cached_property
    def imported(self) -> frozenset[str]:
        """The dotted names that some absolute import asks for, with what stands above them."""
        found = set()
        for module, name in (ask for asks in self._asked.values() for ask in asks):
            dotted = f"{module}.{name}" if name and name != "*" else module
            while dotted and dotted not in found:
                found.add(dotted)
                dotted = dotted.rpartition(".")[0]
        return frozenset(found)

    def count(self, base: str, root: str, items: Iterable[str]) -> tuple[int, int]:
        """Count the imports that mean a module of a base folder if that is named from a root.

        A statement in another folder counts only against those that do not find what they ask for: a folder
        called like a library gets no votes from those who import the library, and one called like a
        distribution that the project declares gets none at all from outside. In the folder itself a package
        is meant even where what is asked for below it is missing.

        Args:
            base: A folder that holds outermost packages and modules.
            root: The base folder itself or one above it.
            items: The names of the packages and modules in the base folder.

        Returns:
            The statements in the folder itself, and those in others.
        """
        near = far = 0
        for top in tops_of(base, root, items):
            is_library = top in sys.stdlib_module_names or declared_distribution(top, self._requirements)
            is_package = "/".join(filter(None, (root, top, "__init__.py"))) in self._facts
            for ask, askers in self._asked.get(top, {}).items():
                verdict = self._finds(base, root, ask)
                own = askers[base]
                near += own if verdict > 0 or (verdict < 0 and is_package) else 0
                far += 0 if is_library else verdict * (askers.total() - own)
        return near + self._relative(base, root), max(0, far)

    def _relative(self, base: str, root: str) -> int:
        """Count the relative imports of files beside each other that a root leaves packages enough for."""
        depth = base.count("/") + 1 - (root.count("/") + 1 if root else 0)
        found = 0
        for level, path in self._dotted.get(base, ()):
            found += depth >= level and (self._is_module(path) or path in self._folders)
        return found

    @cached_property
    def _dotted(self) -> Mapping[str, list[tuple[int, str]]]:
        """By folder without `__init__.py`, the relative imports of its files: dots, and the path meant."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for path, facts in self._facts.items():
            folder = path.rpartition("/")[0]
            if folder and folder == self._bases[path]:
                for item in facts.imports:
                    if item.level:
                        parts = folder.split("/")[: len(folder.split("/")) - item.level + 1]
                        inner = item.module or item.name or ""
                        found[folder].append((item.level, "/".join([*parts, *inner.split(".")])))
        return found

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = set()
        for path in self._facts:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def _finds(self, base: str, root: str, ask: _Ask) -> int:
        """Return 1 where a module below the base is found, -1 where it shadows what is meant, else 0."""
        module, name = ask
        path = "/".join(filter(None, (root, module.replace(".", "/"))))
        if base and not path.startswith(f"{base}/"):
            return 0
        if f"{path}/__init__.py" in self._facts:
            return 1 if self._offers(path, name) else -1
        if f"{path}.py" in self._facts:
            return 1 if not name or name == "*" or self._may_bind(f"{path}.py", name) else -1
        if name and name != "*" and self._is_module(f"{path}/{name}"):
            return 1
        inside = path.removeprefix(f"{base}/") if base else path
        return -1 if self._is_module(f"{base}/{inside.partition('/')[0]}".lstrip("/")) else 0

    def _is_module(self, path: str) -> bool:
        return f"{path}.py" in self._facts or f"{path}/__init__.py" in self._facts

    def _offers(self, package: str, name: str) -> bool:
        """Tell whether a package has a submodule of a name or may bind it."""
        if name in {"", "*"} or self._is_module(f"{package}/{name}"):
            return True
        return self._may_bind(f"{package}/__init__.py", name)

    def _may_bind(self, path: str, name: str) -> bool:
        self.asked[path].add(name)
        return may_bind(self._facts[path], name)


def may_bind(facts: ModuleFacts, name: str) -> bool:
    """Tell whether a file may bind a name, by a rough look that is enough for votes."""
    if facts.hazards or any(item.name == "*" for item in facts.imports):
        return True
    bound = {step.name for step in facts.body if step.kind is not StepKind.USE}
    return name in bound or "__getattr__" in bound


def tops_of(base: str, root: str, items: Iterable[str]) -> list[str]:
    """Return the top-level names that mean something in a base folder that is named from a root."""
    return list(items) if base == root else [base.removeprefix(f"{root}/" if root else "").partition("/")[0]]
