"""Predicted collection errors in baselines, checks and diffs."""

import json
import os

import pytest
from typer.testing import CliRunner

from importgraph.cli import app

GATES = '[tool.importgraph.check]\nratchet = ["collection-errors"]\n'
FILES = {
    "pyproject.toml": GATES,
    "app/__init__.py": "",
    "app/core.py": "def run(): ...\n",
    "tests/test_one.py": "from app.core import run\n\ndef test_one(): run()\n",
    "tests/test_two.py": "from app import core\n\ndef test_two(): core.run()\n",
}
BROKEN = {"app/core.py": "x = undefined_thing\n\ndef run(): ...\n"}


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)

    def command(folder, *words):
        monkeypatch.chdir(folder)
        done = CliRunner().invoke(app, [*words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return command


def regressions(done):
    return [one for one in json.loads(done.stdout)["regressions"] if one["gate"] == "collection-errors"]


def test_a_new_cause_names_its_line_and_the_files_it_fails(repo, run):
    repo.commit(FILES)
    run(repo.folder, "baseline")
    assert run(repo.folder, "check").exit_code == 0
    repo.write(BROKEN)
    done = run(repo.folder, "check", "--format", "json")
    assert done.exit_code == 1
    (one,) = regressions(done)
    assert (one["before"], one["after"]) == (0, 2)
    assert one["added"] == ["tests/test_one.py", "tests/test_two.py"]
    assert (one["edge"]["path"], one["edge"]["line"]) == ("app/core.py", 1)
    assert one["message"].startswith("2 test files would fail to collect: ")
    assert "undefined_thing" in one["subject"]
    lines = run(repo.folder, "check", "--format", "github").stdout.splitlines()
    assert any(line.startswith("::error file=app/core.py,line=1,") for line in lines)


def test_a_revision_is_predicted_like_the_work_tree(repo, run):
    repo.commit(FILES)
    repo.write(BROKEN)
    (one,) = regressions(run(repo.folder, "check", "--against", "HEAD", "--format", "json"))
    (two,) = regressions(run(repo.folder, "diff", "HEAD", "--format", "json"))
    assert one["subject"] == two["subject"]
    repo.commit({})
    assert run(repo.folder, "check", "--against", "HEAD").exit_code == 0


def test_a_package_that_is_not_installed_here_is_no_regression(repo, run):
    repo.commit(FILES)
    repo.write({"app/core.py": "import surely_not_installed_anywhere\n\ndef run(): ...\n"})
    done = run(repo.folder, "check", "--against", "HEAD", "--format", "json")
    assert (done.exit_code, regressions(done)) == (0, [])


def test_what_is_mended_is_stale_and_what_was_not_predicted_is_said(repo, run):
    repo.commit({**FILES, **BROKEN})
    run(repo.folder, "baseline")
    repo.write(FILES)
    done = run(repo.folder, "check", "--format", "json")
    assert done.exit_code == 0
    assert "collection-error" in [one["kind"] for one in json.loads(done.stdout)["stale"]]
    repo.write({"pyproject.toml": ""})
    run(repo.folder, "baseline", "--update")
    repo.write({"pyproject.toml": GATES})
    assert "holds no predicted collection errors" in run(repo.folder, "check", "--format", "json").stdout


def test_paths_are_those_of_the_project_where_pytest_has_its_root_above(repo, run):
    files = {f"service/{path}": text for path, text in FILES.items()}
    repo.commit({"pytest.ini": "[pytest]\npythonpath = service\n", **files})
    repo.write({"service/app/core.py": BROKEN["app/core.py"]})
    done = run(repo.folder, "check", "service", "--against", "HEAD", "--format", "json")
    (one,) = regressions(done)
    assert (one["edge"]["path"], one["added"][0]) == ("app/core.py", "tests/test_one.py")
    assert one["commit"] is None
