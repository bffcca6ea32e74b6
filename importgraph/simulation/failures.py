"""How running a body ends other than by its last line; these travel as exceptions do."""

from dataclasses import dataclass

from importgraph.simulation.causes import CauseKind, Step


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, and the cause it will be reported under."""

    exception: str
    """Its class: `ImportError`, `NameError`…"""
    kind: CauseKind
    subject: str
    """What the cause is about; with the kind, its identity."""
    message: str
    path: str
    line: int
    chain: tuple[Step, ...]
    """Absolute paths, from the first statement that ran to the failing one."""
    bases: tuple[str, ...] = ()
    """Of a class of the project: the names of its base classes."""


class Raised(Exception):
    """The simulated program raises."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Skipped(Exception):
    """The module skips itself, which is no error."""


class OutOfSteps(Exception):
    """The body computes too much to be followed."""
