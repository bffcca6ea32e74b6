"""Names of other people's modules: what stands behind them, read when somebody asks."""

from collections.abc import Iterable

from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import unwrap
from importgraph.namespaces import natives
from importgraph.namespaces.models.testing import KNOWN
from importgraph.namespaces.policy import SYMBOLIC_TOPS
from importgraph.namespaces.world import Reading

_DEEPEST = 30


def settle(reader: Reading, value: Value, depth: int = 0) -> Value:
    """Read the source behind a name of other people's modules; the name itself where there is none."""
    if not isinstance(value, External) or depth > _DEEPEST or not is_readable(value.name):
        return value
    if value.name not in reader.behind:
        reader.behind[value.name] = value
        space = reader.reading.space
        space.settling += 1
        found = _read(reader, value)
        space.settling -= 1
        reader.behind[value.name] = settle(reader, found, depth + 1) if found is not value else value
    return reader.behind[value.name]


def _read(reader: Reading, value: External) -> Value:
    parts = value.name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:length])
        found = reader.reading.space.find(name, reader.path)
        if found is None or not found.readable:
            continue
        key = reader.reading.kept(found, name, reader.frame.module.name)
        inner: Result = reader.run_now(key) if found.first else reader.module(key)
        for part in parts[length:]:
            inner = settled(inner).attribute(reader, part) if isinstance(inner, Value) else inner
        inner = settled(inner) if isinstance(inner, Value) else inner
        return value if isinstance(inner, Unknown | Raised) else inner
    return value


def star_names(reader: Reading, module: str) -> Iterable[str] | None:
    """Return what a star import of somebody else's module binds."""
    found = reader.reading.space.find(module, reader.path)
    if found is None or not found.readable:
        return None
    ran = reader.run_now(reader.reading.kept(found, module, reader.frame.module.name))
    if ran.status.get("doubt") or ran.status.get("open") or ran.status.get("failed"):
        return None
    if "__all__" not in ran.namespace:
        return [name for name in ran.namespace if isinstance(name, str) and not name.startswith("_")]
    listed = unwrap(ran.namespace["__all__"])
    return [str(name) for name in listed] if isinstance(listed, list | tuple) else None


def is_readable(name: str) -> bool:
    """Tell whether a name may be read behind: it is no result, and nothing that is known by heart."""
    if "(" in name or "[" in name or name in KNOWN:
        return False
    top = name.partition(".")[0]
    return (
        top not in {"pytest", "_pytest"}
        and top not in natives.MODULES
        and (top == "hypothesis" or top not in SYMBOLIC_TOPS)
    )
