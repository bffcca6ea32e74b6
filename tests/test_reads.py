"""What a run asks of the file system is noted, however it asks."""

# ruff: noqa: PLW0108, PTH110, PTH113, PTH202, PTH207, PTH208 -- every way counts

import glob
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git_repos import Repo

from importgraph import reads
from importgraph.file_states import FOLDER, NOWHERE, content_digest, status_at
from importgraph.git.history import removals
from importgraph.storage import write_whole


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[reads.Reads]:
    yield reads.watch(str(tmp_path / "cache"))
    reads.stop()


WAYS: list[Callable[[Path], object]] = [
    lambda path: path.read_bytes(),
    lambda path: path.read_text(encoding="utf-8"),
    lambda path: os.close(os.open(path, os.O_RDONLY)),
    lambda path: path.exists(),
    lambda path: path.is_file(),
    lambda path: path.stat(),
    lambda path: os.path.isfile(path),
    lambda path: os.path.exists(os.fsencode(path)),
    lambda path: os.path.getsize(path),
    lambda path: path.with_name("gone").exists() or path.exists(),
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_looking_at_a_file_is_noted(
    tmp_path: Path, watched: reads.Reads, way: Callable[[Path], object]
) -> None:
    path = tmp_path / "file.txt"
    reads.stop()
    path.write_text("text", encoding="utf-8")
    watched = reads.watch(str(tmp_path / "cache"))
    way(path)
    assert str(path) in {note[0] for note in watched.notes()}


@pytest.mark.parametrize(
    "way",
    [
        lambda path: list(path.iterdir()),
        lambda path: os.listdir(path),
        lambda path: list(os.scandir(path)),
        lambda path: list(path.glob("*.py")),
        lambda path: glob.glob(f"{path}/*.py"),
        lambda path: list(os.walk(path)),
    ],
)
def test_every_way_of_listing_a_folder_is_noted(
    tmp_path: Path, watched: reads.Reads, way: Callable[[Path], object]
) -> None:
    way(tmp_path)
    assert str(tmp_path) in {folder[0] for folder in watched.folders()}


def test_what_is_not_there_is_noted(tmp_path: Path, watched: reads.Reads) -> None:
    assert not (tmp_path / "gone").exists()
    assert (str(tmp_path / "gone"), True, NOWHERE, b"") in list(watched.notes())


def test_a_folder_that_is_only_asked_for_may_change(tmp_path: Path, watched: reads.Reads) -> None:
    assert tmp_path.is_dir()
    assert (str(tmp_path), True, FOLDER, b"") in list(watched.notes())


def test_writing_and_starting_programs_spoil_an_answer(tmp_path: Path, watched: reads.Reads) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/facts-2.sqlite3").write_text("", encoding="utf-8")
    assert not watched.spoiled
    (tmp_path / "report").write_text("", encoding="utf-8")
    assert watched.spoiled


def test_a_program_spoils_an_answer(watched: reads.Reads) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert watched.spoiled


def test_the_history_of_git_is_noted(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"app.py": "x = 1\n", "kept.py": ""})
    watched = reads.watch(str(tmp_path / "cache"))
    assert not removals(repo.folder, ["app.py"])
    reads.stop()
    assert not watched.spoiled
    assert all(status_at(path, follow=follow) == status for path, follow, status, _ in watched.notes())
    repo.commit({}, deleted=["app.py"])
    changed = [
        path
        for path, follow, status, digest in watched.notes()
        if status_at(path, follow=follow) != status or (digest and content_digest(path) != digest)
    ]
    assert any("/refs/" in path for path in changed)
    assert removals(repo.folder, ["app.py"])


@pytest.mark.usefixtures("watched")
def test_what_is_watched_can_do_what_it_could() -> None:
    assert os.stat in os.supports_dir_fd
    assert os.stat in os.supports_follow_symlinks
    assert os.stat in os.supports_fd


def test_nothing_is_noted_after_the_end(tmp_path: Path, watched: reads.Reads) -> None:
    reads.stop()
    assert not (tmp_path / "gone").exists()
    assert not list(watched.notes())


def test_what_tempfile_makes_is_not_noted(watched: reads.Reads) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        (Path(folder) / "copy").write_text("", encoding="utf-8")
        Path(file.name).read_bytes()
    assert not watched.spoiled
    assert not any(note[0].startswith(f"{folder}/") for note in watched.notes())


def test_a_file_beside_the_temporary_ones_is_somebody_s(
    tmp_path: Path, watched: reads.Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    write_whole(tmp_path / "report.html", b"")
    assert watched.spoiled


@pytest.mark.parametrize("folder", ["cache", "importgraph-tree"])
def test_a_tree_in_any_folder_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / folder / "app.py"
    path.parent.mkdir()
    path.write_text("", encoding="utf-8")
    watched = reads.watch(str(tmp_path / "cache"))
    path.read_bytes()
    list(path.parent.iterdir())
    reads.stop()
    assert str(path) in {note[0] for note in watched.notes()}
    assert str(path.parent) in {listed[0] for listed in watched.folders()}


def test_a_pipe_spoils_an_answer_and_keeps_its_reader(tmp_path: Path, watched: reads.Reads) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.close(os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK))
    assert "no regular file" in watched.spoiled


def test_bytecode_of_a_first_import_is_no_change(tmp_path, monkeypatch):
    (tmp_path / "imported_once_here.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    taken = reads.watch(str(tmp_path / "home"))
    try:
        importlib.import_module("imported_once_here")
    finally:
        reads.stop()
    assert list((tmp_path / "__pycache__").iterdir())
    assert not taken.harm
