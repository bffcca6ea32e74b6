"""From records back to values of the evaluation."""

from typing import Any

from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Value
from importgraph.evaluation.values.value import Unknown as UnknownValue
from importgraph.evaluation.values.values import sequence, table, wrap
from importgraph.namespaces.records import TAINT, Ext, Lazy, Mark, Mod, Unknown, is_native
from importgraph.namespaces.values import MarkValue


def write(record: Any) -> Value:
    """Return a record as a value."""
    origin = getattr(record, "origin", None)
    if isinstance(origin, Value):
        return origin
    if isinstance(record, list | tuple | set | frozenset):
        kind = "iterator" if isinstance(record, Lazy) else "set"
        kind = {list: "list", tuple: "tuple"}.get(type(record), kind)
        kept = tuple(write(one) for one in record if one is not TAINT)
        return sequence(kind, kept, is_open=len(kept) < len(record))
    if isinstance(record, dict):
        kept_items = {key: write(one) for key, one in record.items() if key is not TAINT}
        return table(kept_items, is_open=len(kept_items) < len(record))
    match record:
        case Ext():
            return External(record.name)
        case Mod():
            return External(record.name, is_module=True)
        case Unknown():
            return UnknownValue(record.reason, record.instance)
        case Mark():
            given = {key: write(one) for key, one in record.kwargs.items()}
            return MarkValue(record.name, Arguments(tuple(map(write, record.args)), given))
        case _:
            return (
                External(f"{record.__module__}.{record.__qualname__}") if is_native(record) else wrap(record)
            )
