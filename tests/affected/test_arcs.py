"""Arcs lead wherever a search may: submodules that are attributes, re-exports, imports for types, strings."""

import pytest

from importgraph.affected.search import search
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

BASE = {
    "app/__init__.py": "",
    "app/late.py": "LATE = 1\n",
    "app/sub/__init__.py": "",
    "app/sub/late.py": "LATE = 1\n",
    "other.py": "import app\nfrom app import sub as below\n",
    "again.py": "from other import *\n",
}
LEADING = [
    ("import app\nimport app.sub\ndef test():\n    app.late.LATE\n", "app.late"),
    ("import app as a\ndef test():\n    a.sub.late\n", "app.sub.late"),
    ("import other\ndef test():\n    other.below.late\n", "app.sub.late"),
    ("from other import below\ndef test():\n    below.late\n", "app.sub.late"),
    ("from again import below as b\ndef test():\n    b.late\n", "app.sub.late"),
    ("import again\ndef test():\n    again.app.late\n", "app.late"),
    ("from again import *\ndef test():\n    app.late\n", "app.late"),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app import late\ndef f(x: late): ...\n", "app.late"),
    ("import importlib\ndef test():\n    importlib.import_module(f'app.{1}')\n", "app.late"),
    ("def test(run):\n    run('python -m app.late')\n", "app.late"),
]  # fmt: skip


def loaded(open_files, text):
    project = open_files({**BASE, "test_it.py": text})
    reach = make_reach(project, modules_with_tests(project))
    return search(reach, "test_it").loaded.keys(), reach.arcs


@pytest.mark.parametrize(("text", "expected"), LEADING)
def test_what_a_search_loads_is_led_to(open_files, text, expected):
    found, arcs = loaded(open_files, text)
    assert expected in found
    assert found <= arcs.reached_from(("test_it",))
    assert "test_it" in arcs.leading_to((expected,))


@pytest.mark.parametrize("text", ["", "import json\n", "import other\ndef test():\n    other.x\n"])
def test_what_nobody_names_is_not_led_to(open_files, text):
    _, arcs = loaded(open_files, text)
    assert "app.late" not in arcs.reached_from(("test_it",))
    assert "test_it" not in arcs.leading_to(("app.late",))


def test_only_files_on_the_way_are_split(open_files):
    project = open_files({**BASE, "test_it.py": "import app.late\n", "test_more.py": "import other\n"})
    reach = make_reach(project, modules_with_tests(project))
    assert reach.arcs.leading_to(("app.late",)) == {"app.late", "test_it"}
    assert reach.arcs.reached_from(("test_it",)) == {"test_it", "app", "app.late"}
