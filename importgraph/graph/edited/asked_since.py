"""Results that ask a resolver for names of other modules, kept with the names that were asked for.

They stand where all of these names still mean in the changed modules what they meant.
"""

from collections.abc import Callable, Iterable, Mapping
from types import GenericAlias
from typing import TypeVar, cast

from importgraph.graph.edited.shapes import name_shape, whole_shape
from importgraph.graph.edited.since import Since
from importgraph.graph.resolve import Resolver, graph_resolver

_Value = TypeVar("_Value")

Asked = dict[str, tuple[str, ...]]
"""By module, the names that it was asked for, whether or not it binds them."""


def asked_of(resolver: Resolver) -> Asked:
    """Return all that a resolver was asked for until now, by whomever."""
    return {name: tuple(sorted(asked)) for name in resolver.facts if (asked := resolver.asked(name))}


def is_answered_as_before(since: Since, resolver: Resolver, asked: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether names mean what they meant, as far as the texts of changed modules tell."""
    before = graph_resolver(since.before)
    for name in since.changed:
        old, new = before.names(name), resolver.names(name)
        if old is None or new is None or whole_shape(old.facts, old) != whole_shape(new.facts, new):
            return False
        if any(name_shape(old, one) != name_shape(new, one) for one in asked.get(name, ())):
            return False
    return True


def of_asking_modules(
    found_since: tuple[Since | None, Resolver],
    part: str,
    kind: type[_Value],
    names: Iterable[str],
    make: Callable[[str], _Value],
) -> dict[str, _Value]:
    """Return what is found out about each of some modules, without those of which that is empty or false.

    Args:
        found_since: What is kept, if anything is, and what resolves names in the tree as it is.
        part: The name under which it is kept.
        kind: What it is.
        names: The modules, the same for the graph as it was kept.
        make: Finds it out; it reads the facts and the text of that module, what the resolver says, and
            nothing else that changes.

    Returns:
        By module, in the order of the names.
    """
    since, resolver = found_since
    chosen = tuple(names)
    if since is None:
        return {name: value for name in chosen if (value := make(name))}
    by_name = GenericAlias(dict, (str, kind))
    both = cast("type[tuple[dict[str, _Value], Asked]]", GenericAlias(tuple, (by_name, Asked)))
    kept = since.load(part, both)
    if kept is None or not is_answered_as_before(since, resolver, kept[1]):
        found = {name: value for name in chosen if (value := make(name))}
        since.keep(part, (found, asked_of(resolver)))
        return found
    known, changed = kept[0], since.changed
    now = ((name, make(name) if name in changed else known.get(name)) for name in chosen)
    return {name: value for name, value in now if value}
