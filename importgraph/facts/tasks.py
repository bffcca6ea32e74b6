"""Work on many texts: cut into tasks, and spared the garbage collector."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def without_collector() -> Iterator[None]:
    """Spare the garbage collector from looking at syntax trees, which hold no cycles: a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def cut(
    items: Iterable[Item], most: int, most_bytes: int, size: Callable[[Item], int]
) -> Iterator[list[Item]]:
    """Cut items into lists, in order.

    Args:
        items: What is cut.
        most: A list of so many ends.
        most_bytes: So does one that is so large.
        size: Of an item, in bytes.
    """
    task: list[Item] = []
    held = 0
    for item in items:
        task.append(item)
        held += size(item)
        if len(task) >= most or held >= most_bytes:
            yield task
            task, held = [], 0
    if task:
        yield task
