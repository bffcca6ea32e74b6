"""What a prediction is: the test files that fail to collect, and the causes behind them."""

from dataclasses import dataclass

from importgraph.simulation.causes import CauseKind, Step


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to mend."""

    key: str
    """Its identity over time: kind and subject, without lines."""
    kind: CauseKind
    path: str
    """Where it stands: the file of the failing statement, or of the configuration."""
    line: int
    message: str
    """One plain sentence."""
    files: tuple[str, ...]
    """The test files that it alone makes fail, sorted."""
    chain: tuple[Step, ...]
    """From the first of these files to the failing line, which is last."""
    edit: str
    """What to change."""


@dataclass(frozen=True, slots=True)
class FailingFile:
    """A test file that pytest would report, or would not reach."""

    path: str
    causes: tuple[str, ...]
    """Keys."""
    chain: tuple[Step, ...] = ()
    """From this file to the line that fails for it, which is last."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What `pytest --collect-only` would fail on."""

    failing: tuple[FailingFile, ...]
    """By path."""
    causes: tuple[Cause, ...]
    """Most failing files first."""
    files: int
    """Test files looked at."""
    aborts: str
    """Key of the cause that keeps pytest from starting; empty where it starts."""
    root: str = ""
    """The folder that paths are relative to."""
    notes: tuple[str, ...] = ()
    """What could not be checked, and why."""
