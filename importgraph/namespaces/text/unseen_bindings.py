"""What text does not show of a module: names bound without being written, containers that grow."""

import re
from collections.abc import Iterator

from importgraph.namespaces.text.texts import Texts, absolute_name

_UNSEEN = (
    b"__getattr__", b"globals()", b"exec(", b"setattr(", b"sys.modules", b"vars(", b"locals(", b"lazy_loader",
    b".attach", b"import *",
)  # fmt: skip
"""What binds names of a module without writing them down."""
_FILLS = (b"setattr(", b"__dict__", b"f_globals", b"sys.modules", b"vars(")
"""What binds names of another module."""
_CALLED = re.compile(rb"^[ \t]*(\w+)(?:\.\w+)?\(", re.MULTILINE)
_CHANGES = (
    rb"(?:\.(?:append|extend|insert|update|add|setdefault|pop|remove|clear|sort)\b"
    rb"|\[[^\]\n]*\][ \t]*=[^=]|[ \t]*\+=)"
)


def binds_unseen(texts: Texts, module: str, path: str) -> bool:
    """Tell whether a module may have names that are not written in it.

    Its own text binds some, or a function of the project that it calls may.
    """
    source = texts.source(path) or b""
    return (
        bool(texts.index(path).stars)
        or any(word in source for word in _UNSEEN)
        or any(word in text for text in _texts_called(texts, module, path) for word in _FILLS)
    )


def _texts_called(texts: Texts, module: str, path: str) -> list[bytes]:
    """Return the texts of the project's modules whose functions a module calls as statements."""
    found = []
    entries = texts.index(path).entries
    for name in set(_CALLED.findall(texts.source(path) or b"")):
        entry = entries.get(name.decode())
        if entry is None or entry.kind != "import":
            continue
        target = absolute_name(module, path, entry.module)
        inner = f"{target}.{entry.name}"
        where = texts.find(inner, path) or texts.find(target, path) if target else None
        if where is not None and where.first and where.readable:
            found.append(texts.source(where.path) or b"")
    return found


def grows(texts: Texts, path: str, name: str) -> bool:
    """Tell whether functions of a file change a container of its own, under its name or another.

    Who calls them when, text does not tell.
    """
    source = texts.source(path) or b""
    written = re.escape(name.encode())
    alias = re.compile(rb"[ \t]+(\w+)[ \t]*=[ \t]*" + written + rb"[ \t]*(?:#.*)?$")
    aliases = {found[1] for line in _lines_with(source, name.encode()) if (found := alias.match(line))}
    return any(
        changes.match(line)
        for one in (name.encode(), *aliases)
        for changes in [re.compile(rb"[ \t]+[^#\n]*\b(?:" + re.escape(one) + rb")" + _CHANGES)]
        for line in _lines_with(source, one)
    )


def _lines_with(source: bytes, text: bytes) -> Iterator[bytes]:
    """Yield the lines that hold a text, each once."""
    place = source.find(text)
    while place >= 0:
        start, end = source.rfind(b"\n", 0, place) + 1, source.find(b"\n", place)
        end = end if end >= 0 else len(source)
        yield source[start:end]
        place = source.find(text, end)
