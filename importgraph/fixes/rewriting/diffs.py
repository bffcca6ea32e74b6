"""Unified diffs that `git apply` takes: line ends as they are on disk, and what has no newline at its end."""

import difflib
import re
from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NO_NEWLINE = "\\ No newline at end of file\n"
_PLAIN_PATH = re.compile(r"[^\x00-\x1f\"\\\x7f]+")


def diff_of(path: str, before: bytes, after: str) -> str:
    r"""Return the change of one file as a unified diff, empty where it cannot be written as one.

    Args:
        path: The file, relative to the folder that the diff is applied in.
        before: Its bytes.
        after: Its text after the change, with line ends as `\n`.
    """
    try:
        text = before.decode()
    except UnicodeDecodeError:
        return ""  # an edit is refused there too
    old = _LINE.findall(text)
    new = _with_line_ends(old, _lines(after))
    if _PLAIN_PATH.fullmatch(path) is None or any(_ends_alone(line) for line in (*old, *new)):
        return ""
    return _unified(path, old, new)


def diff_of_bytes(path: str, before: bytes | None, after: bytes) -> str:
    """Return the change of one file as a unified diff; bytes that are no UTF-8 are kept as surrogates.

    Args:
        path: The file.
        before: None where it is new.
        after: Its bytes then.
    """
    old, new = (_LINE.findall(side.decode("utf-8", "surrogateescape")) for side in (before or b"", after))
    if _PLAIN_PATH.fullmatch(path) is None or any(_ends_alone(line) for line in (*old, *new)):
        return ""
    return _unified(path, old, new, is_new=before is None)


def _unified(path: str, old: Sequence[str], new: Sequence[str], *, is_new: bool = False) -> str:
    mark = "\t" if " " in path else ""  # where a name with a blank ends is told by a tab
    source = "/dev/null" if is_new else f"a/{path}{mark}"
    return "".join(_marked(difflib.unified_diff(old, new, source, f"b/{path}{mark}")))


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; `splitlines` would also part at form feeds."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [
        line for line in [text.rpartition("\n")[2]] if line
    ]


def _with_line_ends(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Give new text the line ends of the old: kept lines theirs, fresh ones that of the first line."""
    end = next((_end(line) for line in old), "\n") or "\n"
    plain = [line.rstrip("\r\n") + ("\n" if _end(line) else "") for line in old]
    found: list[str] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, plain, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += old[i:j]
        elif kind != "delete":
            found += [line.replace("\n", end) for line in new[k:m]]
    return found


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _ends_alone(line: str) -> bool:
    """Tell whether a line ends with a carriage return alone, which is no line end to git."""
    return line.endswith("\r")


def _marked(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.endswith("\n"):
            yield line
        else:
            yield from (f"{line}\n", _NO_NEWLINE)
