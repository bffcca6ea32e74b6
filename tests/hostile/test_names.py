"""Names of files that tools trip over: colons, brackets, bytes that are no UTF-8, line breaks."""

import os
import subprocess

import pytest
from hostile_commands import adds_up, answer, run

TEST = "import app\n\ndef test_x():\n    app.f()\n"
NAMES = [
    "test_a:b.py",
    "test_a.py:12.py",
    "test::test_x.py",
    "test_a b.py",
    "test_[x].py",
    "test_'q'\".py",
    "test_$(touch pwned).py",
    "test_;ls.py",
    "-test_dash.py",
    "test_*.py",
    "test_%s%d.py",
    "test_{x}.py",
    "test_\x1b[31m.py",
    "test_\n::error::x.py",
    "test_\u202e.py",
    "test_\\n.py",
    "test_" + "x" * 240 + ".py",
]
BYTES = [b"test_\xe9.py", b"test_\xff\xfe.py", b"d\xe9/test_a.py", b"d\xe9/conftest.py"]


@pytest.fixture
def tree(write_project):
    root = write_project({"app.py": "def f(): ...\n", "test_plain.py": TEST})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def commit(root):
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", *who, "commit", "-qm", "x"], cwd=root, check=True)


def odd(root, name):
    path = os.fsencode(root) + b"/" + (name if isinstance(name, bytes) else name.encode())
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 -- names of bytes
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(TEST.encode())


@pytest.mark.parametrize("name", [*NAMES, *BYTES])
def test_reading_commands_stand_any_name(tree, name):
    odd(tree, name)
    document = answer("graph", tree)
    assert adds_up(document["ledger"])
    is_seen = isinstance(name, str) or b"/" not in name  # such a folder is named, and not searched
    assert document["ledger"]["found"] == 2 + is_seen
    assert is_seen or "no valid UTF-8" in document["ledger"]["links"][0]["reason"]
    for command in ("cycles", "unresolved"):
        answer(command, tree)


def test_collect_doctor_and_affected_stand_all_names(tree, monkeypatch):
    for name in (*NAMES, *BYTES):
        odd(tree, name)
    commit(tree)
    (tree / "app.py").write_text("def f(): return 1\n", encoding="utf-8")
    monkeypatch.chdir(tree)
    names = {name for name in NAMES if name.startswith("test_")}
    collected = {item["path"] for item in answer("collect")["items"]}
    assert len(collected) >= len(NAMES)
    assert run("doctor", "--no-cache", "--quiet").exit_code == 0
    found = {one["path"] for one in answer("affected", "--since", "HEAD")["tests"]}
    assert names | {"test_plain.py"} <= found
