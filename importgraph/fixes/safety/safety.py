"""Is it safe to put an import off? Conservative: what cannot be shown is a reason against.

The rules look at everything that would newly run later, not only at the statement: registrations, changed
modules, settings of the interpreter, work at import, unknown libraries, and code that would notice.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from msgspec.structs import replace

from importgraph.environment.finder import Owner
from importgraph.facts.model import Guard
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import key_of
from importgraph.fixes.model import Reason, Risk, judge
from importgraph.fixes.safety.bindings import Bindings
from importgraph.fixes.safety.effects.reasons import EffectReasons
from importgraph.fixes.safety.half_made import first_unbound, shadowed
from importgraph.fixes.safety.patches import Patches
from importgraph.fixes.safety.privacy import Privacy
from importgraph.fixes.safety.statement_reasons import StatementReasons
from importgraph.fixes.safety.visible_effects import VisibleEffects
from importgraph.fixes.safety.watchers import Watchers
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import is_function, loaded_by
from importgraph.names import is_within, top_level
from importgraph.snapshot import Snapshot

PROOF = "its text shows that importing it changes nothing else, and no name is used while it is imported"


_FOLLOWED = 100
"""The most modules of libraries that are followed for one proposal."""
_GIVEN_UP = 4
"""As many that do something end the search: their bodies would have to be judged by names anyway."""


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
        self,
        edges: Sequence[ImportEdge],
        removed: Collection[str],
        loaded: Collection[str] = (),
        aside: Collection[str] = (),
    ) -> list[Reason]:
        """Return why putting imports off cannot be shown to change nothing but time; empty where it can.

        Once something is known against it, nothing more is asked; kinds of reasons in `aside` do not count.
        """
        gone = frozenset(removed)
        found: list[Reason] = []
        for asked in (
            partial(self._of_importers, edges, gone),
            partial(self._of_ours, edges, gone, loaded),
            partial(self._of_libraries, gone, loaded),
        ):
            kinds = {*aside, *(reason.kind for reason in found)}
            found += _by_kind(reason for reason in asked() if reason.kind not in kinds)
            if any(reason.known for reason in found):
                break  # what is known against it is the answer, and the rest is dear to find out
        return [*found, *self._of_errors(edges, gone, fails=bool(found))]

    def _of_importers(self, edges: Sequence[ImportEdge], removed: frozenset[str]) -> Iterator[Reason]:
        """Yield what speaks against it without a look at what would run later."""
        yield from self._statements.of_statements(edges)
        yield from self._statements.of_names(edges)
        yield from self._watchers.of_loading(removed)
        yield from self._of_submodules(edges, removed)
        yield from shadowed(self.snapshot, removed)
        yield from self._of_halves(edges, removed)

    def _of_ours(
        self, edges: Sequence[ImportEdge], removed: frozenset[str], loaded: Collection[str]
    ) -> Iterator[Reason]:
        after = self.deferrals.after(self.snapshot.loading, {key_of(edge) for edge in edges})
        privacy, known = Privacy(self.snapshot, after), removed.union(loaded)
        for module in sorted(removed):
            reasons = list(self._of_module(module, privacy, known))
            yield from reasons
            if any(reason.known for reason in reasons):
                return

    def _of_libraries(self, removed: frozenset[str], loaded: Collection[str]) -> Iterator[Reason]:
        """Yield what importing libraries does; their bodies are followed where names alone leave doubt."""
        if self.snapshot.outside is None:
            return
        reasons = list(self._libraries.reasons(removed, loaded))
        if any(reason.kind not in {"compiled", "unreadable"} for reason in reasons):
            plain = self._plain_libraries(removed)
            reasons = list(self._libraries.reasons(removed, loaded, plain)) if plain else reasons
        yield from reasons

    def _plain_libraries(self, removed: frozenset[str]) -> frozenset[str]:
        """Return the modules of libraries whose import is followed to its end and does nothing to others."""
        others = sorted(name for name in removed if self.snapshot.owner(name) is Owner.THIRD_PARTY)
        if len(others) > _FOLLOWED:
            return frozenset()
        plain: list[str] = []
        for position, name in enumerate(others):
            if self._effects.is_plain(name, removed):
                plain.append(name)
            if position - len(plain) >= _GIVEN_UP:
                return frozenset()
        return frozenset(plain)

    def _of_halves(self, edges: Sequence[ImportEdge], removed: Collection[str]) -> Iterator[Reason]:
        """Yield what a deferred module takes from an importer that is half made while it loads it."""
        for module in sorted(removed):
            looked_at = self._looked_at(module)
            found = first_unbound(edges, looked_at, self.deferrals.tree) if looked_at else None
            if found is not None:
                home, name = found
                text = f"`{module}` looks at `{home}.{name}`, which `{home}` may bind after it imports it"
                yield Reason("reads what may change", text, self._path(module))
                return

    def _looked_at(self, module: str) -> set[tuple[str, str]]:
        if module not in self.snapshot.graph.facts:
            return set()
        names = {(name.module, name.name) for name in self._effects.effects.of(module).names}
        return names.union(self._taken_by(module))

    def _of_submodules(self, edges: Sequence[ImportEdge], removed: Collection[str]) -> Iterator[Reason]:
        """Yield who reaches a submodule as an attribute and leaves it to others to import it."""
        own = {edge.importer for edge in edges}
        for (package, name), accesses in self.deferrals.takers.by_attribute.items():
            module = f"{package}.{name}"
            if module in removed:
                for accessor in dict.fromkeys(access.accessor for access in accesses):
                    inside = (e.imported for e in self._imports.get(accessor, ()))
                    if (
                        accessor not in removed
                        and accessor not in own
                        and not any(is_within(i, module) for i in inside)
                    ):
                        text = f"`{accessor}` reaches `{module}` without importing it"
                        yield Reason("a submodule of others", text, self._path(accessor))
                        return

    def _of_errors(
        self, edges: Sequence[ImportEdge], removed: Collection[str], *, fails: bool
    ) -> Iterator[Reason]:
        """Yield who catches an ImportError that would be raised later, where one may be raised at all."""
        owners = {self.snapshot.owner(name) for name in removed}
        for edge in edges:
            caught = self._caught.get(edge.importer)
            if caught is not None and (fails or Owner.THIRD_PARTY in owners):
                text = f"an ImportError of `{edge.importer}` is caught elsewhere"
                yield Reason("its error is caught", text, caught.path, caught.line, known=True)

    def _path(self, module: str) -> str:
        return self.snapshot.graph.modules[module].path

    @cached_property
    def _caught(self) -> Mapping[str, ImportEdge]:
        """By module, the first import of it whose ImportError is caught."""
        return {e.imported: e for e in reversed(self.snapshot.graph.imports) if e.tried}

    @cached_property
    def _watchers(self) -> Watchers:
        return Watchers(self.snapshot)

    @cached_property
    def _patches(self) -> Patches:
        return Patches(self.snapshot)

    @cached_property
    def _bindings(self) -> Bindings:
        return Bindings(self.deferrals)

    @cached_property
    def _statements(self) -> StatementReasons:
        return StatementReasons(self.deferrals, self._bindings, self._patches)

    # -- what would run later -------------------------------------------------------------------------

    @cached_property
    def _libraries(self) -> VisibleEffects:
        return VisibleEffects(self.snapshot)

    @cached_property
    def _effects(self) -> EffectReasons:
        return EffectReasons(self.snapshot, self._bindings.unsteady, self)

    def is_only_read(self, module: str, name: str) -> bool:
        """Tell whether nobody changes what a module binds to a name."""
        return self._bindings.is_only_read(module, name)

    def sets_environment(self) -> bool:
        """Tell whether something in the tree changes environment variables."""
        return bool(self._watchers.sets_environment)

    def _is_unknown(self, library: str) -> bool:
        """Tell whether a module from outside is in no environment that we can read."""
        top = top_level(library)
        if top in sys.stdlib_module_names:
            return False
        return not self.snapshot.knows_installed or top in self.snapshot.absent

    def _of_module(self, module: str, privacy: Privacy, known: Collection[str]) -> Iterator[Reason]:
        graph = self.snapshot.graph
        if is_function(module):
            return
        if module not in graph.modules:
            if self._is_unknown(module):
                yield Reason("a library", f"`{module}` is a library whose effects are unknown")
            return
        if module not in graph.facts and graph.modules[module].is_opaque:
            yield Reason("compiled", f"`{module}` is compiled, so what importing it does is unknown")
            return
        facts = graph.facts.get(module)
        if facts is not None:
            yield from self._of_text(module)
            libraries = [name for name in self.deferrals.libraries.get(module, ()) if self._is_unknown(name)]
            if libraries:
                text = f"`{module}` imports `{libraries[0]}`, a library whose effects are unknown"
                yield Reason("a library", text, graph.modules[module].path)
        yield from self._effects.of(module, privacy.holds, known)

    def _of_text(self, module: str) -> Iterator[Reason]:
        for home, name in self._taken_by(module):
            place = self._patches.targets.get(f"{home}.{name}")
            if place is not None:
                text = f"a test patches `{home}.{name}`, which `{module}` takes while it is imported"
                yield Reason("patched by tests", text, place.path, place.line)
                break
        for item in self._taken_by(module):
            why = self._bindings.unsteady(*item)
            if why:
                text = f"`{module}` takes `{'.'.join(item)}`, {why}"
                yield Reason("reads what may change", text, self._path(module))
                return

    def _taken_by(self, module: str) -> Iterator[tuple[str, str]]:
        """Yield the names that a module takes from others of the tree while it is imported."""
        for edge in self._imports.get(module, ()):
            if (
                edge.function < 0
                and Guard.TYPE_CHECKING not in edge.guards
                and edge.name not in {None, "*"}
                and not edge.submodule
                and not edge.external
            ):
                yield loaded_by(edge), str(edge.name)

    @cached_property
    def _imports(self) -> Mapping[str, Sequence[ImportEdge]]:
        found: dict[str, list[ImportEdge]] = defaultdict(list)
        for edge in self.snapshot.graph.imports:
            found[edge.importer].append(edge)
        return found


def _by_kind(reasons: Iterable[Reason]) -> list[Reason]:
    """Return the strongest reason of each kind, with how many more there are; most frequent kinds first."""
    kinds: dict[str, list[Reason]] = defaultdict(list)
    for reason in reasons:
        kinds[reason.kind].append(reason)
    found = []
    for _, some in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        more = f" and {len(some) - 1} more" if len(some) > 1 else ""
        first = next((reason for reason in some if reason.known), some[0])
        found.append(replace(first, text=f"{first.text}{more}"))
    return found
