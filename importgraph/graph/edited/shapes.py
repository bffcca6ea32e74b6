"""What facts say without where they say it: equal for a text whose lines and other parts have moved."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from importgraph.facts.model import Function, Import, ModuleFacts, Step, StepKind
from importgraph.graph.namespaces import Names

Shape = tuple[Any, ...]


def import_shape(names: Names, item: Import) -> Shape:
    """Return what an import says, without its place; that it stands in a function or `try`, not in which."""
    what = (item.module, item.level, item.name, item.alias, item.scope, item.guards, item.lazy, item.origin)
    around = (item.function >= 0, item.tried >= 0, item.handles >= 0, item.conditional)
    return (*what, *around, _conditions(names, item.when))


def function_shape(function: Function) -> Shape:
    """Return what a function is, without its body."""
    return (*outer_shape(function), function.parameters)


def outer_shape(function: Function) -> Shape:
    """Return what a function is for who does not look into it: parameters are names of its body."""
    return (function.qualname, function.decorators, function.deferred, function.generator)


def step_shape(names: Names, step: Step, of_function: Callable[[Function], Shape] = function_shape) -> Shape:
    """Return what a step of a body does, with what it binds."""
    what: Shape = ()
    if step.kind is StepKind.IMPORT:
        what = import_shape(names, names.facts.imports[step.index])
    elif step.kind is StepKind.FUNCTION:
        what = of_function(names.facts.functions[step.index])
    elif step.kind is StepKind.CLASS:
        found = names.facts.classes[step.index]
        what = (found.qualname, found.bases, found.metaclass, found.decorators, found.attributes)
    return (step.kind, step.name, step.value, step.flow, _conditions(names, step.when), what)


def body_shape(names: Names, body: Sequence[Step]) -> tuple[Shape, ...]:
    """Return what the steps of a body do."""
    return tuple(step_shape(names, step) for step in body)


def whole_shape(facts: ModuleFacts, names: Names) -> Shape:
    """Return what says something of a module as a whole, whatever name is asked for."""
    table = tuple((row.module, row.name) for row in facts.lazy_table)
    stars = tuple(import_shape(names, item) for item in names.stars)
    answers = (names.has_getattr, names.listed_lazily, names.is_filled, facts.closed)
    lists = (facts.lazy_modules, facts.path_changes, facts.future_annotations)
    return (facts.hazards, facts.exports, table, stars, answers, lists)


def name_shape(names: Names, name: str) -> Shape:
    """Return what a name means in a module, as far as its own text tells."""
    step = names.bindings.get(name)
    typed = names.type_only.get(name)
    line = step.line if step is not None else 0
    return (
        step_shape(names, step, outer_shape) if step is not None else None,
        sum(item.line >= line for item in names.stars),
        import_shape(names, typed) if typed is not None else None,
        name in names.facts.type_only,
    )


def _conditions(names: Names, when: Sequence[int]) -> tuple[Any, ...]:
    return tuple(names.facts.conditions[index] for index in when)


def vote_shape(facts: ModuleFacts) -> Iterator[tuple[str, str]]:
    """Yield what the absolute imports of a file ask for, as votes on source roots count it."""
    for item in facts.imports:
        if item.level == 0 and item.module:
            yield item.module, item.name or ""


def relative_shape(facts: ModuleFacts) -> Iterator[tuple[int, str]]:
    """Yield the dots and the first name of relative imports, as votes count them."""
    for item in facts.imports:
        if item.level:
            yield item.level, item.module or item.name or ""
