"""`--python ENV`: refused where it is no Python, and followed where it is one."""

import json
from pathlib import Path

import pytest
from environment_folders import distribution, make_environment
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.errors import UsageError

COMMANDS = [
    ("analyze",),
    ("graph",),
    ("diagram",),
    ("cycles",),
    ("fragmentation",),
    ("duplicates",),
    ("unresolved",),
    ("why", "app", "dep"),
    ("cut", "app", "dep"),
    ("collect",),
    ("doctor",),
    ("baseline",),
    ("check",),
    ("diff", "HEAD"),
    ("affected", "--since", "HEAD"),
    ("profile", "app"),
]


@pytest.fixture
def project(write_project, monkeypatch) -> Path:
    root = write_project({"app.py": "import dep\ndef run():\n    return dep.go()\n", "text.toml": ""})
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("python", ["text.toml", "nowhere/bin/python"])
def test_what_is_no_python_is_refused_by_every_command(project, command, python):
    done = CliRunner().invoke(app, [*command, "--python", python])
    assert isinstance(done.exception, UsageError), done.output
    assert python in str(done.exception)
    assert done.stdout == ""


def test_a_setting_that_names_no_python_is_refused(project):
    (project / "pyproject.toml").write_text("[tool.importgraph]\npython = 'gone'\n")
    done = CliRunner().invoke(app, ["graph"])
    assert isinstance(done.exception, UsageError)


@pytest.fixture
def environment(tmp_path) -> Path:
    files = {
        "dep/__init__.py": "from dep.inner import go\n",
        "dep/inner.py": "def go(): ...\n" + "x = [1, 2]\n" * 9000,
    }
    return make_environment(tmp_path / "env", {**files, **distribution("the-dep", "1.0", *files)})


def test_why_and_cut_go_on_into_the_environment(project, environment):
    words = ["--python", str(environment), "--format", "json", "--no-cache"]
    chain = json.loads(CliRunner().invoke(app, ["why", "app", "dep.inner", *words]).stdout)["chain"]
    assert [(one["target"], one["path"], one["line"]) for one in chain] == [
        ("dep", "app.py", 1),
        ("dep.inner", "site-packages/dep/__init__.py", 1),
    ]
    cut = json.loads(CliRunner().invoke(app, ["cut", "app", "dep", *words]).stdout)
    assert [(edit["path"], edit["line"]) for edit in cut["edits"]] == [("app.py", 1)]
    assert cut["estimated"]
    assert cut["gain_us"] > 10_000
    text = CliRunner().invoke(app, ["why", "app", "dep.inner", "--python", str(environment)]).stdout
    assert "site-packages/dep/__init__.py:1: from dep.inner import go" in text


def test_the_setting_and_the_folder_beside_the_project_count_too(project, environment):
    (project / "pyproject.toml").write_text(f"[tool.importgraph]\npython = '{environment}'\n")
    assert "dep.inner" in CliRunner().invoke(app, ["why", "app", "dep.inner"]).stdout
    (project / "pyproject.toml").unlink()
    environment.rename(project / ".venv")
    assert "dep.inner" in CliRunner().invoke(app, ["why", "app", "dep.inner"]).stdout


def test_analyze_names_the_distribution_with_its_cost(project, environment):
    (project / "pyproject.toml").write_text("[project]\nname = 'app'\n[project.scripts]\napp = 'app:main'\n")
    (project / "app.py").write_text("import dep\ndef run():\n    return dep.go()\ndef main(): ...\n")
    words = ["analyze", "--python", str(environment), "--format", "json", "--no-cache"]
    report = json.loads(CliRunner().invoke(app, words).stdout)
    assert report["summary"]["environment"]["distributions"] == ["the-dep 1.0"]
    (fix,) = [one for one in report["fixes"] if one["kind"] == "lazy-imports"]
    assert fix["edits"][0]["path"] == "app.py"
    for finding in report["findings"]:
        assert all(place["path"] == "app.py" for place in finding["locations"])
