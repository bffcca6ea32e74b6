"""What a handler learns of the failure that it handles: `sys.exc_info`, and the frames of the traceback."""

import builtins
from collections.abc import Callable, Mapping

from msgspec import Struct

from importgraph.evaluation.exceptions import ExternalException
from importgraph.evaluation.module_attributes import namespace_of
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External, Instance, Module
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, sequence


class Traceback(Value, Struct, frozen=True):
    """The bodies that a failure passed, from the handler's inwards; each is known by its module."""

    modules: tuple[Module, ...]

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        if name == "tb_next":
            inner = self.modules[1:]
            return Traceback(inner) if inner else NONE
        if name == "tb_frame":
            return StackFrame(self.modules[0])
        return super().attribute(evaluator, name)

    def described(self) -> str:
        return "a traceback"


class StackFrame(Value, Struct, frozen=True):
    """A frame in a traceback."""

    module: Module

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def attribute(self, evaluator: Evaluator, name: str) -> Result:
        return namespace_of(self.module) if name == "f_globals" else super().attribute(evaluator, name)

    def described(self) -> str:
        return "a frame"


def _exc_info(interpreter: Interpreter, _arguments: Arguments) -> Result:
    raised = interpreter.handled
    if raised is None:
        return sequence("tuple", (NONE, NONE, NONE))
    return sequence("tuple", (*_exception(raised), _traceback(interpreter, raised)))


def _exception(raised: Raised) -> tuple[Value, Value]:
    """Return the class and the object of a failure."""
    if isinstance(raised.value, Instance):
        return raised.value.cls, raised.value
    if isinstance(raised.value, Class):
        return raised.value, Unknown(f"an instance of {raised.value.described()}")
    if raised.value is None and hasattr(builtins, raised.kind):
        return External(f"builtins.{raised.kind}"), ExternalException(raised.kind)
    return Unknown("the class of an exception"), Unknown("an exception")


def _traceback(interpreter: Interpreter, raised: Raised) -> Value:
    """Return the frames from that of the handler to the one that failed."""
    handling = [frame.raised is raised for frame in interpreter.frames]
    passed = raised.passed[handling.index(True) :] if True in handling else ()
    return Traceback(passed) if passed else Unknown("a traceback")


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {"sys.exc_info": _exc_info}
