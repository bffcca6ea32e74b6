"""`typing.TypedDict` and `typing.Protocol`: the options and bases that they refuse.

The rules are those of `_TypedDictMeta.__new__`, `TypedDict` and `Protocol.__init_subclass__` in CPython's
`typing.py`. For clients to which only what is sure counts.
"""

from collections.abc import Callable, Mapping

from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled

_TYPED = External("typing.TypedDict")
_PROTOCOLS = (External("typing.Protocol"), External("typing_extensions.Protocol"))
_MORE_OPTIONS = (3, 15)
"""From this version on there are `closed` and `extra_items` (PEP 728)."""


def refused(interpreter: Interpreter, cls: Class, given: Arguments) -> Raised | None:
    """Return why Python does not make a class of these bases and keywords, if that is sure."""
    bases = [settled(base) for base in cls.bases]
    if _TYPED in lineage(cls):
        unknown = _unknown_option(interpreter, given.keywords)
        if unknown:
            return _failed(cls, f"a TypedDict got an unexpected keyword argument {unknown!r}")
        if any(_is_plain(base) and _TYPED not in lineage(base) for base in bases if isinstance(base, Class)):
            return _failed(cls, "cannot inherit from both a TypedDict type and a non-TypedDict base class")
    if _is_protocol(cls):
        for base in bases:
            if isinstance(base, Class) and _is_plain(base) and not _is_protocol(base):
                return _failed(cls, f"Protocols can only inherit from other protocols, got `{base.qualname}`")
    return None


def _unknown_option(interpreter: Interpreter, given: Mapping[str, Value]) -> str:
    if interpreter.policy.surroundings.version >= _MORE_OPTIONS:
        return ""
    return next((name for name in given if name not in {"total", "metaclass"}), "")


def _is_plain(cls: Class) -> bool:
    """Tell whether all that a class inherits from is known, and no metaclass or decorator changes it."""
    if cls.node is None or cls.node.decorator_list or cls.metaclass is not None:
        return False
    outside = (one for one in lineage(cls) if not isinstance(one, Class))
    known = all(isinstance(one, External) and (one.name in ROOTS or one == _TYPED) for one in outside)
    return known and not any(isinstance(one, Class) and OPEN in one.namespace for one in lineage(cls))


def _is_protocol(cls: Class) -> bool:
    return any(settled(base) in _PROTOCOLS for base in cls.bases)


def _failed(cls: Class, message: str) -> Raised:
    return Raised("TypeError", message, about=cls, cause="class-conflict")


def _typed_dictionary(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model the call `TypedDict(name, fields, *, total)`."""
    unknown = _unknown_option(interpreter, arguments.keywords)
    if len(arguments.positional) > 1 and unknown and not arguments.open:
        message = f"TypedDict() got an unexpected keyword argument {unknown!r}"
        return Raised("TypeError", message, name="TypedDict", cause="wrong-call")
    return Unknown("a typed dictionary")


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {"typing.TypedDict": _typed_dictionary}
