import subprocess

import pytest

from importgraph.git.index import tracked_below, tracked_files

NAMES = ["a.py", "p/__init__.py", "p/gen.py", "p/longer name.py", "ü/é.py", f"deep/{'x' * 200}/m.py"]


def git(folder, *words):
    done = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return done.stdout


@pytest.fixture
def repository(write_project):
    root = write_project({**dict.fromkeys(NAMES, ""), ".gitignore": "p/gen.py\n"})

    def made(*words, version=2):
        git(root, "init", "-q", *words)
        git(root, "config", "index.version", str(version))
        git(root, "add", "-A", "-f", ".")
        git(root, "update-index", "--index-version", str(version), "--force-write-index")
        return root

    return made


def listed(root):
    return frozenset(git(root, "ls-files", "-z").decode().split("\0")) - {""}


@pytest.mark.parametrize("version", [2, 3, 4])
def test_every_version_of_the_index(repository, version):
    root = repository(version=version)
    if version == 3:  # an entry with more flags makes git write version 3
        (root / "later.py").write_text("")
        git(root, "add", "--intent-to-add", "later.py")
    assert (root / ".git" / "index").read_bytes()[7] == version
    assert tracked_files(root / ".git", root / ".git") == listed(root)


def test_objects_named_by_sha256(repository):
    root = repository("--object-format=sha256")
    assert tracked_files(root / ".git", root / ".git") == listed(root)


def test_a_split_index(repository):
    root = repository()
    git(root, "update-index", "--split-index")
    (root / "more.py").write_text("")
    git(root, "add", "more.py")
    assert tracked_files(root / ".git", root / ".git") == listed(root) >= {"more.py", "a.py"}


def test_below_a_folder_and_in_a_linked_work_tree(repository, tmp_path):
    root = repository()
    git(root, "commit", "-qm", "x")
    assert tracked_below(root / "p") == {"__init__.py", "gen.py", "longer name.py"}
    git(root, "worktree", "add", "-q", str(tmp_path / "other"))
    assert tracked_below(tmp_path / "other") == listed(root)


@pytest.mark.parametrize(("kept", "start"), [(0, b""), (90, b""), (-1, b"NONE")])
def test_an_index_that_cannot_be_read(repository, kept, start):
    root = repository()
    index = root / ".git" / "index"
    index.write_bytes(start + index.read_bytes()[len(start) : kept])
    assert tracked_files(root / ".git", root / ".git") is None


def test_no_repository(tmp_path):
    assert tracked_below(tmp_path) == frozenset()
