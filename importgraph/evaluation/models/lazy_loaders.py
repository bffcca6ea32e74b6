"""Libraries that answer for the names of a module when they are asked for (Scientific Python SPEC 1)."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, sequence, unwrap


class LazyAnswer(Value, Struct, frozen=True, eq=False):
    """The `__getattr__` that a lazy loader makes for a module: it imports what is listed for a name."""

    interpreter: Interpreter
    module: Module

    def truth(self, evaluator: Evaluator) -> bool | None:
        return True

    def call(self, evaluator: Evaluator, arguments: Arguments) -> Result:
        name = unwrap(arguments.get(0) or NONE)
        listed = self.interpreter.policy.listed_lazily(self.module.name, str(name))
        if listed is None:
            return Raised("AttributeError", f"No {self.module.name} attribute {name}")
        target, inner = listed
        found = self.interpreter.import_name(target, self.interpreter.place, computed=True)
        return found if isinstance(found, Raised) or not inner else found.attribute(evaluator, inner)


def _attach(interpreter: Interpreter, _arguments: Arguments) -> Result:
    answer = LazyAnswer(interpreter, interpreter.frame.module)
    return sequence("tuple", (answer, Unknown("`__dir__`"), Unknown("`__all__`")))


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "lazy_loader.attach": _attach,
    "lazy_loader.attach_stub": _attach,
}
