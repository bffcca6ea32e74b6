"""How long ago this process began."""

import os
import time
from pathlib import Path

_START_TIME = 19
"""The field ``starttime`` of proc(5), counted after the command's closing bracket."""


def since_process_began_ns() -> int | None:
    """Return nanoseconds since this process was started, to a hundredth of a second; None off Linux."""
    try:
        fields = (
            Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
        started = int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
        return max(int((time.clock_gettime(time.CLOCK_BOOTTIME) - started) * 1e9), 0)
    except (OSError, ValueError, IndexError, AttributeError):
        return None
