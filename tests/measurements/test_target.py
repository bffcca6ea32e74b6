"""What a user may write as TARGET, and what the target's environment is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from importgraph.errors import UsageError
from importgraph.measurements.target import RunSettings, Target, environment, parse_target


def test_kinds(tmp_path):
    (tmp_path / "tool.py").write_text("")

    def parse(text):
        return parse_target(text, sys.executable, tmp_path)

    assert parse("pkg.module").kind == "module"
    assert (parse("tool.py --flag 'a b'").kind, parse("tool.py --flag 'a b'").arguments) == (
        "script",
        ("--flag", "a b"),
    )
    tests = parse("pytest:tests/unit")
    assert (tests.kind, tests.entry, tests.arguments[-1]) == ("pytest", "pytest:tests/unit", "tests/unit")
    assert "--collect-only" in tests.arguments
    assert parse("pytest:").arguments[-1] != ""


def test_console_scripts_stand_beside_the_interpreter(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python", "my-tool"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    target = parse_target("my-tool --version", str(folder / "python"), tmp_path)
    assert (target.kind, target.name, target.entry) == (
        "script",
        str(folder / "my-tool"),
        "my-tool --version",
    )


@pytest.mark.parametrize("text", ["", "  ", "absent.py", "no-such-tool", "json --flag", "it's"])
def test_what_is_none_of_these(tmp_path, text):
    with pytest.raises(UsageError):
        parse_target(text, sys.executable, tmp_path)


def test_bytecode_goes_to_a_private_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    target = Target(sys.executable, "module", "json", env=(("GIVEN", "1"), ("HOME", None)))
    warm = environment(target, RunSettings(Path("p"), Path("r"), tmp_path))
    cold = environment(target, RunSettings(Path("p"), Path("r"), tmp_path, write_bytecode=False))
    assert "PYTHONDONTWRITEBYTECODE" not in warm
    assert cold["PYTHONDONTWRITEBYTECODE"] == "1"
    assert (warm["PYTHONPYCACHEPREFIX"], warm["GIVEN"], "HOME" in warm) == (str(tmp_path), "1", False)
    assert environment(target)["PYTHONDONTWRITEBYTECODE"] == "1"


_RUNS = """
import os, pathlib, sys
from importgraph.measurements.target import run_command
code = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
command = [sys.executable, "-c", code, sys.argv[1]]
run_command(command, cwd=pathlib.Path("."), env=dict(os.environ), timeout=60)
"""


def test_who_is_terminated_ends_what_it_has_started(tmp_path):
    told = tmp_path / "pid"
    process = subprocess.Popen([sys.executable, "-c", _RUNS, str(told)])
    deadline = time.monotonic() + 20
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGTERM
    started = int(told.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(started, 0)
