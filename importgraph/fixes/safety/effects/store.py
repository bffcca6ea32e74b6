"""Effects kept between runs; an answer holds while the texts it rests on, and what is installed, stay."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from importgraph.facts.cache import Cache, digest
from importgraph.fixes.safety.effects.model import ModuleEffects
from importgraph.fixes.safety.effects.policy import EffectPolicy


class Kept(Struct, frozen=True, array_like=True):
    """An answer with what it rests on."""

    texts: tuple[tuple[str, bytes], ...]
    """The modules whose text was looked at, and digests of these."""
    asked: tuple[tuple[str, str, str], ...]
    """What was asked for and is no text: name, importer, and whether it is there."""
    found: ModuleEffects


class Store:
    """Keeps and finds answers.

    Args:
        cache: Where they are kept.
        policy: Says what is there now.
        read: Returns the bytes of a module.
    """

    def __init__(self, kept: Cache | None, policy: EffectPolicy, read: Callable[[str], bytes]) -> None:
        self._cache = kept
        self._policy = policy
        self._read = read
        self._digests: dict[str, bytes] = {}

    def find(self, module: str) -> ModuleEffects | None:
        """Return what was found out about a module, if it still holds."""
        if self._cache is None:
            return None
        key = self._key(module)
        data = self._cache.get([key]).get(key)
        if data is None:
            return None
        try:
            kept = msgspec.msgpack.decode(data, type=Kept)
        except msgspec.DecodeError:
            return None  # of another version
        holds = all(self._digest(name) == known for name, known in kept.texts) and all(
            self._presence(name, importer) == answer for name, importer, answer in kept.asked
        )
        return kept.found if holds else None

    def keep(self, module: str, found: ModuleEffects) -> None:
        """Keep what was found out, with all that was looked at on the way."""
        if self._cache is None:
            return
        texts = tuple((name, self._digest(name)) for name in sorted(self._policy.touched | {module}))
        asked = tuple((n, i, self._presence(n, i)) for n, i in sorted(self._policy.asked))
        self._cache.put({self._key(module): msgspec.msgpack.encode(Kept(texts, asked, found))})

    def _key(self, module: str) -> bytes:
        return digest(b"effects\0" + _stamp() + module.encode() + b"\0" + self._digest(module))

    def _digest(self, module: str) -> bytes:
        if module not in self._digests:
            self._digests[module] = hashlib.blake2b(self._read(module), digest_size=16).digest()
        return self._digests[module]

    def _presence(self, name: str, importer: str) -> str:
        known = importer in self._policy.resolver.modules
        return self._policy.presence(name, importer).value if known else ""


@cache
def _stamp() -> bytes:
    """Return a digest of the code that finds effects: after a change of it no old answer counts."""
    safety = Path(__file__).parent.parent
    evaluation = safety.parent.parent / "evaluation"
    paths = [path for folder in (safety / "effects", evaluation) for path in sorted(folder.rglob("*.py"))]
    sources = b"".join(path.read_bytes() for path in (*paths, safety / "visible_calls.py"))
    return hashlib.blake2b(sources, digest_size=16).digest()
