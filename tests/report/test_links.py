"""Addresses of lines: editors and forges, and nothing that runs."""

from pathlib import Path

import pytest
from git_repos import Repo

from importgraph.errors import ConfigError
from importgraph.report.links import source_link


def test_no_setting_is_no_link(tmp_path: Path) -> None:
    assert source_link("", tmp_path) == ""


def test_an_editor_gets_the_place_of_the_tree() -> None:
    found = source_link("vscode://file/{root}/{path}:{line}", Path("/home/a b/shop"))
    assert found == "vscode://file/home/a%20b/shop/{path}:{line}"


def test_a_forge_gets_the_commit_and_the_path_in_the_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    commit = repo.commit({"backend/app.py": ""})
    template = "https://forge.example/acme/blob/{commit}/{path}#L{line}"
    found = source_link(template, repo.folder / "backend")
    assert found == f"https://forge.example/acme/blob/{commit}/backend/{{path}}#L{{line}}"


def test_without_a_commit_there_is_no_link_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert source_link("https://forge.example/{commit}/{path}", tmp_path) == ""
    assert source_link("https://forge.example/{path}", tmp_path) == "https://forge.example/{path}"


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{path}')",
        "data:text/html,{path}",
        "file:///{path}",
        "https://forge.example/",
        "https://forge.example/{path}/{user}",
        "https://forge.example/{root}/{path}",
        "{path}",
        "vscode://vendor.extension/run?{path}",
    ],
)
def test_other_addresses_are_refused(template: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        source_link(template, tmp_path)
