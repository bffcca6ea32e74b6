"""Predict the errors of `pytest --collect-only`, importing nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from importgraph.collection_errors.model import Prediction
from importgraph.files import read_text_file
from importgraph.simulation.causes import Step

if TYPE_CHECKING:
    from importgraph.project import Project

__all__ = ["Prediction", "predict", "predict_session", "read_line"]


def predict(project: "Project", words: Sequence[str] = (), *, python: Path | None = None) -> Prediction:
    """Predict which test files of a project fail to collect, and why.

    Args:
        project: The tree; pytest is taken to be called as `python -m pytest` in its folder.
        words: pytest's arguments: paths and options.
        python: The interpreter or environment that would run the tests; see `predict_session`.

    Returns:
        Failing files by path, causes by the number of files they fail.

    Raises:
        UsageError: If a path or the interpreter does not exist.
    """
    return predict_session(project.root / project.within, words, python=python)


def predict_session(folder: Path, words: Sequence[str] = (), *, python: Path | None = None) -> Prediction:
    """Predict what `python -m pytest --collect-only WORDS` called in a folder fails on.

    Args:
        folder: Where pytest is called.
        words: Its arguments: paths and options.
        python: The interpreter or environment that would run the tests. None: `VIRTUAL_ENV`, or a `.venv`
            beside the project. Where there is none, modules from outside the project count as installed,
            unless the interpreter that runs this holds everything that the project declares.

    Raises:
        UsageError: If a path or the interpreter does not exist.
    """
    from importgraph.collection_errors.run import run_session

    return run_session(folder.resolve(), words, python)


def read_line(prediction: Prediction, step: Step) -> str:
    """Return the text of a line that a prediction names; empty where it cannot be read."""
    try:
        text = read_text_file(Path(prediction.root, step.path), "replace")
    except OSError:
        return ""
    lines = text.splitlines()
    return lines[step.line - 1] if 0 < step.line <= len(lines) else ""
