"""Predict the errors of `pytest --collect-only`, importing nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from importgraph.collection_errors.model import Prediction

if TYPE_CHECKING:
    from importgraph.project import Project


def predict(project: "Project", words: Sequence[str] = (), *, python: Path | None = None) -> Prediction:
    """Predict which test files of a project fail to collect, and why.

    Args:
        project: The tree; pytest is taken to be called as `python -m pytest` in its folder.
        words: pytest's arguments: paths and options.
        python: The interpreter or environment that would run the tests. None: `VIRTUAL_ENV` or a `.venv` beside
            the project; where there is none, modules from outside the project count as installed.

    Returns:
        Failing files by path, causes by the number of files they fail.

    Raises:
        UsageError: If a path or the interpreter does not exist.
    """
    from importgraph.collection_errors.session import run_session

    return run_session(project.root / project.within, words, python)
