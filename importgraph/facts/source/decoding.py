"""Bytes to text as Python itself decodes a source file (PEP 263)."""

import codecs
import re

import msgspec

from importgraph.facts.source.host import Broken
from importgraph.facts.source.logical_lines import tokens
from importgraph.files import source_text

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_UTF8 = re.compile(r"(?i:utf[-_]8)(?:-.*)?")
"""What CPython takes for UTF-8 after a byte order mark; it knows no aliases there."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_NOT_CODE = re.compile(rb"[ \t\f]*(?:#.*)?\Z")


class Decoded(msgspec.Struct, frozen=True):
    """The text of a file, or the closest to it that can be read."""

    text: str
    broken: Broken | None
    late: Broken | None = None
    """Why Python rejects it from 3.14 on, where earlier ones do not."""


def decode(source: bytes) -> Decoded:
    """Decode by byte order mark, coding line or UTF-8; what cannot be decoded is replaced and reported."""
    body = source.removeprefix(codecs.BOM_UTF8)
    name = declared_encoding(body)
    problem = ""
    if name is not None and not _is_text_codec(name):
        problem = f"unknown encoding: {name}"
    elif body is not source and name is not None and not _UTF8.fullmatch(name):
        problem = f"encoding problem: {name} with BOM"
    return Decoded(_readable(body), Broken(problem, _cookie_line(body))) if problem else _decoded(body, name)


def readable_text(source: bytes) -> str:
    r"""Return the text of a file by its coding line, with line ends as `\n`; what is none is replaced."""
    if declared_encoding(source) in {None, "utf-8"}:
        return source_text(source)
    return decode(source).text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(body: bytes, name: str | None) -> Decoded:
    try:
        text = body.decode(name or "utf-8")
        text.encode()
    except UnicodeDecodeError as error:
        bad = body[error.start] if error.start < len(body) else 0
        reason = f"cannot decode byte 0x{bad:02x} as {name or 'utf-8'}"
        broken = Broken(reason, _line_of(body, error.start))
        plain = _without_bad_comments(body) if name is None or _UTF8.fullmatch(name) else None
        if plain is not None and "\0" not in plain:
            return Decoded(plain, None, broken)
        return Decoded(_readable(body), broken)
    except (ValueError, LookupError, ArithmeticError):
        return Decoded(_readable(body), Broken(f"cannot decode as {name or 'utf-8'}", None))
    if "\0" in text:
        return Decoded(text, Broken("source contains a NUL byte", _line_of(body, max(body.find(b"\0"), 0))))
    return Decoded(text, None)


def _without_bad_comments(source: bytes) -> str | None:
    """Decode a file whose comments alone are no UTF-8, byte by byte there; None where other text is none.

    Up to Python 3.13 the tokenizer passes over comments; 3.14 decodes the whole file first.
    """
    source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    pieces, at = [], 0
    for token in tokens(source):
        if token.lastgroup == "comment" and not token[0].isascii():
            pieces += [source[at : token.start()].decode(errors="surrogateescape"), _bytewise(token[0])]
            at = token.end()
    text = "".join([*pieces, source[at:].decode(errors="surrogateescape")])
    return text if not _ESCAPED.search(text) else None


def _bytewise(comment: bytes) -> str:
    try:
        return comment.decode()
    except UnicodeDecodeError:
        return comment.decode("latin-1")


def declared_encoding(source: bytes) -> str | None:
    """Give the encoding named in the first or second line, None where there is none."""
    for line in _first_lines(source):
        found = _COOKIE.match(line)
        if found:
            return _normal_name(found[1].decode("ascii"))
        if not _NOT_CODE.match(line):
            return None
    return None


def _normal_name(name: str) -> str:
    """Return what CPython's tokenizer makes of a name (get_normal_name, Parser/tokenizer/helpers.c)."""
    start = name[:12].lower().replace("_", "-")
    if start == "utf-8" or start.startswith("utf-8-"):
        return "utf-8"
    latin = ("latin-1", "iso-8859-1", "iso-latin-1")
    return "iso-8859-1" if start in latin or start.startswith(tuple(f"{one}-" for one in latin)) else name


def _first_lines(source: bytes) -> list[bytes]:
    """Give the first two lines, without looking at a file that cannot have a coding line there."""
    end = source.find(b"\n", source.find(b"\n") + 1)
    head = source if end < 0 else source[:end]
    return re.split(rb"\r\n?|\n", head, maxsplit=2)[:2] if b"coding" in head else []


def _cookie_line(source: bytes) -> int:
    return next(row for row, line in enumerate(_first_lines(source), 1) if _COOKIE.match(line))


def _is_text_codec(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 -- as open() does
    except (LookupError, ValueError):
        return False


def _readable(source: bytes) -> str:
    """Give text that keeps every line and every ASCII character, so that imports can still be found."""
    if source.startswith(_UTF16):
        return source.decode("utf-16", "replace")
    return source.decode("latin-1")


def _line_of(source: bytes, offset: int) -> int:
    return len(re.findall(rb"\r\n?|\n", source[:offset])) + 1
