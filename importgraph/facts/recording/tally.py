"""Counts of what importing a module reads and runs, taken in the walk that reads the facts."""

import ast
from typing import Any

from importgraph.facts.model import Work

_DISPLAYS = frozenset({ast.List, ast.Tuple, ast.Set, ast.Dict})
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})
COUNTED = frozenset({*_DISPLAYS, *_COMPREHENSIONS, ast.Subscript})
"""Kinds of expression that `Tally.expression` counts, where they run at import."""
COMPILERS = frozenset({"compile", "re_compile", "_compile", "regex"})
"""Last names of the calls that compile a regular expression, if what they are given is one."""


class Tally:
    """Counters that grow while a tree is walked."""

    __slots__ = (
        "annotations",
        "calls",
        "elements",
        "fields",
        "loops",
        "pattern_size",
        "patterns",
        "run",
        "stored",
        "subscripts",
        "text_size",
    )

    def __init__(self) -> None:
        self.stored = self.run = self.text_size = self.calls = self.elements = self.loops = 0
        self.subscripts = self.annotations = self.patterns = self.pattern_size = 0
        self.fields: list[int] = []

    def expression(self, node: Any, kind: type) -> None:
        """Count an expression of a kind in `COUNTED` that runs at import."""
        if kind is ast.Subscript:
            self.subscripts += 1
        elif kind is ast.Dict:
            self.elements += len(node.values)
        elif kind in _DISPLAYS:
            self.elements += len(node.elts)
        else:
            self.loops += 1

    def pattern(self, argument: ast.expr, name: str) -> None:
        """Count a regular expression that is compiled at import, and its size."""
        size = _text_size(argument)
        if size or "." in name:
            self.patterns += 1
            self.pattern_size += size

    def class_fields(self, body: list[ast.stmt]) -> None:
        """Count what the body of a class annotates: the fields of a dataclass, a model or a tuple."""
        self.fields.append(sum(isinstance(statement, ast.AnnAssign) for statement in body))

    def freeze(self, size: int) -> Work:
        """Return what was counted.

        Args:
            size: Bytes of the source.
        """
        return Work(
            size=size,
            text_size=self.text_size,
            stored=self.stored,
            run=self.run,
            calls=self.calls,
            subscripts=self.subscripts,
            elements=self.elements,
            loops=self.loops,
            annotations=self.annotations,
            patterns=self.patterns,
            pattern_size=self.pattern_size,
            fields=tuple(self.fields),
        )


def _text_size(node: ast.expr) -> int:
    """Return how long the literal parts of a text are, however they are joined."""
    return sum(
        len(part.value)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str | bytes)
    )


def text_length(node: ast.expr) -> int:
    """Return the length of a literal text such as a docstring, 0 for any other expression."""
    return len(node.value) if type(node) is ast.Constant and type(node.value) is str else 0
