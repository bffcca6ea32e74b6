import re
from itertools import pairwise

import pytest

from importgraph.outputs.pictures.diagram_chain import chain
from importgraph.outputs.pictures.diagram_cycle import cycle
from importgraph.outputs.pictures.diagram_flow import against_the_flow, in_cycles
from importgraph.outputs.pictures.diagram_fragmentation import fragmentation
from importgraph.outputs.pictures.diagram_heavy import heavy
from importgraph.outputs.pictures.drawing import (
    Link,
    Retained,
    counted,
    edge,
    node,
    one_line,
    picture,
    quote,
    thickness,
)
from importgraph.outputs.report import Costs


def nodes(dot):
    """Return the boxes of a document: label by key."""
    text = r'"((?:[^"\\]|\\.)*)"'
    return dict(re.findall(rf"^ *{text} \[label={text}", dot, re.MULTILINE))


def edges(dot):
    """Return the lines of a document: attributes by both ends."""
    found = re.findall(r'^ *"([^"]*)" -> "([^"]*)" \[(.*)\]$', dot, re.MULTILINE)
    return {(a, b): looks for a, b, looks in found}


def caption(dot):
    return re.search(r'graph \[label=" \\l(.*)"\]', dot)[1].replace("\\l", " ").strip()


def ring(*names):
    return [
        Link(a, b, f"{a}.py", 1, f"import {b}") for a, b in zip(names, [*names[1:], names[0]], strict=True)
    ]


def test_quote():
    assert quote('say "hi" & go\\n') == '"say \\"hi\\" &amp; go\\\\n"'
    assert quote("two\nlines\ttab\0") == '"two\\nlines\\\\ttab\\\\x00"'


def test_one_line_shortens_in_the_middle():
    assert one_line("a\n b ") == "a\\n b"
    assert one_line("") == "(blank)"
    assert one_line("a.long.name.of.a.module", 12) == "a.lo….module"
    assert len(one_line("x" * 99)) == 48


def test_counted():
    assert [counted(0, "module"), counted(1, "module"), counted(8805, "box", "boxes")] == [
        "0 modules",
        "1 module",
        "8,805 boxes",
    ]


def test_thickness_grows_with_the_count_and_stays_visible():
    widths = [float(thickness(count, 100)) for count in (0, 1, 50, 100)]
    assert widths == sorted(widths)
    assert widths[0] == 0.8
    assert widths[-1] == 6.0
    assert thickness(0, 0) == "0.8"


def test_picture_holds_title_and_notes():
    dot = picture('A "title"', ["First.", "word " * 30], [node("a", "a", {}), edge("a", "a")])
    assert 'label="A \\"title\\""' in dot
    assert caption(dot).startswith("First. word word")


def test_chain_from_top_to_bottom():
    dot = chain(
        ["app", "lib:make()", "pandas"],
        [Link("app", "lib:make()", "app.py", 7, "x = make()"), Link("lib:make()", "pandas")],
    )
    assert nodes(dot) == {"app": "app", "lib:make()": "make()\\nof lib", "pandas": "pandas"}
    assert 'label="    app.py:7\\n    x = make()"' in edges(dot)["app", "lib:make()"]
    assert "parent package" in edges(dot)["lib:make()", "pandas"]
    assert caption(dot) == (
        "2 steps from app to pandas. "
        "Ellipse: a function that runs while its caller is imported. Box: a module."
    )


def test_long_chain_leaves_out_its_middle():
    names = [f"m{number}" for number in range(100)]
    links = [Link(a, b, "x.py", 1) for a, b in pairwise(names)]
    dot = chain(names, links)
    assert len(nodes(dot)) == 40
    assert {"m0", "m99"} <= nodes(dot).keys()
    assert "… 60 modules between …" in edges(dot)["m19", "m80"]
    assert "60 steps in the middle left out." in caption(dot)


def test_empty_chain_is_a_picture():
    assert nodes(chain([], [])) == {}


def test_cycle_shows_ring_and_cut():
    links = [*ring("a", "b"), *ring("b", "c", "d")]
    dot = cycle(["a", "b", "c", "d"], links, [Link("b", "a", "b.py", 1)], "Cycle 1")
    found = edges(dot)
    assert nodes(dot).keys() == {"a", "b", "c", "d"}
    assert 'color="#c53030"' not in found["c", "d"]
    thick, cut = re.findall(r'"a" -> "b" \[(.*)\]$', dot, re.MULTILINE)
    assert thick == 'tooltip="a → b\\na.py:1", penwidth="2.4", color="#c53030"'
    assert 'dir="back"' in cut
    assert 'tooltip="b → a\\nb.py:1"' in cut
    assert 'style="dashed"' in cut
    assert 'label="cut 1"' in cut
    assert caption(dot) == (
        "4 modules; 5 arrows from importer to imported. Thick red: the shortest cycle, a → b → a. "
        "Dashed red: 1 arrow to cut; then no cycle is left:   cut 1: b.py:1"
    )


