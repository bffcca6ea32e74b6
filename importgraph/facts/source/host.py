"""What the interpreter that runs us makes of Python text: a tree, or the reason why not."""

import ast
import re
import warnings

import msgspec


class Broken(msgspec.Struct, frozen=True):
    """Why a file is not Python, and where."""

    reason: str
    """One line, the same on every run."""
    line: int | None
    """1-based; None when no single line is to blame."""


def parse(source: bytes | str, version: tuple[int, int] | None = None) -> ast.Module | Broken:
    """Parse with the host's own grammar; every way in which that can fail becomes a value.

    Warnings about the text (such as invalid escapes) are not ours to show and are silenced.

    Args:
        source: The text.
        version: An older Python, whose grammar counts as far as the host knows it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source, feature_version=version)
        except SyntaxError as error:
            return Broken(_one_line(error.msg), error.lineno)
        except (RecursionError, MemoryError):
            return Broken("too deeply nested to parse", None)
        except (ValueError, OverflowError, SystemError) as error:  # the last two: its own limits
            return Broken(_one_line(str(error)), None)


def compile_error(source: bytes) -> Broken | None:
    """Return why a text that parses does not compile; None where it does, or the host cannot tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<text>", "exec", dont_inherit=True, optimize=0)
        except SyntaxError as error:
            return Broken(_one_line(error.msg), error.lineno)
        except (RecursionError, MemoryError, ValueError, OverflowError, SystemError):
            return None
    return None


def _one_line(message: str) -> str:
    """Drop what differs between runs and machines: addresses, line ends, the place repeated in the text."""
    message = re.sub(r" ?\((?:<[^>]*>|[^()]*\.py), line \d+\)", "", message)
    message = re.sub(r" at 0x[0-9a-fA-F]+", "", message)
    return " ".join(message.split()) or "invalid syntax"
