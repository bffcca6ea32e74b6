"""Room for the frames of nested calls.

CPython keeps the frames of Python functions in blocks of 16 kB. It asks the system for each block and gives
it back when the first call in it returns, so that a loop whose calls begin a new block does both in every
round: of collecting packaging's tests that was a third. The first block that is large enough for a frame is
kept while that frame runs, and serves the calls inside it.
"""

from collections.abc import Callable
from types import FunctionType

_WORDS = 140_000
"""Of 8 bytes. The block is the next power of two, 2 MB, of which no more is used than what calls need."""


def with_room(call: Callable[[], None]) -> None:
    """Call a function in a frame behind which many others fit."""
    code = _called.__code__
    FunctionType(code.replace(co_stacksize=_WORDS), {})(call)


def _called(call: Callable[[], None]) -> None:
    call()
