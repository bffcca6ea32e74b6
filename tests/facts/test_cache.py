import sqlite3
from contextlib import closing

import pytest

from importgraph import reads
from importgraph.facts.cache import Cache, digest

ENTRIES = {digest(b"a"): b"facts of a", digest(b"b"): b"facts of b"}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "deep" / "cache")


@pytest.fixture
def database(cache):
    cache.put(ENTRIES)
    (path,) = cache.folder.glob("*.sqlite3")
    return path


def test_what_was_put_is_got(cache):
    assert cache.get(ENTRIES) == {}
    cache.put(ENTRIES)
    assert Cache(cache.folder).get([*ENTRIES, digest(b"c")]) == ENTRIES
    assert cache.problem == ""


def test_more_entries_than_one_query_holds(cache):
    many = {digest(str(number).encode()): str(number).encode() for number in range(1_203)}
    cache.put(many)
    assert cache.get(many) == many


def test_a_folder_of_the_user_keeps_its_rules(cache):
    cache.folder.mkdir(parents=True)
    (cache.folder / "app.py").write_text("")
    cache.put(ENTRIES)
    assert cache.get(ENTRIES) == ENTRIES
    assert not (cache.folder / ".gitignore").exists()


def test_the_folder_says_what_it_is(database):
    assert (database.parent / ".gitignore").read_text() == "*\n"
    assert (
        (database.parent / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_no_folder_no_cache():
    cache = Cache(None)
    cache.put(ENTRIES)
    assert cache.get(ENTRIES) == {}
    assert cache.problem == ""


def test_equal_contents_share_a_key_and_others_do_not():
    assert digest(b"a") == digest(b"a") != digest(b"a ")


def truncate(path):
    path.write_bytes(path.read_bytes()[:100])


def scribble(path):
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)


def empty(path):
    path.write_bytes(b"")


def other_table(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE facts")
        connection.execute("CREATE TABLE facts (wrong INTEGER)")


def wrong_types(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE facts SET value = 3")


@pytest.mark.parametrize("damage", [truncate, scribble, empty, other_table, wrong_types])
def test_a_damaged_cache_is_a_miss_and_works_again(cache, database, damage):
    damage(database)
    assert cache.get(ENTRIES) == {}
    cache.put(ENTRIES)
    assert Cache(cache.folder).get(ENTRIES) == ENTRIES


def test_a_damaged_cache_is_named(cache, database):
    scribble(database)
    cache.get(ENTRIES)
    assert "the cache could not be read" in cache.problem


def test_a_cache_folder_that_is_a_file_is_a_miss(tmp_path):
    (tmp_path / "cache").write_text("")
    cache = Cache(tmp_path / "cache")
    cache.put(ENTRIES)
    assert cache.get(ENTRIES) == {}
    assert "could not be written" in cache.problem


def test_a_locked_cache_is_a_miss_and_is_kept(cache, database, monkeypatch):
    monkeypatch.setattr("importgraph.facts.cache._TIMEOUT", 0.01)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.get(ENTRIES) == {}
        cache.put({digest(b"c"): b"c"})
        other.execute("ROLLBACK")
    assert "locked" in cache.problem
    assert Cache(cache.folder).get(ENTRIES) == ENTRIES


def test_a_cache_that_cannot_be_removed_is_a_miss(cache):
    from importgraph.facts import cache as module

    (cache.folder / module._NAME).mkdir(parents=True)
    assert cache.get(ENTRIES) == {}
    cache.put(ENTRIES)
    assert "could not be written" in cache.problem


def test_a_folder_that_is_made_is_not_asked_for_its_names(tmp_path):
    taken = reads.watch(str(tmp_path / "home"))
    try:
        Cache(tmp_path / "home").put({b"key": b"value"})
    finally:
        reads.stop()
    assert not list(taken.folders())
    assert not taken.spoiled


def test_no_answer_depends_on_the_folder_that_facts_are_stored_in(tmp_path):
    home = tmp_path / "cache"
    Cache(home).put({b"one": b"1"})
    noted = reads.watch(str(home))
    try:
        Cache(home).put({b"two": b"2"})
    finally:
        reads.stop()
    assert not noted.spoiled
    assert str(home) not in [path for path, *_ in noted.notes()]