def test_names_of_a_cycle_leave_out_their_common_package():
    links = ring("shop.db", "shop.db.models")
    dot = cycle(["shop.db", "shop.db.models"], links, [], "t")
    assert nodes(dot) == {"shop.db": "db", "shop.db.models": "db.models"}
    assert caption(dot).endswith("Names are within shop.")


def test_dense_cycle_shows_only_what_matters():
    names = [f"m{number:02}" for number in range(20)]
    links = [Link(a, b, "x.py", 1) for a in names for b in names if a != b]
    cuts = [link for link in links if link.source > link.target]
    dot = cycle(names, links, cuts, "Dense")
    assert len(re.findall(" -> ", dot)) == 14
    assert "and 178 more cuts" in caption(dot)
    assert "367 arrows left out" in caption(dot)


def test_large_cycle_is_collapsed():
    names = [f"m{number:02}" for number in range(90)]
    links = [*ring(*names), Link("m05", "m04", "m05.py", 2)]
    cuts = [Link("m05", "m04", "m05.py", 2), Link("m89", "m00", "m89.py", 1)]
    dot = cycle(names, links, cuts, "Big")
    assert nodes(dot).keys() == {"m04", "m05", "m89", "m00", "(the rest of the component)"}
    assert nodes(dot)["(the rest of the component)"].startswith("86 more modules")
    assert "88 arrows left out" in caption(dot)


def test_drawing_does_not_depend_on_the_order_of_links():
    links = [*ring("a", "b"), *ring("b", "c", "d")]
    assert cycle("abcd", links, [], "t") == cycle("abcd", links[::-1], [], "t")


def tree(size):
    return [Retained("app", "", size), *(Retained(f"m{i:03}", "app", size - i) for i in range(1, size))]


def test_heavy_shows_shares():
    dot = heavy("app", [Retained("app", "", 4), Retained("big", "app", 3), Retained("deep", "big", 1)])
    assert nodes(dot) == {
        "app": "app\\n4 modules",
        "big": "big\\n3 of 4 modules (75%)",
        "deep": "deep\\n1 of 4 modules (25%)",
    }
    assert edges(dot).keys() == {("app", "big"), ("big", "deep")}


def test_heavy_is_capped():
    dot = heavy("app", tree(200))
    assert len(nodes(dot)) <= 31
    assert nodes(dot)["app (others)"].startswith("191 smaller branches")
    assert "200 modules in all, 9 boxes shown." in caption(dot)


def test_heavy_of_measured_time():
    assert nodes(
        heavy("a", [Retained("a", "", 1500), Retained("b", "a", 500)], costs=Costs("us", estimated=True))
    ) == {
        "a": "a\\n≈ 1.5 ms",
        "b": "b\\n≈ 0.5 ms (33%)",
    }


def test_fragmentation():
    dot = fragmentation("Bus", "core.bus", {"core": 30, "core.bus": 9, "api": 1}, "core.bus")
    assert nodes(dot) == {
        "(importers)": "40 imports\\nof Bus",
        "core.bus.Bus": "Bus\\ndefined in core.bus",
        "from core": "core",
        "from core.bus": "core.bus\\ncanonical",
        "from api": "api",
    }
    assert 'label="30"' in edges(dot)["(importers)", "from core"]
    assert caption(dot).startswith("40 imports through 3 modules; canonical usage 22%.")


def test_fragmentation_keeps_the_canonical_path_among_many():
    paths = {f"p{number:02}": 100 - number for number in range(50)}
    dot = fragmentation("X", "home", paths, "p49")
    assert "p49\\ncanonical" in nodes(dot).values()
    assert nodes(dot)["(other paths)"] == "34 other modules"
    assert len(nodes(dot)) == 19


def test_fragmentation_without_canonical_use():
    assert caption(fragmentation("X", "home", {"a": 1}, "home")).endswith(
        "No import takes the canonical path yet."
    )
    assert "canonical usage none" in caption(fragmentation("X", "home", {}, "home"))


def test_in_cycles():
    assert in_cycles([("a", "b"), ("b", "a"), ("b", "c")]) == {("a", "b"), ("b", "a")}


def test_light_lines_are_against_the_flow():
    assert against_the_flow({("a", "b"): 9, ("b", "c"): 8, ("c", "a"): 1, ("c", "d"): 1}) == {("c", "a")}


@pytest.mark.parametrize("name", ['q"uote', "back\\", "x -> y [color=red]", "a:b:c"])
def test_names_are_data_in_every_diagram(name):
    links = [Link(name, "b", name, 1, name), Link("b", name, "b.py", 2)]
    for dot in (
        chain([name, "b"], links[:1]),
        cycle([name, "b"], links, links[1:], name),
        heavy(name, [Retained(name, "", 2), Retained("b", name, 1)]),
        fragmentation(name, name, {name: 1}, name),
    ):
        assert re.fullmatch(r'(?:[^"\\]|"(?:[^"\\]|\\.)*")*', dot)
        assert quote(name)[1:-1] in dot
