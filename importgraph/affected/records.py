"""What affected tests are found by: one record a file, whose units are decoded when they are asked for."""

from functools import cached_property

import msgspec

from importgraph.affected.units import ClassText, ModuleText, Unit, words_of

_BLANK = " "


class Header(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function outside functions, without what it uses."""

    qualname: str
    owner: str
    """Qualified name of the class around it, empty for none."""
    registered: bool
    """A decorator may hand the function to somebody who calls it."""

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        return self.qualname.rpartition(".")[2]


class Record(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """The units of one file."""

    functions: tuple[Header, ...]
    """In the order of the text; a name may stand for several."""
    classes: tuple[ClassText, ...]
    joined_stored: str
    """Names that something other than an import binds in the body, with blanks between them."""
    joined_words: str
    """All names that the text uses anywhere, with blanks between them."""
    units: tuple[msgspec.Raw, ...]
    """The body, then the functions."""

    @cached_property
    def stored(self) -> frozenset[str]:
        """Names that something other than an import binds in the body."""
        return frozenset(self.joined_stored.split(_BLANK)) - {""}

    @property
    def words(self) -> list[str]:
        """All names that the text uses anywhere, each once."""
        return self.joined_words.split(_BLANK)

    def unit(self, number: int) -> Unit:
        """Return a unit: the body for 0, else the function of that place, counted from 1."""
        return _decode_unit(self.units[number])


_decode_unit = msgspec.msgpack.Decoder(Unit).decode
decode_record = msgspec.msgpack.Decoder(Record).decode
"""Returns the record that some bytes are; what is none raises `MsgspecError`."""


def encoded(text: ModuleText) -> bytes:
    """Return the record of a file as bytes."""
    encode = msgspec.msgpack.Encoder().encode
    headers = tuple(Header(one.qualname, one.owner, one.registered) for one in text.functions)
    units = tuple(msgspec.Raw(encode(one)) for one in (text.body, *text.functions))
    words = _BLANK.join(sorted(set(words_of(text))))
    stored = _BLANK.join(sorted(text.body.stored))
    return encode(Record(headers, text.classes, stored, words, units))
