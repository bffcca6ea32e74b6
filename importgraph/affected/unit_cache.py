"""Units of texts, kept between runs by their content.

The key is a digest of the bytes, of the code that splits them and of the Python that parses them, so an
entry can never be stale.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from importgraph.affected import names_used, units
from importgraph.affected.units import ModuleText, read_units
from importgraph.facts.cache import Cache, digest
from importgraph.facts.syntax import parse_source

_DECODER = msgspec.msgpack.Decoder(ModuleText)
_ENCODER = msgspec.msgpack.Encoder()
_BATCH = 200


def units_of(sources: Iterable[bytes], store: Cache) -> dict[bytes, ModuleText]:
    """Return the units of each text, from the store where it has them; what was split now is added to it.

    Args:
        sources: Bytes of Python files.
        store: The cache of facts.
    """
    keys = {source: _key(source) for source in dict.fromkeys(sources)}
    stored = store.get(keys.values())
    found: dict[bytes, ModuleText] = {}
    fresh: dict[bytes, bytes] = {}
    for source, key in keys.items():
        known = _decoded(stored.get(key))
        if known is None:
            known = read_units(parse_source(source).tree)
            fresh[key] = _ENCODER.encode(known)
            if len(fresh) >= _BATCH:  # a run that is ended keeps these
                store.put(fresh)
                fresh = {}
        found[source] = known
    store.put(fresh)
    return found


def _decoded(entry: bytes | None) -> ModuleText | None:
    if entry is None:
        return None
    try:
        return _DECODER.decode(entry)
    except msgspec.DecodeError:
        return None


def _key(source: bytes) -> bytes:
    return hashlib.blake2b(digest(source), digest_size=16, key=_stamp()).digest()


@cache
def _stamp() -> bytes:
    """Return a digest of the code that splits texts."""
    files = (__file__, units.__file__, names_used.__file__)
    return hashlib.blake2b(b"".join(Path(one).read_bytes() for one in files), digest_size=32).digest()
