"""How many processes are worth starting; apart from `scan`, whose libraries take long to load."""

import os


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
