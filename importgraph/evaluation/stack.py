"""The bodies that run, one inside the other, and where each of them is."""

import ast
from collections.abc import Iterable
from typing import cast

from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.objects import Function
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Place, Raised

_NOWHERE = ast.Pass()
_IMPORT_ERRORS = frozenset(("ImportError", "ModuleNotFoundError"))


class Stack:
    """Frames, outermost first."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.frame: Frame = cast("Frame", None)
        """The body that runs now."""
        self._frames: list[Frame] = []
        self._places: list[ast.AST] = []
        self.asked: set[tuple[str, str]] = set()
        """By module the names that were asked for from elsewhere, or made only when they were."""
        self.raising: dict[str, int] = {}
        """Modules that surely raise an ImportError though their bodies went on, with the line."""

    @property
    def frames(self) -> Iterable[Frame]:
        """The bodies that run, outermost first."""
        return tuple(self._frames)

    @property
    def depth(self) -> int:
        """How many bodies run."""
        return len(self._frames)

    @property
    def is_sure(self) -> bool:
        """Tell whether what runs now is sure to run."""
        return all(frame.certain for frame in self._frames)

    @property
    def line(self) -> int:
        """The line where the present frame is."""
        return getattr(self._places[-1], "lineno", 0)

    @property
    def place(self) -> ast.AST:
        """The statement or call where the present frame is."""
        return self._places[-1]

    def enter(self, frame: Frame) -> None:
        """Make a frame the present one."""
        self.frame = frame
        self._frames.append(frame)
        self._places.append(_NOWHERE)

    def leave(self) -> None:
        """Go back to the frame before."""
        self._frames.pop()
        self._places.pop()
        if self._frames:
            self.frame = self._frames[-1]

    def at(self, node: ast.AST) -> None:
        """Take note of where the present frame is."""
        self._places[-1] = node

    def is_deep(self, function: Function, again: int) -> bool:
        """Tell whether calls are nested too deeply, or one function too often in itself."""
        frames, node = self._frames, function.node
        if len(frames) > self.budget.depth:
            return True
        for frame in frames if len(frames) > again else ():
            if frame.function is not None and frame.function.node is node:
                again -= 1
        return again < 0

    def unwind(self, depth: int = 0) -> None:
        """Drop frames that were left in disorder, down to a number of them."""
        del self._frames[depth:]
        del self._places[depth:]
        if self._frames:
            self.frame = self._frames[-1]

    def passed_over(self, raised: Raised) -> None:
        """Take note that the body of a module raised, and goes on all the same as the client wants it."""
        is_real = raised.explicit or raised.kind == "ModuleNotFoundError"
        if is_real and raised.kind in _IMPORT_ERRORS and self.frame.certain:
            self.raising.setdefault(self.frame.module.name, self.line)

    @property
    def handled(self) -> Raised | None:
        """The exception that is being handled."""
        return next((frame.raised for frame in reversed(self._frames) if frame.raised is not None), None)

    def trace(self, node: ast.AST | None = None) -> tuple[Place, ...]:
        """Return where each running body is; the innermost one at a node."""
        found: list[Place] = []
        for position, (frame, place) in enumerate(zip(self._frames, self._places, strict=True)):
            inner = self._frames[position + 1 : position + 2]
            if frame.module.path and (not inner or inner[0].activation is not frame.activation):
                at = node if node is not None and not inner else place
                line = getattr(at, "end_lineno" if isinstance(at, ast.Attribute) else "lineno", 0)
                found.append(Place(frame.module.path, line or getattr(place, "lineno", 0)))
        return tuple(found)
