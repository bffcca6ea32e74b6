"""All proposals, ranked: the order a maintainer should take them in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from importgraph import failures
from importgraph.errors import ImportgraphError
from importgraph.findings.duplicates import is_test_code
from importgraph.fixes.canonical_imports import propose_canonical_imports
from importgraph.fixes.consolidation import propose_consolidation
from importgraph.fixes.cycle_breaks import propose_cycle_breaks
from importgraph.fixes.lazy_imports import propose_lazy_imports
from importgraph.fixes.missing_imports import MISSING, propose_missing_imports
from importgraph.fixes.model import Applicability, CutImport, Fix, Gain, SkippedFix
from importgraph.snapshot import Snapshot

Proposer = Callable[[Snapshot], Iterable[Fix | SkippedFix]]

PROPOSERS: tuple[Proposer, ...] = (
    propose_missing_imports,
    propose_cycle_breaks,
    propose_lazy_imports,
    propose_canonical_imports,
    propose_consolidation,
)

ORDER = (
    "Order: first imports that fail; then gain over effort. Gain: modules an entry point no longer loads, 10 "
    "for each module that fails when imported first, 0.1 for each statement put right. Effort: the root of "
    "the statements touched, twice for manual changes."
)
MEASURED_ORDER = ORDER.replace(
    "modules an entry point no longer loads", "measured milliseconds an entry point no longer takes"
)
_CRASH = 10
_MICROSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Proposals:
    """The outcome: fixes best first, and what was considered and not proposed."""

    fixes: tuple[Fix, ...]
    skipped: tuple[SkippedFix, ...]


def propose(snapshot: Snapshot) -> Proposals:
    """Collect the proposals of all proposers, rank them and number them from F1."""
    made = list(_all(snapshot))
    fixes = [item for item in made if isinstance(item, Fix)]
    skipped = tuple(item for item in made if isinstance(item, SkippedFix))
    fixes.sort(key=lambda fix: (-_urgency(fix), -score(fix), fix.kind, fix.title))
    return Proposals(tuple(replace(fix, id=f"F{number}") for number, fix in enumerate(fixes, 1)), skipped)


def _all(snapshot: Snapshot) -> Iterator[Fix | SkippedFix]:
    for proposer in PROPOSERS:
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


def _saved(gain: Gain) -> float:
    return (gain.before - gain.after) / (_MICROSECONDS if gain.unit == "us" else 1)


def score(fix: Fix) -> float:
    """Weigh a fix: gain over effort; see ORDER. A measured millisecond counts as much as a module."""
    saved = max((_saved(gain) for gain in fix.gains), default=0.0)
    crashes = fix.resolves if any(finding.startswith("IG201") for finding in fix.findings) else 0
    gain = max(saved, 0) or _CRASH * crashes or fix.resolves / 10
    effort = float(max(1, fix.statements) ** 0.5)
    careful = (
        0.5
        if fix.applicability is Applicability.MANUAL or any(isinstance(e, CutImport) for e in fix.edits)
        else 1.0
    )
    return gain / effort * careful
