"""The rule of imports that fail: one finding for each root cause, what is live first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from importgraph.findings.missing.failing_reach import FailingReach
from importgraph.findings.missing.unresolved import State, Unresolved, find_failing
from importgraph.findings.missing.wrong_roots import wrong_root_findings
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.model import ImportEdge
from importgraph.snapshot import Snapshot

_Pair = tuple[Unresolved, ImportEdge]
_SEVERITIES = {
    State.LIVE: Severity.ERROR,
    State.LOOSE: Severity.WARNING,
    State.FIXTURE: Severity.NOTE,
    State.COPY: Severity.NOTE,
}
_BROKEN = 1000
"""What a test file or entry point that fails counts beside a statement."""
_NAMED = 2
"""Entry points that a message names."""


class FailingImports(Evidence, frozen=True):
    """Statements that fail for one cause."""

    first: Unresolved
    statements: int
    state: State
    tests: tuple[str, ...]
    """Test files that cannot be imported because of it, sorted."""
    entry_points: tuple[str, ...]
    """What people start that fails with it, sorted."""


class FailingCopies(Evidence, frozen=True):
    """Imports that fail in a folder which is a copy, an archive or a backup."""

    folder: str
    original: str
    """The folder it is a copy of; empty where only its name says so."""
    statements: int


def check_unresolved(snapshot: Snapshot) -> Iterator[Finding]:
    """Report unresolved imports by root cause: what is missing; copies in one finding for each folder."""
    failing = find_failing(snapshot)
    yield from wrong_root_findings(failing.wrong_roots)
    by_target: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
    by_folder: dict[str, list[Unresolved]] = defaultdict(list)
    for one, edge in zip(failing.imports, failing.edges, strict=True):
        if one.state is State.COPY:
            by_folder[one.folder].append(one)
        else:
            by_target[one.code, one.asked].append((one, edge))
    reach = FailingReach(snapshot)
    for (code, target), pairs in by_target.items():
        yield _finding(code, target, pairs, reach)
    for folder, found in by_folder.items():
        yield _copies(folder, failing.copies.get(folder, ""), found)


def _finding(code: str, target: str, pairs: Sequence[_Pair], reach: FailingReach) -> Finding:
    found = [one for one, _ in pairs]
    state = min((one.state for one in found), key=list(State).index)
    first = next(one for one in found if one.state is state)
    broken = [reach.broken_by(edge) for _, edge in pairs if code != "IG404"]
    tests = sorted({reach.path(name) for names, _ in broken for name in names})
    entries = sorted({title for _, titles in broken for title in titles})
    places = _locations(found)
    evidence = FailingImports(first, len(places), state, tuple(tests), tuple(entries))
    is_note = code == "IG404" or all(one.type_only for one in found)
    return Finding(
        code=code,
        subject=target,
        message=f"{_what(first, target)}: {_counted(found, len(places))}.{_breaks(evidence)}{_where(first)}",
        severity=Severity.NOTE if is_note else _SEVERITIES[state],
        locations=places,
        evidence=evidence,
        weight=_BROKEN * (len(tests) + len(entries)) + len(places),
    )


def _locations(found: Iterable[Unresolved]) -> tuple[Location, ...]:
    """Return where the statements are; one that takes several names of what is missing counts once."""
    first = {(one.path, one.line): one for one in reversed(tuple(found))}
    return tuple(sorted(Location(one.path, one.line, one.column) for one in first.values()))


def _what(first: Unresolved, target: str) -> str:
    return {
        "IG401": f"There is no module `{target}`",
        "IG402": f"`{first.target}` has no name `{first.name}`",
        "IG403": f"`{target}` goes past the top-level package",
        "IG404": f"`{target}` is not there; the ImportError is caught",
    }[first.code]


def _counted(found: Sequence[Unresolved], count: int) -> str:
    text = f"{count} import statement{'s' if count != 1 else ''}"
    if all(one.type_only for one in found):
        text += ", under TYPE_CHECKING"
    if all(one.state is State.FIXTURE for one in found):
        text += ", in files below tests that nothing imports"
    return text


def _breaks(evidence: FailingImports) -> str:
    """Say what cannot be imported because of it."""
    parts = []
    if evidence.tests:
        parts.append(f"{len(evidence.tests)} test file{'s' if len(evidence.tests) != 1 else ''}")
    if evidence.entry_points:
        named = ", ".join(f"`{title}`" for title in evidence.entry_points[:_NAMED])
        more = len(evidence.entry_points) - _NAMED
        parts.append(named + (f" and {more} more entry point{'s' if more != 1 else ''}" if more > 0 else ""))
    if not parts:
        return ""
    one_alone = len(evidence.tests) + len(evidence.entry_points) == 1
    return f" {' and '.join(parts)} fail{'s' if one_alone else ''} with it."


def _where(first: Unresolved) -> str:
    """Say where it went, or what only looks alike."""
    text = f" {first.evidence[0].upper()}{first.evidence[1:]}." if first.evidence else ""
    return text + (f" A similar name: `{first.hint}`." if first.hint else "")


def _copies(folder: str, original: str, found: Sequence[Unresolved]) -> Finding:
    like = f", a copy of {original}/," if original else ""
    places = _locations(found)
    count = len(places)
    return Finding(
        code="IG401",
        subject=folder,
        message=f"In {folder}/{like} {count} import{'s' if count != 1 else ''} "
        f"fail{'s' if count == 1 else ''}; nothing live reaches that folder.",
        severity=Severity.NOTE,
        locations=places,
        evidence=FailingCopies(folder, original, count),
        weight=0,
    )
