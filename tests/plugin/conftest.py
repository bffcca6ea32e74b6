"""Real sessions of pytest in a process of their own, on suites of a few lines."""

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = any(found.value == "importgraph.pytest_plugin" for found in entry_points(group="pytest11"))


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


class Suite:
    def __init__(self, folder: Path):
        self.folder = folder
        self.write({"pytest.ini": "[pytest]\n"})

    def write(self, files):
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text), encoding="utf-8")

    def run(self, *words, **variables):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "PYTHONDONTWRITE"))
        }
        kept["PYTHONPATH"] = str(ROOT)
        plugin = () if INSTALLED else ("-p", "importgraph.pytest_plugin")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *words],
            cwd=self.folder,
            env=kept | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    return Suite(folder)
