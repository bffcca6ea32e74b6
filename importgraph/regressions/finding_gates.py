"""Gates on findings: unresolved imports, broken files, rules, duplicates, side effects, fragmentation."""

from collections import Counter
from collections.abc import Iterator

from importgraph.regressions.gates import Gates
from importgraph.regressions.model import Digest, Mark, Regression
from importgraph.regressions.places import Places


def ratchet_of(code: str) -> str | None:
    """Return the ratchet that holds findings of a code, or None where none does."""
    if code in {"IG401", "IG402", "IG403"}:
        return "unresolved"
    if code.startswith("IG"):
        return {"IG001": "broken", "IG302": "duplicates", "IG501": "side-effects"}.get(code)
    return "rules"


def finding_ratchets(before: Digest, after: Digest, gates: Gates, places: Places) -> Iterator[Regression]:
    """Yield findings that are new, or stand in more places than before.

    Moving a statement from one module to another leaves their number as it was.
    """
    old = {(mark.code, mark.subject): mark for mark in before.findings}
    for mark in after.findings:
        ratchet = ratchet_of(mark.code)
        known = old.get((mark.code, mark.subject))
        if ratchet is None or ratchet not in gates.ratchet:
            continue
        if known is None:
            yield _regression(ratchet, mark, Mark(mark.code, mark.subject), places, is_new=True)
        elif len(mark.importers) > len(known.importers):
            yield _regression(ratchet, mark, known, places, is_new=False)


def _regression(ratchet: str, mark: Mark, known: Mark, places: Places, *, is_new: bool) -> Regression:
    new = tuple((Counter(mark.importers) - Counter(known.importers)).elements())
    where = f" in `{new[0]}`" if new else ""
    more = f" and {len(new) - 1} more places" if len(new) > 1 else ""
    what = "is new" if is_new else "stands in more places"
    message = f"{mark.code} for `{mark.subject}` {what}{where}{more}."
    broken = places.broken(mark.subject) if ratchet == "broken" else None
    if broken is not None:
        message = f"`{broken.path}` cannot be read by Python any more: {broken.reason}."
    return Regression(
        gate=ratchet,
        subject=mark.subject,
        message=message,
        before=0 if is_new else len(known.importers),
        after=max(1, len(mark.importers)),
        edge=places.imported(new[0], mark.subject) if new else places.module(mark.subject),
        added=new,
    )


def fragmentation_gates(before: Digest | None, after: Digest, gates: Gates) -> Iterator[Regression]:
    """Yield what the gates on import paths find."""
    now = after.fragmentation
    then = before.fragmentation if before is not None else None
    if gates.min_canonical is not None and now.canonical_usage < gates.min_canonical:
        least = f"the least allowed is {gates.min_canonical:.1%}"
        message = f"{now.canonical_usage:.1%} of import statements use the canonical path; {least}."
        usage = then.canonical_usage if then is not None else None
        yield Regression("min-canonical", now.policy, message, usage, now.canonical_usage)
    count = len(now.definitions)
    if gates.max_fragmented is not None and count > gates.max_fragmented:
        allowed = f"{gates.max_fragmented:,} are allowed"
        message = f"{count:,} definitions are imported through several paths; {allowed}."
        previous = len(then.definitions) if then is not None else None
        yield Regression("max-fragmented", now.policy, message, previous, count)
    if then is not None and "fragmentation" in gates.ratchet:
        old = {one.definition: one for one in then.definitions}
        for one in now.definitions:
            stray = old[one.definition].stray if one.definition in old else 0
            if one.stray > stray:
                number = f"{one.stray} import statements (before: {stray})"
                message = f"{number} take `{one.definition}` by another path than `{one.canonical}`."
                paths = tuple(path for path in one.paths if path != one.canonical)
                yield Regression("fragmentation", one.definition, message, stray, one.stray, added=paths)
