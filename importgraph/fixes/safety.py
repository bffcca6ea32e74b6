"""Is it safe to put an import off? Conservative: what cannot be shown is a reason against.

The rules look at everything that would newly run later, not only at the statement: registrations, changed
modules, settings of the interpreter, work at import, unknown libraries, and code that would notice.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from importgraph.facts.model import StepKind
from importgraph.fixes.deferral import Deferrals, bound_by
from importgraph.fixes.model import Reason, Risk, judge
from importgraph.fixes.patches import find_patch
from importgraph.fixes.plain import Plainness
from importgraph.fixes.visible_effects import VisibleEffects
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

PROOF = "its text shows that importing it changes nothing else, and no name is used while it is imported"
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

    def risk(
        self, edges: Sequence[ImportEdge], removed: Collection[str], loaded: Collection[str] = ()
    ) -> Risk:
        """Judge how risky it is to defer imports.

        Args:
            edges: The imports to defer.
            removed: All modules that would be loaded later or never, those of libraries among them.
            loaded: All modules that are loaded now where somebody would notice.
        """
        return judge(self.reasons(edges, removed, loaded), PROOF)

    def reasons(
        self, edges: Sequence[ImportEdge], removed: Collection[str], loaded: Collection[str] = ()
    ) -> list[Reason]:
        """Return why putting imports off cannot be shown to change nothing but time; empty where it can."""
        found = [*self._of_statements(edges), *self._of_observers(removed)]
        kinds: dict[str, list[Reason]] = defaultdict(list)
        for module in sorted(removed):
            for reason in self._of_module(module):
                kinds[reason.kind].append(reason)
        if self.snapshot.outside is not None:
            for reason in self._libraries.reasons(removed, loaded):
                kinds[reason.kind].append(reason)
        for _, some in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
            more = f" and {len(some) - 1} more" if len(some) > 1 else ""
            found.append(replace(some[0], text=f"{some[0].text}{more}"))
        return found

    # -- the statements themselves ----------------------------------------------------------------

    def _of_statements(self, edges: Sequence[ImportEdge]) -> Iterator[Reason]:
        for edge in edges:
            here = (edge.path, edge.line)
            verdict = self.deferrals.verdict(edge)
            bound = bound_by(edge)
            if verdict.unused:
                text = f"`{bound}` is never used in `{edge.importer}`: it may be imported for what it does"
                yield Reason("imported for its effect", text, *here, known=True)
            if verdict.exported:
                text = f"other modules take `{bound}` from `{edge.importer}`"
                yield Reason("taken by others", text, *here)
            patch = find_patch(self._test_texts, edge.importer, bound)
            if patch is not None:
                text = f"a test patches `{bound}` in `{edge.importer}`"
                yield Reason("patched by tests", text, patch.path, patch.line, known=True)
            if self._may_change(edge, bound):
                text = f"`{bound}` is a value that its module binds anew later"
                yield Reason("a value", text, *here)
            setter = self._replaced_by(loaded_by(edge), edge.name) if edge.name is not None else ""
            if setter:
                text = f"`{setter}` puts something else in the place of `{edge.name}`"
                yield Reason("replaced by others", text, self._path(setter), known=True)
            sites = self.deferrals.use_sites(edge)
            if sites.annotations:
                text = f"annotations name `{bound}`, which code that evaluates them would no longer find"
                yield Reason("named by annotations", text, *here)
            caught = self._caught.get(edge.importer)
            if caught is not None:
                text = f"an ImportError of `{edge.importer}` is caught elsewhere"
                yield Reason("its error is caught", text, caught.path, caught.line, known=True)

    def _path(self, module: str) -> str:
        return self.snapshot.graph.modules[module].path

    @cached_property
    def _test_texts(self) -> Mapping[str, str]:
        """By path, the texts of test files and conftests that replace names."""
        modules = self.snapshot.graph.modules.values()
        paths = (module.path for module in modules if module.kind in {Kind.TEST, Kind.CONFTEST})
        texts = ((path, self.snapshot.read_text(path)) for path in sorted(paths))
        return {path: text for path, text in texts if "patch" in text or "setattr" in text}

    def _may_change(self, edge: ImportEdge, bound: str) -> bool:
        """Tell whether a name is a value of ours that functions of its module bind anew."""
        symbol = self.snapshot.resolver.lookup(edge.importer, bound)
        if symbol is None or symbol.kind != "value":
            return False
        return f"global {symbol.name}" in self.snapshot.graph.facts[symbol.module].hazards

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

    def _of_observers(self, removed: Collection[str]) -> Iterator[Reason]:
        """Yield who would notice that modules are not loaded."""
        for name, looked_for in self._observers.items():
            if looked_for is None or not looked_for.isdisjoint(removed):
                known = looked_for is not None
                text = f"`{name}` looks at which modules are loaded"
                yield Reason("looks at loaded modules", text, self._path(name), known=known)
                break
        asks = self._asks_for_subclasses
        if asks:
            text = f"`{asks}` asks a class for its subclasses"
            yield Reason("asks for subclasses", text, self._path(asks))

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
    def _libraries(self) -> VisibleEffects:
        return VisibleEffects(self.snapshot)

    @cached_property
    def _known(self) -> dict[str, tuple[Reason, ...]]:
        return {}

    def _of_module(self, module: str) -> tuple[Reason, ...]:
        if module not in self._known:
            self._known[module] = tuple(self._doubts(module))
        return self._known[module]

    def _is_unknown(self, library: str) -> bool:
        """Tell whether a module from outside is in no environment that we can read."""
        top = top_level(library)
        if top in sys.stdlib_module_names:
            return False
        return not self.snapshot.knows_installed or top in self.snapshot.absent

    def _doubts(self, module: str) -> Iterator[Reason]:
        graph = self.snapshot.graph
        if module not in graph.modules:
            if self._is_unknown(module):
                text = f"`{module}` is a library whose effects are unknown"
                yield Reason("a library", text)
            return
        facts = graph.facts.get(module)
        if facts is None:
            if graph.modules[module].is_opaque:
                yield Reason("compiled", f"`{module}` is compiled, so what importing it does is unknown")
            return
        path = graph.modules[module].path
        for hazard in facts.hazards:
            if not hazard.startswith("global "):
                text = f"`{module}` looks at or changes names at run time ({hazard})"
                yield Reason("names at run time", text, path)
                break
        if any(step.kind is StepKind.FUNCTION and step.name.endswith("__del__") for step in facts.body):
            yield Reason("a finalizer", f"`{module}` has a finalizer", path)
        libraries = [name for name in self.deferrals.libraries.get(module, ()) if self._is_unknown(name)]
        if libraries:
            text = f"`{module}` imports `{libraries[0]}`, a library whose effects are unknown"
            yield Reason("a library", text, path)
        for doubt in Plainness(self.snapshot, module).doubts(self.deferrals.tree(path)):
            yield Reason(doubt.kind, f"{doubt.kind}: {doubt.detail}", path, doubt.line)
            return
