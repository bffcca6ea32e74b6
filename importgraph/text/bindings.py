"""Where a module's text binds names, as far as lines at its left margin tell, without parsing."""

import ast
import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from importgraph.facts.source.blanking import TOKEN
from importgraph.text.margin import Index, make_index

_UNSEEN = (b"globals()", b"vars()", b"locals()", b"exec(", b"sys.modules", b"lazy_loader", b".attach")
"""What binds names of a module without writing them down."""
_STAR = re.compile(rb"\bimport[ \t]*(?:\([ \t]*)?\*")
_ALL = re.compile(
    rb"^__all__[ \t]*(?::[^=\n]*)?=[ \t]*(?P<value>[\[(][^\[\]()]*[\])]|[\"'][\w\"', \t]*)"
    rb"[ \t]*(?:#[^\n]*)?$",
    re.MULTILINE,
)


class Bindings(msgspec.Struct, frozen=True):
    """The bindings of a module that its text shows."""

    bare: bytes
    """The text without comments and without what is in strings; with all its line ends."""
    index: Index
    """Of the bare text."""
    hidden: bool
    """Further names may be bound in ways that are not written down, or by a star import elsewhere than at
    the left margin."""
    answers: bool
    """It has a `__getattr__`, which may answer for names that are not bound."""

    def mentions(self, name: str) -> bool:
        """Tell whether a name is written anywhere outside of strings, other than as an attribute."""
        return next(_places(self.bare, name.encode()), None) is not None

    def deletes(self, name: str) -> bool:
        """Tell whether a statement may delete a name."""
        return b"del" in self.bare and any(
            next(_places(part, name.encode()), None) is not None for part in _DELETED.findall(self.bare)
        )

    def only_binding(self, name: str) -> int:
        """Return the offset of the one place that may bind a name; -1 where there is none, or more than one.

        A name that is called, of which an attribute or item is taken, that stands before `as`, or that names
        an argument of a call, is not bound there.
        """
        places = self.bound_at(name)
        return places[0] if len(places) == 1 else -1

    def bound_at(self, name: str) -> tuple[int, ...]:
        """Return the offsets of the places that may bind a name; of many, the first two."""
        end = len(name.encode())
        found = (place for place in _places(self.bare, name.encode()) if self._may_bind(place, place + end))
        return tuple(islice(found, 2))

    def _may_bind(self, start: int, end: int) -> bool:
        line = self.bare[self.bare.rfind(b"\n", 0, start) + 1 : start]
        if self.bare.startswith(b" as ", end) and b"case" not in line:
            return False
        if self.bare[end : end + 1] == b"=" and line.rstrip()[-1:] in {b"(", b","} and b"(" in line:
            return self.bare[end + 1 : end + 2] == b"="
        if self.bare[end : end + 1] not in {b"(", b".", b"["}:
            return True
        return _BINDS.search(line) is not None

    def line_of(self, offset: int) -> int:
        """Return the number of the line at an offset of the bare text."""
        return self.bare.count(b"\n", 0, offset) + 1


_BINDS = re.compile(rb"\b(?:def|class|import|as|global|nonlocal|del|for)\b")
_DELETED = re.compile(rb"\bdel\b(?:[^\n]*\\\n)*[^\n(]*(?:\([^)]*\))?[^\n]*")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def _places(bare: bytes, name: bytes) -> Iterator[int]:
    """Yield the offsets at which a name stands as a word of its own, not behind a dot."""
    length, end = len(name), len(bare)
    place = bare.find(name)
    while place >= 0:
        before = bare[place - 1] if place else _BLANK
        after = bare[place + length] if place + length < end else _BLANK
        if before not in _LETTERS and before != _DOT and after not in _LETTERS:
            yield place
        place = bare.find(name, place + length)


_BLANK, _DOT = b" ."


def read_bindings(source: bytes) -> Bindings | None:
    """Read what a module's text shows of its bindings.

    Returns:
        None where strings cannot be told from code, or there is more than ASCII outside of strings.
    """
    if b"\r" in source or b"\f" in source:
        return None
    bare = TOKEN.sub(_emptied, source)
    if b'"""' in bare or b"'''" in bare or not bare.isascii():
        return None
    index = make_index(bare)
    hidden = any(word in source for word in _UNSEEN) or len(_STAR.findall(bare)) != len(index.stars)
    return Bindings(bare, index, hidden, b"__getattr__" in bare)


def _emptied(token: "re.Match[bytes]") -> bytes:
    text = token[0]
    if text.startswith(b"#"):
        return b""
    return b'""' + b"\n" * text.count(b"\n") if b"\n" in text else b'""'


def read_exported(source: bytes) -> frozenset[str] | None:
    """Return what `__all__` names where one literal list at the left margin is all that is said of it."""
    found = _ALL.search(source) if source.count(b"__all__") == 1 else None
    if found is None or any(
        token.end() == found.start() > 0 for token in TOKEN.finditer(source, 0, found.start())
    ):
        return None  # a string that goes on up to the line of it does not end there
    try:
        names = ast.literal_eval(found["value"].decode())
    except (ValueError, SyntaxError):
        return None
    known = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    return frozenset(names) if known else None
