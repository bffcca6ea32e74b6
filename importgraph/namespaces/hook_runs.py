"""Hooks of pytest, run for what they do: as a whole, or one round of their loop over items."""

import ast
from collections.abc import Sequence as Many

from importgraph.evaluation.values.journal import Activation
from importgraph.evaluation.values.objects import Function
from importgraph.evaluation.values.outcome import Ending
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, new_state
from importgraph.evaluation.values.values import NONE, Sequence
from importgraph.namespaces.records import GiveUp
from importgraph.namespaces.world import Reading


def call_hook(reader: Reading, function: Function, arguments: Arguments) -> Result:
    """Run the body of a hook, generators too."""
    node = reader.reading.whole(function)
    if not yields(node):
        return reader.run(function, arguments)
    found = reader.run(function, arguments)
    items = found.elements(reader) if isinstance(found, Value) else None
    if isinstance(found, Raised):
        return found
    return NONE if items is not None else Unknown("what a hook yields")


def run_round(
    reader: Reading,
    function: Function,
    before: Many[ast.stmt],
    loop: ast.For,
    item: Value,
    lists: Many[str],
) -> list[int]:
    """Run statements of a hook, then one round of its loop; tell how often each of some lists got the item.

    Raises:
        GiveUp: If text does not tell.
    """
    module = function.module
    activation = Activation(module.name, function.qualname, 0, None, 0, module.path)
    names = new_state()
    frame = Frame(
        module, names, activation, True, function.scope, function, node=reader.reading.whole(function)
    )
    reader.enter(frame)
    first = reader.execute(before)
    names[loop.target.id] = item  # type: ignore[attr-defined]
    last = reader.execute(loop.body)
    results, certain = list(frame.results), frame.certain
    reader.leave()
    sure = first.ending is Ending.NORMAL and last.ending in {Ending.NORMAL, Ending.CONTINUE} and last.certain
    found = [names.get(name) for name in lists]
    if not sure or not certain or results:
        raise GiveUp("text does not tell how a hook ends")
    if not all(isinstance(one, Sequence) and not one.is_open for one in found):
        raise GiveUp("text does not tell what is in a list")
    held = [one.items for one in found if isinstance(one, Sequence)]
    if not all(element is item for items in held for element in items):
        raise GiveUp("a hook puts other things into its lists")
    return [len(items) for items in held]
