"""What a call outside the tree makes: nothing is known of it but who made it, and by which call."""

from dataclasses import dataclass, field
from typing import Protocol

from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Evaluator, Result, Value


class Noting(Protocol):
    """What is told of each use."""

    def uses(self, made: "Fresh", arguments: Arguments) -> None:
        """Take note that a method of something made outside is called."""


@dataclass(frozen=True, slots=True)
class Fresh(External):
    """An object that the standard library made for a module of the tree, by the call that made it."""

    owner: str = field(compare=False, kw_only=True)
    """The module whose import made it."""
    noting: Noting = field(compare=False, kw_only=True)

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        return Fresh(f"{self.name}.{name}", owner=self.owner, noting=self.noting)

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        self.noting.uses(self, arguments)
        return evaluator.call_external(self.name, arguments)

    def item(self, evaluator: Evaluator, key: Value) -> Result:
        self.noting.uses(self, Arguments((key,)))
        return Fresh(f"{self.name}[]", owner=self.owner, noting=self.noting)

    def described(self) -> str:
        return f"`{self.name}`"


@dataclass(frozen=True, slots=True)
class FactoryField(Fresh):
    """A field of a dataclass with a default factory, which each new instance calls."""

    factory: Value = field(compare=False, kw_only=True)
