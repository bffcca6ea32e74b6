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


def attached_below(export: Export, path: str) -> str | None:
    """Return a name's home relative to the package that offers it, as `lazy_loader.attach` has it.

    Args:
        export: The name.
        path: The `__init__.py` that offers it, from wherever the tree is read.

    Returns:
        Empty for a module of the package itself; None where it lies elsewhere or has another name.
    """
    home, attribute = export.home
    name = attribute or home.rpartition(".")[2]
    if name != export.bound:
        return None
    below = home.removeprefix(".") if home.startswith(".") else None
    folders = path.split("/")[:-1]
    for start in range(len(folders)):
        package = ".".join(folders[start:])
        if home.startswith(f"{package}."):
            below = home.removeprefix(f"{package}.")
            break
    if not below or below.startswith("."):
        return None
    if attribute:
        return below
    return "" if "." not in below else None


def attach_text(exports: Sequence[Export], path: str) -> str | None:
    """Return the call that attaches names to a package; None where one cannot be attached."""
    submodules: list[str] = []
    attributes: dict[str, list[str]] = {}
    for export in sorted(exports, key=lambda export: export.bound):
        below = attached_below(export, path)
        if below is None:
            return None
        if below:
            attributes.setdefault(below, []).append(export.bound)
        else:
            submodules.append(export.bound)
    quoted = ", ".join(f'"{name}"' for name in submodules)
    rows = "".join(
        f'        "{home}": [{", ".join(f"{chr(34)}{name}{chr(34)}" for name in names)}],\n'
        for home, names in sorted(attributes.items())
    )
    return _ATTACH.replace("SUBMODULES", quoted).replace("ROWS", rows)


_ATTACH = """

__getattr__, _, _lazy_names = lazy.attach(
    __name__,
    submodules=[SUBMODULES],
    submod_attrs={
ROWS    },
)


def __dir__():
    return sorted({*globals(), *_lazy_names})
"""


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
