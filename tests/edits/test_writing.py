import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from importgraph.edits.changes import FileChange
from importgraph.edits.writing import write_changes

BEFORE = {"a.py": b"a = 1\n", "pkg/b.py": b"b = 1\r\n", "c.py": b"c = 1"}


@pytest.fixture
def root(tmp_path):
    for path, content in BEFORE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def changes():
    return [FileChange(path, content, content.replace(b"1", b"2")) for path, content in BEFORE.items()]


def state(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_files_are_written_with_the_rights_they_had(root):
    (root / "a.py").chmod(0o754)
    done = write_changes(root, [*changes(), FileChange("new.py", None, b"n = 1\n")])
    assert done.done == ("a.py", "pkg/b.py", "c.py", "new.py")
    assert done.left == ()
    assert state(root) == {
        "a.py": b"a = 2\n",
        "pkg/b.py": b"b = 2\r\n",
        "c.py": b"c = 2",
        "new.py": b"n = 1\n",
    }
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o754


def test_a_file_that_changed_stops_everything_and_is_named(root):
    (root / "pkg/b.py").write_bytes(b"b = 'mine'\n")
    before = state(root)
    done = write_changes(root, changes())
    assert done.done == ()
    assert dict(done.left)["pkg/b.py"] == "it changed since it was read"
    assert dict(done.left)["a.py"] == "nothing was written, because of pkg/b.py"
    assert state(root) == before


def test_a_read_only_file_stops_everything(root):
    (root / "c.py").chmod(0o444)
    before = state(root)
    assert dict(write_changes(root, changes()).left)["c.py"] == "it is not writable"
    assert state(root) == before


def test_a_new_file_replaces_none(root):
    done = write_changes(root, [FileChange("a.py", None, b"")])
    assert done.left == (("a.py", "there is such a file by now"),)
    assert state(root) == BEFORE


def test_a_link_is_followed_inside_the_project_alone(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.py"
    outside.write_bytes(b"x = 1\n")
    (root / "link.py").symlink_to("a.py")
    (root / "out.py").symlink_to(outside)
    assert write_changes(root, [FileChange("link.py", b"a = 1\n", b"a = 3\n")]).done == ("link.py",)
    assert (root / "link.py").is_symlink()
    assert (root / "a.py").read_bytes() == b"a = 3\n"
    assert write_changes(root, [FileChange("out.py", b"x = 1\n", b"x = 3\n")]).done == ()
    assert outside.read_bytes() == b"x = 1\n"


def test_an_interruption_leaves_whole_files_and_says_which(root, monkeypatch):
    replace = Path.replace

    def interrupted(self, target):
        if target.name == "b.py":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    done = write_changes(root, changes())
    assert done.done == ("a.py",)
    assert done.left == (("pkg/b.py", "interrupted"), ("c.py", "interrupted"))
    assert state(root) == {**BEFORE, "a.py": b"a = 2\n"}


def test_an_interruption_while_preparing_changes_nothing(root, monkeypatch):
    def interrupted(number):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    done = write_changes(root, changes())
    assert done.done == ()
    assert dict(done.left)["a.py"] == "interrupted"
    assert dict(done.left)["c.py"] == "nothing was written, because of a.py"
    assert state(root) == BEFORE


def test_a_full_disk_changes_nothing(root, monkeypatch):
    def full(number):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    done = write_changes(root, changes())
    assert done.done == ()
    assert dict(done.left)["a.py"] == "No space left on device"
    assert state(root) == BEFORE


def test_what_a_killed_run_had_prepared_is_removed(root):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    (root / f".a.py.{ended.pid}.tmp").write_bytes(b"half")
    mine = root / f".a.py.{os.getppid()}.tmp"
    mine.write_bytes(b"of a run that still goes on")
    assert write_changes(root, changes()).done
    assert sorted(path.name for path in root.glob(".*.tmp")) == [mine.name]


WRITER = """
import sys
from pathlib import Path
from importgraph.edits.changes import FileChange
from importgraph.edits.writing import write_changes
root = Path(sys.argv[1])
files = sorted(root.glob("m*.py"))
print("ready", flush=True)
for turn in range(1000):
    old, new = (b"x = %d\\n" % (turn + more) * 2000 for more in (0, 1))
    done = write_changes(root, [FileChange(f.name, old, new) for f in files])
    assert not done.left, done
"""


@pytest.mark.parametrize("moment", [0.01, 0.03, 0.07])
def test_a_kill_leaves_whole_files(tmp_path, moment):
    for number in range(5):
        (tmp_path / f"m{number}.py").write_bytes(b"x = 0\n" * 2000)
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
    for path in tmp_path.glob("m*.py"):
        lines = path.read_bytes().splitlines()
        assert len(lines) == 2000
        assert len(set(lines)) == 1
