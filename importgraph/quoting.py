r"""Text of analysed trees is data: the one place that makes it harmless, for each format it leaves in.

Names of files and folders, source lines and messages of errors may hold anything. What moves a cursor,
changes the direction of writing, ends a line or cannot be encoded becomes an escape that can be seen (`\x1b`,
`\u202e`, `\n`), in every output. Formats quote the rest as they need it: markdown, XML, GitHub, JSON.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

_FORMATS = "\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
_ACTING = f"{_FORMATS}\ud800-\udfff\U000e0000-\U000e007f"
"""Controls (C1, DEL), marks of direction and width zero, separators, halves of surrogate pairs, tags."""
_ALONE = re.compile(f"[\x00-\x1f{_ACTING}]")
_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f{_ACTING}]")
"""The same where line breaks and tabs are structure, as in a diff."""
_IN_PAGES = re.compile(f"[\x00-\x09\x0b-\x1f{_ACTING}]|(?:^|\n)\\s*::|##\\w*\\[")
_NOT_IN_JSON = re.compile(f"[{_FORMATS}\U000e0000-\U000e007f]|#(?=#\\w*\\[)")
_IN_PATCH_LINES = re.compile(f"[\x00-\x08\x0b\x0e-\x1f{_ACTING}]|\r(?!$)")
"""Form feeds and returns of the carriage are usual in source, and harmless at its ends of lines."""
_IN_PATCHES = re.compile(f"[\x00-\x08\x0b\x0d-\x1f{_ACTING}]|(?:^|\n)[ +-]?\\s*::|##\\w*\\[")
_PATCH_HEAD = re.compile(r"^([ +-]?\s*):(?=:)")
_COMMAND_HEAD = re.compile(r"^(\s*):(?=:)")
_BLANK_END = re.compile("[ ]+((?:\x1b\\[[0-9;]*m)*)$")
_COMMAND = re.compile(r"##(?=\w*\[)")
"""Commands to the runners of GitHub (`##[error]`), Azure (`##vso[…]`) and TeamCity, anywhere in a line."""


def _seen(found: re.Match[str]) -> str:
    number = ord(found[0])
    is_byte = 0xDC80 <= number <= 0xDCFF  # noqa: PLR2004 -- of a file name that is no UTF-8
    return f"\\x{number - 0xDC00:02x}" if is_byte else ascii(found[0])[1:-1]


def visible(text: str) -> str:
    """Return text that is one line and does nothing but stand there.

    Controls, line breaks, marks of direction and undecodable bytes become escapes; what the runner of a
    CI system would take for a command loses its meaning.
    """
    if text.isprintable() and "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(r"#\\x23", _COMMAND_HEAD.sub(r"\1\\x3a", _ALONE.sub(_seen, text)))


def visible_lines(text: str) -> str:
    """Return text of several lines, as a diff is; line breaks and tabs stay."""
    return text if text.isprintable() else _IN_LINES.sub(_seen, text)


def visible_patch(text: str) -> str:
    """Return a patch for eyes: as `visible_lines` does, and no line of it is a command to a runner."""
    if _IN_PATCHES.search(text) is None:
        return text
    lines = (_COMMAND.sub(r"#\\x23", _PATCH_HEAD.sub(r"\1\\x3a", line)) for line in text.split("\n"))
    return "\n".join(_IN_PATCH_LINES.sub(_seen, line) for line in lines)


def page(lines: Iterable[str]) -> str:
    """Put lines together, each as `visible` makes it and ended by a line break."""
    listed = list(lines)
    joined = "\n".join(listed)
    if joined.count("\n") == max(0, len(listed) - 1) and _IN_PAGES.search(joined) is None:
        return f"{joined}\n" if listed else ""
    return "".join(f"{visible(line)}\n" for line in listed)


def settled(text: str) -> str:
    """Return lines as a layout leaves them, without blanks at their ends and commands to runners.

    Wrapping may begin a line in the middle of data. Codes of colours stay: they are ours.
    """
    lines = (_COMMAND_HEAD.sub(r"\1\\x3a", _BLANK_END.sub(r"\1", line)) for line in text.split("\n"))
    return "\n".join(lines)


# -- JSON -------------------------------------------------------------------------------------------


def json_text(document: object, indent: int = 1) -> str:
    r"""Write a document as JSON text, the same for the same input.

    Bytes of file names that are no UTF-8 stand as `\xff`; JSON has no other way that all programs read.
    """
    return json_bytes(document, indent).decode()


def json_bytes(document: object, indent: int = 1) -> bytes:
    """Write a document as `json_text` does, in UTF-8; an indent of 0 writes no spaces and no end."""
    try:
        data = msgspec.json.encode(document)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_whole(msgspec.to_builtins(document)))
    if not data.isascii() or b"##" in data or b"\x7f" in data:
        data = _NOT_IN_JSON.sub(_json_escape, data.decode()).encode()
    return msgspec.json.format(data, indent=indent) + b"\n" if indent else data


def json_lines(documents: Iterable[object]) -> bytes:
    """Write documents as `json_bytes` does, one a line, with commas between them."""
    listed = list(documents)
    try:
        data = msgspec.json.Encoder().encode_lines(listed)
    except UnicodeEncodeError:
        return b",\n".join([json_bytes(one, 0) for one in listed])
    if not data.isascii() or b"##" in data or b"\x7f" in data:
        data = _NOT_IN_JSON.sub(_json_escape, data.decode()).encode()
    return data[:-1].replace(b"\n", b",\n")


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


_HALVES = re.compile("[\ud800-\udfff]")


def _whole(value: Any) -> Any:
    """Replace halves of surrogate pairs in a value made of lists, dictionaries and texts."""
    match value:
        case str():
            return _HALVES.sub(_seen, value)
        case dict():
            return {_whole(key): _whole(one) for key, one in value.items()}
        case list() | tuple():
            return [_whole(one) for one in value]
        case _:
            return value


# -- Markdown ---------------------------------------------------------------------------------------

_MARKUP = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&\\`*_[]<>|~"})
_MENTION = re.compile("@|(?<!&)#")
_ADDRESS = re.compile(r"(?i):(?=//)|(?<=\bwww)\.")


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def escape(text: str) -> str:
    """Make text harmless in markdown: no markup, no links, no mentions, no line breaks.

    A mention is ended by a space of no width, as the platforms look for mentions after entities are read.
    """
    shown = visible(text).translate(_MARKUP)
    return _MENTION.sub(lambda found: f"{_entity(found)}&#8203;", _ADDRESS.sub(_entity, shown))


def code(text: str) -> str:
    """Return text as a code span that nothing in it can end (CommonMark 6.1), also in a cell of a table."""
    clean = visible(text).replace("|", "\\|") or " "
    ticks = _longer_than_any("`", clean, 1)
    space = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{space}{clean}{space}{ticks}"


def prose(text: str) -> str:
    """Write one of our sentences: what it names between backquotes as code, the rest escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(code(part) if number % 2 and part else escape(part) for number, part in enumerate(parts))


def fenced(text: str, language: str = "") -> str:
    """Return lines of text as a code block whose fence is longer than any run of backquotes in it."""
    body = visible_patch(visible_lines(text.rstrip("\n")))
    fence = _longer_than_any("`", body, 3)
    return f"{fence}{language}\n{body}\n{fence}"


def _longer_than_any(mark: str, text: str, least: int) -> str:
    runs = re.findall(f"{re.escape(mark)}+", text)
    return mark * max(least, 1 + max(map(len, runs), default=0))


# -- XML --------------------------------------------------------------------------------------------


def xml_text(text: str) -> str:
    """Return text as the content of an element; lines stay."""
    return visible_lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xml_attribute(text: str) -> str:
    """Return text as a quoted value of an attribute."""
    return '"' + xml_text(visible(text)).replace('"', "&quot;") + '"'


# -- GitHub's workflow commands ---------------------------------------------------------------------


def github_data(text: str) -> str:
    """Return text as the message of a command; lines stay."""
    return visible_lines(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """Return text as the value of a property of a command."""
    return github_data(visible(text)).replace(":", "%3A").replace(",", "%2C")
