"""`# importgraph: ignore[CODE] reason`: accepted on one line, perhaps until a day."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from importgraph.findings.model import Finding

_COMMENT = re.compile(r"#\s*importgraph:\s*ignore\[([\w\s,*-]+)\]\s*(.*)$")
_UNTIL = re.compile(r"\(?until (\d{4}-\d{2}-\d{2})\)?")


@dataclass(frozen=True, slots=True)
class Suppression:
    """What one comment says."""

    codes: tuple[str, ...]
    reason: str
    until: date | None

    def covers(self, code: str, today: date) -> bool:
        """Tell whether a code is accepted today; without a reason nothing is."""
        is_named = any(
            code.startswith(one.rstrip("*")) if one.endswith("*") else code == one for one in self.codes
        )
        return is_named and bool(self.reason) and (self.until is None or today <= self.until)


def parse_comment(line: str) -> Suppression | None:
    """Read the comment at the end of a line; None where there is none."""
    match = _COMMENT.search(line)
    if match is None:
        return None
    codes = tuple(code.strip() for code in match[1].split(",") if code.strip())
    text = match[2].strip()
    day = _UNTIL.search(text)
    reason = _UNTIL.sub("", text).strip(" ,;:")
    try:
        until = date.fromisoformat(day[1]) if day else None
    except ValueError:
        return Suppression(codes, "", None)  # a day that does not exist accepts nothing
    return Suppression(codes, reason, until)


def unsuppressed(
    findings: Iterable[Finding], read_text: Callable[[str], str], today: date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Leave out the findings whose every line carries a comment that accepts them.

    Returns:
        The others, and a note for each comment that names the code but does not count, with why.
    """
    lines: dict[str, list[str]] = {}
    kept, notes = [], []
    for one in findings:
        said = []
        for place in one.locations:
            text = lines.setdefault(place.path, read_text(place.path).splitlines())
            said.append(parse_comment(text[place.line - 1]) if place.line <= len(text) else None)
        if said and all(comment is not None and comment.covers(one.code, today) for comment in said):
            continue
        kept.append(one)
        for place, comment in zip(one.locations, said, strict=True):
            if comment is not None and one.code in comment.codes and not comment.covers(one.code, today):
                why = "gives no reason" if not comment.reason else f"was accepted until {comment.until}"
                notes.append(f"{place.path}:{place.line}: ignore[{one.code}] {why}.")
    return tuple(kept), tuple(dict.fromkeys(notes))
