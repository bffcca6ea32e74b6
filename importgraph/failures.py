"""What to say of one file, rule or proposal when our own code fails on it: the rest of a run stands."""

import re

MOST = 200
"""The longest message of an exception that is shown."""


def reason(error: Exception) -> str:
    """Return in one line why something could not be done, and what to do about it."""
    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    if isinstance(error, MemoryError):
        return "too large for the memory there is"
    if isinstance(error, ValueError) and "integer string conversion" in str(error):
        return "holds a number of thousands of digits, which Python does not write out"
    said = " ".join(re.sub(r" at 0x[0-9a-fA-F]+", "", str(error)).split())
    said = said.encode("utf-8", "backslashreplace").decode()
    said = said if len(said) <= MOST else f"{said[:MOST]}…"
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"importgraph failed on it ({what}); please report it"
