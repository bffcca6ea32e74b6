import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from importgraph.collection_errors.model import Prediction
from importgraph.collection_errors.predict import predict_session

PYTEST = """
def hookimpl(*args, **options): ...
def fixture(*args, **options): ...
def skip(reason="", *, allow_module_level=False): ...
def importorskip(modname, minversion=None, reason=None, *, exc_type=None): ...
def exit(reason=""): ...
def param(*values): ...
mark = object()
class PytestUnknownMarkWarning(Warning): ...
class PytestDeprecationWarning(Warning): ...
"""


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Give an environment of this interpreter in which pytest 9.2 is the only thing installed."""
    folder = tmp_path / "environment"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    site = folder / "lib" / f"python{version}" / "site-packages"
    (site / "pytest-9.2.0.dist-info").mkdir(parents=True)
    (site / "pytest").mkdir()
    (site / "pytest" / "__init__.py").write_text(PYTEST, encoding="utf-8")
    (folder / "pyvenv.cfg").write_text(
        f"home = {sys.base_prefix}/bin\nversion = {version}.0\n", encoding="utf-8"
    )
    return folder


Doctor = Callable[..., Prediction]


@pytest.fixture
def doctor(tmp_path: Path, environment: Path) -> Doctor:
    """Give a function that writes a project and predicts its collection errors."""

    def run(files: Mapping[str, str], *words: str, installed: Mapping[str, str] | None = None) -> Prediction:
        project = tmp_path / "project"
        for path, text in {"pytest.ini": "[pytest]\n", **files}.items():
            target = project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        site = next(environment.glob("lib/*/site-packages"))
        for path, text in (installed or {}).items():
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return predict_session(project, words, python=environment)

    return run
