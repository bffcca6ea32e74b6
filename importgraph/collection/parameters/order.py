"""pytest's reordering of items that share parameters of wider scope (`_pytest.fixtures.reorder_items`).

Items are grouped so that each session, package, module or class parameter is set up once: from the widest
scope inwards,
an item pulls those that share its last parameter of that scope right behind it.
"""

from collections import defaultdict, deque
from collections.abc import Sequence

from importgraph.collection.model import Item

_WIDE = range(4)
_FUNCTION = 4
_FEW = 3
Key = tuple[str, str, str]


def reordered(items: Sequence[Item]) -> list[Item]:
    """Return the items in the order in which pytest runs them."""
    if not any(item.groups for item in items):
        return list(items)
    keys: list[dict[int, dict[Key, None]]] = []
    members: list[dict[Key, dict[int, None]]] = []
    for scope in _WIDE:
        of_scope: dict[int, dict[Key, None]] = {}
        by_key: dict[Key, dict[int, None]] = defaultdict(dict)
        for index, item in enumerate(items):
            found = dict.fromkeys(
                (name, value, where) for rank, name, value, where in item.groups if rank == scope
            )
            if found:
                of_scope[index] = found
                for key in found:
                    by_key[key][index] = None
        keys.append(of_scope)
        members.append(by_key)
    order = _at_scope(dict.fromkeys(range(len(items))), keys, members, 0)
    return [items[index] for index in order]


def _at_scope(
    indices: dict[int, None],
    keys: list[dict[int, dict[Key, None]]],
    members: list[dict[Key, dict[int, None]]],
    scope: int,
) -> dict[int, None]:
    if scope >= _FUNCTION or len(indices) < _FEW:
        return indices
    ignored: set[Key] = set()
    queue = deque(indices)
    done: dict[int, None] = {}
    while queue:
        without: dict[int, None] = {}
        slicing: Key | None = None
        while queue:
            index = queue.popleft()
            if index in done or index in without:
                continue
            left = [key for key in keys[scope].get(index, ()) if key not in ignored]
            if not left:
                without[index] = None
                continue
            slicing = left[-1]
            _pull([other for other in members[scope][slicing] if other in indices], queue, keys, members)
            break
        if without:
            done.update(_at_scope(without, keys, members, scope + 1))
        if slicing is not None:
            ignored.add(slicing)
    return done


def _pull(
    matching: list[int],
    queue: "deque[int]",
    keys: list[dict[int, dict[Key, None]]],
    members: list[dict[Key, dict[int, None]]],
) -> None:
    """Move items to the front of the queue, and to the front of every group they are in."""
    for index in reversed(matching):
        queue.appendleft(index)
        for scope in _WIDE:
            for key in keys[scope].get(index, ()):
                group = members[scope][key]
                rest = {other: None for other in group if other != index}
                group.clear()
                group[index] = None
                group.update(rest)
