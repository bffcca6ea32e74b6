"""Modules of an environment as nodes of the graph, found and read when something reaches them.

First-party modules, installed ones and those of the standard library share one resolver, so that names pass
from one owner to the other. A module from outside is named as statements name it; where a module of the tree
has that name already, its owner is added (`random (standard)`).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from importgraph.environment.distributions import Distribution, Distributions
from importgraph.environment.finder import EnvironmentFinder, FileKind, ModuleFile, Owner
from importgraph.environment.interpreter import Environment
from importgraph.environment.reader import Reader
from importgraph.facts.model import ModuleFacts
from importgraph.graph.layout.finder import Finder, finder_of
from importgraph.graph.model import Graph, Kind, Module, Target
from importgraph.graph.namespaces import Names
from importgraph.graph.resolve import Resolver
from importgraph.names import is_within, parent, top_level

OUTSIDE = "<environment>"
"""The root of all modules from outside."""
_KINDS = {
    FileKind.PACKAGE: Kind.PACKAGE,
    FileKind.SOURCE: Kind.MODULE,
    FileKind.NAMESPACE: Kind.NAMESPACE,
}


class Outside:
    """The environment of one tree.

    Args:
        graph: The tree.
        environment: What is installed for it.
        reader: Reads files of the environment.
        root: The folder that the paths of the tree are relative to.
        ours: Names across the modules of the tree alone, where somebody has them.
    """

    def __init__(
        self,
        graph: Graph,
        environment: Environment,
        reader: Reader,
        root: Path,
        ours: Resolver | None = None,
    ) -> None:
        self.graph = graph
        self._ours = ours
        self.environment = environment
        self.reader = reader
        self.distributions = Distributions(environment)
        self.finder = EnvironmentFinder(environment)
        self.files: dict[str, ModuleFile] = {}
        """By node, the modules from outside that were found so far."""
        self.modules: dict[str, Module] = dict(graph.modules)
        self.paths: dict[str, str] = {}
        """By the path that is shown of a file, where it is."""
        self._nodes: dict[str, str | None] = {}
        above = str(root / "_")[:-1]
        self._paths = {f"{above}{m.path}": m.name for m in graph.modules.values() if m.path}
        self._tops = {m.name for m in graph.modules.values() if m.kind is Kind.PACKAGE and "." not in m.name}

    @cached_property
    def resolver(self) -> Resolver:
        """Names across the modules of all owners."""
        finder = _Finder(self)
        target = Target(self.environment.version, self.environment.platform)
        ours = self._ours if self._ours is not None and self._ours.target == target else None
        return _Resolver(self, _Facts(self), finder, target, ours)

    def find(self, name: str) -> str | None:
        """Return the node of a module as code in the environment finds it; None where there is none."""
        if name not in self._nodes:
            file = self.finder.find(name)
            self._nodes[name] = self._node(file) if file is not None else None
        return self._nodes[name]

    def _node(self, file: ModuleFile) -> str:
        if file.path in self._paths:
            return self._paths[file.path]
        installed = file.owner is Owner.THIRD_PARTY
        if installed and top_level(file.name) in self._tops and file.name in self.graph.modules:
            return file.name  # the tree is installed too; its own files count
        node = file.name
        if node in self.graph.modules:
            found = self.distributions.of(file) if installed else None
            owner = found.name if found is not None else "installed" if installed else "standard"
            node = f"{file.name} ({owner})"
        if node not in self.files:
            self.files[node] = file
            self.modules[node] = self._module(node, file)
        return node

    def _module(self, node: str, file: ModuleFile) -> Module:
        kind = _KINDS.get(file.kind, Kind.EXTENSION)
        if file.kind is FileKind.COMPILED and file.readable:
            kind = Kind.PACKAGE if file.folders else Kind.MODULE
        package = file.name if file.folders else parent(file.name)
        path = self._shown(file) if file.readable else ""
        self.paths[path] = file.source
        return Module(node, path, kind, OUTSIDE, file.name, package, broken=False)

    def _shown(self, file: ModuleFile) -> str:
        """Return the path of a file from the folder it is installed in, which no report should name."""
        for places, shown in (
            (self.environment.standard, "python{}.{}".format(*self.environment.version)),
            (self.environment.site, "site-packages"),
        ):
            for place in places:
                if file.source.startswith(f"{place}/"):
                    return f"{shown}/{file.source.removeprefix(f'{place}/')}"
        return f"{file.name.replace('.', '/')}{'/__init__' if file.folders else ''}.py"

    def file_of(self, node: str) -> ModuleFile | None:
        """Return where a node from outside is; None for nodes of the tree and what does not exist."""
        if node not in self.files and node not in self.graph.modules:
            self.find(node)
        return self.files.get(node)

    def owner(self, node: str) -> Owner:
        """Tell whose a node is."""
        file = self.file_of(node)
        return file.owner if file is not None else Owner.FIRST_PARTY

    def distribution(self, node: str) -> Distribution | None:
        """Return the distribution that a node belongs to; None for other owners and where none says so."""
        file = self.file_of(node)
        return self.distributions.of(file) if file is not None and file.owner is Owner.THIRD_PARTY else None

    def read_ahead(self, nodes: Iterable[str]) -> None:
        """Read the texts of several nodes at once."""
        self.reader.read_ahead(self.files[node] for node in nodes if node in self.files)


class _Facts(Mapping[str, ModuleFacts]):
    """Facts by node: those of the tree, and of the environment what is asked for."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside

    def __contains__(self, node: object) -> bool:
        file = self.outside.files.get(node) if isinstance(node, str) else None
        return file.readable if file is not None else node in self.outside.graph.facts

    def __getitem__(self, node: str) -> ModuleFacts:
        file = self.outside.files.get(node)
        return self.outside.reader.facts(file) if file is not None else self.outside.graph.facts[node]

    def __iter__(self) -> Iterator[str]:
        yield from self.outside.graph.facts
        yield from (node for node, file in self.outside.files.items() if file.readable)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Finder(Finder):
    """Finds modules of the tree first for the tree, and of the environment first for the environment."""

    def __init__(self, outside: Outside) -> None:
        vars(self).update(vars(finder_of(outside.graph)))  # the same answers for the same modules
        self.outside = outside

    def find(self, name: str, importer: Module) -> str | None:
        if importer.root == OUTSIDE:
            return self.outside.find(name) or super().find(name, importer)
        own = super().find(name, importer)
        if own is not None and self.modules[own].kind is not Kind.NAMESPACE:
            return own
        return self.outside.find(name) or own


