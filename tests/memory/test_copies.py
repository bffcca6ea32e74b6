from pathlib import Path

import pytest

from importgraph.memory import copies
from importgraph.memory.copies import Copy


@pytest.mark.parametrize("short", [1, 10, 1000])
def test_gives_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: int) -> None:
    monkeypatch.setattr(copies, "_SHORT", short)
    copy = Copy(str(tmp_path / "cache" / "replies"))
    for number in range(40):
        copy.add(f"{number} ".encode())
    wanted = "".join(f"{number} " for number in range(40)).encode()
    assert copy.whole() == copy.whole() == wanted
    assert copy.size == len(wanted)


def test_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_SHORT", 2)
    copy = Copy(str(tmp_path / "replies"))
    copy.add(b"long")
    assert [path.name for path in (tmp_path / "replies").iterdir()] == [".gitignore"]
    assert copy.whole() == b"long"


def test_stays_in_memory_where_no_file_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_SHORT", 2)
    (tmp_path / "taken").write_text("a file")
    copy = Copy(str(tmp_path / "taken"))
    copy.add(b"long")
    copy.add(b" enough")
    assert copy.whole() == b"long enough"


def test_there_is_no_copy_of_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "LARGEST", 5)
    copy = Copy("")
    copy.add(b"123")
    copy.add(b"456")
    assert (copy.size, copy.whole()) == (6, b"")
