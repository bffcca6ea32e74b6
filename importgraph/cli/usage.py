"""Errors of usage: what they quote of the command line is data, as a shell puts names of files into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup


@contextmanager
def _escaped() -> Iterator[None]:
    """Escape in the message of a usage error what acts on a terminal."""
    try:
        yield
    except Exception as error:
        message = getattr(error, "message", None)
        if hasattr(error, "format_message") and isinstance(message, str):
            from importgraph.quoting import visible

            error.message = visible(message)  # type: ignore[attr-defined]
        raise


class Commands(TyperGroup):
    """The commands, whose usage errors show names as escapes."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the options before the command."""
        with _escaped():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the options of the command, and run it."""
        with _escaped():
            return super().invoke(ctx)
