"""How modules are evaluated for their effects: each for itself, with all that its statements run.

Modules of the tree and of installed libraries are text; the standard library is known by its names alone.
"""

import ast
import sys
from collections.abc import Callable

from importgraph.environment.finder import Owner
from importgraph.evaluation.protocol import Presence, Supply
from importgraph.evaluation.values.objects import Function
from importgraph.evaluation.values.value import Arguments, Raised, Result, Value
from importgraph.graph.calls import CallFinder
from importgraph.graph.model import Kind
from importgraph.graph.outside.outside_names import Installed
from importgraph.graph.resolve import Resolver, Symbol
from importgraph.graph.running.policy import GraphPolicy
from importgraph.graph.running.relevance import Relevance
from importgraph.names import top_level
from importgraph.snapshot import Snapshot


class EffectPolicy(GraphPolicy):
    """Names resolve as for the graph, on into the environment; every call is followed.

    Args:
        snapshot: The tree.
        noted: Is told of changes.
        failed: Is told of statements that fail.
    """

    def __init__(
        self, snapshot: Snapshot, noted: Callable[[Value, str], None], failed: Callable[[Raised], None]
    ) -> None:
        outside = snapshot.outside.outside if snapshot.outside is not None else None
        resolver: Resolver = outside.resolver if outside is not None else snapshot.resolver
        installed: Installed | None = (
            outside.finder if outside is not None and snapshot.knows_installed else None
        )
        super().__init__(resolver, Relevance(CallFinder(resolver)), snapshot.read_bytes, installed)
        self.assumes_unset = False
        self.touched: set[str] = set()
        """The modules whose text was looked at since this was emptied."""
        self.asked: set[tuple[str, str]] = set()
        """The names that were asked for and are no text, with who asks."""
        self.snapshot = snapshot
        self._noted = noted
        self._failed = failed

    def find(self, name: str, importer: str) -> str | None:
        """Return the module that an absolute name means, where there is text of it to run."""
        found = self.resolver.finder.find(name, self.resolver.modules[importer])
        return found if found is not None and self.is_text(found) else None

    def is_text(self, module: str) -> bool:
        """Tell whether a module is of the tree or of a library, and no compiled one."""
        known = self.resolver.modules.get(module)
        if known is None or self.snapshot.owner(module) is Owner.STANDARD:
            return False
        return known.path.endswith(".py") or known.kind is Kind.NAMESPACE

    def presence(self, name: str, importer: str) -> Presence:
        """What was found and is no text is there."""
        self.asked.add((name, importer))
        if self.resolver.finder.find(name, self.resolver.modules[importer]) is not None:
            return Presence.THERE
        return super().presence(name, importer)

    def supply(self, module: str, name: str) -> Supply:
        """Leave names of the standard library to the models."""
        symbol = self.resolver.lookup(module, name)
        if symbol is not None and symbol.kind != "missing" and not self.is_text(symbol.module):
            return Supply(external=self._dotted(module, name, symbol))
        return super().supply(module, name)

    def _dotted(self, module: str, name: str, symbol: Symbol) -> str:
        """Return the name under which a module imports something, which models go by."""
        known = self.resolver.modules[module]
        for item in self.resolver.facts[module].imports:
            if item.bound == name and item.function < 0:
                source = self.resolver.absolute(known, item) or ""
                return f"{source}.{item.name}" if item.name else source if item.alias else name
        return f"{symbol.module}.{symbol.name}".rstrip(".")

    def lacks(self, name: str) -> bool:
        """Tell whether a module of the standard library has no such name, by its text."""
        module, _, last = name.rpartition(".")
        known = self.resolver.modules.get(module)
        if top_level(module) in sys.stdlib_module_names and (known is None or not known.path.endswith(".py")):
            return lacks_compiled(module, last)
        if known is None or not known.path.endswith(".py") or self.is_text(module) or last.startswith("__"):
            return False
        names = self.resolver.names(module)
        if names is None or names.has_getattr or self.resolver.lookup(module, last) is not None:
            return False
        if (
            any(item.name == "*" for item in names.facts.imports)
            or self.resolver.submodule(module, last) is not None
        ):
            return False
        return last not in self.snapshot.read_text(known.path)

    def misses(self, module: str, name: str) -> bool:
        """Tell whether the text of a module shows that it has no such name."""
        names = self.resolver.names(module)
        if names is None or names.has_getattr or self.resolver.lookup(module, name) is not None:
            return False
        return not names.facts.hazards and not any(item.name == "*" for item in names.facts.imports)

    def waits(self, module: str, statement: ast.stmt) -> bool:
        """Run all statements."""
        return False

    def follows(self, function: Function, arguments: Arguments) -> bool:
        """Run all calls."""
        return True

    def judged(self, raised: Raised) -> Result:
        """Take failures for real."""
        return raised

    def ends(self, raised: Raised) -> bool:
        """Take note that a statement of a module fails, and go on."""
        self._failed(raised)
        return False

    def changes(self, holder: Value, what: str) -> None:
        """Pass it on."""
        self._noted(holder, what)


def lacks_compiled(module: str, name: str) -> bool:
    """Tell whether a compiled module of the standard library, where this process has it, lacks a name."""
    own = sys.modules.get(module) if module in _COMPILED else None
    return own is not None and not hasattr(own, name)


_COMPILED = frozenset({"math", "itertools", "time", "errno", "_thread", "sys", "builtins", "gc", "marshal"})
"""Modules without text whose names are the same on all platforms and hardly grow."""
