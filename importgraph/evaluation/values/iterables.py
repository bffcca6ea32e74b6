"""What loops run over, and what can be a key."""

from importgraph.evaluation.values.value import Evaluator, Raised, Value
from importgraph.evaluation.values.values import Constant, Sequence, Table

_NOT_ITERABLE = (type(None), bool, int, float, complex)


def iterate(evaluator: Evaluator, value: Value) -> tuple[Value, ...] | Raised | None:
    """Return what a loop over a value runs over, None where that is not known, or its failure."""
    value = evaluator.known(value)
    if type(value) is Constant and isinstance(value.value, _NOT_ITERABLE):
        kind = type(value.value).__name__
        return Raised("TypeError", f"{kind!r} object is not iterable", name=kind, cause="wrong-type")
    return value.elements(evaluator)


def unhashable(value: Value) -> Raised | None:
    """Return the failure of using a value as a key or an element of a set, if it surely is none."""
    kind = "dict" if type(value) is Table else value.kind if type(value) is Sequence else ""
    if kind not in {"dict", "list", "set"}:
        return None
    return Raised("TypeError", f"unhashable type: {kind!r}", name=kind, cause="wrong-type")
