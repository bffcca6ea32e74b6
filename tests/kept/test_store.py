"""What is kept is given again while nothing changed; damage to its files is a miss at worst."""

import os
import stat
from pathlib import Path

import pytest

from importgraph import reads
from importgraph.kept import store
from importgraph.kept.conditions import is_same, lists_same
from importgraph.reads import Reads


def noted(tree: Path, home: Path) -> Reads:
    taken = reads.watch(str(home))
    try:
        for path in sorted(tree.iterdir()):
            path.read_bytes()
    finally:
        reads.stop()
    return taken


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.py").write_text("a = 1\n")
    (folder / "b.py").write_text("b = 1\n")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def kept(tree: Path, home: Path, question: str = "q", data: bytes = b"something") -> str:
    folder = str(home / "graphs")
    store.keep(folder, question, noted(tree, home), [data])
    return folder


def recalled(folder: str, question: str = "q") -> bytes | None:
    found = store.recall(folder, question, None)
    return bytes(found[0]) if found is not None else None


def test_what_was_kept_is_given_again(tree: Path, home: Path) -> None:
    assert recalled(kept(tree, home)) == b"something"


def test_another_question_has_nothing(tree: Path, home: Path) -> None:
    assert recalled(kept(tree, home), "another") is None


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename"])
def test_a_change_of_the_tree_is_seen(tree: Path, home: Path, change: str) -> None:
    folder = kept(tree, home)
    if change == "edit":
        (tree / "a.py").write_text("a = 2\n")
    elif change == "add":
        (tree / "c.py").write_text("")
    elif change == "remove":
        (tree / "a.py").unlink()
    else:
        (tree / "a.py").rename(tree / "d.py")
    assert recalled(folder) is None


@pytest.mark.parametrize("ending", [".notes", ".data"])
@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "remove"])
def test_damage_is_a_miss(tree: Path, home: Path, ending: str, damage: str) -> None:
    folder = kept(tree, home, data=bytes(range(256)))
    [place] = [path for path in Path(folder).iterdir() if path.name.endswith(ending)]
    whole = bytearray(place.read_bytes())
    if damage == "remove":
        place.unlink()
    else:
        whole[len(whole) // 2] ^= 1
        place.write_bytes({"cut": whole[:-3], "flip": whole, "empty": b""}[damage])
    assert recalled(folder) is None


def test_only_the_user_can_read_it_and_no_variable_is_in_it(
    tree: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "hidden-value")
    folder = Path(kept(tree, home))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"hidden-value" not in path.read_bytes()


def test_what_replaces_leaves_nothing_behind(tree: Path, home: Path) -> None:
    kept(tree, home, data=b"first")
    folder = kept(tree, home, data=b"second")
    assert recalled(folder) == b"second"
    assert len(os.listdir(folder)) == 2  # noqa: PTH208 -- names alone


def test_what_an_ended_run_left_goes(tree: Path, home: Path) -> None:
    folder = kept(tree, home)
    (Path(folder) / "q-0123456789abcdef.data").write_bytes(b"without notes")
    kept(tree, home)
    assert len(os.listdir(folder)) == 2  # noqa: PTH208 -- names alone


def test_those_asked_for_last_stay(tree: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MOST", 2)
    for age, question in enumerate(("a", "b")):
        folder = kept(tree, home, question)
        os.utime(Path(folder) / f"{question}.notes", (age, age))
    kept(tree, home, "c")
    assert [recalled(folder, one) for one in "abc"] == [None, b"something", b"something"]


def test_a_run_that_uses_it_depends_on_the_same(tree: Path, home: Path) -> None:
    folder = kept(tree, home)
    later = reads.watch(str(home))
    try:
        assert store.recall(folder, "q", later) is not None
    finally:
        reads.stop()
    assert str(tree / "a.py") in {path for path, *_ in later.notes()}
    assert all(map(is_same, later.notes()))
    (tree / "a.py").write_text("a = 3\n")
    assert not all(map(is_same, later.notes()))
    assert all(lists_same((*one, False)) for one in later.folders())
    (tree / "new.py").write_text("")
    assert not all(lists_same((*one, False)) for one in later.folders())


@pytest.mark.parametrize(("most", "changed"), [(0, None), (1, ["a.py"])])
def test_some_files_may_have_changed_where_they_are_told(
    tree: Path, home: Path, most: int, changed: list[str] | None
) -> None:
    folder = kept(tree, home)
    (tree / "a.py").write_text("a = 2\n")
    taken = reads.watch(str(home))
    try:
        found = store.recall(folder, "q", taken, most)
    finally:
        reads.stop()
    assert (found and [Path(path).name for path in found[1]]) == changed
    if changed:
        assert str(tree / "a.py") not in {path for path, *_ in taken.notes()}


def test_what_is_no_file_any_more_is_no_changed_file(tree: Path, home: Path) -> None:
    folder = kept(tree, home)
    (tree / "a.py").unlink()
    (tree / "a.py").mkdir()
    assert store.recall(folder, "q", None, 5) is None
