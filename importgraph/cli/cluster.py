"""`--dask ADDRESS`: parse and collect on the workers of a Dask cluster."""

import atexit
import logging
from concurrent.futures import Executor

from importgraph.errors import UsageError

_PATIENCE = "10s"
"""How long to wait for the scheduler."""


def dask_executor(address: str) -> tuple[Executor, int]:
    """Connect to a scheduler; return who does the work, and how many tasks at a time.

    The workers need importgraph of this version, under the same Python, and no files of this machine.

    Raises:
        UsageError: If Dask is not installed, nobody answers, or there are no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("Dask is not installed.", "Run: pip install 'importgraph[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.ERROR)  # lost workers are said in our own words
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:  # a wrong scheme is a ValueError, silence an OSError
        raise UsageError(
            f"No Dask scheduler answers at {address}: {error}.", "Give its address, such as tcp://host:8786."
        ) from error
    atexit.register(client.close)
    at_once = sum(client.ncores().values())
    if not at_once:
        raise UsageError(
            f"The Dask scheduler at {address} has no workers.", f"Start some: dask worker {address}"
        )
    return client.get_executor(pure=False), at_once
