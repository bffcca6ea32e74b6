"""Sets of imports to defer as fixes: what each saves every entry point, how risky it is, and its diff."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from importgraph.findings.entry_points import TESTS
from importgraph.findings.loads import computed_imports, loads
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import EdgeKey
from importgraph.fixes.model import Applicability, DeferImport, Fix, Gain, Reason, RiskLevel, judge
from importgraph.fixes.rewriting.diffs import diff_of
from importgraph.fixes.safety.safety import PROOF, Safety
from importgraph.fixes.sets.cut_sets import cost, edits_of, order_after, rewritten
from importgraph.fixes.sets.libraries import costliest
from importgraph.fixes.sets.portfolio import Chosen, Effect, Offer, Portfolio, smaller_parts
from importgraph.graph.views import View, closure
from importgraph.snapshot import Snapshot

KIND = "lazy-imports"
_STATEMENTS = 8
"""The most statements a set may touch."""
_LEAST_SHARE = 0.01
"""An entry point that gains less of its cost is not named."""
_PLACES = 2
"""How many places a title names."""


def propose_lazy_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose sets of imports to defer that save an entry point enough, the best of the tree."""
    deferrals = Deferrals(snapshot, {})
    portfolio = Portfolio(deferrals, loads(snapshot))
    edits: dict[frozenset[EdgeKey], tuple[DeferImport, ...]] = {}
    unasked: dict[frozenset[EdgeKey], str] = {}

    def stands(offer: Offer) -> bool:
        made = edits_of(deferrals, offer.edges)
        if made is None or _leaves_alone(portfolio, offer):
            return False
        order = order_after(deferrals, offer.edges, made)
        edits[offer.keys], unasked[offer.keys] = made, order.unasked
        return not order.failing

    offers = portfolio.sets(_STATEMENTS).values()
    safety = Safety(snapshot, deferrals)
    for chosen in portfolio.choose(offers, stands):
        keys = chosen.offer.keys
        yield _fix(deferrals, safety, chosen, edits[keys], unasked[keys])


def count_smaller(snapshot: Snapshot) -> int:
    """Count the statements that could be deferred and gain too little to be worked out."""
    return smaller_parts(Deferrals(snapshot, {}))


def _leaves_alone(portfolio: Portfolio, offer: Offer) -> bool:
    """Tell whether some module would reach a submodule that nobody loads for it any more."""
    removed = _removed(portfolio.snapshot, offer)
    after: Mapping[int, View] = {id(view): portfolio.after(view, offer.keys) for view, _ in portfolio.loads}
    views = {id(view): view for view, _ in portfolio.loads}
    return any(
        portfolio.deferrals.left_alone(view, after[key], removed, offer.edges) for key, view in views.items()
    )


def _removed(snapshot: Snapshot, offer: Offer) -> frozenset[str]:
    """Return the modules of ours and the libraries that some entry point no longer loads."""
    freed = frozenset().union(*(effect.freed for effect in offer.effects))
    return frozenset(name for name in freed if name in snapshot.graph.modules or "." not in name)


def _fix(
    deferrals: Deferrals, safety: Safety, chosen: Chosen, edits: tuple[DeferImport, ...], unasked: str
) -> Fix:
    snapshot, offer = deferrals.snapshot, chosen.offer
    freed: frozenset[str] = frozenset().union(*(effect.freed for effect in offer.effects))
    loaded: frozenset[str] = frozenset().union(*(effect.loaded for effect in offer.effects))
    reasons = safety.reasons(offer.edges, freed, loaded)
    risk = judge([*reasons, *([Reason("order", unasked)] if unasked else [])], PROOF)
    first, *others = offer.effects
    helped = [one for one in others if one.before - one.after >= _LEAST_SHARE * one.before]
    gains = tuple(_gain(deferrals, effect) for effect in (first, *helped))
    frees = costliest(snapshot, first.entry.node, chosen.fresh, first.loaded, offer.module)
    return Fix(
        id="",
        kind=KIND,
        title=_title(frees, edits, gains, len(first.freed) - 1),
        gains=gains,
        resolves=1,
        statements=len({(edit.path, edit.line) for edit in edits}),
        applicability=Applicability.SAFE if risk.level is RiskLevel.SAFE else Applicability.UNSAFE,
        reasons=(risk.text, *(reason.text for reason in risk.more)),
        findings=(f"IG101 {offer.module}",),
        edits=edits,
        diff=_diff(snapshot, edits),
        frees=frees,
        risk=risk,
    )


def _gain(deferrals: Deferrals, effect: Effect) -> Gain:
    snapshot = deferrals.snapshot
    modules = snapshot.graph.modules
    removed = sorted(name for name in effect.freed if name in modules or "." not in name)
    more = deferrals.reach.may_load_more(removed, effect.loaded)
    return Gain(
        effect.entry.node,
        snapshot.unit,
        effect.before,
        effect.after,
        tuple(removed),
        more,
        label=effect.entry.title,
        importance=effect.entry.importance,
        estimated=snapshot.estimated,
        open=bool(computed_imports(snapshot, effect.loaded)),
    )


def _diff(snapshot: Snapshot, edits: Sequence[DeferImport]) -> str:
    """Return the change as one unified diff."""
    changed = [(path, text) for path, text in rewritten(snapshot, edits) if isinstance(text, str)]
    return "".join(diff_of(path, snapshot.read_bytes(path), text) for path, text in changed)


def _title(frees: str, edits: Sequence[DeferImport], gains: Sequence[Gain], others: int) -> str:
    one = edits[0]
    places = [f"{path}:{line}" for path, line in sorted({(edit.path, edit.line) for edit in edits})]
    rest = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    what = f"defer {len(places)} imports together ({', '.join(places[:_PLACES])}{rest})"
    if len(edits) == 1:
        what = f"defer `{one.statement}` ({one.path}:{one.line})"
    elif len(places) == 1:
        what = f"defer the imports of {one.path}:{one.line}"
    first = gains[0]
    shown = first.title if first.entry == TESTS else f"`{first.title}`"
    entries = f"{shown} and {len(gains) - 1} more no longer load" if gains[1:] else f"{shown} no longer loads"
    name = frees if frees.startswith("a part of ") else f"`{frees}`"
    more = f" and {'at least ' if first.at_least else ''}{others:,} more modules" if others else ""
    return f"{entries} {name}{more}: {what} ({first.change})"


def joint_gain(snapshot: Snapshot, keys: Collection[EdgeKey]) -> Mapping[str, tuple[int, int]]:
    """Return what each entry point loads before and after all the given imports are deferred together."""
    deferrals = Deferrals(snapshot, {})
    found = {}
    after: dict[int, View] = {}
    for view, load in loads(snapshot):
        if id(view) not in after:
            after[id(view)] = deferrals.after(view, keys)
        rest = closure(after[id(view)], [load.entry.node])
        found[load.entry.node] = (cost(snapshot, closure(view, [load.entry.node])), cost(snapshot, rest))
    return found
