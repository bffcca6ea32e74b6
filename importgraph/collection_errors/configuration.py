"""Configuration that pytest refuses to start with."""

from pathlib import Path

from importgraph.collection_errors.failures import Failure
from importgraph.collection_errors.model import CauseKind, Step
from importgraph.errors import ConfigError
from importgraph.selection.environment import Environment
from importgraph.selection.settings import Settings


def refusal(folder: Path, error: ConfigError) -> Failure:
    """Return a configuration that cannot be read as a failure of the session."""
    text = str(error)
    path = str(folder / text.split(" ", 1)[0])
    return Failure("UsageError", CauseKind.CONFIGURATION, text, text, path, 1, (Step(path, 1),))


def configuration_failure(settings: Settings, environment: Environment) -> Failure | None:
    """Return why pytest refuses to start with these settings, or None."""
    del settings, environment
    return None
