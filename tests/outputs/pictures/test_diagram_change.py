"""The picture of a diff: what came, what went, the ring and the growth."""

from importgraph.outputs.pictures.diagram_change import MOST_IMPORTS, draw_change
from importgraph.outputs.pictures.rendering import render
from importgraph.regressions.difference import Difference, LoadChange
from importgraph.regressions.model import CycleMark, Regression, Step
from importgraph.regressions.revisions import RevisionDiff

NOTHING = Difference((), (), (), (), (), (), (), (), (), (1.0, 1.0), (), ())
EDGE = Step("app.core", "app.heavy", "app/core.py", 2)


def diff(**changes):
    regressions = changes.pop("regressions", ())
    from msgspec.structs import replace

    return RevisionDiff("main", "topic", replace(NOTHING, **changes), regressions, (10, 12))


def lines(drawn, *words):
    return [line for line in drawn.splitlines() if all(word in line for word in words)]


def test_growth_has_its_chain_and_the_cause_is_red():
    chain = (Step("app", "app.core", "app/__init__.py", 1), EDGE)
    drawn = draw_change(
        diff(
            edges_added=(("app.core", "app.heavy", "f"), ("app.core", "app.heavy", "g")),
            edges_removed=(("app.core", "app.light", ""),),
            modules_added=("app.heavy",),
            loads=(LoadChange("app", 2, 4, ("app.heavy", "os"), ()),),
            regressions=(Regression("loads", "app", "grows", 2, 4, EDGE, chain, ("app.heavy",)),),
        )
    )
    assert "loads 2 → 4" in drawn
    (cause,) = lines(drawn, '"app.core" -> "app.heavy"')
    assert 'label="f, g"' in cause
    assert "#c53030" in cause
    assert lines(drawn, '"app" -> "app.core"')
    assert "dashed" in lines(drawn, '"app.core" -> "app.light"')[0]
    assert "new" in lines(drawn, '  "app.heavy" [')[0]
    assert "1 new import, 1 removed import; 10 → 12 modules." in drawn
    assert render(drawn, "svg") == render(drawn, "svg")


def test_no_new_step_of_a_chain_is_drawn_as_if_it_was_there():
    chain = (Step("<all tests>", "test_new", "", None), Step("test_new", "grimp", "test_new.py", 1))
    regression = Regression("external", "<all tests>", "m", 1, 1, chain[1], chain)
    many = tuple((f"app.m{number:03}", "app.x", "") for number in range(100))
    drawn = draw_change(
        diff(
            edges_added=(*many, ("test_new", "grimp", "")),
            modules_added=("test_new",),
            regressions=(regression,),
        )
    )
    assert "#2f855a" in lines(drawn, '"<all tests>" -> "test_new"')[0]
    assert "#c53030" in lines(drawn, '"test_new" -> "grimp"')[0]


def test_a_new_ring_is_whole():
    ring = (Step("a", "b", "a.py", 1), Step("b", "a", "b.py", 1))
    drawn = draw_change(
        diff(
            edges_added=(("a", "b", ""),),
            cycles_added=(CycleMark("latent", ("a", "b")),),
            regressions=(Regression("latent", "a <-> b", "m", 0, 2, ring[0], ring),),
        )
    )
    assert all("#c53030" in lines(drawn, f'"{one}" -> "{two}"')[0] for one, two in (("a", "b"), ("b", "a")))
    assert "1 new or changed cycle" in drawn


def test_what_finds_no_room_is_counted_and_the_cause_stays():
    many = tuple((f"app.m{number:03}", "app.x", "") for number in range(100))
    gone = tuple((f"app.g{number:03}", "app.x", "") for number in range(100))
    edge = Step("app.m099", "app.x", "app/m099.py", 1)
    regression = Regression("loads", "app", "grows", 1, 2, edge)
    drawn = draw_change(diff(edges_added=many, edges_removed=gone, regressions=(regression,)))
    assert len(lines(drawn, " -> ", "penwidth")) + len(lines(drawn, " -> ", "dashed")) == MOST_IMPORTS
    assert lines(drawn, '"app.m099" -> "app.x"', "#c53030")
    assert f"{200 - MOST_IMPORTS} more changed imports are not drawn." in drawn


def test_nothing_and_any_text_can_be_drawn():
    assert "No import changed." in draw_change(diff())
    evil = draw_change(diff(edges_added=(('a"<b>\\', "b\n&", "]"),)))
    assert b"<svg" in render(evil, "svg")
