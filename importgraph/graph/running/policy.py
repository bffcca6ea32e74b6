"""How the graph has modules evaluated: names resolve by text, bodies run only where they decide something."""

import ast
import posixpath
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from hashlib import blake2b

from importgraph.environment.entry_points import EntryPoint
from importgraph.evaluation.protocol import Policy, Presence, Source, Supply, Surroundings
from importgraph.evaluation.values.journal import Activation
from importgraph.evaluation.values.objects import Bound, Class, Function, FunctionNode, Partial, Wrapped
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.facts.model import Origin
from importgraph.facts.source.blanking import skim
from importgraph.facts.source.bodies import is_blanked, line_starts
from importgraph.facts.source.syntax import parse_source
from importgraph.graph.edges import is_bound_behind
from importgraph.graph.model import ImportEdge
from importgraph.graph.outside.outside_names import Installed, OutsideNames
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.graph.running.definition_texts import cut_out, definitions
from importgraph.graph.running.failing import Failure
from importgraph.graph.running.habits import Habits
from importgraph.graph.running.relevance import Relevance
from importgraph.names import top_level

_CALLABLE = (Function, Class, Bound, Partial, Wrapped)
_DOUBTED = {"AttributeError", "NameError", "TypeError", "UnboundLocalError"}
"""Failures that may come from what was not run: a name bound elsewhere, an attribute set by a call."""


