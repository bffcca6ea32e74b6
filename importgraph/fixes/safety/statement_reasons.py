"""What speaks against deferring imports in their statements, and in what others do to their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import bound_by
from importgraph.fixes.model import Form, Reason
from importgraph.fixes.safety.bindings import Bindings
from importgraph.fixes.safety.loops import called_in_loop
from importgraph.fixes.safety.name_watchers import NameWatchers
from importgraph.fixes.safety.patches import Patches
from importgraph.fixes.sets.cut_sets import form_of
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import loaded_by


@dataclass(frozen=True)
class StatementReasons:
    """Answers for one tree, with memory."""

    deferrals: Deferrals
    bindings: Bindings
    patches: Patches

    @cached_property
    def _name_watchers(self) -> NameWatchers:
        return NameWatchers(self.deferrals.snapshot)

    def of_statements(self, edges: Sequence[ImportEdge]) -> Iterator[Reason]:
        """Yield what the statements themselves and what others do to their names speak against."""
        for edge in edges:
            here = (edge.path, edge.line)
            verdict = self.deferrals.verdict(edge)
            bound = bound_by(edge)
            if verdict.unused:
                text = f"`{bound}` is never used in `{edge.importer}`: it may be imported for what it does"
                yield Reason("imported for its effect", text, *here, known=True)
            if verdict.exported and form_of(self.deferrals, edge) is Form.FUNCTIONS:
                text = f"other modules take `{bound}` from `{edge.importer}`"
                yield Reason("taken by others", text, *here)
            places = [(edge.importer, bound), *([(loaded_by(edge), edge.name)] if edge.name else [])]
            for home, name in places:
                patch = self.patches.of(home, name)
                if patch is not None:
                    text = f"a test patches `{name}` in `{home}`"
                    yield Reason("patched by tests", text, patch.path, patch.line, known=True)
                    break
            if self.bindings.may_change(edge, bound):
                text = f"`{bound}` is a value that its module binds anew later"
                yield Reason("a value", text, *here)
            setter = (
                self.bindings.replacements.of(loaded_by(edge), edge.name) if edge.name is not None else ""
            )
            if setter:
                text = f"`{setter}` puts something else in the place of `{edge.name}`"
                yield Reason(
                    "replaced by others", text, self.deferrals.snapshot.graph.modules[setter].path, known=True
                )
            sites = self.deferrals.use_sites(edge)
            if any(name.endswith(".__del__") for name, _ in sites.functions):
                text = f"a finalizer uses `{bound}`: it may run when nothing can be imported any more"
                yield Reason("a finalizer", text, *here, known=True)
            if sites.annotations:
                text = f"annotations name `{bound}`, which code that evaluates them would no longer find"
                yield Reason("named by annotations", text, *here)

    def of_names(self, edges: Sequence[ImportEdge]) -> Iterator[Reason]:
        """Yield who would notice that the importers no longer bind the names."""
        for edge in edges:
            if edge.name != "*" and form_of(self.deferrals, edge) not in {Form.LAZY, Form.LAZY_LIST}:
                yield from self._name_watchers.of_name(edge.importer, bound_by(edge))
                yield from self._of_loops(edge)

    def _of_loops(self, edge: ImportEdge) -> Iterator[Reason]:
        """Yield a function that would look its import up anew in each round of a loop."""
        if form_of(self.deferrals, edge) is not Form.FUNCTIONS:
            return
        names = {name.rpartition(".")[2] for name, _ in self.deferrals.use_sites(edge).functions}
        outer = {name for name, _ in self.deferrals.use_sites(edge).functions if "." not in name}
        others = [(path, outer) for path in self.bindings.replacements.paths(edge.importer)]
        for path, wanted in [(edge.path, names), *others]:
            text = self.deferrals.snapshot.read_text(path)
            if any(f"{name}(" in text for name in wanted):
                found = called_in_loop(self.deferrals.tree(path), wanted)
                if found is not None:
                    what = f"`{found.name}` is called in a loop, and would run the import each time"
                    yield Reason("a hot loop", what, path, found.line)
                    return
