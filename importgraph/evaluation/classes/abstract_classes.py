"""Abstract classes: what has no body yet when somebody makes an instance (`abc`, `typing.Protocol`)."""

import collections.abc
from functools import lru_cache

from importgraph.evaluation.classes.class_conflicts import is_abstract_kind
from importgraph.evaluation.classes.stand_ins import surely_bound
from importgraph.evaluation.lineage import OPEN, ROOTS, lineage
from importgraph.evaluation.values.objects import Class, External, Function, Wrapped
from importgraph.evaluation.values.value import Raised, settled

ABSTRACT = "__isabstractmethod__"
"""What a function says of itself that has no body yet."""
_PROTOCOLS = {"typing.Protocol", "typing_extensions.Protocol"}
_COLLECTIONS = "collections.abc."


@lru_cache(maxsize=4096)
def refused(cls: Class) -> Raised | None:
    """Return why a class surely makes no instances: it is a protocol, or methods of it are abstract."""
    if not is_abstract_kind(cls) or not _is_known(cls):
        return None
    name = cls.qualname.rpartition(".")[2]
    bases = map(settled, cls.bases)
    is_protocol = any(isinstance(base, External) and base.name in _PROTOCOLS for base in bases)
    if is_protocol and not any(
        isinstance(one, Class) and "__init__" in one.namespace for one in lineage(cls)
    ):
        return _failed(cls, f"Protocols cannot be instantiated: `{name}` is one")
    left = _abstract_names(cls)
    if not left:
        return None
    what = f"Can't instantiate abstract class {name} without an implementation for {', '.join(left)}"
    return _failed(cls, what)


def _failed(cls: Class, message: str) -> Raised:
    return Raised("TypeError", message, about=cls, name=cls.qualname, cause="wrong-call")


def _is_known(cls: Class) -> bool:
    """Tell whether text shows all methods of a class, and that no code sets what is abstract itself."""
    for one in lineage(cls):
        if isinstance(one, Class):
            if OPEN in one.namespace or "__abstractmethods__" in one.namespace or "__new__" in one.namespace:
                return False
        elif not isinstance(one, External) or not (one.name in ROOTS or _collection(one) is not None):
            return False
    return True


def _collection(value: External) -> type | None:
    found = getattr(collections.abc, value.name.removeprefix(_COLLECTIONS), None)
    return found if value.name.startswith(_COLLECTIONS) and isinstance(found, type) else None


def _abstract_names(cls: Class) -> list[str]:
    """Return the names whose first definition in the order of lookup is abstract, sorted."""
    found: dict[str, bool] = {}
    for owner in lineage(cls):
        if isinstance(owner, Class):
            for name, value in owner.namespace.items():
                if isinstance(name, str):
                    found.setdefault(name, _is_abstract(value) and name in surely_bound(owner))
        elif isinstance(owner, External) and (outside := _collection(owner)) is not None:
            left: frozenset[str] = getattr(outside, "__abstractmethods__", frozenset())
            for name in dir(outside):
                found.setdefault(name, name in left)
    return sorted(name for name, is_abstract in found.items() if is_abstract)


def _is_abstract(value: object) -> bool:
    if isinstance(value, Wrapped):
        return _is_abstract(value.function)
    return isinstance(value, Function) and ABSTRACT in value.state
