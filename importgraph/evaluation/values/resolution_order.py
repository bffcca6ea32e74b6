"""The order in which classes are searched for a name (C3, as `type.mro` makes it)."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def merged(lines: Iterable[Sequence[T]], same: Callable[[T, T], bool]) -> tuple[list[T], bool]:
    """Merge the orders of a class's bases, and the bases themselves as the last line.

    Args:
        lines: The orders.
        same: Tells whether two entries are one class.

    Returns:
        The order, and whether it is consistent; where it is not, the first line goes first.
    """
    left = [list(line) for line in lines if line]
    found: list[T] = []
    consistent = True
    while left:
        heads = (line[0] for line in left)
        head = next((one for one in heads if not _stands_behind(one, left, same)), None)
        if head is None:
            head, consistent = left[0][0], False
        found.append(head)
        left = [rest for line in left if (rest := [one for one in line if not same(one, head)])]
    return found, consistent


def _stands_behind(one: T, lines: Iterable[Sequence[T]], same: Callable[[T, T], bool]) -> bool:
    return any(same(one, other) for line in lines for other in line[1:])
