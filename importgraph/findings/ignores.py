"""`# importgraph: ignore[CODE] reason`: findings accepted on one line, perhaps until a day.

A comment accepts what is found on its line. A finding with several places keeps the others and goes when
none is left. A cycle is accepted where the imports that close it are: all of its breakers, or, in a cycle
that is one ring, any import of it. A comment that accepts nothing is itself a finding (IG002).
"""

import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import Struct

from importgraph.findings.cycles import Cycle
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.graph.edited.since import Since

CODE = "IG002"
_PART = "comments"
_MARK = b"importgraph:"
_COMMENT = re.compile(r"#\s*importgraph:\s*ignore\[([\w\s,*-]+)\]\s*(.*)$")
_UNTIL = re.compile(r"\(?\buntil (\d{4}-\d{2}-\d{2})\)?")


@dataclass(frozen=True, slots=True)
class Ignore:
    """What one comment says."""

    codes: tuple[str, ...]
    """Codes, or beginnings of codes with `*`."""
    reason: str
    until: str = ""
    """The last day it counts, as written; empty: for good."""

    def names(self, code: str) -> bool:
        """Tell whether a code is meant."""
        return any(means(one, code) for one in self.codes)

    def problem(self, today: date) -> str:
        """Say why it accepts nothing today; empty where it does."""
        if not self.reason:
            return "gives no reason"
        try:
            is_over = bool(self.until) and today > date.fromisoformat(self.until)
        except ValueError:
            return f"names {self.until}, which is no day"
        return f"was accepted until {self.until}" if is_over else ""


class IgnoreComment(Evidence, frozen=True):
    """A comment that accepts nothing."""

    comment: str
    problem: str


def means(pattern: str, code: str) -> bool:
    """Tell whether a code of a comment stands for a rule's code: the same, or its beginning with `*`."""
    return code.startswith(pattern.rstrip("*")) if pattern.endswith("*") else code == pattern


def parse_comment(text: str) -> Ignore | None:
    """Read a comment; None where it is none of ours."""
    match = _COMMENT.search(text)
    if match is None:
        return None
    codes = tuple(code.strip() for code in match[1].split(",") if code.strip())
    said = match[2].strip()
    day = _UNTIL.search(said)
    return Ignore(codes, _UNTIL.sub("", said).strip(" ,;:"), day[1] if day else "")


@dataclass(frozen=True)
class Ignores:
    """The comments of a tree by path and line, on a day."""

    comments: Mapping[tuple[str, int], Ignore]
    today: date

    def accepts(self, code: str, path: str, line: int) -> bool:
        """Tell whether what is found on a line is accepted."""
        one = self.comments.get((path, line))
        return one is not None and one.names(code) and not one.problem(self.today)

    def accepts_cycle(self, code: str, cycle: Cycle) -> bool:
        """Tell whether a cycle is accepted; see the module."""
        is_ring = len(cycle.modules) == len(cycle.shortest)
        if is_ring and any(self.accepts(code, edge.path, edge.line) for edge in cycle.edges):
            return True
        return bool(cycle.breakers) and all(
            self.accepts(code, edge.path, edge.line) for edge in cycle.breakers
        )

    def apply(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Leave out what is accepted, in the same order."""
        return tuple(left for one in findings if (left := self._left(one)) is not None)

    def _left(self, one: Finding) -> Finding | None:
        if not self.comments or not one.locations:
            return one
        if isinstance(one.evidence, Cycle):
            return None if self.accepts_cycle(one.code, one.evidence) else one
        kept = tuple(p for p in one.locations if not self.accepts(one.code, p.path, p.line))
        if len(kept) == len(one.locations):
            return one
        return replace(one, locations=kept) if kept else None

    def report(
        self, findings: Iterable[Finding], is_known: Callable[[str], bool | None]
    ) -> Iterator[Finding]:
        """Yield a finding for each code of a comment that accepts nothing, by path and line.

        Args:
            findings: What was found before anything was left out.
            is_known: Says of a code, or of a pattern such as `IG4*`, whether there is such a rule; None where
                it was not checked, so that nothing can be said.
        """
        found: dict[tuple[str, int], set[str]] = {}
        for one in findings:
            for place in _places(one):
                found.setdefault((place.path, place.line), set()).add(one.code)
        for (path, line), comment in sorted(self.comments.items()):
            for pattern in comment.codes:
                known = is_known(pattern)
                if known is None:
                    continue
                problem = comment.problem(self.today)
                if not known:
                    problem = "names no rule"
                elif not problem and not any(means(pattern, code) for code in found.get((path, line), ())):
                    problem = "accepts nothing: nothing of that kind is found on this line"
                if problem:
                    yield _finding(path, line, pattern, problem)


def _places(one: Finding) -> Iterator[Location]:
    yield from one.locations
    if isinstance(one.evidence, Cycle):
        yield from (Location(edge.path, edge.line) for edge in one.evidence.breakers)


def _finding(path: str, line: int, pattern: str, problem: str) -> Finding:
    comment = f"ignore[{pattern}]"
    return Finding(
        code=CODE,
        subject=f"{path} {comment}",
        message=f"`# importgraph: {comment}` {problem}.",
        severity=Severity.WARNING,
        locations=(Location(path, line),),
        evidence=IgnoreComment(comment, problem),
    )


class KeptComments(Struct, frozen=True):
    """The comments of a tree, by path and line."""

    comments: tuple[tuple[str, int, Ignore], ...]


def read_ignores(
    paths: Iterable[str], read: Callable[[str], bytes], today: date, since: Since | None = None
) -> Ignores:
    """Read the comments of some files.

    Args:
        paths: Relative to the root.
        read: Returns the bytes of a file; a file that is gone by now is an error of the caller's.
        today: The day that decides which comments have expired.
        since: What is kept about the tree; then only what has changed is read.
    """
    kept = since.load(_PART, KeptComments) if since is not None else None
    if since is None or kept is None:
        found = dict(_read_comments(paths, read))
        if since is not None:
            since.keep(_PART, KeptComments(tuple((path, line, one) for (path, line), one in found.items())))
        return Ignores(found, today)
    changed = since.changed_paths
    same = {(path, line): one for path, line, one in kept.comments if path not in changed}
    fresh = _read_comments((path for path in paths if path in changed), read)
    return Ignores(dict(sorted([*same.items(), *fresh], key=lambda item: item[0])), today)


def _read_comments(
    paths: Iterable[str], read: Callable[[str], bytes]
) -> Iterator[tuple[tuple[str, int], Ignore]]:
    for path in paths:
        data = read(path)
        if _MARK in data:
            for line, text in _comments(data.decode(errors="replace")):
                one = parse_comment(text)
                if one is not None:
                    yield (path, line), one


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file with their lines; text in strings is none.

    Where the tokenizer gives up (broken files, newer syntax), the lines that it did not reach are searched.
    """
    reached = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            reached = token.end[0]
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        for number, line in enumerate(text.split("\n"), start=1):
            if number > reached and "#" in line:
                yield number, line[line.index("#") :]


NO_IGNORES = Ignores({}, date.min)
"""For trees whose comments do not count."""
