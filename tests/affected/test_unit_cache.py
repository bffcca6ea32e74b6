"""Records come out of the cache as they went in, and are split anew where it has none."""

import pytest

from importgraph.affected import outlines, unit_cache
from importgraph.affected.outlines import read_outline
from importgraph.affected.records import Header
from importgraph.affected.unit_cache import Shelf
from importgraph.affected.units import read_units, words_of
from importgraph.facts.cache import Cache, digest
from importgraph.facts.reader import encoded_facts
from importgraph.facts.source.syntax import parse_source

TEXT = b"""
import app.core as core
class Box(core.Base, metaclass=Meta):
    def __init__(self, size=core.SIZE):
        self.size = size
    @core.register
    def open(self):
        return getattr(self, f'open_{self.size}'), vars(self), core.a.b
@pytest.fixture
def box(request): ...
LIMIT = 3
"""
PLAIN = read_units(parse_source(TEXT).tree)


def records(folder, *texts, workers=1):
    shelf = Shelf(Cache(folder), workers)
    named = {str(number): text for number, text in enumerate(texts)}
    keys = dict(shelf.outlines(named.items()))
    shelf.split(keys, named.__getitem__)
    return list(shelf.records(keys, named.__getitem__).values())


def units(record):
    return (record.unit(0), tuple(map(record.unit, range(1, len(record.units)))), record.classes)


@pytest.mark.parametrize("is_stored", [False, True])
def test_records_say_what_the_text_says(tmp_path, monkeypatch, is_stored):
    folder = tmp_path if is_stored else None
    records(folder, TEXT)
    if is_stored:
        monkeypatch.setattr(unit_cache, "read_units", None)
    (record,) = records(folder, TEXT)
    assert units(record) == (PLAIN.body, PLAIN.functions, PLAIN.classes)
    assert record.functions == (
        Header("Box.__init__", "Box", registered=False),
        Header("Box.open", "Box", registered=True),
        Header("box", "", registered=False),
    )
    assert record.stored == PLAIN.body.stored
    assert "LIMIT" in record.stored
    assert set(record.words) == set(words_of(PLAIN))


def test_a_text_that_stores_nothing(tmp_path):
    (record,) = records(tmp_path, b"")
    assert record.stored == frozenset()


def test_equal_texts_are_split_once(tmp_path):
    first, second, other = records(tmp_path, TEXT, TEXT, b"a = 1\n")
    assert first is second
    assert other.stored == {"a"}


@pytest.mark.parametrize("entry", [b"", b"\xff\x00", b"\x80"])
def test_a_damaged_entry_is_a_miss(tmp_path, entry):
    store = Cache(tmp_path)
    for make in (unit_cache.split_texts, unit_cache.read_outlines):
        store.put({unit_cache._entry_key(digest(TEXT), make): entry})
    (record,) = records(tmp_path, TEXT)
    assert units(record) == (PLAIN.body, PLAIN.functions, PLAIN.classes)


def test_processes_split_as_this_one_does(tmp_path, monkeypatch):
    monkeypatch.setattr(unit_cache, "_FEW_BYTES", 0)
    monkeypatch.setattr(unit_cache, "_TASK_FILES", 2)
    texts = [b"a = %d\n" % number for number in range(5)]
    assert records(tmp_path, *texts, workers=2) == records(None, *texts)


def test_a_run_that_is_ended_keeps_what_it_split(tmp_path, monkeypatch):
    monkeypatch.setattr(unit_cache, "_TASK_FILES", 2)
    texts = [b"a = 1\n", b"b = 1\n", b"c = 1\n"]
    real = unit_cache.read_units

    def read(tree):
        if tree.body[0].targets[0].id == "c":
            raise KeyboardInterrupt
        return real(tree)

    monkeypatch.setattr(unit_cache, "read_units", read)
    with pytest.raises(KeyboardInterrupt):
        records(tmp_path, *texts)
    keys = [unit_cache._entry_key(digest(text), unit_cache.split_texts) for text in texts]
    assert len(Cache(tmp_path).get(keys)) == 2


@pytest.mark.parametrize("entry", [None, b"", b"\xff\x00", "whole"])
def test_outlines_take_the_facts_that_are_stored(tmp_path, monkeypatch, entry):
    store, text = Cache(tmp_path), b"import os\nos.system('python -m app.one')\n\ndef two():\n    pass\n"
    expected = read_outline(text)
    if entry is not None:
        store.put({digest(text): encoded_facts(text) if entry == "whole" else entry})
    if entry == "whole":
        monkeypatch.setattr(outlines, "encoded_facts", None)
    shelf = Shelf(store)
    ((_, key),) = shelf.outlines([("one", text)])
    assert shelf.outline(key) == expected
    assert (expected.modules, expected.defined) == ({"app.one": 2}, "two")
