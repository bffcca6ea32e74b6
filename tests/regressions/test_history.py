"""A history of baselines: a line for each commit, with numbers that can be compared."""

import json
from pathlib import Path

import pytest
from git_repos import git

from importgraph.errors import UsageError
from importgraph.regressions.history import append_history, history_path, project_history, read_history

TREE = {
    "app/__init__.py": "",
    "app/__main__.py": "import app.a",
    "app/a.py": "import json\nfrom app.b import B",
    "app/b.py": "class B: pass",
    "app/ring_a.py": "import app.ring_b",
    "app/ring_b.py": "import app.ring_a",
}


def test_each_commit_becomes_a_line(repo, one_process):
    first = repo.commit(TREE, "Begin")
    path = history_path(repo.folder)
    assert path == repo.folder / "importgraph-history.jsonl"
    append_history(repo.folder, path, one_process, None)
    second = repo.commit({"app/c.py": "", "app/a.py": "import app.b\nimport app.c"}, "Load more")
    append_history(repo.folder, path, one_process, None)
    one, two = read_history(path)
    assert (one.commit, one.summary, one.date, one.changed) == (first, "Begin", "2026-01-31", False)
    assert (two.commit, two.modules - one.modules) == (second, 1)
    assert one.cycles == {"latent": 1}
    [run] = [entry for entry in one.entry_points if "__main__" in entry.name]
    [again] = [entry for entry in two.entry_points if "__main__" in entry.name]
    assert again.modules - run.modules == 1
    assert run.cost_us > 0
    assert run.estimated


def test_the_same_commit_again_takes_the_place_of_its_line(repo, one_process):
    repo.commit(TREE)
    path = history_path(repo.folder)
    append_history(repo.folder, path, one_process, None)
    repo.write({"app/new.py": ""})
    append_history(repo.folder, path, one_process, None)
    [line] = read_history(path)
    assert line.changed
    assert line.modules == 7


def test_without_a_repository_lines_have_no_commit(tmp_path, one_process, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "app.py").write_text("import os\n", encoding="utf-8")
    path = tmp_path / "history.jsonl"
    append_history(tmp_path, path, one_process, None)
    append_history(tmp_path, path, one_process, None)
    assert [line.commit for line in read_history(path)] == ["", ""]


def test_no_history_is_empty_and_a_broken_one_is_named_with_its_line(tmp_path):
    path = tmp_path / "importgraph-history.jsonl"
    assert read_history(path) == ()
    assert project_history(tmp_path) == ()
    for text in ("{}", "[", json.dumps({"schema": "other/1"})):
        path.write_text(f"{text}\n", encoding="utf-8")
        with pytest.raises(UsageError, match="line 1"):
            read_history(path)


def test_the_history_stands_beside_the_configured_baseline(tmp_path):
    settings = "[tool.importgraph.check]\nbaseline = 'ci/imports.json'\n"
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert history_path(tmp_path) == tmp_path / "ci" / "importgraph-history.jsonl"
    assert history_path(tmp_path, Path("other/base.json")) == Path("other/importgraph-history.jsonl")


def test_a_configured_history_outside_the_project_is_not_read(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    settings = "[tool.importgraph.check]\nbaseline = '../imports.json'\n"
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "importgraph-history.jsonl").write_text("nothing of ours\n", encoding="utf-8")
    assert project_history(project) == ()


def test_a_commit_is_described_without_programs_of_the_checkout(repo):
    from importgraph.git.repository import open_repository

    repo.commit({"a.py": ""}, "Begin: with a colon")
    git(repo.folder, "config", "log.showSignature", "true")
    found = open_repository(repo.folder).describe("HEAD")
    assert (found.author, found.summary) == ("Ada", "Begin: with a colon")
