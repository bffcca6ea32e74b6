"""Patterns of gitignore(5), matched in time that no pattern can make explode.

pathspec turns a pattern into a regular expression that tries every way to share a name among its stars: ten
stars and one long name take for ever. The first place where the text between two stars fits is as good as any
other, so it is taken for good. A pattern that is not valid, or that has more than three `/**/`, matches
nothing.
"""

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_MOST_FOLDERS = 3
_ANY, _FOLDERS = "[^/]*", "(?:/.+)?"
_NEGATED = re.compile(r"(?<!\\)\[\^(?!/\])")
"""The start of `[!a]`: to git it matches no slash, to pathspec it does."""
_STARS = re.compile(r"(?:\[\^/\]\*)+")
_BETWEEN_STARS = re.compile(r"\[\^/\]\*((?:\\.|\[\^/\](?![*+])|(?!\[\^/\])[^/(\\])+)(?=\[\^/\]\*)", re.DOTALL)


def ignore_spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return the rules that some lines of an ignore file make."""
    return GitIgnoreSpec([pattern for line in lines if (pattern := _pattern(line)) is not None])


def is_valid(line: str) -> bool:
    """Tell whether a line is a pattern, a comment or blank."""
    try:
        GitIgnoreSpecPattern(line)
    except (ValueError, re.error, RecursionError, OverflowError):
        return False
    return True


def _pattern(line: str) -> GitIgnoreSpecPattern | None:
    if not line.strip() or not is_valid(line):
        return None
    pattern = GitIgnoreSpecPattern(line)
    if pattern.regex is None:
        return None
    text = _NEGATED.sub("[^/", pattern.regex.pattern)
    if text.count(_FOLDERS) > _MOST_FOLDERS:
        return None
    if text.count(_ANY) < 2:  # noqa: PLR2004 -- one star has one way to match
        return GitIgnoreSpecPattern(re.compile(text), pattern.include)
    tamed = _BETWEEN_STARS.sub(lambda found: f"(?>[^/]*?{found[1]})", _STARS.sub(lambda _: _ANY, text))
    return GitIgnoreSpecPattern(re.compile(tamed), pattern.include)
