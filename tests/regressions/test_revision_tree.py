"""A commit whose graph is kept is opened without its texts: those that did not change are the work tree's."""

from pathlib import Path

import pytest

from importgraph import reads
from importgraph.config import Partial
from importgraph.git.repository import open_repository
from importgraph.outputs.documents import json_graph
from importgraph.project import open_project
from importgraph.regressions.impact.affected_tests import affected_tests, sibling_of
from importgraph.regressions.impact.reaching import kept_keys
from importgraph.regressions.revision_tree import RevisionSettings, RevisionTree, changed_revision
from tests.git_repos import Repo

FILES = {
    "pyproject.toml": "[project]\nname = 'app'\n[project.scripts]\nmake = 'app.core:make'\n",
    "app/__init__.py": "",
    "app/core.py": "import os\n\n\ndef make():\n    return 1\n",
    "app/old.py": "def old():\n    return 1\n",
    "tests/test_one.py": "from app.core import make\n\n\ndef test_one():\n    make()\n",
    "tests/test_old.py": "from app.old import old\n\n\ndef test_old():\n    old()\n",
}
OPTIONS = Partial({"workers": 1})


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(FILES)
    return made


@pytest.fixture
def home(tmp_path: Path):
    place = tmp_path / "home"
    reads.watch(str(place))
    yield place
    reads.stop()


def opened(repo: Repo, home: Path, changed=("app/core.py",)) -> tuple[bool, list[str], bytes, bytes]:
    """Return whether the graph was kept, the files that were written, and what two of them say."""
    repository = open_repository(repo.folder)
    commit = repository.resolve("HEAD")
    with changed_revision(
        repository, commit, repo.folder, changed, RevisionSettings(OPTIONS, home)
    ) as project:
        kept = project.from_kept
        _ = project.graph
        written = sorted(one.relative_to(project.root).as_posix() for one in project.root.rglob("*.*"))
        return kept, written, project.read_bytes("app/core.py"), project.read_bytes("app/old.py")


def test_only_what_changed_is_written_where_the_graph_is_kept(repo: Repo, home: Path) -> None:
    texts = tuple(FILES[path].encode() for path in ("app/core.py", "app/old.py"))
    kept, written, *said = opened(repo, home)
    assert (kept, set(written) - {".git"}, tuple(said)) == (False, set(FILES), texts)
    repo.write({"app/core.py": "import sys\n"})
    kept, written, *said = opened(repo, home)
    assert (kept, set(written) - {".git"}, tuple(said)) == (True, {"pyproject.toml", "app/core.py"}, texts)


@pytest.mark.parametrize(
    ("edit", "is_near"),
    [
        ({"app/core.py": "import sys\n\n\ndef make(one=None):\n    return one\n", "NEWS.md": "more\n"}, True),
        ({"app/core.py": "import app.old\n\n\ndef make():\n    return 1\n"}, True),
        ({"app/core.py": "from app.old import *\n"}, False),
        ({"app/new.py": ""}, False),
        ({"pyproject.toml": "[project]\nname = 'other'\n"}, False),
    ],
)
def test_a_revision_starts_from_the_tree_as_it_is(
    repo: Repo, home: Path, edit: dict[str, str], is_near: bool
) -> None:
    repo.commit({"NEWS.md": "news\n"})
    repo.write(edit)
    repository = open_repository(repo.folder)
    commit = repository.resolve("HEAD")
    changes = repository.changes(commit, None)
    project = open_project(repo.folder, OPTIONS, cache_folder=home)
    _ = project.graph
    gone = [one.old_path for one in changes if one.status != "A"]
    graphs = []
    near, alone = RevisionSettings(OPTIONS, home, sibling_of(project, changes, "")), RevisionSettings(OPTIONS)
    for settings in (near, alone):
        with changed_revision(repository, commit, repo.folder, gone, settings) as base:
            assert base.from_kept == (is_near and settings is near)
            graphs.append(json_graph.render(base.graph))
    assert graphs[0] == graphs[1]


def test_a_file_that_is_nowhere_has_no_bytes(repo: Repo, home: Path) -> None:
    opened(repo, home)
    (repo.folder / "app/old.py").unlink()
    assert opened(repo, home, ("app/core.py", "app/old.py"))[3] == FILES["app/old.py"].encode()
    assert opened(repo, home)[3] == b""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("", set()),
        ("app", {"app/__init__.py"}),
        ("app/inner", {"app/__init__.py", "app/inner/__init__.py"}),
    ],
)
def test_packages_around_a_folder_are_written(
    repo: Repo, tmp_path: Path, folder: str, expected: set[str]
) -> None:
    repo.commit({"app/inner/__init__.py": ""})
    repository = open_repository(repo.folder)
    tree = RevisionTree(repository, repository.resolve("HEAD"), "", tmp_path / "place")
    tree.write_settings(tmp_path / "place" / folder, ())
    assert {one.relative_to(tree.place).as_posix() for one in tree.place.rglob("*.py")} == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [("app/core.py", None), ("app/core.py", "def make():\n    return 2\n"), ("app/more.py", "X = 1\n")],
)
def test_the_same_tests_with_and_without_kept_graphs(
    repo: Repo, tmp_path: Path, path: str, text: str | None
) -> None:
    def affected(home: Path | None):
        return affected_tests(repo.folder, "HEAD", OPTIONS, home).selection

    home = tmp_path / "home"
    reads.watch(str(home))
    try:
        affected(home)
        repo.write({path: text or ""})
        if text is None:
            (repo.folder / path).unlink()
        found = affected(home)
    finally:
        reads.stop()
    assert found == affected(None)
    assert [test.path for test in found.tests] == (["tests/test_one.py"] if path == "app/core.py" else [])


def test_keys_of_texts_are_kept_and_outlines_that_are_lost_are_read_again(repo: Repo, home: Path) -> None:
    def affected(text: str) -> list[str]:
        repo.write({"app/core.py": text})
        reads.stop()
        reads.watch(str(home))
        return [test.path for test in affected_tests(repo.folder, "HEAD", OPTIONS, home).selection.tests]

    first = affected("def make():\n    return 2\n")
    known = kept_keys(open_project(repo.folder, OPTIONS, cache_folder=home))
    assert set(known) == {path for path in FILES if path.endswith(".py")}
    (database,) = home.glob("facts-*.sqlite3")
    database.unlink()
    assert affected("def make():\n    return 3\n") == first == ["tests/test_one.py"]
    known = kept_keys(open_project(repo.folder, OPTIONS, cache_folder=home))
    assert set(known) == {path for path in FILES if path.endswith(".py")} - {"app/core.py"}
