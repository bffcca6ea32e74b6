"""Whether an environment is the one that an answer was given for."""

from importgraph.environment.interpreter import Environment
from importgraph.memory.stamps import status_of


def environment_stamp(environment: Environment) -> tuple[str, ...]:
    """Return what changes when something is installed or removed."""
    folders = (*environment.folders, *environment.site)
    return (f"{environment.version}", *(f"{folder}@{status_of(folder)}" for folder in folders))
