"""Is it safe to put an import off? Conservative: what cannot be shown is a reason against.

The rules look at everything that would newly run later, not only at the statement: registrations, changed
modules, settings of the interpreter, work at import, unknown libraries, and code that would notice.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.facts.model import Origin, StepKind
from importgraph.fixes.deferral import Deferrals, bound_by
from importgraph.fixes.plain import Plainness
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

_SHOWN = 4
_KEY = r"""(?:["'](?P<{0}>[\w.]+)["']|__name__)"""
_LOOK = re.compile(
    rf"sys\.modules(?:\[|\.get\(|\.pop\(|\.setdefault\()\s*{_KEY.format('one')}|{_KEY.format('two')}\s+(?:not\s+)?in\s+sys\.modules"
)


@dataclass(frozen=True)
class Safety:
    """Reasons against putting imports off, with memory of what was looked at: sets of imports overlap."""

    snapshot: Snapshot
    deferrals: Deferrals
    """Verdicts on the imports."""

    def reasons(self, edges: Sequence[ImportEdge], removed: Collection[str]) -> list[str]:
        """Return why putting imports off cannot be shown to change nothing but time; empty where it can.

        Args:
            edges: The imports to put off.
            removed: The modules that would be loaded later or never.
        """
        found = list(dict.fromkeys(self._of_statements(edges)))
        found += self._of_observers(removed)
        kinds: Counter[str] = Counter()
        example: dict[str, str] = {}
        for module in sorted(removed):
            for kind, detail in self._of_module(module):
                kinds[kind] += 1
                example.setdefault(kind, detail)
        for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
            more = f" and {count - 1} more" if count > 1 else ""
            found.append(f"{kind}: {example[kind]}{more}")
        hidden = len(found) - _SHOWN
        return found if hidden <= 0 else [*found[:_SHOWN], f"{hidden} more kinds of reason"]

    # -- the statements themselves ----------------------------------------------------------------

    def _of_statements(self, edges: Sequence[ImportEdge]) -> Iterator[str]:
        for edge in edges:
            verdict = self.deferrals.verdict(edge)
            bound = bound_by(edge)
            if verdict.unused:
                yield f"`{bound}` is never used in `{edge.importer}`: it may be imported for what it does"
            if verdict.exported:
                yield f"other modules take `{bound}` from `{edge.importer}`"
            patch = self._patches.get(edge.importer)
            if patch is not None:
                yield f"tests patch names of `{edge.importer}` ({patch.path}:{patch.line})"
            symbol = self.snapshot.resolver.lookup(edge.importer, bound)
            if symbol is None or symbol.kind not in {"class", "function", "module"}:
                yield f"`{bound}` is a value, which may have changed by the time it is asked for"
            setter = self._replaced_by(loaded_by(edge), edge.name) if edge.name is not None else ""
            if setter:
                yield f"`{setter}` puts something else in the place of `{edge.name}`"
            if self.deferrals.use_sites(edge).annotations:
                yield f"annotations name `{bound}`, which code that evaluates them would no longer find"
            caught = self._caught.get(edge.importer)
            if caught is not None:
                yield f"an ImportError of `{edge.importer}` is caught in {caught.path}:{caught.line}"

    @cached_property
    def _patches(self) -> Mapping[str, ImportEdge]:
        """By module, the first patch of a name in it."""
        mocks = (e for e in self.snapshot.graph.imports if e.origin is Origin.MOCK and not e.external)
        return {edge.imported: edge for edge in reversed([*mocks])}

    @cached_property
    def _caught(self) -> Mapping[str, ImportEdge]:
        """By module, the first import of it whose ImportError is caught."""
        return {e.imported: e for e in reversed(self.snapshot.graph.imports) if e.tried}

    @cached_property
    def _importers(self) -> Mapping[str, Collection[tuple[str, str, str]]]:
        """By module, who imports it: module, path and local name."""
        found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for edge in self.snapshot.graph.imports:
            if edge.name != "*":
                found[loaded_by(edge)].add((edge.importer, edge.path, bound_by(edge)))
        return {module: sorted(places) for module, places in found.items()}

    @cached_property
    def _setters(self) -> dict[tuple[str, str], str]:
        return {}

    def _replaced_by(self, home: str, name: str) -> str:
        """Return a module that assigns a name of another module from outside, by text."""
        if (home, name) not in self._setters:
            importers = self._importers.get(home, ())
            setters = (who for who, path, bound in importers if self._sets(path, bound, home, name))
            self._setters[home, name] = next(setters, "")
        return self._setters[home, name]

    def _sets(self, path: str, bound: str, home: str, name: str) -> bool:
        text = self.snapshot.read_text(path)
        if "setattr(" not in text and f".{name}" not in text:
            return False  # plain text is found much faster than the pattern below
        owner = rf"(?:{bound}|{home.rpartition('.')[2]})"
        return bool(re.search(rf"\b{owner}\.{name}\s*=(?!=)|\bsetattr\(\s*[\w.]*\b{owner}\s*,", text))

    # -- who would notice ---------------------------------------------------------------------------

    def _of_observers(self, removed: Collection[str]) -> Iterator[str]:
        """Yield who would notice that modules are not loaded."""
        for name, looked_for in self._observers.items():
            if looked_for is None or not looked_for.isdisjoint(removed):
                yield f"`{name}` looks at which modules are loaded"
                break
        if self._asks_for_subclasses:
            yield f"`{self._asks_for_subclasses}` asks a class for its subclasses"

    @cached_property
    def _observers(self) -> Mapping[str, frozenset[str] | None]:
        """By module that reads `sys.modules`, the keys it looks for; None where it may look at all."""
        graph = self.snapshot.graph
        found: dict[str, frozenset[str] | None] = {}
        for name, facts in graph.facts.items():
            if "sys.modules" in facts.hazards:
                text = self.snapshot.read_text(graph.modules[name].path)
                keys = [match.group("one") or match.group("two") or name for match in _LOOK.finditer(text)]
                scans = len(keys) < text.count("sys.modules") and graph.modules[name].kind is not Kind.TEST
                found[name] = None if scans else frozenset(keys)
        return found

    @cached_property
    def _asks_for_subclasses(self) -> str:
        for name, facts in self.snapshot.graph.facts.items():
            calls = [chain for f in facts.functions for chain in f.uses]
            calls += [s.name for s in facts.body] + [s.name for f in facts.functions for s in f.body]
            if any("__subclasses__" in chain for chain in calls):
                return name
        return ""

    # -- what would run later -------------------------------------------------------------------------

    @cached_property
    def _known(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return {}

    def _of_module(self, module: str) -> tuple[tuple[str, str], ...]:
        if module not in self._known:
            self._known[module] = tuple(self._doubts(module))
        return self._known[module]

    def _doubts(self, module: str) -> Iterator[tuple[str, str]]:
        graph = self.snapshot.graph
        if module not in graph.modules:
            if top_level(module) not in sys.stdlib_module_names:
                yield "a library whose effects are unknown", f"`{module}`"
            return
        facts = graph.facts.get(module)
        if facts is None:
            if graph.modules[module].kind is Kind.EXTENSION:
                yield "compiled, so unknown", f"`{module}`"
            return
        path = graph.modules[module].path
        for hazard in facts.hazards:
            if not hazard.startswith("global "):
                yield "looks at or changes names at run time", f"`{module}` ({hazard})"
                break
        if any(step.kind is StepKind.FUNCTION and step.name.endswith("__del__") for step in facts.body):
            yield "has a finalizer", f"`{module}`"
        libraries = self.deferrals.libraries.get(module)
        if libraries:
            yield "imports a library whose effects are unknown", f"`{libraries[0]}` in `{module}`"
        for doubt in Plainness(self.snapshot, module).doubts(self.deferrals.tree(path)):
            yield doubt.kind, f"{doubt.detail} ({path}:{doubt.line})"
            return
