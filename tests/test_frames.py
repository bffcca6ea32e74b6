"""Nested calls find room without asking the system for a block each."""

import sys
from collections.abc import Iterator

import pytest

from importgraph.frames import with_room


def test_what_is_called_runs_once_and_its_failure_comes_through():
    ran: list[int] = []
    with_room(lambda: ran.append(1))
    assert ran == [1]
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: ran.append(1 // 0))


def test_calls_nest_as_deeply_as_before():
    depths: list[int] = []

    def nest(depth: int) -> Iterator[int]:
        yield depth
        if depth:
            yield from nest(depth - 1)

    with_room(lambda: depths.extend(nest(sys.getrecursionlimit() // 5)))
    assert depths[-1] == 0
