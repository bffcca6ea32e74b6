"""Fixes to choose from, and what became of them, as text and JSON (`importgraph/fix/1`)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from importgraph.edits.changes import Left, Plan
from importgraph.edits.identity import NamedFix
from importgraph.edits.verdicts import Verdict, saved
from importgraph.edits.verification import Kept, Verified
from importgraph.edits.writing import Written
from importgraph.fixes.model import Applicability
from importgraph.quoting import json_text, page

SCHEMA = "importgraph/fix/1"
_PLACES = 3


def fix_list(fixes: Sequence[NamedFix], verdicts: Iterable[Verdict] = ()) -> str:
    """List fixes, three lines each: name and title, what it gains, how risky it is."""
    if not fixes:
        return page(["There is nothing to fix."])
    known = {verdict.fix: verdict.text for verdict in verdicts}
    lines: list[str] = []
    for one in fixes:
        fix = one.fix
        lines.append(f"{one.name}")
        lines.append(f"    {fix.title}".replace("`", ""))
        lines += [f"    {gain.title}: {gain.change}" for gain in fix.gains[:3]]
        lines.append(f"    {risk(one)}".replace("`", ""))
        lines += _documents(fix.mentions)
        lines += [f"    {known[one.name]}"] if one.name in known else []
    lines += [
        "",
        "`importgraph fix NAME` shows a diff; --verify proves it in a copy, --write applies it.",
        "Without a NAME, --verify and --write take all that are safe.",
    ]
    return page(lines)


def _documents(places: Sequence[str]) -> list[str]:
    if not places:
        return []
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return [f"    documentation to change by hand: {', '.join(places[:_PLACES])}{more}"]


def risk(one: NamedFix) -> str:
    """Say in one line how risky a fix is."""
    fix = one.fix
    if fix.applicability is Applicability.MANUAL:
        return f"manual: {fix.reasons[0]}" if fix.reasons else "manual"
    if fix.risk is not None:
        return f"{fix.risk.level.value}: {fix.risk.text}"
    return ": ".join([fix.applicability.value, *fix.reasons[:1]])


def fix_diff(made: Plan) -> str:
    """Return what a plan changes as one patch that `git apply` takes."""
    return "".join(change.diff for change in made.changes)


def left_lines(left: Iterable[Left]) -> Iterator[str]:
    """Say which fixes were left, and why."""
    for one in left:
        yield f"left: {one.fix.name}: {one.reason}"


def verified_text(found: Verified) -> str:
    """Say which fixes were kept and which were withdrawn, and why."""
    total, checks = len(found.kept) + len(found.withdrawn), ", ".join(found.checks)
    lines = [
        f"{len(found.kept)} of {total} fixes verified on {found.date} with Python {found.python}: {checks}."
    ]
    lines += [f"  kept       {one.fix.name}{f': {saved(one)}' if one.saving else ''}" for one in found.kept]
    lines += [f"  withdrawn  {one.fix.name}: {one.reason}".replace("`", "") for one in found.withdrawn]
    return page(lines)


def written_text(done: Written) -> str:
    """Say which files were written, and which were left alone, and why."""
    lines = [f"wrote {path}" for path in done.done]
    lines += [f"left alone: {path}: {reason}" for path, reason in done.left]
    return page(lines or ["Nothing was written."])


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one call of `fix` found and did; None where that was not asked for."""

    fixes: tuple[NamedFix, ...]
    verdicts: tuple[Verdict, ...]
    """What is known of fixes, from this call or an earlier one."""
    made: Plan | None = None
    verified: Verified | None = None
    done: Written | None = None


def fix_json(answer: Answer) -> str:
    """Write all of it as JSON; members that were not asked for are null."""
    known = {verdict.fix: verdict.text for verdict in answer.verdicts}
    made, done, verified = answer.made, answer.done, answer.verified
    left = [{"fix": one.fix.name, "reason": one.reason} for one in made.left] if made is not None else None
    return json_text(
        {
            "schema": SCHEMA,
            "fixes": [_fix(one, known.get(one.name)) for one in answer.fixes],
            "left": left,
            "diff": None if made is None else fix_diff(made),
            "verified": None if verified is None else _verified(verified),
            "written": None if done is None else _written(done),
        }
    )


def _written(done: Written) -> dict[str, object]:
    left = [{"path": path, "reason": reason} for path, reason in done.left]
    return {"done": list(done.done), "left": left}


def _fix(one: NamedFix, verification: str | None) -> dict[str, object]:
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
        "documentation": list(fix.mentions),
        "verification": verification,
    }


def _verified(found: Verified) -> dict[str, object]:
    return {
        "python": found.python,
        "date": found.date,
        "checks": list(found.checks),
        "kept": [{"fix": one.fix.name, "saving": _saving(one)} for one in found.kept],
        "withdrawn": [{"fix": one.fix.name, "reason": one.reason} for one in found.withdrawn],
    }


def _saving(one: Kept) -> dict[str, object] | None:
    saving = one.saving
    if saving is None:
        return None
    return {
        "entry": saving.entry,
        "promised_us": saving.promised_us,
        "saved_us": saving.saved_us,
        "noise_us": saving.noise_us,
    }
