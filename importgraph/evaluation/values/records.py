"""Objects of the standard library of which some attributes are known, and what answers their calls."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value


class Native(Value, Struct, frozen=True, eq=False):
    """A function of the standard library that goes with an object."""

    name: str
    answer: Callable[[Arguments], Result]

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def call(self, _evaluator: Evaluator, arguments: Arguments) -> Result:
        return self.answer(arguments)

    def described(self) -> str:
        return f"`{self.name}`"


class Record(Value, Struct, frozen=True, eq=False):
    """An object with known attributes; where it holds something, loops run over that."""

    kind: str
    fields: Mapping[str, Value]
    items: tuple[Value, ...] | None = None
    is_whole: bool = False
    """It has no other attributes."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True if self.items is None else bool(self.items)

    def attribute(self, _evaluator: Evaluator, name: str) -> Result:
        if name in self.fields:
            return self.fields[name]
        if self.is_whole and not name.startswith("__"):
            return Raised("AttributeError", f"{self.kind!r} object has no attribute {name!r}", name=name)
        return Unknown(f"`{name}` of {self.described()}")

    def elements(self, _evaluator: Evaluator) -> tuple[Value, ...] | None:
        return self.items

    def item(self, evaluator: Evaluator, key: Value) -> Result:
        getter = self.fields.get("__getitem__")
        return (
            Unknown(f"an item of {self.described()}")
            if getter is None
            else getter.call(evaluator, Arguments((key,)))
        )

    def described(self) -> str:
        return f"an object of `{self.kind}`"
