"""Constructors that have not been run yet: they are when somebody asks for an attribute of the instance."""

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Instance

PENDING = 1
"""The key of what sets attributes of an instance and was put off until one is asked for."""


def finish(interpreter: Interpreter, value: Instance) -> None:
    """Run what of a constructor has not been run yet; each time anew, for a branch takes it back."""
    waiting = value.state.get(PENDING, ())
    interpreter.journal.drop(value.state, PENDING)
    for one in waiting:
        one.find()
