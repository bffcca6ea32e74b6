"""Registries: modules named by strings that one method of a class is given and another imports."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from importgraph.facts.model import Flow, Step, StepKind
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.edges import make_edge
from importgraph.graph.model import ImportEdge
from importgraph.graph.resolve import Resolver

_ASIDE = Flow.HANDLER | Flow.DEAD
_GIVEN_TEXT = re.compile(
    rb"\x97" + bytes([StepKind.CALL]) + rb"(?:[\xa0-\xbf]|\xd9.|\xda..|\xdb....)[ -~]*[^ -~\xa0]", re.DOTALL
)
"""Found in the encoded steps of each function with a call that is given texts; the others are not decoded:
the head of a step, its kind, a name, and not the head of an empty value."""


@dataclass(frozen=True, slots=True)
class RegistryImport:
    """A module that a registry imports once some other module has registered it."""

    edge: ImportEdge
    place: Place
    registrants: frozenset[str]


def registry_imports(finder: CallFinder) -> tuple[RegistryImport, ...]:
    """Connect the calls that import from a registry with the modules registered in it.

    A registry is a class with a method that imports computed names. Whatever literal module names its other
    methods are given at import time is registered; a literal given to the importing method narrows by
    prefix.
    """
    return tuple(_registry_imports(finder))


def _registry_imports(finder: CallFinder) -> Iterator[RegistryImport]:
    resolver = finder.resolver
    importing = importing_methods(resolver)
    classes = registry_classes(resolver)
    if not classes:
        return
    registered: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    demands: list[tuple[tuple[str, str], Place, Step]] = []
    for place, step in literal_calls(resolver):
        value = finder.evaluate(place, step.name)
        if value is None or value.symbol.kind != "function":
            continue
        module, qualname = value.symbol.module, value.symbol.name
        owner = (module, qualname.rpartition(".")[0])
        if (module, qualname) in importing:
            demands.append((owner, place, step))
        elif owner in classes:
            for target in step.value.split("|"):
                registered[owner][target].add(place.module)
    for owner, place, step in demands:
        yield from _demanded(resolver, registered[owner], place, step)


def importing_methods(resolver: Resolver) -> frozenset[tuple[str, str]]:
    """Return the functions that import computed names, by module and qualified name."""
    return frozenset(
        (module, facts.functions[dynamic.function].qualname)
        for module, facts in resolver.facts.items()
        for dynamic in facts.dynamic
        if dynamic.function >= 0 and "<locals>" not in facts.functions[dynamic.function].qualname
    )


def registry_classes(resolver: Resolver) -> frozenset[tuple[str, str]]:
    """Return the classes with a method that imports computed names."""
    found = importing_methods(resolver)
    return frozenset((module, qualname.rpartition(".")[0]) for module, qualname in found if "." in qualname)


def literal_calls(resolver: Resolver) -> Iterator[tuple[Place, Step]]:
    """Yield the calls that are given literal texts, with where they stand."""
    for module, facts in resolver.facts.items():
        inner = (one.body if _GIVEN_TEXT.search(one.steps) else () for one in facts.functions)
        for function, body in enumerate((facts.body, *inner), -1):
            for step in body:
                if step.value and step.kind is StepKind.CALL and not step.flow & _ASIDE:
                    yield Place(module, function), step


def _demanded(
    resolver: Resolver, registered: Mapping[str, set[str]], place: Place, step: Step
) -> Iterator[RegistryImport]:
    module = resolver.modules[place.module]
    for target in sorted(registered):
        found = resolver.finder.find(target, module) if target.startswith(step.value) else None
        if found is not None and found != place.module:
            yield RegistryImport(
                make_edge(resolver, place.module, place.function, found, step.line),
                place,
                frozenset(registered[target]),
            )
