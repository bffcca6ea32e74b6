import subprocess

from git_repos import Repo

from importgraph.git.copies import share_history


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def state(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_git_says_the_same_in_the_copy_and_the_original_is_not_touched(tmp_path):
    repo = Repo(tmp_path / "repo")
    repo.commit({"a.py": "x = 1\n", ".hidden/b.txt": "b\n"})
    git(repo.folder, "tag", "v1")
    repo.write({"a.py": "x = 2\n"})
    before = state(repo.folder / ".git")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "a.py").write_text("x = 2\n")
    assert share_history(repo.folder, copy)
    assert (copy / ".hidden/b.txt").read_text() == "b\n"
    assert git(copy, "describe", "--tags") == "v1\n"
    assert git(copy, "ls-files") == ".hidden/b.txt\na.py\n"
    assert git(copy, "diff", "--stat").startswith(" a.py")
    git(copy, "tag", "-d", "v1")
    assert state(repo.folder / ".git") == before
    assert git(repo.folder, "tag") == "v1\n"


def test_a_folder_without_or_inside_a_repository_has_nothing_to_share(tmp_path):
    repo = Repo(tmp_path / "repo")
    repo.commit({"sub/a.py": "x = 1\n"})
    copy = tmp_path / "copy"
    copy.mkdir()
    assert not share_history(repo.folder / "sub", copy)
    assert not share_history(tmp_path, copy)
    assert not (copy / ".git").exists()
