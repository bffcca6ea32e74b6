"""How a statement leaves the body it stands in, where that is not by an exception of Python's own."""

from typing import Any


class Returned(Exception):  # noqa: N818 -- a signal
    """A function returns."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Broke(Exception):  # noqa: N818 -- a signal
    """A loop ends early."""


class Continued(Exception):  # noqa: N818 -- a signal
    """A loop goes on to its next round."""


class Wavered(Exception):  # noqa: N818 -- a signal
    """Text does not tell how a loop goes on that is run round by round."""


class Left(Exception):  # noqa: N818 -- a signal
    """A branch that text does not decide leaves the loop around it."""
