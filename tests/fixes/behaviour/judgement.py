"""What the product says of one import of a program: kept, or deferred with a label."""

from typing import NamedTuple

from behaviour.program import Program

from importgraph.findings.loads import loads
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import bound_by, key_of
from importgraph.fixes.safety.safety import Safety
from importgraph.fixes.sets.cut_sets import edits_of
from importgraph.graph.views import closure
from importgraph.project import Project


class Judgement(NamedTuple):
    """The label of a deferral, `kept` where none is proposed, and why."""

    label: str
    reason: str


def judge(project: Project, program: Program) -> Judgement:
    """Ask for the deferral of a program's import alone, whatever it gains."""
    snapshot = project.snapshot
    deferrals = Deferrals(snapshot, {})
    edges = [
        e for e in project.graph.imports if e.path == program.path and program.bound in {bound_by(e), e.name}
    ]
    if not edges:
        return Judgement("kept", "no such import")
    edge = edges[0]
    verdict = deferrals.verdict(edge)
    if not verdict.possible:
        return Judgement("kept", verdict.reason)
    if edits_of(deferrals, [edge]) is None:
        return Judgement("kept", deferrals.refused.get(key_of(edge), "cannot be edited"))
    view = next(view for view, load in loads(snapshot) if load.entry.node == program.entry)
    after = deferrals.after(view, {key_of(edge)})
    before = closure(view, [program.entry])
    removed = before - closure(after, [program.entry])
    if not removed:
        return Judgement("kept", "it would be loaded all the same")
    left = deferrals.left_alone(view, after, removed, [edge])
    if left:
        return Judgement("kept", left)
    risk = Safety(snapshot, deferrals).risk([edge], removed, before)
    return Judgement(risk.level.value, risk.text)
