"""The graph of a commit is kept by its content; what depends on the work tree does not change it."""

import gc
from pathlib import Path

import pytest

from importgraph import reads
from importgraph.cli import app
from importgraph.config import Partial
from importgraph.git.repository import open_repository
from importgraph.outputs.documents import json_graph
from importgraph.regressions import impact
from importgraph.regressions.analysis import analysed_revision
from importgraph.regressions.impact.affected_tests import affected_tests
from tests.git_repos import Repo

FILES = {
    "app/__init__.py": "",
    "app/core.py": "import os\n\n\ndef make():\n    return 1\n",
    "tests/test_one.py": "from app.core import make\n\n\ndef test_one():\n    make()\n",
    "tests/test_two.py": "import os\n\n\ndef test_two():\n    pass\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(FILES)
    return made


def revision(repo: Repo, home: Path | None, commit: str = "HEAD") -> tuple[bool, str]:
    """Return whether the graph of a commit was kept, and the graph."""
    if home is not None:
        reads.watch(str(home))
    try:
        repository = open_repository(repo.folder)
        named = repository.resolve(commit)
        with analysed_revision(repository, named, repo.folder, Partial({"workers": 1}), home) as base:
            graph = json_graph.render(base.project.graph)
            return base.project.from_kept, graph
    finally:
        reads.stop()


def test_a_commit_is_analysed_once(repo: Repo, tmp_path: Path) -> None:
    assert not revision(repo, tmp_path / "home")[0]
    repo.write({"app/core.py": "import sys\n", "app/new.py": ""})
    assert revision(repo, tmp_path / "home") == (True, revision(repo, None)[1])


def test_another_commit_has_a_graph_of_its_own(repo: Repo, tmp_path: Path) -> None:
    revision(repo, tmp_path / "home")
    repo.commit({"app/core.py": "import sys\n"})
    assert revision(repo, tmp_path / "home") == (False, revision(repo, None)[1])
    assert revision(repo, tmp_path / "home", "HEAD~1")[0]


def test_a_changed_environment_is_seen(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    revision(repo, tmp_path / "home")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "other"))
    assert not revision(repo, tmp_path / "home")[0]


@pytest.mark.parametrize(("added", "graphs"), [({}, 1), ({"app/new.py": "import app.core\n"}, 2)])
def test_affected_tests_are_the_same_from_kept_graphs(
    repo: Repo, tmp_path: Path, added: dict[str, str], graphs: int
) -> None:
    """Where texts alone changed, the graph of the commit starts from that of the tree and is not kept."""
    repo.write({"app/core.py": "import os\n\n\ndef make():\n    return 2\n", **added})
    home = tmp_path / "home"

    def affected(cache: Path | None) -> object:
        if cache is not None:
            reads.watch(str(cache))
        try:
            return affected_tests(repo.folder, "HEAD", Partial({"workers": 1}), cache)
        finally:
            reads.stop()

    without = affected(None)
    assert [affected(home), affected(home)] == [without, without]
    assert len(list((home / "graphs").glob("*.data"))) == graphs
    repo.write(
        {
            "app/core.py": "import os\n\n\ndef make():\n    return 3\n",
            "tests/test_two.py": "import app.core\n",
        }
    )
    assert affected(home) == affected(None)


@pytest.mark.thorough
def test_an_answer_about_changes_is_given_again(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(home))

    def ask(*options: str) -> tuple[str, int]:
        """Ask as the command line does; return what was said, and how many answers there are."""
        gc.collect()  # what earlier tests left is not removed while notes are taken
        taken = reads.watch(str(home))
        try:
            with pytest.raises(SystemExit):
                app(["affected", str(repo.folder), "--since", "HEAD", *options])
        finally:
            reads.stop()
        assert not taken.harm
        return capsys.readouterr().out, len(list((home / "answers").glob("*.notes")))

    repo.write({"app/core.py": "def make():\n    return 2\n"})
    assert ask() == ("tests/test_one.py\n", 1)
    calls: list[object] = []
    monkeypatch.setattr(impact, "affected_tests", lambda *given, **_: calls.append(given))
    assert ask() == ("tests/test_one.py\n", 1)
    monkeypatch.undo()
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(home))
    assert not calls
    assert '"tests"' in ask("--format", "json")[0]
    repo.write({"tests/test_two.py": "import app.core\n"})
    assert ask()[0] == "tests/test_one.py\ntests/test_two.py\n"
    repo.write({"tests/test_two.py": "import app\n", "app/__init__.py": "import app.core\n"})
    assert ask()[0] == "tests/test_one.py\ntests/test_two.py\n"
    repo.commit({"app/core.py": "def make():\n    return 2\n"})
    assert ask()[0] == ""


def test_notes_of_a_part_are_notes_of_the_run(tmp_path: Path) -> None:
    from importgraph.kept.parts import Apart

    (tmp_path / "one").write_text("1")
    (tmp_path / "two").write_text("2")
    run = reads.watch(str(tmp_path / "home"))
    part = Apart()
    try:
        (tmp_path / "one").read_text()
        with part:
            (tmp_path / "two").read_text()
            reads.spoil("a reason")
    finally:
        reads.stop()
    assert part.reads is not None
    assert {Path(path).name for path, *_ in part.reads.notes()} == {"two"}
    assert {Path(path).name for path, *_ in run.notes()} == {"one", "two"}
    assert run.harm == run.spoiled == "a reason"


def test_what_a_part_reads_later_is_noted_by_the_run_too(tmp_path: Path) -> None:
    from importgraph.kept.parts import Apart

    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    run = reads.watch(str(tmp_path / "home"))
    part = Apart()
    try:
        with part:
            (tmp_path / "one").stat()
        with part, part:
            (tmp_path / "one").read_text()
        with part:
            (tmp_path / "two").read_text()
        (tmp_path / "home").parent.stat()
    finally:
        reads.stop()
    assert part.reads is not None
    noted = {Path(path).name: digest for path, _, _, digest in run.notes()}
    assert noted["one"], "it was read just after it changed, and no digest says what was read"
    assert noted["two"]
    assert len(list(part.reads.notes())) == 2
