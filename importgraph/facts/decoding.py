"""Bytes to text as Python itself decodes a source file (PEP 263)."""

import codecs
import re

import msgspec

from importgraph.facts.host import Broken

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_UTF8 = re.compile(r"(?i:utf[-_]8)(?:-.*)?")
"""What CPython takes for UTF-8 after a byte order mark; it knows no aliases there."""
_NOT_CODE = re.compile(rb"[ \t\f]*(?:#.*)?\Z")


class Decoded(msgspec.Struct, frozen=True):
    """The text of a file, or the closest to it that can be read."""

    text: str
    broken: Broken | None


def decode(source: bytes) -> Decoded:
    """Decode by byte order mark, coding line or UTF-8; what cannot be decoded is replaced and reported."""
    body = source.removeprefix(codecs.BOM_UTF8)
    name = declared_encoding(body)
    if name is not None and not _is_text_codec(name):
        return Decoded(_readable(body), Broken(f"unknown encoding: {name}", _cookie_line(body)))
    if body is not source and name is not None and not _UTF8.fullmatch(name):
        return Decoded(_readable(body), Broken(f"encoding problem: {name} with BOM", _cookie_line(body)))
    try:
        text = body.decode(name or "utf-8")
        text.encode()
    except UnicodeDecodeError as error:
        line = _line_of(body, error.start)
        bad = body[error.start] if error.start < len(body) else 0
        return Decoded(_readable(body), Broken(f"cannot decode byte 0x{bad:02x} as {name or 'utf-8'}", line))
    except (ValueError, LookupError, ArithmeticError):
        return Decoded(_readable(body), Broken(f"cannot decode as {name or 'utf-8'}", None))
    if "\0" in text:
        return Decoded(text, Broken("source contains a NUL byte", _line_of(body, max(body.find(b"\0"), 0))))
    return Decoded(text, None)


def declared_encoding(source: bytes) -> str | None:
    """Give the encoding named in the first or second line, None where there is none."""
    for line in _first_lines(source):
        found = _COOKIE.match(line)
        if found:
            return found[1].decode("ascii")
        if not _NOT_CODE.match(line):
            return None
    return None


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
