"""Exceptions: `raise`, and which handler catches what."""

import ast
import builtins
from dataclasses import FrozenInstanceError

from msgspec import Struct
from msgspec.structs import replace

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External, Instance
from importgraph.evaluation.values.outcome import Outcome, raising
from importgraph.evaluation.values.value import Evaluator, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence


class Suppressor(Value, Struct, frozen=True, eq=False):
    """A context manager that swallows exceptions of some kinds (`contextlib.suppress`)."""

    kinds: tuple[Value, ...]
    without: Raised | None = None
    """What it raises where the body does not (`pytest.raises`)."""
    matches: bool = True
    """It surely swallows an exception of these kinds, whatever it says."""


class ExternalException(Value, Struct, frozen=True):
    """An exception object of a class outside the tree."""

    kind: str
    """The name of its class."""

    def truth(self, _evaluator: Evaluator) -> bool | None:
        return True

    def described(self) -> str:
        return f"an instance of `{self.kind}`"


def catches(interpreter: Interpreter, raised: Raised, kind: Value | None) -> bool | None:
    """Tell whether a handler for a kind of exception catches one; None where it is not known."""
    if kind is None:
        return True
    kind = settled(kind)
    if isinstance(kind, Sequence):
        verdicts = [catches(interpreter, raised, one) for one in kind.items]
        return True if True in verdicts else None if None in verdicts or kind.is_open else False
    if isinstance(raised.value, Instance | Class):
        line = interpreter.lineage(raised.value if isinstance(raised.value, Class) else raised.value.cls)
        known = [True if one == kind else _is_a(one.name, kind) for one in line if isinstance(one, External)]
        unknown = None in known or any(not isinstance(one, Class | External) for one in line)
        return True if kind in line or True in known else None if unknown else False
    if isinstance(raised.value, Unknown):
        return True if _is_a("Exception", kind) and kind in _WIDEST else None
    return _is_a(raised.kind, kind)


_WIDEST = (External("builtins.Exception"), External("builtins.BaseException"))
_KNOWN = {
    "SkipTest": Exception,
    "Skipped": BaseException,
    "Failed": BaseException,
    "FrozenInstanceError": FrozenInstanceError,
}
"""What ends or skips a module for unittest and pytest, and exceptions of the standard library."""
_IMPORTS = ("ImportError", "ModuleNotFoundError")


def _is_a(raised: str, kind: Value) -> bool | None:
    """Tell whether an exception by its name is of a kind; without a name it is any but a failed import."""
    last = raised.rpartition(".")[2]
    one = getattr(builtins, last, None) or _KNOWN.get(last)
    if isinstance(kind, Class):
        return False if isinstance(one, type) else None
    if not isinstance(kind, External):
        return None
    name = kind.name.rpartition(".")[2]
    other = getattr(builtins, name, None) if kind.name.startswith("builtins.") else None
    if not isinstance(other, type):
        return True if name == last else False if isinstance(one, type) and last not in _KNOWN else None
    if not isinstance(one, type):
        return True if issubclass(Exception, other) else False if not raised and name in _IMPORTS else None
    return issubclass(one, other)


def raise_statement(interpreter: Interpreter, node: ast.Raise) -> Outcome:
    """Run a `raise`."""
    handled = interpreter.handled
    if node.exc is None:
        return raising(handled or Raised("RuntimeError", "raises again where nothing was raised"))
    value = _exception(interpreter, node.exc)
    cause = interpreter.evaluate(node.cause) if node.cause is not None else None
    for failed in (value, cause):
        if isinstance(failed, Raised):
            return raising(failed)
    raised = _raised(settled(value) if isinstance(value, Value) else NONE, _message(node.exc))
    interpreter.at(node)
    follows = handled is not None and (handled.origin or handled).kind in _IMPORTS
    return raising(replace(raised, origin=(handled.origin or handled) if follows and handled else None))


def _exception(interpreter: Interpreter, node: ast.expr) -> Result:
    """Evaluate what is raised; of a call of a class outside the tree, the class alone is of interest."""
    called = interpreter.evaluate(node.func) if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(called, External):
        return interpreter.evaluate(node)
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        found = interpreter.evaluate(part.value if isinstance(part, ast.Starred) else part)
        if isinstance(found, Raised):
            return found
    return called


_SKIP = ("pytest.skip.Exception", "_pytest.outcomes.Skipped")


def _raised(value: Value, message: str) -> Raised:
    if isinstance(value, External):
        kind = "Skipped" if value.name in _SKIP else value.name.rpartition(".")[2]
        return Raised(kind, message, explicit=True)
    if isinstance(value, ExternalException):
        return Raised(value.kind, message, explicit=True)
    if isinstance(value, Class | Instance):
        cls = value if isinstance(value, Class) else value.cls
        return Raised(cls.qualname, message, value=value, explicit=True)
    if isinstance(value, Constant):
        return Raised(
            "TypeError", "exceptions must derive from BaseException", name="raise", cause="wrong-type"
        )
    return Raised("Exception", message, value=Unknown("an exception that is not known"), explicit=True)


def _message(node: ast.expr) -> str:
    """Return the text that an exception is given, where it is written out: one line, without a full stop."""
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return text.strip().partition("\n")[0].rstrip(".")[:_LONG]


_LONG = 120
