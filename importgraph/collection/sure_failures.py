"""Which reasons for a failure hold whatever the session's other files do.

Of imports, names and marks that are missing the simulated session decides (`predicted.py`).
"""

import sys

from importgraph.collection.parameters.ids import DUPLICATE
from importgraph.collection.parameters.parametrize import UNUSED
from importgraph.environment.interpreter import Environment


def surely_fails(reason: str, environment: Environment) -> bool:
    """Tell whether a reason why a file fails to collect, as evaluation gives it, is sure by itself."""
    if reason.startswith("does not parse"):
        return environment.version == sys.version_info[:2]
    return reason.startswith(("FileNotFoundError: no program", DUPLICATE)) or f"` {UNUSED} `" in reason
