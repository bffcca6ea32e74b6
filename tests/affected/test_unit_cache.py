"""Units come out of the cache as they went in, and are split anew where it has none."""

import pytest

from importgraph.affected import unit_cache
from importgraph.affected.unit_cache import units_of
from importgraph.affected.units import read_units
from importgraph.facts.cache import Cache
from importgraph.facts.syntax import parse_source

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
"""


def test_units_are_the_same_from_the_store(tmp_path, monkeypatch):
    plain = read_units(parse_source(TEXT).tree)
    assert units_of([TEXT], Cache(tmp_path)) == {TEXT: plain}
    monkeypatch.setattr(unit_cache, "read_units", None)
    assert units_of([TEXT], Cache(tmp_path)) == {TEXT: plain}


def test_without_a_store_they_are_split(tmp_path):
    assert units_of([TEXT, TEXT], Cache(None)) == {TEXT: read_units(parse_source(TEXT).tree)}


@pytest.mark.parametrize("entry", [b"", b"\xff\x00", b"\x80"])
def test_a_damaged_entry_is_a_miss(tmp_path, entry):
    store = Cache(tmp_path)
    store.put({unit_cache._key(TEXT): entry})
    assert units_of([TEXT], Cache(tmp_path)) == {TEXT: read_units(parse_source(TEXT).tree)}


def test_a_run_that_is_ended_keeps_what_it_split(tmp_path, monkeypatch):
    monkeypatch.setattr(unit_cache, "_BATCH", 2)
    texts = [b"a = 1\n", b"b = 1\n", b"c = 1\n"]
    real = unit_cache.read_units

    def read(tree):
        if tree.body[0].targets[0].id == "c":
            raise KeyboardInterrupt
        return real(tree)

    monkeypatch.setattr(unit_cache, "read_units", read)
    with pytest.raises(KeyboardInterrupt):
        units_of(texts, Cache(tmp_path))
    assert len(Cache(tmp_path).get(map(unit_cache._key, texts))) == 2
