"""What a run asks of the file system is noted, however it asks."""

# ruff: noqa: PLW0108, PTH110, PTH113, PTH202, PTH207, PTH208 -- every way counts

import glob
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git_repos import Repo

from importgraph import reads
from importgraph.git.history import removals


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
    assert (str(tmp_path / "gone"), True, reads.NOWHERE, b"") in list(watched.notes())


def test_a_folder_that_is_only_asked_for_may_change(tmp_path: Path, watched: reads.Reads) -> None:
    assert tmp_path.is_dir()
    assert (str(tmp_path), True, reads.FOLDER, b"") in list(watched.notes())


def test_writing_and_starting_programs_spoil_an_answer(tmp_path: Path, watched: reads.Reads) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/kept").write_text("", encoding="utf-8")
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
    assert all(reads.status_at(path, follow=follow) == status for path, follow, status, _ in watched.notes())
    repo.commit({}, deleted=["app.py"])
    changed = [
        path
        for path, follow, status, digest in watched.notes()
        if reads.status_at(path, follow=follow) != status or (digest and reads.content_digest(path) != digest)
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
