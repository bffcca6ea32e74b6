"""A checkout names places: what is written stays inside, and nothing waits for a pipe."""

import os

import pytest
from git_repos import Repo
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.errors import ConfigError, ImportgraphError
from importgraph.fixes.model import DeferImport, Form
from importgraph.fixes.rewriting.tree_copies import Tree, apply_edits, copy_tree

FILES = {"app/__init__.py": "import json\n\n\ndef run():\n    return json\n"}


def run(folder, monkeypatch, *arguments):
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*arguments, "--no-cache"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


SETTINGS = {
    "reports": ("tool.importgraph", "", "analyze"),
    "baseline": ("tool.importgraph.check", "/baseline.json", "baseline"),
}


@pytest.mark.parametrize("place", ["../out", "{outside}", "link/deeper", "app/../../out"])
@pytest.mark.parametrize("key", SETTINGS)
def test_settings_do_not_lead_out_of_the_project(write_project, tmp_path, monkeypatch, place, key):
    table, file, command = SETTINGS[key]
    outside = tmp_path / "outside"
    outside.mkdir()
    named = place.format(outside=outside) + file
    root = write_project({**FILES, "pyproject.toml": f'[{table}]\n{key} = "{named}"\n'})
    (root / "link").symlink_to(outside)
    with pytest.raises(ConfigError, match="leads out of the project"):
        run(root, monkeypatch, command)
    assert list(outside.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "project"]


def test_a_baseline_replaces_a_link_and_not_what_it_leads_to(write_project, tmp_path, monkeypatch):
    outside = tmp_path / "secret.json"
    root = write_project(FILES)
    (root / "importgraph-baseline.json").symlink_to(outside)
    run(root, monkeypatch, "baseline")
    assert not outside.exists()


def test_an_edit_in_a_copy_does_not_follow_a_link_back(write_project, tmp_path):
    root = write_project(FILES)
    (root / "other").mkdir()
    (root / "other/mod.py").symlink_to(root / "app/__init__.py")
    copy = copy_tree(Tree(root, ""), tmp_path / "copy")
    edit = DeferImport("other/mod.py", 1, "import json", "json", Form.FUNCTIONS, ("run",))
    with pytest.raises(ImportgraphError, match="leads out of the tree"):
        apply_edits(copy, [edit])
    assert (root / "app/__init__.py").read_text() == FILES["app/__init__.py"]


@pytest.mark.parametrize("name", ["packed-refs", "HEAD", "index", "shallow", "config", "commondir"])
def test_a_pipe_in_a_repository_stops_nothing(tmp_path, monkeypatch, name):
    repo = Repo(tmp_path / "repo")
    repo.commit({**FILES, "b.py": "import app\n"})
    (repo.folder / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(repo.folder / ".git" / name)
    monkeypatch.setattr("importgraph.git.run._TIMEOUT", 2)
    for arguments in (("analyze",), ("diff", "HEAD"), ("affected", "--since", "HEAD")):
        try:
            run(repo.folder, monkeypatch, *arguments)
        except ImportgraphError as error:
            assert "\n" not in str(error)  # noqa: PT017 -- either it works, or it says why not


def test_a_baseline_that_is_no_file_or_nested_without_end_is_one_line(write_project, monkeypatch):
    root = write_project(FILES)
    path = root / "importgraph-baseline.json"
    os.mkfifo(path)
    with pytest.raises(ImportgraphError, match="not a regular file"):
        run(root, monkeypatch, "check")
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(ImportgraphError, match="not a regular file"):
        run(root, monkeypatch, "check")
    path.unlink()
    path.write_text("[" * 100_000)
    with pytest.raises(ImportgraphError, match="is not JSON"):
        run(root, monkeypatch, "check")


def test_a_pipe_in_place_of_an_object_is_one_line(tmp_path, monkeypatch):
    repo = Repo(tmp_path / "repo")
    commit = repo.commit(FILES)
    path = repo.folder / ".git/objects" / commit[:2] / commit[2:]
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr("importgraph.git.run._TIMEOUT", 1)
    with pytest.raises(ImportgraphError, match="did not answer"):
        run(repo.folder, monkeypatch, "diff", "HEAD")