class GraphPolicy(Policy):
    """Names resolve through facts; a module's body runs only to give a value that facts do not show."""

    def __init__(
        self,
        resolver: Resolver,
        relevance: Relevance,
        read: Callable[[str], bytes],
        installed: Installed | None,
        compiled: Iterable[str] = (),
    ) -> None:
        """Take what resolves, what may lead to imports, how to read, what is installed and compiled."""
        self.resolver = resolver
        self.relevance = relevance
        self._read = read
        self._installed = installed
        self._names = OutsideNames(installed) if installed is not None else None
        self.compiled_too = {_source_of(path): path for path in compiled if path.endswith((".so", ".pyd"))}
        """By what may be its source, the compiled module that Python takes."""
        self._built: dict[str, bool] = {}
        target = resolver.target
        self.surroundings = Surroundings(target.version, target.platform, target.implementation)
        self.assumes_unset = True
        self.failing: Mapping[str, Failure] = {}
        self._sources: dict[str, Source | None] = {}
        self._texts: dict[str, tuple[bytes, list[int]]] = {}
        self._digests: dict[str, bytes] = {}
        """By module whose text was read, a digest of it."""
        self._bodies: dict[tuple[str, int], FunctionNode] = {}
        self._wholes: dict[FunctionNode, FunctionNode] = {}
        """By function as it was met, it with its body."""
        self._places: dict[str, Mapping[int, ast.stmt]] = {}
        self.habits = Habits()

    def find(self, name: str, importer: str) -> str | None:
        """Return the module of the tree that an absolute name means."""
        return self.resolver.finder.find(name, self.resolver.modules[importer])

    def presence(self, name: str, importer: str) -> Presence:
        """Ask the environment; what the tree should have and has not is missing."""
        if name == "cython" and self.resolver.modules[importer].path in self.compiled_too:
            return Presence.THERE  # it stands for the compiler, and imports nothing
        holder = self.resolver.holder(name, self.resolver.modules[importer])
        if holder is not None and not self.resolver.is_open(holder):
            return Presence.UNDECIDED if self.resolver.modules[holder].is_opaque else Presence.MISSING
        if self._installed is None:
            standard = top_level(name) in sys.stdlib_module_names
            return Presence.THERE if standard else Presence.UNDECIDED
        return Presence.MISSING if self._installed.find(name) is None else Presence.THERE

    def replaces(self, edge: ImportEdge) -> bool:
        """Tell whether an extension stands for a module that was not made from its text.

        What Cython and mypyc make of a text imports what the text does, and bears their names.
        """
        path = self.compiled_too.get(edge.path)
        if path is None:
            return False
        if path not in self._built:
            built = self._read(path)
            self._built[path] = any(mark in built for mark in (b"cython", b"__pyx", b"mypyc"))
        return not self._built[path]

    def is_outside(self, name: str, importer: str) -> bool:
        """Tell whether a name surely is a module of which no part is in the tree."""
        is_ours = self.find(name, importer) is not None or self.find(top_level(name), importer) is not None
        return not is_ours and self.presence(name, importer) is Presence.THERE

    def is_missing(self, name: str, importer: str) -> bool:
        """Tell whether a name from outside cannot be imported; without an environment nobody knows."""
        return self._installed is not None and self.presence(name, importer) is Presence.MISSING

    def fails(self, module: str) -> bool:
        """Tell whether importing a module surely fails, as a library is missing."""
        return module in self.failing

    def may_lack(self, module: str, name: str, importer: str) -> bool:
        """Look whether the name is bound below an import that leads to the other."""
        return is_bound_behind(module, name, importer, self.resolver)

    def is_compiled(self, module: str) -> bool:
        """Tell whether a module of the tree has no text."""
        return self.resolver.modules[module].is_opaque

    def source(self, module: str) -> Source | None:
        """Parse the text of a module when it is first asked for."""
        if module not in self._sources:
            self._sources[module] = self._parse(module)
        return self._sources[module]

    def _parse(self, name: str) -> Source | None:
        """Parse a module without the bodies of its functions, which are read when they run."""
        module = self.resolver.modules.get(name)
        if module is None or not module.path.endswith(".py") or name not in self.resolver.facts:
            return None
        text = self._text(name)
        tree = parse_source(text if module.broken else skim(text)).tree
        return Source(tree, module.package, module.path, module.path.endswith("__init__.py"))

    def whole(self, function: Function) -> FunctionNode:
        """Read the body of a function."""
        node = function.node
        known = self._wholes.get(node)
        if known is None:
            known = self._wholes[node] = self._read_whole(function.module.name, node)
        return known

    def _read_whole(self, module: str, node: FunctionNode) -> FunctionNode:
        if isinstance(node, ast.Lambda) or not is_blanked(node):
            return node
        key = (module, node.lineno)
        if key not in self._bodies:
            self._bodies[key] = self._cut_out(module, node)
        return self._bodies[key]

    def _cut_out(self, module: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionNode:
        if module not in self._texts:
            text = self._text(module)
            self._texts[module] = text, line_starts(text)
        text, starts = self._texts[module]
        return cut_out(text, starts, node)

    def _text(self, module: str) -> bytes:
        text = self._read(self.resolver.modules[module].path)
        self._digests.setdefault(module, blake2b(text, digest_size=16).digest())
        return text

    def text_read(self, module: str) -> bytes | None:
        """Return the text of a module as it was read, from the file again; None where it was not read.

        Raises:
            OSError: If it is another by now.
        """
        known = self._digests.get(module)
        if known is None:
            return None
        text = self._read(self.resolver.modules[module].path)
        if blake2b(text, digest_size=16).digest() != known:
            raise OSError(f"{module} was changed while it was read")
        return text

    def bodies_read(self) -> Iterable[tuple[str, int]]:
        """Yield the functions whose bodies were read, by module and line."""
        return self._bodies

    def executes(self, _module: str) -> bool:
        """Leave bodies alone: each module is run for itself."""
        return False

    def binds(self, module: str, name: str) -> bool:
        """Tell whether a module binds a name, through re-exports and stars."""
        return not self._is_answered(module, name) and self.resolver.lookup(module, name) is not None

    def _is_answered(self, module: str, name: str) -> bool:
        """Tell whether text lists a name that the module does not bind, but may answer for when asked."""
        names = self.resolver.names(module)
        if names is None or name in names.bindings:
            return False
        return name in names.listed_lazily or (names.has_getattr and name in names.type_only)

    def supply(self, module: str, name: str) -> Supply:
        """Follow re-exports to the definition; a value needs the body of its module."""
        if self.is_compiled(module):
            return Supply(external=f"{module}.{name}")
        names = self.resolver.names(module)
        symbol = self.resolver.lookup(module, name)
        if symbol is None or symbol.kind == "missing" or self._is_answered(module, name):
            own = names is not None and (name in names.bindings or "sys.modules" in names.facts.hazards)
            return Supply(run=own)
        if symbol.kind == "external":
            return Supply(external=symbol.module)
        if symbol.kind == "module":
            return Supply(module=symbol.module)
        return self._supply_symbol(module, name, symbol)

    def _supply_symbol(self, module: str, name: str, symbol: Symbol) -> Supply:
        if symbol.module != module:
            return Supply(module=symbol.module, name=symbol.name.partition(".")[0])
        if symbol.kind in {"function", "class"} and symbol.name == name:
            return Supply(definition=self._definition(module, symbol))
        return Supply(run=True)

    def _definition(self, module: str, symbol: Symbol) -> ast.stmt | None:
        names = self.resolver.names(module)
        step = names.bindings.get(symbol.name) if names is not None else None
        if step is None:
            return None
        if module not in self._places:
            source = self.source(module)
            self._places[module] = dict(definitions(source.tree.body)) if source is not None else {}
        return self._places[module].get(step.line)

    def listed_lazily(self, module: str, name: str) -> tuple[str, str] | None:
        """Look a name up among the imports that a lazy loader is given."""
        for item in self.resolver.facts[module].imports:
            listed = item.lazy and item.origin is Origin.DYNAMIC and name == (item.alias or item.name)
            source = self.resolver.module_of(module, item) if listed else None
            if source is not None and item.name is not None:
                inner = self.resolver.submodule(source, item.name)
                return (inner, "") if inner is not None else (source, item.name)
        return None

    def judged(self, raised: Raised) -> Result:
        """Take `raise` statements as real, and failures that do not come from what was not run."""
        if raised.explicit or raised.kind not in _DOUBTED:
            return raised
        return Unknown(raised.message or raised.kind)

    def ends(self, _raised: Raised) -> bool:
        """Go on: what a module imports further down is of interest, whether or not it can be reached."""
        return False

    def waits(self, module: str, statement: ast.stmt) -> bool:
        """Put off what leads to no import."""
        lines = self.relevance.lines(module)
        decorators = getattr(statement, "decorator_list", None)
        start = min(one.lineno for one in decorators) if decorators else statement.lineno
        at = bisect_left(lines, start)
        return at == len(lines) or lines[at] > (statement.end_lineno or start)

    def follows(self, function: Function, arguments: Arguments) -> bool:
        """Run what may lead to an import, and what is given something to call."""
        if isinstance(function.node, ast.Lambda):
            return True
        if self.repeated(function) is not None:
            return False
        if self.relevance.leads_to_import(function.module.name, function.qualname):
            return True
        return any(isinstance(settled(value), _CALLABLE) for value in arguments.all())

    def lacks_name(self, module: str, name: str) -> bool:
        """Look at the text of what is installed."""
        return self._names is not None and self._names.lacks_name(module, name)

    def entry_points(self) -> tuple[EntryPoint, ...] | None:
        """Return the entry points of the environment."""
        return self._installed.entry_points if self._installed is not None else None

    def took(self, function: Function, _steps: int, since: int) -> None:
        """Count the calls of a function since one imported what no other had."""
        self.habits.took(function, since)

    def repeated(self, function: Function) -> Activation | None:
        """Return the last call of a function that imported something new, once many have not."""
        return self.habits.repeated(function)

    def files_in(self, folder: str) -> tuple[str, ...] | None:
        """Return the names of the Python files and packages in a folder of the tree."""
        return self._folders.get(folder)

    @cached_property
    def _folders(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for module in self.resolver.modules.values():
            path = module.path
            while path:
                folder, _, last = path.rpartition("/")
                found[folder].add(last)
                path = folder
        return {folder: tuple(sorted(names)) for folder, names in found.items()}

    def changes(self, holder: Value, what: str) -> None:
        """Changes are of no interest here."""

    def calls_external(self, name: str, arguments: Arguments) -> None:
        """What is outside runs no import of the tree."""


def _source_of(compiled: str) -> str:
    folder, last = posixpath.split(compiled)
    return posixpath.join(folder, f"{last.partition('.')[0]}.py")
