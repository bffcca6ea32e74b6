"""What a user may write as TARGET, and what the target's environment is."""

import sys
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
