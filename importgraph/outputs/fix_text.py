"""Fixes to choose from, and what became of them, as text and JSON (`importgraph/fix/1`)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from importgraph.edits.changes import Left, Plan
from importgraph.edits.identity import NamedFix
from importgraph.edits.verification import Kept, Verified
from importgraph.edits.writing import Written
from importgraph.fixes.model import Applicability
from importgraph.quoting import json_text, page

SCHEMA = "importgraph/fix/1"


def fix_list(fixes: Sequence[NamedFix], verdicts: Verified | None = None) -> str:
    """List fixes, three lines each: name and title, what it gains, how risky it is."""
    if not fixes:
        return page(["There is nothing to fix."])
    known = _known(verdicts)
    lines: list[str] = []
    for one in fixes:
        fix = one.fix
        lines.append(f"{one.name}")
        lines.append(f"    {fix.title}".replace("`", ""))
        lines += [f"    {gain.title}: {gain.change}" for gain in fix.gains[:3]]
        lines.append(f"    {risk(one)}".replace("`", ""))
        lines += [f"    {known[one.name]}"] if one.name in known else []
    lines += ["", "`importgraph fix NAME` shows a diff; --verify proves it in a copy, --write applies it."]
    return page(lines)


def risk(one: NamedFix) -> str:
    """Say in one line how risky a fix is."""
    fix = one.fix
    if fix.applicability is Applicability.MANUAL:
        return f"manual: {fix.reasons[0]}" if fix.reasons else "manual"
    if fix.risk is not None:
        return f"{fix.risk.level.value}: {fix.risk.text}"
    return ": ".join([fix.applicability.value, *fix.reasons[:1]])


def _known(verdicts: Verified | None) -> dict[str, str]:
    if verdicts is None:
        return {}
    how = f"{verdicts.date}, Python {verdicts.python}: {', '.join(verdicts.checks)}"
    kept = {one.fix.name: f"verified ({how}){_saved(one)}" for one in verdicts.kept}
    return kept | {one.fix.name: f"withdrawn ({how}): {one.reason}" for one in verdicts.withdrawn}


def _saved(one: Kept) -> str:
    if one.saving is None:
        return ""
    promised = "" if one.saving.promised_us is None else f" of {one.saving.promised_us / 1000:.1f} promised"
    return (
        f"; `import {one.saving.entry}` saves {one.saving.saved_us / 1000:.1f} ms{promised}, "
        f"give or take {one.saving.noise_us / 1000:.1f}"
    )


def fix_diff(made: Plan) -> str:
    """Return what a plan changes as one patch that `git apply` takes."""
    return "".join(change.diff for change in made.changes)


def left_lines(left: Iterable[Left]) -> Iterator[str]:
    """Say which fixes were left, and why."""
    for one in left:
        yield f"left: {one.fix.name}: {one.reason}"


def verified_text(found: Verified) -> str:
    """Say which fixes were kept and which were withdrawn, and why."""
    total = len(found.kept) + len(found.withdrawn)
    lines = [
        f"{len(found.kept)} of {total} fixes verified on Python {found.python}: {', '.join(found.checks)}."
    ]
    lines += [f"  kept       {one.fix.name}{_saved(one).replace('`', '')}" for one in found.kept]
    lines += [f"  withdrawn  {one.fix.name}: {one.reason}".replace("`", "") for one in found.withdrawn]
    return page(lines)


def written_text(done: Written) -> str:
    """Say which files were written, and which were left alone, and why."""
    lines = [f"wrote {path}" for path in done.done]
    lines += [f"left alone: {path}: {reason}" for path, reason in done.left]
    return page(lines or ["Nothing was written."])


def fix_json(
    fixes: Sequence[NamedFix], made: Plan | None, verdicts: Verified | None, done: Written | None
) -> str:
    """Write all of it as JSON; members that were not asked for are null."""
    known = _known(verdicts)
    return json_text(
        {
            "schema": SCHEMA,
            "fixes": [_fix(one, known.get(one.name)) for one in fixes],
            "left": None
            if made is None
            else [{"fix": one.fix.name, "reason": one.reason} for one in made.left],
            "diff": None if made is None else fix_diff(made),
            "verified": None if verdicts is None else _verdicts(verdicts),
            "written": None
            if done is None
            else {
                "done": list(done.done),
                "left": [{"path": path, "reason": reason} for path, reason in done.left],
            },
        }
    )


def _fix(one: NamedFix, verification: str | None) -> dict[str, Any]:
    fix = one.fix
    return {
        "id": one.name,
        "kind": fix.kind,
        "title": fix.title,
        "gains": msgspec.to_builtins(fix.gains),
        "statements": fix.statements,
        "applicability": fix.applicability.value,
        "risk": risk(one),
        "findings": list(fix.findings),
        "verification": verification,
    }


def _verdicts(found: Verified) -> dict[str, Any]:
    return {
        "python": found.python,
        "date": found.date,
        "checks": list(found.checks),
        "kept": [{"fix": one.fix.name, "saving": _saving(one)} for one in found.kept],
        "withdrawn": [{"fix": one.fix.name, "reason": one.reason} for one in found.withdrawn],
    }


def _saving(one: Kept) -> dict[str, Any] | None:
    saving = one.saving
    if saving is None:
        return None
    return {
        "entry": saving.entry,
        "promised_us": saving.promised_us,
        "saved_us": saving.saved_us,
        "noise_us": saving.noise_us,
    }
