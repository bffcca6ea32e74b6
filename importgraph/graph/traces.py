"""What a graph depended on, module by module: so that a later edit can be seen to change nothing else."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from msgspec import Struct

from importgraph.graph.layout.votes import Count

Named = tuple[str, str]
"""A module and a qualified name in it."""


class ModuleTrace(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """What was asked of one module."""

    names: tuple[str, ...] = ()
    """Names that others or itself asked for, whether or not it binds them, sorted."""
    functions: tuple[str, ...] = ()
    """Functions that were looked for, by qualified names, sorted."""
    reached: tuple[str, ...] = ()
    """Functions whose calls were followed, sorted."""
    followed: tuple[str, ...] = ()
    """Functions whose bodies said what they return or set, sorted."""
    run: tuple[str, ...] = ()
    """Functions that some module runs at import as far as facts tell, sorted."""
    voted: tuple[str, ...] = ()
    """Names that votes on source roots asked for, sorted."""
    walked: bool = False
    """Its imports were followed to see whether a package is half executed."""
    ordered: bool = False
    """The order of its statements was asked."""
    text: bytes = b""
    """Its text, compressed, where an evaluation read it."""
    bodies: tuple[int, ...] = ()
    """The lines of the functions of which an evaluation read the bodies, sorted."""
    asked: tuple[str, ...] = ()
    """Names that an evaluation asked for from elsewhere, or bound only then, sorted."""

    def whole_text(self) -> bytes:
        """Return the text that was evaluated."""
        return zlib.decompress(self.text)


class Trace(Struct, frozen=True, array_like=True, gc=False):
    """What was asked of a tree as a whole."""

    counted: dict[str, Count]
    failing: tuple[str, ...]
    opened: tuple[str, ...]
    """Modules whose `__path__` is changed."""
    may_answer: tuple[str, ...]
    """Modules that may answer for names they do not bind."""
    answering: tuple[tuple[Named, ...], tuple[Named, ...]]
    """Methods that answer for attributes and lead to an import, without and with those that ask objects."""
    objects: tuple[tuple[Named, ...], tuple[Named, ...]]
    """Names bound to objects of their classes, the same twice."""
    registries: tuple[Named, ...]
    """Classes with methods that import computed names."""
    doubtful: tuple[str, ...]
    """Modules whose bodies may have been left before their end."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What was asked of a tree, and of each of its modules."""

    whole: Trace
    module: Callable[[str], ModuleTrace]
    """Writes down what was asked of a module that has facts; it may fail as a file cannot be read again."""
