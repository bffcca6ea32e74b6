"""What a class inherits from, in the order of lookup."""

import operator
from functools import lru_cache

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.resolution_order import merged
from importgraph.evaluation.values.value import Deferred, Value, settled


@lru_cache(maxsize=4096)
def lineage(cls: Class) -> tuple[Value, ...]:
    """Return a class and its bases in the order of lookup (C3 where it exists, else depth first)."""
    if len(cls.bases) == 1:
        return (cls, *_line(cls.bases[0]))
    order, _ = merged([*map(_line, cls.bases), cls.bases], operator.eq)
    return (cls, *order)


def _line(base: Value) -> tuple[Value, ...]:
    return lineage(base) if type(base) is Class else (base,)


OPEN = 3
"""The key under which a class says that it may have attributes that text does not show."""
ROOTS = frozenset(
    (
        "abc.ABC",
        "builtins.object",
        "enum.Enum",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Protocol",
    )
)
"""Classes outside the tree whose only base is `object`."""


def opened(interpreter: Interpreter, cls: Class) -> Class:
    """Take note that code which is not known may have changed a class."""
    interpreter.journal.put(cls.namespace, OPEN, True)
    return cls


def in_lineage(interpreter: Interpreter, cls: Class, name: str) -> Value | None:
    """Return what a class or one of its bases binds to a name."""
    cautious = interpreter.policy.cautious
    for owner in interpreter.lineage(cls):
        if type(owner) is Class:
            found: Value | None = owner.namespace.get(name)
            if found is not None:
                return settled(found) if type(found) is Deferred and found.at_once else found
        elif cautious and not (isinstance(owner, External) and owner.name in ROOTS):
            return None  # what stands behind it may stand in it, too
    return None


_OBJECT = External("builtins.object")


def is_whole(interpreter: Interpreter, cls: Class) -> bool:
    """Tell whether all that a class inherits from is known, up to `object`."""
    return all(
        (type(one) is Class and OPEN not in one.namespace) or one == _OBJECT
        for one in interpreter.lineage(cls)
    )


_OF_ANY_CLASS = frozenset(("__module__", "__qualname__", "__doc__", "__slots__", "__annotations__"))


def adds_names(interpreter: Interpreter, cls: Class) -> bool:
    """Tell whether a class gives its instances anything that those of its builtin base lack."""
    own = (one for one in interpreter.lineage(cls) if type(one) is Class)
    return any(one.namespace.keys() - _OF_ANY_CLASS for one in own)
