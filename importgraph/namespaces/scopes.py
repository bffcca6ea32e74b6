"""The names of a module or class as records."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from importgraph.evaluation.values.value import State, Value


class Names(Mapping[str, Any]):
    """The names of a module or class, read when somebody asks.

    Args:
        state: What the evaluation bound.
        read: Makes a record of a value.
        path: The file.
    """

    def __init__(self, state: State, read: Callable[[Value, str], Any], path: str) -> None:
        self._state = state
        self._read = read
        self._path = path

    def __getitem__(self, name: str) -> Any:
        return self._read(self._state[name], self._path)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._state if isinstance(name, str)])

    def __len__(self) -> int:
        return sum(isinstance(name, str) for name in self._state)

    def __contains__(self, name: object) -> bool:
        return name in self._state
