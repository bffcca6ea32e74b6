"""Leave alone what a comment accepts: no proposal changes a line whose finding is accepted there."""

from dataclasses import replace

from importgraph.findings.ignores import Ignores
from importgraph.fixes.model import CreateModule, Fix, SkippedFix
from importgraph.fixes.propose import Proposals


def without_accepted(proposals: Proposals, ignores: Ignores) -> Proposals:
    """Turn proposals that would change an accepted line into skipped ones that name it; the ids stay."""
    if not ignores.comments:
        return proposals
    kept, skipped = [], list(proposals.skipped)
    for fix in proposals.fixes:
        place = _accepted(fix, ignores)
        if place:
            subject = fix.findings[0].partition(" ")[2]
            skipped.append(SkippedFix(fix.kind, subject, f"a comment accepts `{place}` as it is"))
        else:
            kept.append(fix)
    return replace(proposals, fixes=tuple(kept), skipped=tuple(skipped))


def _accepted(fix: Fix, ignores: Ignores) -> str:
    """Return the first accepted line that a fix would change, or nothing."""
    codes = [finding.partition(" ")[0] for finding in fix.findings]
    for edit in fix.edits:
        if isinstance(edit, CreateModule):
            continue
        if any(ignores.accepts(code, edit.path, edit.line) for code in codes):
            return f"{edit.path}:{edit.line}"
    return ""
