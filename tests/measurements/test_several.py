from msgspec.structs import replace

from importgraph.measurements.model import ImportEvent, ImportProfile, ModuleTiming
from importgraph.measurements.several import entries_of, merge


def module(name, self_us, error=None):
    return ModuleTiming(name=name, self_us=self_us, cumulative_us=0, retained_us=0, error=error)


ONE = ImportProfile(
    entry="one",
    kind="module",
    python="3.11.0",
    total_us=30,
    spread_us=1,
    modules=(module("one", 10), module("lib", 20), module("odd", 1, "ImportError")),
    imports=(ImportEvent(importer="one", imported="lib"),),
)
TWO = replace(
    ONE,
    entry="two",
    total_us=25,
    modules=(module("two", 10), module("lib", 15), module("odd", 9)),
    imports=(ImportEvent(importer="one", imported="lib"), ImportEvent(importer="two", imported="lib")),
)


def test_one_profile_stays_as_it_is():
    assert merge([ONE]) is ONE
    assert entries_of(ONE) == ("one",)


def test_the_best_of_each_module_and_all_imports():
    both = merge([ONE, TWO])
    assert entries_of(both) == ("one", "two")
    assert {one.name: one.self_us for one in both.modules} == {"one": 10, "two": 10, "lib": 15, "odd": 9}
    assert [one.error for one in both.modules if one.name == "odd"] == [None]
    assert [event.importer for event in both.imports] == ["one", "two"]
