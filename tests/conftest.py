"""Tiny projects on disk, the way in for most tests."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from importgraph.config import from_options
from importgraph.project import Project, open_project

Files = Mapping[str, str | bytes]

# The same examples in every run, so that a pass is no luck; `benchmarks/properties.py` looks for new ones.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("searching", print_blob=True, deadline=None)
settings.load_profile("repeatable")


def write_files(root: Path, files: Files) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        is_text = isinstance(content, str)
        target.write_bytes(textwrap.dedent(content).lstrip("\n").encode() if is_text else content)
    return root


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment that runs these tests out of what they analyse."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


@pytest.fixture
def write_project(tmp_path: Path) -> Callable[[Files], Path]:
    """Write `{path: text or bytes}` below a folder that is empty at first; a later call adds and replaces."""
    root = tmp_path / "project"
    root.mkdir()
    return lambda files: write_files(root, files)


@pytest.fixture
def open_files(write_project: Callable[[Files], Path]) -> Callable[..., Project]:
    """Write a project and open it, without cache and in one process; options as in `importgraph.config`.

    Proposals count however few milliseconds they save: these projects are tiny.
    """

    def opened(files: Files, **options: object) -> Project:
        return open_project(
            write_project(files), from_options(**{"workers": 1, "min_gain_ms": 0.0, **options})
        )

    return opened
