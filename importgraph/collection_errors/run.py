"""From the settings of a project and an environment to a prediction."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace as struct_replace

from importgraph.collection_errors.configuration import refusal
from importgraph.collection_errors.model import Prediction
from importgraph.collection_errors.prepare import deep_recursion, make_session, tested_environment
from importgraph.collection_errors.report import report, with_end
from importgraph.collection_errors.session import Session
from importgraph.config import least_python, read_toml
from importgraph.environment.interpreter import Environment
from importgraph.errors import ConfigError
from importgraph.session.settings import read_settings


def run_session(folder: Path, words: Sequence[str], python: Path | None) -> Prediction:
    """Predict what `python -m pytest --collect-only WORDS` in a folder fails on.

    Raises:
        UsageError: If a path or the interpreter does not exist.
    """
    return simulate(folder, words, python)[0]


def simulate(folder: Path, words: Sequence[str], python: Path | None) -> tuple[Prediction, tuple[str, ...]]:
    """Run a simulated session; return the prediction, and the test files looked at, absolute.

    Raises:
        UsageError: If a path or the interpreter does not exist.
    """
    try:
        settings = read_settings(folder, words, python)
    except ConfigError as error:
        return report({}, (), str(folder), refusal(folder, error)), ()
    environment, notes = tested_environment(python, settings.rootdir)
    if notes:
        environment = struct_replace(environment, version=_declared_version(environment, settings.rootdir))
    session = make_session(settings, environment)
    knowledge = session.imports.policy.knowledge
    knowledge.outside = session.plugins.known = not notes
    knowledge.names = not notes or environment.version == sys.version_info[:2]
    with deep_recursion():
        session.run()
    notes = notes or _without_pytest(session, environment)
    unread = (f"{os.path.relpath(path, settings.rootdir)}: {why}" for path, why in session.unread.items())
    notes = (*notes, *unread)
    prediction = report(session.failures, session.files, str(settings.rootdir), session.aborted, notes)
    return with_end(prediction, session.ended), tuple(session.files)


def _without_pytest(session: Session, environment: Environment) -> tuple[str, ...]:
    """Say that this is not the environment that runs the tests, where it holds no pytest."""
    if session.conftests.space.find("pytest", "") is not None:
        return ()
    where = next(iter(environment.folders), "the environment")
    what = f"whether the tests can run there at all: pytest is not installed in {where}"
    return (f"{what}. Name the environment that runs the tests with --python.",)


def _declared_version(environment: Environment, root: Path) -> tuple[int, int]:
    """Return the least Python that a project admits, or ours where that is newer."""
    try:
        least = least_python(read_toml(root / "pyproject.toml"))
    except ConfigError:  # pytest does not mind either, where its settings stand elsewhere
        least = ()
    return max(environment.version, (least[0], least[1])) if least else environment.version
