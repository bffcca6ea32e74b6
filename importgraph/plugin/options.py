"""The options of the pytest plugin, checked."""

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    narrow: bool
    profile: bool
    profile_file: Path | None
    audit: bool
    most_seconds: float | None
    """Collection fails when it takes longer; None without such a limit."""
    timeout: float | None
    """The process ends when collection takes longer."""


def parse_options(chosen: Any, folder: Path) -> Options:
    """Check the options.

    Args:
        chosen: The namespace that pytest's parser filled.
        folder: What a relative FILE is relative to.

    Raises:
        pytest.UsageError: A value is wrong.
    """
    profile = chosen.importgraph_profile
    return Options(
        narrow=bool(chosen.importgraph_narrow),
        profile=profile is not None,
        profile_file=_file(profile, folder) if isinstance(profile, str) else None,
        audit=bool(chosen.importgraph_audit),
        most_seconds=_seconds(
            chosen.importgraph_max_collection_seconds, "--importgraph-max-collection-seconds"
        ),
        timeout=_seconds(chosen.importgraph_collection_timeout, "--importgraph-collection-timeout"),
    )


def _seconds(text: str | None, option: str) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise pytest.UsageError(f"{option} wants a number of seconds above 0, not {text!r}.")
    return seconds


def _file(text: str, folder: Path) -> Path:
    """Return where the profile goes. A name without .json is likely a test path that the option swallowed."""
    file = folder / text
    if file.suffix != ".json":
        raise pytest.UsageError(
            f"--importgraph-profile=FILE wants a name that ends in .json, not {text!r}; "
            "without a FILE, put the option after the tests' paths."
        )
    if file.is_dir() or not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        raise pytest.UsageError(
            f"--importgraph-profile: {text} cannot be written: no such folder, or no right to."
        )
    return file
