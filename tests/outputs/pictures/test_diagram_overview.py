import re

import pytest

from importgraph.config import from_options
from importgraph.outputs.pictures.diagram_boxes import put_together
from importgraph.outputs.pictures.diagram_flow import direction_of
from importgraph.outputs.pictures.diagram_focus import focus
from importgraph.outputs.pictures.diagram_overview import overview
from importgraph.project import open_project


@pytest.fixture
def graph_of(tmp_path):
    """Write files and return their graph."""

    def build(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return open_project(tmp_path, from_options()).graph

    return build


def nodes(dot):
    return dict(re.findall(r'^ *"([^"]*)" \[label="([^"]*)"', dot, re.MULTILINE))


def edges(dot):
    return {
        (a, b): looks for a, b, looks in re.findall(r'^ *"([^"]*)" -> "([^"]*)" \[(.*)\]$', dot, re.MULTILINE)
    }


def caption(dot):
    return re.search(r'graph \[label=" \\l(.*)"\]', dot)[1].replace("\\l", " ").strip()


SHOP = {
    "shop/__init__.py": "",
    "shop/cart.py": "from shop import db\nfrom shop.db import a, b\n",
    "shop/db.py": "import json\na = b = 1\ndef f():\n    import shop.cart\n",
    "shop/money.py": "",
    "tests/test_cart.py": "import shop.cart\n",
}


def test_small_project_has_a_box_for_each_module(graph_of):
    dot = overview(graph_of(SHOP))
    assert nodes(dot) == {
        "shop.*": "shop\\n__init__",
        "shop.cart": "cart",
        "shop.db": "db",
        "shop.money": "money",
    }
    assert "Architecture of shop" in dot


def test_of_a_cycle_only_what_would_end_it_is_red(graph_of):
    dot = overview(graph_of(SHOP))
    lines = re.findall(r'^ *"shop.cart" -> "shop.db" \[(.*)\]$', dot, re.MULTILINE)
    backward, forward = sorted(lines, key=lambda looks: "dir=" not in looks)
    assert "color" not in forward
    assert "style" not in forward
    assert 'style="dashed"' in backward
    assert 'label="1"' in backward
    assert 'tooltip="shop.db → shop.cart: 1 import\\nshop/db.py:4"' in backward


def test_caption_counts_what_is_not_shown(graph_of):
    assert caption(overview(graph_of(SHOP))) == (
        "Left out: 1 test module, 1 external package. "
        "Arrow: from importer to imported. Thicker line: more imported names. Names are within shop. "
        "Red, dashed, with its number of imports: against the main flow. Without these no cycle between "
        "boxes would be left."
    )


def test_flat_project_of_scripts_is_drawn(graph_of):
    found = nodes(
        overview(
            graph_of({"main.py": "import helper\nif __name__ == '__main__':\n    pass\n", "helper.py": ""})
        )
    )
    assert found.keys() == {"main", "helper"}


def test_nothing_but_tests_is_drawn(graph_of):
    dot = overview(graph_of({"test_a.py": "import test_b\n", "test_b.py": ""}))
    assert edges(dot).keys() == {("test_a", "test_b")}


def test_all_of_a_package_of_tests_counts_as_test_code(graph_of):
    tests = {f"t/test_{number}.py": "import t.helpers\n" for number in range(5)}
    dot = overview(graph_of({**SHOP, **tests, "t/__init__.py": "", "t/helpers.py": ""}))
    assert not [name for name in nodes(dot) if name.startswith("t.")]
    assert "Left out: 8 test modules" in caption(dot)


def test_small_package_that_nothing_imports_is_left_out(graph_of):
    files = {f"big/m{number}.py": "import big.m0\n" for number in range(40)}
    dot = overview(graph_of({**files, "big/__init__.py": "", "docs/conf/__init__.py": "import big.m1\n"}))
    assert not [name for name in nodes(dot) if not name.startswith("big")]
    assert "small packages that no other imports (conf)" in caption(dot)


def test_many_siblings_become_one_box():
    names = {"home", "home.core", "home.components"}
    names |= {f"home.components.c{number:04}{end}" for number in range(1400) for end in ("", ".light")}
    pairs = {(name, "home.core"): 1 for name in names if name.endswith(".light")}
    boxes = put_together(names, pairs, 10)
    assert len(boxes) == 10
    crowd = next(box for box in boxes if box.key == "home.components.*")
    assert len(crowd.members) == 2787
    assert sum(len(box.members) for box in boxes) == len(names)


def test_packages_are_opened_from_the_largest_down():
    names = {
        "p",
        "p.a",
        "p.b",
        *(f"p.a.x{i}.m{j}" for i in range(2) for j in range(9)),
        *(f"p.b.y{i}.m" for i in range(2)),
    }
    assert [(box.key, len(box.members)) for box in put_together(names, {}, 5)] == [
        ("p.*", 1),
        ("p.a.*", 1),
        ("p.a.x0", 9),
        ("p.a.x1", 9),
        ("p.b", 3),
    ]


def test_every_module_is_in_one_box():
    names = {f"p{i % 3}.q{i % 7}.m{i}" for i in range(200)} | {"odd/file-name", "single"}
    boxes = put_together(names, {("single", "p0.q0.m0"): 3}, 12)
    assert sorted(member for box in boxes for member in box.members) == sorted(names)


def test_many_top_level_names_share_a_box():
    names = {f"script{number:03}" for number in range(200)} | {f"app.m{number}" for number in range(9)}
    boxes = put_together(names, {("script150", "app.m1"): 1}, 20)
    assert len(boxes) <= 20
    assert {"script150", "app.m1"} <= {box.key for box in boxes}
    assert sum(len(box.members) for box in boxes) == len(names)
    assert next(len(box.members) for box in boxes if box.key == "*") == 192


def test_library_with_more_tests_than_code_is_drawn(graph_of):
    tests = {f"lib/tests/test_{number}.py": "import lib.a\n" for number in range(9)}
    dot = overview(graph_of({**tests, "lib/__init__.py": "", "lib/a.py": "import lib.b\n", "lib/b.py": ""}))
    assert nodes(dot).keys() == {"lib.*", "lib.a", "lib.b"}
    assert "Left out: 9 test modules." in caption(dot)


def test_direction_keeps_the_longer_side_small():
    chain = [(str(number), str(number + 1)) for number in range(20)]
    fan = [("hub", str(number)) for number in range(20)]
    assert direction_of(chain, wide=200, high=50) == "TB"
    assert direction_of(fan, wide=200, high=50) == "LR"
    assert direction_of([], wide=200, high=50) == "LR"


def test_focus_has_importers_left_and_imported_right(graph_of):
    dot = focus(graph_of(SHOP), "shop.db")
    assert nodes(dot) == {
        "shop.db": "shop.db",
        "shop.cart ": "shop.cart\\nboth ways",
        " shop.cart": "shop.cart\\nboth ways",
    }
    assert (
        'tooltip="shop.cart → shop.db\\nshop/cart.py:1\\nshop/cart.py:2"'
        in edges(dot)["shop.cart ", "shop.db"]
    )
    assert 'style="dashed"' in edges(dot)["shop.db", " shop.cart"]
    assert caption(dot).startswith("Left: 1 importer. Right: 1 imported module.")


def test_focus_is_capped(graph_of):
    files = {f"m{number:03}.py": "import hub\n" for number in range(100)}
    dot = focus(graph_of({**files, "hub.py": ""}), "hub")
    assert len(nodes(dot)) == 20
    assert nodes(dot)["(importers left out)"] == "and 82 more"


def test_drawings_are_the_same_each_time(graph_of):
    graph = graph_of(SHOP)
    assert overview(graph) == overview(graph)
    assert focus(graph, "shop.db") == focus(graph, "shop.db")
