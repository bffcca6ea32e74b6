"""Is it safe to put an import off? Conservative: what cannot be shown is a reason against.

The rules look at everything that would newly run later, not only at the statement: registrations, changed modules, settings of
the interpreter, work at import, unknown libraries.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from importgraph.facts.model import Flow, Origin, StepKind
from importgraph.findings.side_effects import external_name, kind_of, runs
from importgraph.fixes.deferral import Deferrals
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.resolve import Symbol
from importgraph.snapshot import Snapshot

_PURE = {
    *("dataclasses.dataclass", "dataclasses.field", "functools.lru_cache", "functools.cache", "functools.partial", "functools.wraps"),
    *("functools.cached_property", "functools.total_ordering", "enum.auto", "enum.unique", "re.compile", "logging.getLogger"),
    *("typing.TypeVar", "typing.ParamSpec", "typing.NewType", "typing.NamedTuple", "typing.cast", "typing.TypedDict"),
    *("typing.overload", "typing.final", "typing.runtime_checkable", "typing.get_args", "typing_extensions.TypeVar"),
    *("collections.namedtuple", "collections.defaultdict", "collections.OrderedDict", "collections.Counter", "collections.deque"),
    *("abc.abstractmethod", "contextlib.contextmanager", "contextlib.asynccontextmanager", "contextvars.ContextVar"),
    *("operator.attrgetter", "operator.itemgetter", "pathlib.Path", "datetime.timedelta", "datetime.datetime", "decimal.Decimal"),
    *("fractions.Fraction", "uuid.UUID", "string.Template", "struct.Struct", "threading.Lock", "threading.RLock", "threading.local"),
    *("types.MappingProxyType", "types.SimpleNamespace", "weakref.WeakKeyDictionary", "weakref.WeakValueDictionary"),
}
_PURE_BUILTINS = {
    *("frozenset", "set", "dict", "list", "tuple", "str", "int", "float", "bool", "bytes", "range", "len", "min", "max", "sum"),
    *("sorted", "zip", "map", "filter", "enumerate", "property", "classmethod", "staticmethod", "object", "type", "isinstance"),
    *("issubclass", "getattr", "hasattr", "ord", "chr", "repr", "abs", "round", "super", "slice", "complex", "any", "all", "iter", "next"),
}
_SHOWN = 4


def unsafe_reasons(
    snapshot: Snapshot, edges: Sequence[ImportEdge], removed: Collection[str], deferrals: Deferrals
) -> list[str]:
    """Return why it cannot be shown that putting imports off changes nothing but time; empty where it can.

    Args:
        snapshot: The tree.
        edges: The imports to put off.
        removed: The modules that would be loaded later or never.
        deferrals: Verdicts on the imports.
    """
    found = [*_of_statements(snapshot, edges, deferrals)]
    kinds: Counter[str] = Counter()
    example: dict[str, str] = {}
    for module in sorted(removed):
        for kind, detail in _of_module(snapshot, module, deferrals):
            kinds[kind] += 1
            example.setdefault(kind, detail)
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        more = f" and {count - 1} more" if count > 1 else ""
        found.append(f"{kind}: {example[kind]}{more}")
    hidden = len(found) - _SHOWN
    return found if hidden <= 0 else [*found[:_SHOWN], f"{hidden} more kinds of reason"]


def _of_statements(snapshot: Snapshot, edges: Sequence[ImportEdge], deferrals: Deferrals) -> Iterator[str]:
    patched = {
        (e.importer, e.imported): e for e in snapshot.graph.imports if e.origin is Origin.MOCK and not e.external
    }
    for edge in edges:
        verdict = deferrals.verdict(edge)
        bound = edge.alias or edge.name or edge.imported
        if verdict.unused:
            yield f"`{bound}` is never used in `{edge.importer}`: it may be imported for what it does"
        if verdict.exported:
            yield f"other modules take `{bound}` from `{edge.importer}`"
        tests = [patch for patch in patched.values() if patch.imported == edge.importer]
        if tests:
            yield f"tests patch names of `{edge.importer}` ({tests[0].path}:{tests[0].line})"


def _of_module(snapshot: Snapshot, module: str, deferrals: Deferrals) -> Iterator[tuple[str, str]]:
    graph = snapshot.graph
    facts = graph.facts.get(module)
    if facts is None:
        if graph.modules[module].kind is Kind.EXTENSION:
            yield "compiled, so unknown", f"`{module}`"
        return
    for hazard in facts.hazards:
        if not hazard.startswith("global "):
            yield "looks at or changes names at run time", f"`{module}` ({hazard})"
            break
    libraries = deferrals.libraries.get(module)
    if libraries:
        yield "imports a library whose effects are unknown", f"`{libraries[0]}` in `{module}`"
    for step in facts.body:
        problem = _of_step(snapshot, module, step.kind, step.name, step.flow) if runs(step) else None
        if problem is not None:
            yield problem[0], f"{problem[1]} ({graph.modules[module].path}:{step.line})"
            break


def _of_step(snapshot: Snapshot, module: str, kind: StepKind, name: str, flow: int) -> tuple[str, str] | None:
    resolver = snapshot.resolver
    if kind is StepKind.BIND and "." in name and not flow & Flow.DEAD:
        root = resolver.lookup(module, name.partition(".")[0])
        if root is not None and root.kind in {"module", "external"}:
            return "changes another module", f"`{name} = …`"
    if kind is StepKind.CLASS:
        bases = resolver.mro(_class(module, name))[1:]
        for base in bases:
            names = resolver.names(base.module)
            if names is not None and f"{base.name}.__init_subclass__" in names.bindings:
                return "registers classes when they are made", f"`{name}` through `{base.name}.__init_subclass__`"
    if kind is not StepKind.CALL:
        return None
    outside = external_name(resolver, module, name)
    if outside:
        effect = kind_of(outside)
        if effect:
            return f"does work at import ({effect})", f"`{outside}()`"
        return None if outside in _PURE else ("calls a library at import", f"`{outside}()`")
    root = name.partition(".")[0].partition("(")[0]
    if root in _PURE_BUILTINS and resolver.lookup(module, root) is None:
        return None
    if _is_pure_class(snapshot, module, name):
        return None
    return "calls functions at import", f"`{name}()`"


def _class(module: str, name: str) -> Symbol:
    return Symbol("class", module, name)


def _is_pure_class(snapshot: Snapshot, module: str, chain: str) -> bool:
    """Tell whether a call makes an instance of a first-party class without constructor of its own."""
    if "(" in chain:
        return False
    symbol = snapshot.resolver.chain(module, chain)
    if symbol is None or symbol.kind != "class":
        return False
    owners = snapshot.resolver.mro(symbol)
    for owner in owners:
        names = snapshot.resolver.names(owner.module)
        if names is None or any(f"{owner.name}.{method}" in names.bindings for method in ("__init__", "__new__", "__post_init__")):
            return False
    return True
