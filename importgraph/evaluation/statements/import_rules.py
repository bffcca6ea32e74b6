"""The rules of import statements that do not depend on how modules and their names are held."""

from collections.abc import Collection, Hashable, Iterable


def asks_submodule(namespace: Collection[Hashable], name: str) -> bool:
    """Tell whether `from package import name` imports a submodule before it takes the name.

    That is `_handle_fromlist`: what the package binds, or its `__getattr__` answers for, is no submodule.
    """
    return name != "*" and name not in namespace and "__getattr__" not in namespace


def public(names: Iterable[str]) -> list[str]:
    """Return the names that a star import takes from a module that has no `__all__`."""
    return [name for name in names if not name.startswith("_")]
