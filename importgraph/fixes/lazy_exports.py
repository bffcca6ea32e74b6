"""The text by which a module answers lazily for names it offers (PEP 562)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Export:
    """A name that a module offers and does not use."""

    bound: str
    statement: str
    """The statement that imports it alone."""
    submodule: bool
    """The name is a module and must be imported as one: asking its package may ask this module again."""

    @property
    def home(self) -> tuple[str, str]:
        """The module to import, with its dots, and the attribute to take; none where the module is meant."""
        _, _, rest = self.statement.partition("from ")
        module, _, names = rest.partition(" import ")
        name = names.partition(" as ")[0].strip()
        if self.submodule:
            return (f"{module}{name}" if module.endswith(".") else f"{module}.{name}", "")
        return module.strip(), name


def exports_text(exports: Sequence[Export]) -> str:
    """Return the table and the functions that go to the end of a module."""
    rows = "".join(
        f'    "{e.bound}": ("{e.home[0]}", "{e.home[1]}"),\n' for e in sorted(exports, key=lambda e: e.bound)
    )
    return _TEMPLATE.replace("ROWS", rows)


_TEMPLATE = '''

_LAZY_EXPORTS = {
ROWS}


def __getattr__(name):
    """Import what this module offers without using it itself (PEP 562)."""
    if name not in _LAZY_EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _LAZY_EXPORTS[name]
    found = import_module(module, __spec__.parent)
    value = globals()[name] = getattr(found, attribute) if attribute else found
    return value


def __dir__():
    return sorted({*globals(), *_LAZY_EXPORTS})
'''
