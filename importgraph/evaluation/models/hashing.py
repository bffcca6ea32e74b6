"""`hashlib`: which algorithms there are, as far as every build of CPython agrees.

Source: `hashlib.algorithms_guaranteed`; MD2, MD4 and Whirlpool are in the legacy provider of OpenSSL 3,
which is off, and builds of CPython since 3.10 stand on OpenSSL 3.
"""

from collections.abc import Callable, Mapping

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.records import Record
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown
from importgraph.evaluation.values.values import NONE, Constant, unwrap

_GUARANTEED = frozenset(
    """
    md5 sha1 sha224 sha256 sha384 sha512 blake2b blake2s sha3_224 sha3_256 sha3_384 sha3_512 shake_128
    shake_256
    """.split()  # noqa: SIM905 -- a list of words reads best as text
)
_LEGACY = frozenset({"md2", "md4", "whirlpool"})


def _new(_interpreter: Interpreter, arguments: Arguments) -> Result:
    name = unwrap(arguments.get(0, "name") or NONE)
    if not isinstance(name, str):
        return Unknown("a hash")
    if name.lower() in _LEGACY:
        return Raised("ValueError", f"unsupported hash type {name}", name=name)
    return Record("HASH", {"name": Constant(name)}) if name.lower() in _GUARANTEED else Unknown("a hash")


def _named(name: str) -> Callable[[Interpreter, Arguments], Result]:
    return lambda _interpreter, _arguments: Record("HASH", {"name": Constant(name)})


def missing(name: str) -> Raised | None:
    """Return the failure of taking an algorithm from `hashlib` that it has not."""
    last = name.removeprefix("hashlib.")
    if last not in _LEGACY:
        return None
    owner, message = External("hashlib", is_module=True), f"module 'hashlib' has no attribute {last!r}"
    return Raised("AttributeError", message, about=owner, name=last, explicit=True)


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **{f"hashlib.{name}": _named(name) for name in _GUARANTEED},
    "hashlib.new": _new,
}
