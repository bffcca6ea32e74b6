"""The profile command: formats, files, messages."""

import json
import sys

import pytest
import typer
from typer.testing import CliRunner

from importgraph.cli import measure
from importgraph.errors import UsageError


@pytest.fixture
def command(write, monkeypatch):
    root = write({"app.py": "import json\nimport helper\n", "helper.py": "open('data.txt', 'w').close()\n"})
    monkeypatch.chdir(root)
    app = typer.Typer()
    app.callback()(lambda: None)
    measure.register(app)

    def invoke(*arguments):
        return CliRunner().invoke(app, ["profile", "--python", sys.executable, "--runs", "1", *arguments])

    return invoke


def test_text_says_first_what_to_do(command):
    result = command("app")
    assert result.exit_code == 0, result.exception
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    said = " ".join(" ".join(lines[:12]).split())
    assert said.startswith("app: ")
    assert "with cold bytecode" in said
    assert "Act: json (standard) costs" in said
    assert "one line brings it in, app.py:1" in said
    assert "write 1" in said
    assert "this executes its code" in result.stderr
    assert "Running" not in result.stdout


def test_json_alone_is_on_standard_output(command):
    document = json.loads(command("app", "--format", "json").stdout)
    assert document["entry"] == "app"
    effect = next(effect for effect in document["effects"] if effect["kind"] == "write")
    assert (effect["module"], effect["path"], effect["line"], effect["detail"]) == (
        "helper",
        "helper.py",
        1,
        "data.txt",
    )


def test_the_suffix_of_the_file_decides_the_format(command, tmp_path):
    assert "Slowest" in command("app", "--output", str(tmp_path / "a.svg")).stdout
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    command("app", "--output", str(tmp_path / "a.importtime"))
    assert "| helper" in (tmp_path / "a.importtime").read_text().replace("   ", " ")
    command("app", "--output", str(tmp_path / "a.speedscope"))
    document = json.loads((tmp_path / "a.speedscope").read_text())
    events = document["profiles"][0]["events"]
    assert len([e for e in events if e["type"] == "O"]) == len([e for e in events if e["type"] == "C"])
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)
    assert events[-1]["at"] == document["profiles"][0]["endValue"]


def test_saved_profiles_are_compared_without_running_anything(command, tmp_path):
    for name in ("a.json", "b.json"):
        command("app", "--output", str(tmp_path / name))
    result = command("--compare", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert result.exit_code == 0, result.exception
    assert "modules before" in result.stdout
    assert "executes" not in result.stderr


@pytest.mark.parametrize("arguments", [(), ("no-such-thing",), ("app", "helper", "--format", "svg")])
def test_errors_are_for_the_user(command, arguments):
    assert isinstance(command(*arguments).exception, UsageError)
