"""All proposals, ranked: the order a maintainer should take them in."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from importgraph import failures
from importgraph.errors import ImportgraphError
from importgraph.findings.duplicates import is_test_code
from importgraph.fixes.model import Applicability, CutImport, Fix, Gain, RiskLevel, SkippedFix
from importgraph.fixes.proposals.bridges import propose_bridges
from importgraph.fixes.proposals.canonical_imports import propose_canonical_imports
from importgraph.fixes.proposals.canonical_texts import with_texts
from importgraph.fixes.proposals.class_rules import propose_class_rules
from importgraph.fixes.proposals.consolidation import propose_consolidation
from importgraph.fixes.proposals.cycle_breaks import propose_cycle_breaks
from importgraph.fixes.proposals.lazy_imports import count_smaller, propose_lazy_imports
from importgraph.fixes.proposals.migrations import KIND as MIGRATION
from importgraph.fixes.proposals.migrations import propose_migrations
from importgraph.fixes.proposals.missing_imports import MISSING, propose_missing_imports
from importgraph.fixes.proposals.unused_imports import propose_unused_imports
from importgraph.snapshot import Snapshot

Proposer = Callable[[Snapshot], Iterable[Fix | SkippedFix]]

PROPOSERS: tuple[Proposer, ...] = (
    propose_missing_imports,
    propose_cycle_breaks,
    propose_lazy_imports,
    propose_canonical_imports,
    propose_consolidation,
)

MORE_PROPOSERS: tuple[Proposer, ...] = (
    propose_migrations,
    propose_class_rules,
    propose_unused_imports,
    propose_bridges,
)
"""What `fix` offers besides: no time is saved by it, so `analyze` has no line for it."""

ORDER = (
    "Order: imports that fail first; then what is saved, weighed by how people use the entry point; then "
    "risk; then statements touched."
)
_REWRITES = {"canonical-imports", "consolidation", MISSING}
"""Kinds that leave a path which texts may name."""
_CRASH = 10
"""What a module that fails when imported first counts as, in milliseconds saved."""
_STATEMENT = 0.1
"""What a statement put right counts as."""
_MICROSECONDS = 1000
_ALIKE = 1.25
"""Savings that differ by less than this factor count as equal, so that risk and effort decide."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """The outcome: fixes best first, and what was considered and not proposed."""

    fixes: tuple[Fix, ...]
    skipped: tuple[SkippedFix, ...]
    smaller: int = 0
    """Statements that could be deferred and save too little, by the settings, to be worked out."""


def propose(
    snapshot: Snapshot, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Proposals:
    """Collect the proposals of all proposers, rank them and number them from F1.

    Args:
        snapshot: The tree.
        progress: Called with the number of kinds of proposals that are done, and their total.
    """
    made: list[Fix | SkippedFix] = []
    for done, proposer in enumerate(PROPOSERS):
        progress(done, len(PROPOSERS))
        made += _all(snapshot, (proposer,))
    progress(len(PROPOSERS), len(PROPOSERS))
    fixes = [item for item in made if isinstance(item, Fix)]
    skipped = tuple(item for item in made if isinstance(item, SkippedFix))
    fixes.sort(key=order)
    numbered = tuple(replace(fix, id=f"F{number}") for number, fix in enumerate(fixes, 1))
    return Proposals(numbered, skipped, count_smaller(snapshot))


def propose_more(snapshot: Snapshot, first: Proposals, documents: Mapping[str, str]) -> Proposals:
    """Add what only `fix` offers to proposals, numbered on from theirs.

    Args:
        snapshot: The tree.
        first: Its proposals.
        documents: Its documentation by path, in which old paths are looked for.
    """
    made = [
        with_texts(snapshot, one, documents) if isinstance(one, Fix) and one.kind == MIGRATION else one
        for one in _all(snapshot, MORE_PROPOSERS)
    ]
    known = tuple(
        with_texts(snapshot, one, documents) if one.kind in _REWRITES else one for one in first.fixes
    )
    fixes = sorted((item for item in made if isinstance(item, Fix)), key=order)
    start = len(first.fixes) + 1
    numbered = tuple(replace(fix, id=f"F{number}") for number, fix in enumerate(fixes, start))
    skipped = tuple(item for item in made if isinstance(item, SkippedFix))
    return Proposals((*known, *numbered), (*first.skipped, *skipped), first.smaller)


def _all(snapshot: Snapshot, proposers: Iterable[Proposer]) -> Iterator[Fix | SkippedFix]:
    for proposer in proposers:
        try:
            yield from proposer(snapshot)
        except ImportgraphError:
            raise  # the user's to mend
        except Exception as error:  # noqa: BLE001 -- one kind of fix must not take the others down
            kind = proposer.__name__.removeprefix("propose_").replace("_", " ")
            yield SkippedFix(kind, "all that is left", failures.reason(error))


def _urgency(fix: Fix) -> int:
    """Put imports of the program itself that always fail before everything else."""
    return int(fix.kind == MISSING and not all(is_test_code(edit.path) for edit in fix.edits))


def value(fix: Fix) -> float:
    """Return what a fix is worth: milliseconds saved, each weighed by the importance of its entry point.

    Without costs a module counts as a millisecond.
    """
    saved = sum(gain.importance * _milliseconds(gain) for gain in fix.gains)
    crashes = fix.resolves if any(finding.startswith("IG201") for finding in fix.findings) else 0
    return max(saved, 0) or _CRASH * crashes or fix.resolves * _STATEMENT


def _milliseconds(gain: Gain) -> float:
    return gain.saved / (_MICROSECONDS if gain.unit == "us" else 1)


def order(fix: Fix) -> tuple[int, int, int, int, float, str, str]:
    """Return the key by which fixes are sorted; see ORDER."""
    worth = value(fix)
    step = round(math.log(worth, _ALIKE)) if worth > 0 else -(10**6)
    return (-_urgency(fix), -step, _risk(fix), fix.statements, -worth, fix.kind, fix.title)


def _risk(fix: Fix) -> int:
    if fix.applicability is Applicability.MANUAL or any(isinstance(e, CutImport) for e in fix.edits):
        return len(RiskLevel)
    if fix.risk is not None:
        return list(RiskLevel).index(fix.risk.level)
    return 0 if fix.applicability is Applicability.SAFE else 1
