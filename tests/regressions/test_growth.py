"""Laws of attribution and difference, on random graphs."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.graph.views import closure
from importgraph.regressions.compare import compare
from importgraph.regressions.difference import difference, edges_of
from importgraph.regressions.gates import Gates, parse_gates
from importgraph.regressions.growth import attribute, compare_loads
from importgraph.regressions.loading import as_view
from importgraph.regressions.model import CycleMark, Digest, EntryLoad, FragmentationMark, Mark
from importgraph.regressions.moves import rename, renamed_modules

LAW = settings(max_examples=40, deadline=None)
NAMES = [f"m{number}" for number in range(7)]
ARCS = st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from([*NAMES, "@pandas", "m1:f()"])))
CYCLES = st.sets(st.sampled_from([("m0", "m1"), ("m1", "m2", "m3"), ("m4", "m5")]))
KINDS = st.sampled_from(["latent", "deferred", "crashes"])


@st.composite
def digests(draw):
    loading = {node: tuple(sorted(found)) for node, found in sorted(draw(ARCS).items())}
    edges = {node: {t: ("",) for t in found if t in NAMES} for node, found in loading.items()}
    view = as_view(loading)
    modules = tuple(sorted(n for n in closure(view, ["m0"]) if n in NAMES))
    marks = draw(st.sets(st.sampled_from([("IG401", "m9"), ("IG001", "m2"), ("APP", "x")])))
    return Digest(
        python_version="3.12",
        platform="linux",
        modules={name: f"print of {name}" for name in NAMES},
        entry_points=(EntryLoad("m0", "configured", modules, ()),),
        edges=edges,
        loading=loading,
        cycles=tuple(CycleMark(draw(KINDS), members) for members in sorted(draw(CYCLES))),
        fragmentation=FragmentationMark("public", 1, 0, 1.0, ()),
        findings=tuple(sorted(Mark(code, subject, ("m0",)) for code, subject in marks)),
    )


@LAW
@given(digests())
def test_a_digest_compared_with_itself_is_clean(digest):
    found = compare(digest, digest, parse_gates({"max-growth": 0}))
    assert (found.regressions, found.stale) == ((), ())
    assert difference(digest, digest).is_empty


@LAW
@given(digests(), digests())
def test_every_newly_loaded_node_has_one_new_edge_and_a_true_chain(before, after):
    then, now = as_view(before.loading), as_view(after.loading)
    loads = compare_loads(then, now, "m0")
    new = loads.after - loads.before
    growths = attribute(loads, new)
    assert sorted(node for growth in growths for node in growth.added) == sorted(new)
    for growth in growths:
        source, target = growth.edge
        assert target not in before.loading.get(source, ())
        assert source in loads.before | {"m0"}
        assert growth.chain[0] == "m0"
        assert growth.chain[-1] in growth.added
        assert (source, target) in set(pairwise(growth.chain))
        assert all(two in after.loading.get(one, ()) for one, two in pairwise(growth.chain))


@LAW
@given(digests(), digests())
def test_a_difference_turned_around_swaps_its_sides(before, after):
    there, back = difference(before, after), difference(after, before)
    assert there.edges_added == back.edges_removed
    assert there.cycles_added == back.cycles_removed
    assert there.findings_removed == back.findings_added
    assert set(there.edges_added) == edges_of(after) - edges_of(before)
    assert [(one.entry, one.after, one.added) for one in there.loads] == [
        (one.entry, one.before, one.removed) for one in back.loads
    ]


@LAW
@given(digests(), digests(), st.integers(0, 5), st.integers(0, 5))
def test_slack_never_adds_a_regression(before, after, less, more):
    def count(allowed: int) -> int:
        gates: Gates = parse_gates({"max-growth": allowed, "max-modules": allowed + 1, "max-cycles": allowed})
        return len(compare(before, after, gates).regressions)

    assert count(less + more) <= count(less)


@LAW
@given(digests(), st.permutations(NAMES))
def test_renaming_all_modules_is_no_news(digest, order):
    names = dict(zip(NAMES, (f"new.{name}" for name in order), strict=True))
    moved = rename(digest, names)
    assert renamed_modules(digest.modules, moved.modules) == names
    assert compare(digest, moved, parse_gates({})).regressions == ()


def test_names_that_cannot_be_told_apart_are_not_matched():
    assert renamed_modules({"a.x": "1", "b.x": "1"}, {"c.x": "1", "d.x": "1"}) == {}
    assert renamed_modules({"a.x": "1", "a.y": "1"}, {"c.x": "1", "c.y": "1"}) == {"a.x": "c.x", "a.y": "c.y"}
    assert renamed_modules({"a": "", "a.x": "1"}, {"b": "", "b.x": "1"}) == {"a": "b", "a.x": "b.x"}
    assert renamed_modules({"a": ""}, {"b": ""}) == {}
