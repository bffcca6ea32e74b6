"""The smallest set of imports to defer so that an entry point no longer loads a module.

A module with two importers is loaded as long as one of them is left, so single edits promise nothing. The
smallest set of statements that keeps a module from loading is a minimum cut; edges that cannot be deferred
are never cut.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from importgraph.findings.loads import computed_imports
from importgraph.fixes.deferring.cuts import AT_MOST, smallest_set
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_orders import Edited, Verdict, import_orders
from importgraph.fixes.deferring.import_verdicts import EdgeKey, bound_by, key_of
from importgraph.fixes.model import DeferImport, Edit, Form, Gain
from importgraph.fixes.rewriting.lazy_exports import Export, attached_below
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.fixes.texts.statements import statement_of
from importgraph.graph.model import ImportEdge
from importgraph.graph.views import View, closure, loaded_by, modules_of
from importgraph.names import parent
from importgraph.snapshot import Snapshot, once_per_snapshot

LEAST_GAIN = {"modules": 2, "us": 1000}
"""The least a set must free to be looked at, by the unit of weights."""
_ALL = "<all of a library>"
"""A node behind all modules of a library, so that cutting it off cuts off all of them."""
_LAZY_STATEMENTS = (3, 15)
"""From this Python on there is `lazy import` (PEP 810)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A set of imports and what it does to one entry point."""

    edges: tuple[ImportEdge, ...]
    edits: tuple[DeferImport, ...]
    gain: Gain
    module: str
    """The module the cut was made for."""
    freed: frozenset[str]
    """All that is no longer loaded, modules of libraries among it."""
    unasked: str = ""
    """Why it is not known of all orders of imports whether they work afterwards."""

    @property
    def statements(self) -> frozenset[tuple[str, int]]:
        """The statements it touches, by path and line; several names of one count once."""
        return frozenset((edit.path, edit.line) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to look for a cut."""

    statements: int = AT_MOST
    """The most it may touch."""
    least: int | None = None
    """The least it must free, in the unit of weights; None for what is worth looking at."""
    tries: int = 12
    """How often a cut is sought again after a closer look ruled out one of its statements."""
    never: frozenset[EdgeKey] = frozenset()
    """Imports that may not be in it, whatever their text says."""


PROPOSALS = Limits()


@dataclass(frozen=True, slots=True)
class Cutting:
    """A set of imports without which a module is not loaded, and what is loaded then."""

    edges: tuple[ImportEdge, ...]
    after: View


def find_set(
    deferrals: Deferrals, view: View, entry: str, targets: Collection[str], limits: Limits = PROPOSALS
) -> Cutting | None:
    """Find the smallest set of imports that keeps modules from loading, or None where there is none.

    Every statement of the set has been looked at in its text.

    Args:
        deferrals: Which imports can be deferred.
        view: What runs at import.
        entry: The node to begin at.
        targets: One module, or all of a library that are loaded.
        limits: How far to look.
    """
    parted = deferrals.openings(view, entry)
    module = next(iter(targets))
    if len(targets) > 1:
        module = _ALL
        led = {node: (*parted.fixed.get(node, ()), _ALL) for node in targets}
        parted = replace(parted, fixed={**parted.fixed, **led})
    useless: set[EdgeKey] = set(limits.never)

    def may_cut(edge: ImportEdge) -> bool:
        return key_of(edge) not in useless and deferrals.may_go(edge)

    for _ in range(limits.tries):
        edges = smallest_set(
            parted, module, limits.statements, may_cut=may_cut, line_of=deferrals.statement_line
        )
        if not edges:
            return None
        if not all([stands_up(deferrals, edge) for edge in edges]):  # noqa: C419 -- each refusal is to be remembered
            continue
        after = deferrals.after(view, {key_of(edge) for edge in edges})
        if closure(after, [entry]).isdisjoint(targets):
            return Cutting(tuple(edges), after)
        exported = {key_of(edge) for edge in edges if deferrals.verdict(edge).exported}
        if not exported - useless:
            return None
        useless |= exported  # others take the lazy name while they are imported, and load it all the same
    return None


def cut_off(
    deferrals: Deferrals, view: View, entry: str, module: str, limits: Limits = PROPOSALS
) -> Cut | None:
    """Return the smallest set of imports that keeps a module from loading, with its gain, or None.

    The gain is the difference of two closures; a set that leaves somebody without a module is none.
    """
    found = find_set(deferrals, view, entry, (module,), limits)
    if found is None:
        return None
    snapshot = deferrals.snapshot
    before, rest = closure(view, [entry]), closure(found.after, [entry])
    freed = modules_of(before - rest)
    removed = freed & {*snapshot.graph.modules, module}
    if deferrals.left_alone(view, found.after, removed, found.edges):
        return None
    edits = edits_of(deferrals, found.edges)
    costs = cost(snapshot, before), cost(snapshot, rest)
    least = LEAST_GAIN[snapshot.unit] if limits.least is None else limits.least
    if edits is None or costs[0] - costs[1] < least:
        return None
    order = order_after(deferrals, found.edges, edits)
    if order.failing:
        return None
    more = deferrals.reach.may_load_more(removed, before)
    gain = Gain(
        entry,
        snapshot.unit,
        *costs,
        tuple(sorted(removed)),
        more,
        estimated=snapshot.estimated,
        open=bool(computed_imports(snapshot, before)),
    )
    return Cut(found.edges, edits, gain, module, freed, order.unasked)


