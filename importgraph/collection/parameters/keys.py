"""How pytest tells wide parameters apart, to group the tests that share them (`ParamValueKey`)."""

from collections.abc import Iterable
from typing import Any

from importgraph.collection.parameters.ids import Undecided
from importgraph.collection.parameters.sets import Parametrisation
from importgraph.namespaces.records import Cls, Ext, Func, Inst, Member, Unknown, concrete

Group = tuple[int, str, str, str]
"""The rank of a scope, a parameter's name, its key, and where it is shared."""


def check_keys(step: Parametrisation) -> None:
    """Refuse parameters of which text does not tell whether pytest takes them for the same (`ParamValueKey`).

    One value that is not known differs from lists, classes and constants beside it; two may be equal.
    """
    for values in zip(*[one.values for one in step.sets], strict=True):
        unknown = [value for value in values if isinstance(value, Unknown | Inst | Ext)]
        if len(unknown) > 1 and len({_name_of(value) for value in unknown}) < len(unknown):
            raise Undecided
        if unknown and not step.shared:
            raise Undecided


def _name_of(value: Any) -> str:
    return value.name if isinstance(value, Ext) else ""


_OF_CALL = "#"
"""The key of a parameter that is told apart by the number of its call."""


def key_of(value: Any, index: int, *, direct: bool) -> str:
    """Return what tells a parameter apart: its value where that can be hashed, else its index.

    The index of a parameter that no fixture takes is that of the call among all calls of the test
    (`Metafunc._recompute_direct_params_indices`).

    Raises:
        Undecided: If that makes a difference, and whether the value can be hashed is not known.
    """
    hashed = _is_hashed(value)
    if hashed is None and direct:
        raise Undecided
    if not hashed:
        return _OF_CALL if direct else f"#{index}"
    return f"{type(value).__name__}:{value!r}" if concrete(value) else f"@{id(value)}"


def _is_hashed(value: Any) -> bool | None:
    """Tell whether a value can be hashed; None where text does not tell."""
    if concrete(value):
        try:
            hash(value)
        except TypeError:
            return False
        return True
    if isinstance(value, list | dict | set):
        return False
    if isinstance(value, tuple):
        inner = {_is_hashed(one) for one in value}
        return False if False in inner else None if None in inner else True
    return True if isinstance(value, Cls | Func | Member) else None


def numbered(groups: Iterable[Group], index: int) -> tuple[Group, ...]:
    """Put the number of a call into the keys that hang on it."""
    return tuple(
        (rank, name, f"#{index}" if key == _OF_CALL else key, where) for rank, name, key, where in groups
    )
