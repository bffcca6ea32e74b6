"""Repositories of every layout give what git itself gives."""

import subprocess
from pathlib import Path

import pytest
from git_repos import Repo, git

from importgraph.errors import UsageError
from importgraph.git.repository import open_repository


@pytest.fixture
def repo(tmp_path):
    made = Repo(tmp_path / "repo")
    made.commit(
        {"a.py": "one = 1\n", "b.py": "two = 2\n" * 20, "c/d.py": "x = 1\n", ".gitignore": "skip.py\n"}
    )
    return made


def changes(folder: Path, base: str, head: str | None = None):
    return [(one.status, one.old_path, one.path) for one in open_repository(folder).changes(base, head)]


def test_changes_of_the_work_tree_are_what_git_says(repo):
    repo.write({"a.py": "one = 2\n", "new.py": "", "skip.py": "", "staged.py": "s = 1\n"})
    git(repo.folder, "add", "staged.py")
    git(repo.folder, "mv", "b.py", "moved.py")
    (repo.folder / "c/d.py").unlink()
    assert changes(repo.folder, "HEAD") == [
        ("M", "a.py", "a.py"),
        ("D", "c/d.py", "c/d.py"),
        ("R", "b.py", "moved.py"),
        ("A", "new.py", "new.py"),
        ("A", "staged.py", "staged.py"),
    ]


def test_a_touched_file_is_no_change(repo):
    (repo.folder / "a.py").touch()
    assert changes(repo.folder, "HEAD") == []


def test_line_endings_that_git_converts_are_no_change(repo):
    git(repo.folder, "config", "core.autocrlf", "true")
    (repo.folder / "a.py").write_bytes(b"one = 1\r\n")
    assert changes(repo.folder, "HEAD") == []


@pytest.mark.parametrize("pack", [False, True])
def test_a_linked_work_tree_has_its_own_head_and_index(repo, tmp_path, pack):
    first = git(repo.folder, "rev-parse", "HEAD")
    repo.commit({"a.py": "one = 3\n"})
    if pack:
        git(repo.folder, "gc", "-q")
    git(repo.folder, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), first)
    side = open_repository(tmp_path / "side" / "c")
    assert side.top == (tmp_path / "side").resolve()
    assert side.resolve("HEAD") == first == side.resolve("side")
    assert side.resolve("main") != first
    assert changes(tmp_path / "side", "HEAD") == []
    assert changes(tmp_path / "side", "main") == [("M", "a.py", "a.py")]


def test_a_reflog_and_a_tag_name_revisions(repo):
    first = git(repo.folder, "rev-parse", "HEAD")
    git(repo.folder, "tag", "-a", "-m", "v1", "v1")
    repo.commit({"a.py": "one = 3\n"})
    opened = open_repository(repo.folder)
    assert opened.resolve("v1") == opened.resolve("HEAD@{1}") == opened.resolve("main~1") == first


def test_a_repository_with_sha256_and_one_with_a_split_index(tmp_path):
    folder = tmp_path / "long"
    folder.mkdir()
    git(folder, "init", "-q", "--object-format=sha256")
    (folder / "a.py").write_text("a = 1\n")
    git(folder, "add", "-A")
    git(folder, "update-index", "--split-index")
    git(folder, "commit", "-qm", "one")
    (folder / "a.py").write_text("a = 22\n")
    assert len(open_repository(folder).resolve("HEAD")) == 64
    assert changes(folder, "HEAD") == [("M", "a.py", "a.py")]


def test_a_head_that_is_a_link_is_followed(repo):
    head = repo.folder / ".git/HEAD"
    head.unlink()
    head.symlink_to("refs/heads/main")
    opened = open_repository(repo.folder)
    assert opened.resolve("HEAD") == opened.resolve("main")


def test_files_and_blame_of_a_commit(repo):
    second = repo.commit({"a.py": "one = 1\nthree = 3\n"}, "More")
    opened = open_repository(repo.folder)
    entries = list(opened.files(second, ""))
    assert [entry.path for entry in entries] == [".gitignore", "a.py", "b.py", "c/d.py"]
    assert list(opened.read([entries[1].object])) == [b"one = 1\nthree = 3\n"]
    blamed = opened.blame("a.py", 2, None)
    assert blamed is not None
    assert (blamed.id, blamed.author, blamed.summary) == (second, "Ada", "More")


def test_stand_ins_are_removed(repo, monkeypatch, tmp_path):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    opened = open_repository(repo.folder)
    opened.resolve("HEAD")
    assert len(list(place.iterdir())) == 1
    del opened
    assert list(place.iterdir()) == []
    assert (repo.folder / ".git/refs/heads/main").is_file()


def test_a_bare_repository_has_no_work_tree(repo, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repo.folder), "bare")
    with pytest.raises(UsageError, match="is not in a git repository"):
        open_repository(tmp_path / "bare")


def test_nothing_of_the_repository_changes(repo):
    def state():
        return {
            path: (path.stat().st_mtime_ns, path.stat().st_size) for path in (repo.folder / ".git").rglob("*")
        }

    repo.write({"a.py": "one = 9\n"})
    before = state()
    opened = open_repository(repo.folder)
    assert opened.changes("HEAD", None)
    opened.blame("a.py", 1, None)
    opened.known_files("", "--others")
    assert state() == before
    subprocess.run(["git", "fsck"], cwd=repo.folder, check=True, capture_output=True)