class _Resolver(Resolver):
    """Resolves names across owners, with version and platform tests decided for the environment."""

    def __init__(
        self,
        outside: Outside,
        facts: Mapping[str, ModuleFacts],
        finder: Finder,
        target: Target,
        ours: Resolver | None,
    ) -> None:
        super().__init__(outside.modules, facts, finder, target)
        self._files = outside.files
        self._ours = ours

    def names(self, module: str) -> Names | None:
        known = self._names.get(module)
        if known is None and self._ours is not None and module in self._ours.facts:
            known = self._ours.names(module)
            if known is not None:
                self._names[module] = known
        return known if known is not None else super().names(module)

    def is_open(self, name: str) -> bool:
        if self.modules[name].root == OUTSIDE:
            return name in self.facts and (bool(self.facts[name].path_changes) or self._is_replaced(name))
        return super().is_open(name)

    def submodule(self, package: str, name: str) -> str | None:
        found = super().submodule(package, name)
        file = self._files.get(found) if found is not None else None
        return None if file is not None and file.kind is FileKind.MADE else found

    def _is_replaced(self, package: str) -> bool:
        """Tell whether a module that a package imports from itself puts another module in its place."""
        module = self.modules[package]
        for item in self.facts[package].imports:
            target = self.absolute(module, item)
            whole = f"{target}.{item.name}" if target and item.name else target or ""
            for name in (whole, target or ""):
                found = self.finder.find(name, module) if is_within(name, module.importable_as) else None
                if found not in {None, package} and self._replaces_modules(found):
                    return True
        return False

    def _replaces_modules(self, node: str | None) -> bool:
        return node is not None and node in self.facts and "sys.modules" in self.facts[node].hazards

    @cached_property
    def _opened(self) -> frozenset[str]:
        return frozenset()  # what changes `__path__` in the tree is known to the resolver of the tree
