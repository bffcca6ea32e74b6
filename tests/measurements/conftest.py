"""What measuring tests share: a project on disk, one traced run, and the interpreters of this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from importgraph.measurements.interpreter import describe_interpreter
from importgraph.measurements.target import Outcome, RunSettings, Target, run_target
from importgraph.measurements.trace import Trace, read_trace

Write = Callable[[dict[str, str]], Path]
Run = Callable[..., tuple[Trace, Outcome]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a project and returns its folder."""

    def write_files(files: dict[str, str]) -> Path:
        root = tmp_path / "project"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write_files


def find_interpreters() -> dict[str, str]:
    """Return interpreters by version: those on the path, and IMPORTGRAPH_TEST_PYTHONS (a list of paths)."""
    found = {}
    extra = os.environ.get("IMPORTGRAPH_TEST_PYTHONS", "").split(os.pathsep)
    names = [f"python3.{minor}" for minor in range(9, 16)]
    for candidate in [sys.executable, *extra, *filter(None, map(shutil.which, names))]:
        if candidate:
            ask = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            answer = subprocess.run(ask, capture_output=True, text=True, check=False)
            if answer.returncode == 0:
                found.setdefault(answer.stdout.strip(), candidate)
    return found


INTERPRETERS = find_interpreters()


@pytest.fixture
def interpreter() -> Callable[[str], str]:
    """Return a function that names an interpreter, or skips the test."""

    def choose(version: str) -> str:
        if version not in INTERPRETERS:
            pytest.skip(f"no CPython {version} here: name one in IMPORTGRAPH_TEST_PYTHONS")
        return INTERPRETERS[version]

    return choose


@pytest.fixture(scope="session")
def probes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Return a function that compiles the tracer once for each interpreter."""
    compiled: dict[str, Path] = {}

    def probe(python: str) -> Path:
        if python not in compiled:
            compiled[python] = tmp_path_factory.mktemp("probe") / "probe"
            describe_interpreter(Target(python, "module", "sys"), compiled[python])
        return compiled[python]

    return probe


@pytest.fixture
def run(tmp_path: Path, probes: Callable[[str], Path]) -> Run:
    """Return a function that traces one run of a target."""

    def run_once(  # noqa: PLR0913
        root: Path,
        name: str,
        kind: str = "module",
        *,
        python: str = sys.executable,
        extra: str = "effects",
        timeout: float = 20.0,
        arguments: tuple[str, ...] = (),
    ) -> tuple[Trace, Outcome]:
        record = tmp_path / f"record{len(list(tmp_path.iterdir()))}"
        target = Target(python, kind, name, arguments, cwd=root)
        outcome = run_target(
            target, RunSettings(probes(python), record, tmp_path / "pycache", True, extra, timeout)
        )
        trace = read_trace(record, outcome.ended_ns)
        assert trace is not None, outcome
        return trace, outcome

    return run_once