def edits_of(deferrals: Deferrals, edges: Sequence[ImportEdge]) -> tuple[DeferImport, ...] | None:
    """Return the edits that defer a set of imports, or None where a file refuses them together."""
    edits = tuple(_edit(deferrals, edge) for edge in edges)
    refused = any(isinstance(text, Refused) for _, text in rewritten(deferrals.snapshot, edits))
    return None if refused else edits


def order_after(deferrals: Deferrals, edges: Sequence[ImportEdge], edits: Sequence[DeferImport]) -> Verdict:
    """Say which import would fail once a set of imports is deferred."""
    snapshot = deferrals.snapshot
    ours = tuple((edge.importer, loaded_by(edge)) for edge in edges if not edge.external)
    if not ours:
        return Verdict()
    return import_orders(snapshot).ask(Edited(partial(texts_after, snapshot, edits), ours))


def texts_after(snapshot: Snapshot, edits: Sequence[Edit]) -> dict[str, str]:
    """Return the texts of the files of the tree that edits touch, by path, as they are then."""
    there = {module.path for module in snapshot.graph.modules.values()}
    inside = [edit for edit in edits if edit.path in there]
    return {path: text for path, text in rewritten(snapshot, inside) if isinstance(text, str)}


def cost(snapshot: Snapshot, nodes: Collection[str]) -> int:
    """Return what nodes of a view weigh together."""
    return sum(map(snapshot.weight, nodes))


def stands_up(deferrals: Deferrals, edge: ImportEdge) -> bool:
    """Look at the text of an import that a cut chose; the answer is remembered."""
    if key_of(edge) in deferrals.accepted:
        return True
    bound = bound_by(edge)
    sites = deferrals.use_sites(edge)
    exported = deferrals.verdict(edge).exported
    reason = ""
    if sites.at_import:
        reason = f"`{bound}` is used at import on line {sites.at_import[0]}"
    elif sites.rebound:
        reason = f"`{bound}` is bound again on line {sites.rebound[0]}"
    elif sites.one_liners:
        reason = f"a function on line {sites.one_liners[0]} has its body on the line of its `def`"
    elif not sites.functions and not sites.annotations and not exported:
        reason = f"nothing here uses `{bound}`: it is imported for what that does"
    else:
        text = rewrite(deferrals.snapshot.read_text(edge.path), [_edit(deferrals, edge)], draft=True)
        reason = text.reason if isinstance(text, Refused) else ""
    if reason:
        deferrals.refused[key_of(edge)] = reason
    else:
        deferrals.accepted.add(key_of(edge))
    return not reason


def rewritten(snapshot: Snapshot, edits: Sequence[Edit]) -> Iterator[tuple[str, str | Refused]]:
    """Yield each file that edits touch: its path, and its text after them or why not."""
    for path in sorted({edit.path for edit in edits}):
        yield path, rewrite(snapshot.read_text(path), [edit for edit in edits if edit.path == path])


def _attaches(snapshot: Snapshot, edge: ImportEdge) -> bool:
    """Tell whether a package can offer a name as other packages of the project do, by `lazy_loader`."""
    if not edge.path.endswith("__init__.py") or not _uses_lazy_loader(snapshot):
        return False
    statement = statement_of(snapshot.graph.facts[edge.importer].imports[edge.index])
    return attached_below(Export(bound_by(edge), statement, edge.submodule), edge.path) is not None


@once_per_snapshot
def _uses_lazy_loader(snapshot: Snapshot) -> bool:
    return any(edge.external and edge.imported == "lazy_loader" for edge in snapshot.graph.imports)


def form_of(deferrals: Deferrals, edge: ImportEdge) -> Form:
    """Return how an import would be deferred."""
    sites, prefer = deferrals.use_sites(edge), deferrals.snapshot.config.prefer
    if prefer == "lazy-modules":
        return Form.LAZY_LIST
    if prefer == "lazy" or (not prefer and deferrals.snapshot.graph.target.version >= _LAZY_STATEMENTS):
        return Form.LAZY
    if deferrals.verdict(edge).exported:
        return Form.ATTACH if _attaches(deferrals.snapshot, edge) else Form.EXPORT
    if sites.functions:
        return Form.FUNCTIONS
    return Form.TYPE_CHECKING if sites.annotations else Form.DELETE


def _edit(deferrals: Deferrals, edge: ImportEdge) -> DeferImport:
    graph = deferrals.snapshot.graph
    sites, form = deferrals.use_sites(edge), form_of(deferrals, edge)
    statement = statement_of(graph.facts[edge.importer].imports[edge.index])
    functions = tuple(dict.fromkeys(name for name, _ in sites.functions))
    line = deferrals.statement_line(edge)
    module = parent(edge.imported) if edge.submodule else edge.imported
    return DeferImport(edge.path, line, statement, bound_by(edge), form, functions, edge.submodule, module)
