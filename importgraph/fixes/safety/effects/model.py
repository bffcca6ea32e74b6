"""Effects as data."""

from typing import NamedTuple


class Effect(NamedTuple):
    """One thing that importing a module does, or may do, besides binding names of its own."""

    kind: str
    """`process`: changes or shows something of the process; `changes`: changes what another module made;
    `contents`: reads what another module made and may change; `reads`: reads what the process may change;
    `imports`: imports a module by a computed name; `fails`: it raises; `unknown`: text does not show it."""
    detail: str
    """A dotted name, or for `unknown` the reason."""
    line: int
    """In the module, 0 where no line shows it."""
    owner: str = ""
    """The module that made what is changed or read; the module that is imported; for a `process` effect
    limited to one class, the module of that class."""
    sure: bool = True
    """It happens whenever the module is imported."""


class Name(NamedTuple):
    """A name of another module that is looked up while a module is imported."""

    module: str
    name: str
    line: int


class ModuleEffects(NamedTuple):
    """All that is known of one module's import."""

    effects: tuple[Effect, ...]
    names: tuple[Name, ...]
    """Names of other modules that it looks at."""
    calls: tuple[str, ...]
    """What it calls outside the tree and the installed libraries, by dotted name, sorted."""
