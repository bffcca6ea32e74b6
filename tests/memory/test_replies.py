"""A kept reply is given again for an unchanged tree, and never for one that says something else."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph import file_states, reads
from importgraph.cli import measured
from importgraph.config import from_options
from importgraph.measurements.model import ImportProfile
from importgraph.memory import replies
from importgraph.memory.copies import Copy
from importgraph.outputs.documents import json_graph
from importgraph.project import open_project
from tests.conftest import write_files

TREE = {
    "app/__init__.py": "",
    "app/core.py": "import os\nfrom app.low import name\n",
    "app/low.py": "name = 1\nother = 2\n",
    "app/deep/__init__.py": "from app import core\n",
    "app/deep/one.py": "from . import two\n",
    "app/deep/two.py": "def f():\n    import app.low\n\nf()\n",
    "tests/test_one.py": "from app.core import name\n",
    "pyproject.toml": "[project]\nname = 'app'\n",
}


def cold(tree: Path) -> bytes:
    return json_graph.render(open_project(tree, from_options(workers=1)).graph).encode()


def printed(answer: bytes) -> Copy:
    copy = Copy("")
    copy.add(answer)
    return copy


def asked(tree: Path, cache: Path) -> tuple[bytes, bool]:
    """Answer as the command line does; tell whether the answer had been kept."""
    known = replies.recall(str(cache), "graph")
    if known is not None:
        return bytes(known[0]), True
    noted = reads.watch(str(cache))
    try:
        answer = cold(tree)
    finally:
        reads.stop()
    assert not noted.spoiled
    replies.keep(str(cache), "graph", noted, printed(answer), (b"", 0))
    return answer, False


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_files(tmp_path / "tree", TREE)


@pytest.fixture
def short_grain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_states, "GRAIN_NS", 20_000_000)


def settle() -> None:
    time.sleep(0.05)


def test_an_unchanged_tree_is_only_checked(tree: Path, tmp_path: Path) -> None:
    first, _ = asked(tree, tmp_path / "kept")
    assert asked(tree, tmp_path / "kept") == (first, True)


def test_another_question_has_no_reply(tree: Path, tmp_path: Path) -> None:
    asked(tree, tmp_path / "kept")
    assert replies.recall(str(tmp_path / "kept"), "analyze") is None


@pytest.mark.usefixtures("short_grain")
@pytest.mark.parametrize("settled", [False, True])
def test_a_change_that_keeps_size_and_time_of_modification_is_seen(
    tree: Path, tmp_path: Path, settled: bool
) -> None:
    if settled:
        settle()
    asked(tree, tmp_path / "kept")
    path = tree / "app/core.py"
    before = path.stat()
    if settled:
        settle()
    path.write_text("import re\nfrom app.low import name\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    answer, kept = asked(tree, tmp_path / "kept")
    assert not kept
    assert answer == cold(tree)


@pytest.mark.usefixtures("short_grain")
def test_what_was_racy_is_told_by_its_times_later(tree: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    asked(tree, kept)
    (path,) = kept.glob("*.reply")
    racy = path.stat().st_size
    settle()
    assert asked(tree, kept)[1]
    assert path.stat().st_size < racy  # without digests
    assert asked(tree, kept)[1]
    (tree / "app/low.py").write_text("name = 1\nothr = 22\n", encoding="utf-8")
    assert not asked(tree, kept)[1]


def test_bytecode_that_a_test_run_leaves_is_no_change(tree: Path, tmp_path: Path) -> None:
    first, _ = asked(tree, tmp_path / "kept")
    write_files(tree, {"app/__pycache__/core.cpython-311.pyc": ""})
    assert asked(tree, tmp_path / "kept") == (first, True)


def test_a_link_that_leads_elsewhere_is_a_change(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tree / "link").symlink_to(outside)
    asked(tree, tmp_path / "kept")
    outside.rmdir()
    outside.write_text("", encoding="utf-8")
    answer, _ = asked(tree, tmp_path / "kept")
    assert answer == cold(tree)


@pytest.mark.parametrize("place", [0, 5, 100, -1])
def test_a_damaged_reply_is_none(tree: Path, tmp_path: Path, place: int) -> None:
    asked(tree, tmp_path / "kept")
    (path,) = (tmp_path / "kept").glob("*.reply")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert replies.recall(str(tmp_path / "kept"), "graph") is None
    path.write_bytes(data[:50])
    assert replies.recall(str(tmp_path / "kept"), "graph") is None


def test_only_so_many_replies_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "_MOST", 2)
    for number in range(5):
        replies.keep(str(tmp_path), f"question {number}", reads.Reads(), printed(b""), (b"", 0))
    assert len(list(tmp_path.glob("*.reply"))) == 2


def test_only_so_many_bytes_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "_MOST_BYTES", 100)
    for number in range(3):
        replies.keep(str(tmp_path), f"question {number}", reads.Reads(), printed(b"x" * 200), (b"", 0))
        os.utime(tmp_path, (number, number))
    assert len(list(tmp_path.glob("*.reply"))) == 1


EDITS = st.sampled_from(
    [
        ("write", "app/core.py", "from app.deep import one\n"),
        ("write", "app/core.py", "import os\nfrom app.low import nam_\n"),
        ("write", "app/new.py", "import app\n"),
        ("write", "app/low.py", "name = (\n"),
        ("write", "pyproject.toml", "[tool.importgraph]\nexclude = ['tests']\n"),
        ("write", "pyproject.toml", "[tool.importgraph]\nsource-roots = ['app']\n"),
        ("write", ".gitignore", "deep/\n"),
        ("write", ".git/HEAD", "ref: refs/heads/main\n"),
        ("write", "app/deep/__pycache__/x.py", ""),
        ("write", "requirements.txt", "requests\n"),
        ("write", ".venv/pyvenv.cfg", "home = /usr/bin\n"),
        ("write", ".venv/lib/python3.11/site-packages/low/__init__.py", ""),
        ("move", "app/low.py", "app/lower.py"),
        ("move", "app/deep", "app/deeper"),
        ("move", "app/deep", "deep"),
        ("move", "tests", "app/tests"),
        ("remove", "app/deep/__init__.py", ""),
        ("remove", "app/__init__.py", ""),
        ("swap", "app/core.py", "app/low.py"),
        ("nothing", "", ""),
    ]
)


def change(tree: Path, edit: tuple[str, str, str]) -> None:
    kind, first, second = edit
    if kind == "write":
        write_files(tree, {first: second})
    elif kind == "move" and (tree / first).exists() and not (tree / second).exists():
        shutil.move(tree / first, tree / second)
    elif kind == "remove":
        (tree / first).unlink(missing_ok=True)
    elif kind == "swap" and (tree / first).exists() and (tree / second).exists():
        (tree / first).rename(tree / "aside")
        (tree / second).rename(tree / first)
        (tree / "aside").rename(tree / second)


@settings(max_examples=12)
@given(edits=st.lists(EDITS, min_size=1, max_size=5))
def test_a_reply_equals_a_cold_run_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    tree = write_files(folder / "tree", TREE)
    asked(tree, folder / "kept")
    for edit in edits:
        change(tree, edit)
        assert asked(tree, folder / "kept")[0] == cold(tree)


def run(tree: Path, tmp_path: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(tmp_path / "cache"), **variables}
    command = [sys.executable, "-m", "importgraph", *words]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False)


def test_the_second_answer_is_the_first_on_both_streams(tree: Path, tmp_path: Path) -> None:
    first = run(tree, tmp_path, "unresolved", ".")
    assert len(list((tmp_path / "cache/replies").glob("*.reply"))) == 1
    second = run(tree, tmp_path, "unresolved", ".")
    assert (second.stdout, second.stderr, second.returncode) == (first.stdout, first.stderr, first.returncode)


def test_no_reply_tells_a_secret(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path, "graph", TOKEN="hunter-two")  # noqa: S106 -- to be looked for
    (path,) = (tmp_path / "cache/replies").glob("*.reply")
    assert b"hunter-two" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == path.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_leads_elsewhere_gets_no_rules(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").symlink_to(tree)
    asked(tree, tmp_path / "kept")
    assert not (tree / ".gitignore").exists()


def test_the_reply_of_another_user_is_none(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(tree, tmp_path / "kept")
    monkeypatch.setattr(os, "geteuid", lambda: -7)
    assert replies.recall(str(tmp_path / "kept"), "graph") is None


def test_a_new_profile_ends_what_was_answered_without(tree: Path, tmp_path: Path) -> None:
    project = open_project(tree, from_options(workers=1), cache_folder=tmp_path / "cache")
    watched = reads.watch(str(tmp_path / "cache"))
    assert measured.saved_profile(project) is None
    reads.stop()
    replies.keep(str(tmp_path / "kept"), "analyze", watched, printed(b""), (b"", 0))
    assert replies.recall(str(tmp_path / "kept"), "analyze")
    profile = ImportProfile(entry="app", kind="module", python="3.11", total_us=1, spread_us=0)
    measured.keep(project, sys.executable, profile)
    assert replies.recall(str(tmp_path / "kept"), "analyze") is None
    assert measured.saved_profile(project) is not None


def test_a_folder_that_was_removed_is_said_so(tmp_path: Path) -> None:
    script = (
        "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    (tmp_path / "gone").mkdir()
    command = [sys.executable, "-c", script, "-m", "importgraph", "graph"]
    done = subprocess.run(command, cwd=tmp_path / "gone", capture_output=True, check=False)
    assert done.returncode == 2
    assert b"current folder" in done.stderr
    assert b"Traceback" not in done.stderr


def test_errors_are_not_kept(tree: Path, tmp_path: Path) -> None:
    assert run(tree, tmp_path, "why", "nothing", "app").returncode == 2
    assert not list((tmp_path / "cache").glob("replies/*.reply"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["graph", "."], True),
        (["graph", ".", "--no-cache"], False),
        (["graph", "-o", "x"], False),
        (["graph", "-ox"], False),
        (["graph", "--output=x"], False),
        (["analyze", "--measure"], False),
        (["fix", "--write"], False),
        ([], False),
    ],
)
def test_which_answers_are_kept(words: list[str], expected: bool) -> None:
    assert replies.is_kept(words) is expected


@pytest.mark.parametrize("command", ["affected", "baseline", "diff"])
def test_the_graph_of_a_command_that_writes_or_compares_is_kept(command: str) -> None:
    assert replies.is_noted([command, "."])
    assert not replies.is_noted([command, ".", "--no-cache"])
    assert not replies.is_kept([command, "."])
    assert not replies.is_noted([])
