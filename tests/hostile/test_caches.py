"""Caches that somebody damaged or shared: what is not as it was written is a miss, never an answer."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from importgraph.config import from_options
from importgraph.facts.cache import Cache
from importgraph.outputs.documents import json_graph
from importgraph.project import open_project
from importgraph.storage import sealed, unsealed

FILES = {"a.py": "import b\nfrom c import d\n", "b.py": "import c\n", "c.py": "d = 1\n", "e.py": "def f(:\n"}
STEP = 53
"""Every so many bytes are damaged here; `benchmarks/kills.py` damages each."""


def rendered(root, cache):
    return json_graph.render(open_project(root, from_options(workers=1), cache_folder=cache).graph)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_damaged_database_gives_what_was_stored_or_nothing(tmp_path, mask):
    entries = {bytes([n]) * 16: b"value %d" % n * 20 for n in range(8)}
    Cache(tmp_path).put(entries)
    (database,) = tmp_path.glob("*.sqlite3")
    whole = database.read_bytes()
    for at in range(0, len(whole), STEP):
        database.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
        found = Cache(tmp_path).get(entries)
        assert found.items() <= entries.items(), at


@pytest.mark.parametrize("size", [0, 1, 15, 16, 100, 4096, -1])
def test_a_cut_database_is_a_miss(tmp_path, size):
    entries = {b"k" * 16: b"value"}
    Cache(tmp_path).put(entries)
    (database,) = tmp_path.glob("*.sqlite3")
    database.write_bytes(database.read_bytes()[:size])
    assert Cache(tmp_path).get(entries).items() <= entries.items()
    Cache(tmp_path).put(entries)
    assert Cache(tmp_path).get(entries).items() <= entries.items()


def test_entries_that_changed_places_are_misses(tmp_path):
    Cache(tmp_path).put({b"a" * 16: b"one", b"b" * 16: b"two"})
    (database,) = tmp_path.glob("*.sqlite3")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE facts SET value = (SELECT value FROM facts WHERE key = ?)", [b"b" * 16])
    assert Cache(tmp_path).get([b"a" * 16, b"b" * 16]) == {b"b" * 16: b"two"}


def test_what_is_sealed_is_whole_or_refused():
    stored = sealed(b"data")
    assert unsealed(stored) == b"data"
    for at in range(len(stored)):
        with pytest.raises(ValueError, match="damaged"):
            unsealed(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :])
    with pytest.raises(ValueError, match="damaged"):
        unsealed(b"")


def test_kept_answers_of_collect_survive_damage(write_project, tmp_path, monkeypatch):
    root = write_project({"test_a.py": "def test_one(): ...\n", "test_b.py": "def test_two(): ...\n"})
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "importgraph", "collect", "-q"]
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(cache)}

    def collected():
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, env=environment)
        return done.stdout

    cold = collected()
    ours = {".gitignore", "CACHEDIR.TAG"}
    for path in [path for path in cache.rglob("*") if path.is_file() and path.name not in ours]:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] + b"\xff\xfe" + data[len(data) // 2 + 2 :])
        assert collected() == cold


def test_equal_files_of_two_trees_on_one_cache_are_told_apart(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for root, folder in ((one, "p"), (two, "q")):
        (root / folder).mkdir(parents=True)
        (root / folder / "__init__.py").write_text("", encoding="utf-8")
        (root / folder / "a.py").write_text("from . import b\n", encoding="utf-8")
        (root / folder / "b.py").write_text("", encoding="utf-8")
    cold = rendered(one, None), rendered(two, None)
    assert (rendered(one, tmp_path / "c"), rendered(two, tmp_path / "c")) == cold
    assert (rendered(one, tmp_path / "c"), rendered(two, tmp_path / "c")) == cold


def test_four_runs_at_once_give_one_answer(write_project, tmp_path):
    root = write_project(FILES)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: rendered(root, tmp_path / "c"), range(4)))
    assert found == {rendered(root, None)}


def test_a_clock_that_goes_back_changes_nothing(write_project, tmp_path):
    root = write_project(FILES)
    first = rendered(root, tmp_path / "c")
    (root / "b.py").write_text("import a\n", encoding="utf-8")
    os.utime(root / "b.py", (0, 0))
    for path in (tmp_path / "c").iterdir():
        os.utime(path, (2**31, 2**31))
    assert rendered(root, tmp_path / "c") == rendered(root, None) != first
