"""Which names of a module were asked for while a graph was built.

What nobody asked for can change without changing any answer.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class AskedNames(Generic[_Value]):
    """What names mean in one module; it knows for which it was asked, whether or not it has them."""

    __slots__ = ("_known", "asked")

    def __init__(self, known: dict[str, _Value]) -> None:
        """Take what the names mean."""
        self._known = known
        self.asked: set[str] = set()

    def names(self) -> Iterator[str]:
        """Yield all names; what depends on them is not noted."""
        return iter(self._known)

    def get(self, name: str) -> _Value | None:
        """Return what a name means, or None."""
        self.asked.add(name)
        return self._known.get(name)

    def __getitem__(self, name: str) -> _Value:
        """Return what a name means that is there."""
        self.asked.add(name)
        return self._known[name]

    def __contains__(self, name: str) -> bool:
        """Tell whether a name means something."""
        self.asked.add(name)
        return name in self._known
