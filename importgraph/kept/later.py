"""A mapping that is found out when somebody looks into it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

_Value = TypeVar("_Value")


class Later(Mapping[str, _Value]):
    """Equal to what it turns out to be."""

    def __init__(self, find: Callable[[], Mapping[str, _Value]]) -> None:
        """Take what finds it, which is called once at most."""
        self._find = find

    @cached_property
    def _known(self) -> Mapping[str, _Value]:
        return self._find()

    def __getitem__(self, key: str) -> _Value:
        """Return a value."""
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        return iter(self._known)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._known)
