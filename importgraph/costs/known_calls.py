"""Calls of the standard library that take milliseconds, where importing a module makes them.

Calls in functions of the same file count where the module's body calls these functions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum

from importgraph.facts.model import Flow, Function, ModuleFacts, Origin, Step, StepKind


class KnownCall(Enum):
    """Kinds of call; the values name features."""

    SCAN = "entry_point_scans"
    """Looks through the metadata of everything that is installed."""
    METADATA = "metadata_reads"
    """Reads the metadata of one distribution."""
    CERTIFICATES = "certificate_loads"
    """Reads the certificates that the system trusts."""
    TUPLE = "tuples"


_METADATA = ("importlib.metadata", "importlib_metadata")
_CALLS: Mapping[str, KnownCall] = {
    **{f"{module}.entry_points": KnownCall.SCAN for module in _METADATA},
    **{f"{module}.distributions": KnownCall.SCAN for module in _METADATA},
    **{f"{module}.packages_distributions": KnownCall.SCAN for module in _METADATA},
    "pkg_resources.iter_entry_points": KnownCall.METADATA,  # importing pkg_resources did the scan
    **{
        f"{module}.{name}": KnownCall.METADATA
        for module in _METADATA
        for name in ("version", "metadata", "distribution", "requires", "files")
    },
    "ssl.create_default_context": KnownCall.CERTIFICATES,
    "ssl._create_default_https_context": KnownCall.CERTIFICATES,
    "collections.namedtuple": KnownCall.TUPLE,
}
_SELDOM = Flow.DEAD | Flow.HANDLER
_DEPTH = 6


def known_calls(facts: ModuleFacts) -> Counter[KnownCall]:
    """Count the known calls that importing a module makes, as far as its own text shows."""
    bound = _bound_names(facts)
    if not any(_may_lead_to_known(target) for target in bound.values()):
        return Counter()
    functions = {function.qualname: function for function in facts.functions}
    found: Counter[KnownCall] = Counter()
    seen: set[str] = set()
    work: list[tuple[tuple[Step, ...], int]] = [(facts.body, 0)]
    while work:
        steps, depth = work.pop()
        for name in _called(steps):
            kind = _CALLS.get(_written_out(name, bound))
            if kind is not None:
                found[kind] += 1
            elif depth < _DEPTH and _is_run(functions.get(name)) and name not in seen:
                seen.add(name)
                work.append((functions[name].body, depth + 1))
    return found


def _bound_names(facts: ModuleFacts) -> dict[str, str]:
    """Return by local name what an import anywhere in the file binds it to."""
    found: dict[str, str] = {}
    for item in facts.imports:
        if item.origin is Origin.STATEMENT and item.level == 0 and item.bound:
            whole = f"{item.module}.{item.name}" if item.name else item.module
            found[item.bound] = whole if item.name or item.alias else item.bound
    return found


def _may_lead_to_known(target: str) -> bool:
    return target.partition(".")[0] in {
        "importlib",
        "importlib_metadata",
        "pkg_resources",
        "ssl",
        "collections",
    }


def _called(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if step.kind is StepKind.CALL and not step.flow & _SELDOM:
            yield step.name


def _is_run(function: Function | None) -> bool:
    return function is not None and not function.deferred and not function.generator


def _written_out(name: str, bound: Mapping[str, str]) -> str:
    root, dot, rest = name.partition(".")
    return f"{bound.get(root, root)}{dot}{rest}"
