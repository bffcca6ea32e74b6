"""Facts of one module to import edges."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from importgraph.facts.model import Guard, Import, Origin, Scope, StepKind
from importgraph.graph.model import AtImport, ImportEdge, Module
from importgraph.graph.namespaces import Names
from importgraph.graph.resolve import Resolver
from importgraph.names import parent

_LAZY_SINCE = (3, 15)


def module_edges(module: Module, resolver: Resolver) -> Iterator[ImportEdge]:
    """Yield the import edges of a module in the order of its facts."""
    names = resolver.names(module.name)
    if names is None:
        return
    failing = _failing_tries(module, names, resolver)
    lists_lazy = bool(names.facts.lazy_modules)
    sources = resolver.sources(module.name)
    for index, item in enumerate(names.facts.imports):
        imported, missing, submodule, external = _resolve(module, item, sources[index], resolver)
        lazy = item.lazy or (lists_lazy and _is_listed_lazy(module, names, item, resolver))
        fallback = item.handles >= 0 and item.handles not in failing
        yield ImportEdge(  # without names of fields: with them it takes eight times as long
            module.name,
            imported,
            item.name,
            module.path,
            item.line,
            item.column,
            item.scope,
            item.guards,
            lazy,
            module.broken,
            item.origin,
            external,
            not item.when or names.active(item.when),
            fallback,
            item.conditional,
            item.function,
            index,
            missing,
            submodule,
            submodule and _is_shadowed(module, item, resolver),
            item.tried >= 0,
            item.alias,
            _at_import(names, item, is_lazy=lazy, is_fallback=fallback),
        )


def _at_import(names: Names, item: Import, *, is_lazy: bool, is_fallback: bool) -> AtImport:
    """Say what facts alone tell of when an import runs; for one in a function they tell nothing."""
    if item.function >= 0 or is_lazy or item.origin is Origin.MOCK:
        return AtImport.NO
    if item.guards and not _NEVER.isdisjoint(item.guards):
        return AtImport.NO
    if item.when and not names.active(item.when):
        return AtImport.NO
    return AtImport.MAY if item.conditional or is_fallback else AtImport.RUNS


_NEVER = {Guard.TYPE_CHECKING, Guard.MAIN}


def _failing_tries(module: Module, names: Names, resolver: Resolver) -> set[int]:
    """Return the numbers of the `try` statements in which an import of ours cannot succeed."""
    tries: dict[int, list[tuple[Import, str | None]]] = defaultdict(list)
    for item, source in zip(names.facts.imports, resolver.sources(module.name), strict=True):
        if item.tried >= 0 and names.active(item.when):
            tries[item.tried].append((item, source))
    return {
        number
        for number, items in tries.items()
        if any(_resolve(module, item, source, resolver)[1] for item, source in items)
    }


def _resolve(
    module: Module, item: Import, source: str | None, resolver: Resolver
) -> tuple[str, str, bool, bool]:
    """Return (imported, missing, imported is a submodule of the named package, external)."""
    if source is None or item.origin is Origin.MOCK:
        return _unfound(module, item, resolver)
    if item.name is None or item.name == "*":
        return source, "", False, False
    inner = resolver.submodule(source, item.name)
    if inner is not None:
        return inner, "", True, False
    missing = (
        "" if may_have(source, item.name, resolver) else f"{resolver.absolute(module, item)}.{item.name}"
    )
    return source, missing, False, False


def _unfound(module: Module, item: Import, resolver: Resolver) -> tuple[str, str, bool, bool]:
    absolute = resolver.absolute(module, item)
    if absolute is None:
        written = "." * item.level + item.module
        return written, written, False, False
    if item.origin is Origin.MOCK:
        return _resolve_patched(module, absolute, resolver)
    holder = resolver.holder(absolute, module)
    if holder is None or resolver.is_open(holder):
        return absolute, "", False, True
    return holder, "" if resolver.modules[holder].is_opaque else absolute, False, False


def _resolve_patched(module: Module, target: str, resolver: Resolver) -> tuple[str, str, bool, bool]:
    around = target
    while around:
        found = resolver.finder.find(around, module)
        if found is not None:
            return found, "", False, False
        around = parent(around)
    return target, "", False, True


def may_have(source: str, name: str, resolver: Resolver) -> bool:
    """Tell whether a module may bind a name: False only where text shows that it does not."""
    if resolver.lookup(source, name) is not None or resolver.modules[source].broken:
        return True
    names = resolver.names(source)
    if names is None:
        return True  # there is no text that says otherwise
    bound = name in names.bindings or name in names.listed_lazily or name in names.facts.type_only
    if bound or names.has_getattr or names.is_filled or name.startswith("__") or resolver.is_open(source):
        return True
    if any(
        hazard in {"globals", "vars", "locals", "exec", "sys.modules", f"global {name}"}
        for hazard in names.facts.hazards
    ):
        return True
    if _calls_into_frames(names, resolver, source):
        return True
    return any(_open_star(source, item, name, resolver, set()) for item in names.stars)


def _calls_into_frames(names: Names, resolver: Resolver, module: str) -> bool:
    """Tell whether a module, or one it takes functions from, changes the names of a calling frame."""
    sources = {resolver.module_of(module, item) for item in names.facts.imports if item.scope is Scope.MODULE}
    known = (resolver.facts.get(name) for name in (module, *filter(None, sources)))
    return any(facts is not None and "f_globals" in facts.hazards for facts in known)


def _open_star(module: str, item: Import, name: str, resolver: Resolver, seen: set[str]) -> bool:
    """Tell whether a star import may bring names that we cannot see."""
    source = resolver.module_of(module, item)
    if source is None:
        return True
    if source in seen:
        return False
    seen.add(source)
    names = resolver.names(source)
    if names is None:
        return resolver.modules[source].is_opaque
    if (
        resolver.modules[source].broken
        or names.has_getattr
        or names.is_filled
        or set(names.facts.hazards) & {"globals", "vars", "exec"}
    ):
        return True
    if _calls_into_frames(names, resolver, source):
        return True
    return any(_open_star(source, inner, name, resolver, seen) for inner in names.stars)


def _is_shadowed(module: Module, item: Import, resolver: Resolver) -> bool:
    """Tell whether the package binds the name to something else than its submodule before anyone asks.

    A package that first imports those who ask, and binds the name below, is only half executed by then:
    they get the submodule.
    """
    absolute = resolver.absolute(module, item)
    source = resolver.finder.find(absolute, module) if absolute else None
    names = resolver.names(source) if source is not None else None
    if names is None or source is None or item.name is None or source == module.name:
        return False
    step = names.bindings.get(item.name)
    if step is None or step.kind is StepKind.IMPORT or step.flow:
        return False
    return not is_bound_behind(source, item.name, module.name, resolver)


def is_bound_behind(source: str, name: str, importer: str, resolver: Resolver) -> bool:
    """Tell whether a module binds a name only below an import that leads to another module."""
    names = resolver.names(source)
    resolver.ordered.add(source)
    body = names.facts.body if names is not None else ()
    running = (number for number, s in enumerate(body) if names is not None and names.active(s.when))
    first = next((n for n in running if body[n].name == name and not body[n].flow), 0)
    imports = names.facts.imports if names is not None else ()
    earlier = [imports[step.index] for step in body[:first] if step.kind is StepKind.IMPORT]
    return _reaches(source, earlier, importer, resolver)


def _reaches(package: str, items: Iterable[Import], importer: str, resolver: Resolver) -> bool:
    """Tell whether some imports of a package lead to a module, through imports at module level."""
    seen = {package}
    stack = [target for item in items for target in _imported(package, item, resolver)]
    while stack:
        name = stack.pop()
        if name == importer:
            return True
        names = resolver.names(name) if name not in seen else None
        seen.add(name)
        resolver.walked.add(name)
        if names is not None:
            inner = (item for item in names.facts.imports if item.scope is Scope.MODULE)
            stack.extend(target for item in inner for target in _imported(name, item, resolver))
    return False


def _imported(importer: str, item: Import, resolver: Resolver) -> Iterator[str]:
    source = resolver.module_of(importer, item)
    if source is not None:
        yield source
        inner = resolver.submodule(source, item.name) if item.name else None
        yield from [inner] if inner is not None else []


def _is_listed_lazy(module: Module, names: Names, item: Import, resolver: Resolver) -> bool:
    """Apply `__lazy_modules__` (PEP 810): module level, outside `try`, exact name, from Python 3.15 on."""
    listed = names.facts.lazy_modules
    if not listed or resolver.target.version < _LAZY_SINCE:
        return False
    plain = (
        item.scope is Scope.MODULE
        and Guard.OPTIONAL not in item.guards
        and item.tried < 0
        and item.name != "*"
    )
    return plain and resolver.absolute(module, item) in listed


def make_edge(resolver: Resolver, importer: str, function: int, imported: str, line: int) -> ImportEdge:
    """Make the edge of an import that no statement names."""
    module = resolver.modules[importer]
    return ImportEdge(
        importer=importer,
        imported=imported,
        name=None,
        path=module.path,
        line=line,
        column=1,
        scope=Scope.MODULE if function < 0 else Scope.FUNCTION,
        guards=(),
        lazy=False,
        recovered=module.broken,
        origin=Origin.DYNAMIC,
        external=False,
        active=True,
        fallback=False,
        conditional=False,
        function=function,
        index=-1,
        missing="",
        submodule=False,
        shadowed=False,
        tried=False,
        alias=None,
        at_import=AtImport.RUNS,
    )
