import sys
from pathlib import Path

import pytest

from importgraph.errors import UsageError
from importgraph.facts.environments import choose_python


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder inside another, with no environment in sight."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    folder = tmp_path / "outer" / "project"
    folder.mkdir(parents=True)
    return folder


def make(folder: Path) -> str:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return str(python)


@pytest.mark.parametrize("place", ["project/.venv", "project/venv", ".venv"])
def test_the_environment_of_a_project(project: Path, place: str) -> None:
    assert choose_python(None, project) == sys.executable
    python = make(project.parent / place)
    assert choose_python(None, project) == python


def test_the_active_environment_comes_first(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(project / ".venv")
    python = make(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert choose_python(None, project) == python


def test_an_interpreter_or_a_folder_is_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = make(tmp_path / "other")
    monkeypatch.chdir(tmp_path)
    assert choose_python("other", project) == python
    assert choose_python("sh", project) == "sh"


@pytest.mark.parametrize("name", ["nowhere/python", "text.toml", "no-such-python"])
def test_what_cannot_be_run_is_refused(project: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / "text.toml").touch()
    with pytest.raises(UsageError, match="no Python that can be run"):
        choose_python(name, project)


def test_a_folder_without_python_is_refused(project: Path) -> None:
    with pytest.raises(UsageError, match="holds no Python"):
        choose_python(str(project), project)
