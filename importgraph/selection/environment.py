"""The environment that runs the tests; see `importgraph.environment`."""

from importgraph.environment.interpreter import Environment, normal_name
from importgraph.environment.locate import environment_candidates, find_environment, is_ours
from importgraph.selection.stamps import status_of

__all__ = [
    "Environment", "environment_candidates", "environment_stamp", "find_environment", "is_ours",
    "normal_name",
]  # fmt: skip


def environment_stamp(environment: Environment) -> tuple[str, ...]:
    """Return what changes when something is installed or removed."""
    folders = (*environment.folders, *environment.site)
    return (f"{environment.version}", *(f"{folder}@{status_of(folder)}" for folder in folders))
