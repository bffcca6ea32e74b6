"""Tests that share what they load are decided as each of them alone would be."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.affected.plain_ways import PlainWays
from importgraph.affected.search import search
from importgraph.affected.selection import alive
from importgraph.affected.shared_ways import SharedWays
from importgraph.affected.targets import Targets
from importgraph.config import Partial
from importgraph.project import open_project
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach
from tests.conftest import write_files

FILES = {
    "app/__init__.py": "from app import core\n",
    "app/core.py": "from app.low import start\ndef go():\n    from app.late import end\n    end()\n",
    "app/low.py": "def start(): ...\n",
    "app/late.py": "def end(): ...\ndef other(): ...\n",
    "app/apart.py": "def stay(): ...\n",
    **{f"tests/test_{n}.py": f"import app\ndef test_it():\n    app.low\n    {n}\n" for n in range(5)},
    "tests/test_goes.py": "from app.core import go\ndef test_it():\n    go()\n",
    "tests/test_own.py": "def test_it(): ...\ndef test_other(): ...\n",
}


def reach_of(open_files, files=FILES):
    project = open_files(files)
    return make_reach(project, modules_with_tests(project))


def way(reach, targets, test, only=None):
    ways = SharedWays(reach, targets)
    ways.share(name for name in reach.graph.modules if ".test_" in f".{name}")
    return ways.plain(test, only) or ways.search(test, only)


@pytest.mark.parametrize(
    ("targets", "test", "expected"),
    [
        (Targets(modules={"app.low": "L"}), "test_0", ["app", "app.core", "app.low"]),
        (Targets(modules={"app.apart": "A"}), "test_0", None),
        (Targets(units={"app.late:end()": "E"}), "test_0", None),
        (Targets(units={"app.late:end()": "E"}), "test_goes", ["app.core:go()", "app.late:end()"]),
        (Targets(units={"app.late:other()": "O"}), "test_goes", None),
    ],
)
def test_ways_end_at_what_changed(open_files, targets, test, expected):
    reach = reach_of(open_files)
    found = way(reach, targets, next(one for one in reach.graph.modules if one.endswith(test)))
    if expected is None:
        assert found is None
    else:
        assert [link.target for link in found.links][-len(expected) :] == expected
        assert all(a.target == b.source for a, b in zip(found.links, found.links[1:], strict=False))


def test_one_test_of_a_changed_file_is_looked_at_alone(open_files):
    reach = reach_of(open_files)
    name = next(one for one in reach.graph.modules if one.endswith("test_own"))
    targets = Targets(units={f"{name}:test_it()": "T"}, homes={name: "T"})
    assert way(reach, targets, name, "test_it") is not None
    assert way(reach, targets, name, "test_other") is None


def test_the_nearest_end_is_chosen_and_its_first_import(open_files):
    reach = reach_of(open_files)
    ways = PlainWays(reach.graph, reach.module_links, reach.texts.__contains__)
    ways.add(("app.low",))
    assert [(link.source, link.line) for link in ways.way("app")] == [("app", 1), ("app.core", 1)]
    assert not [name for name in reach.graph.modules if name.endswith("test_own") and name in ways]
    ways.add(("app.core",))
    assert ways.way("app.core")[0].target == "app.low"  # what was found stays


def tree_of(seed):
    """Return a tree of modules that import, call and name each other at random."""
    chance = random.Random(seed)  # noqa: S311 -- only to make trees
    modules = [f"m{n}" for n in range(7)]

    def text(start):
        lines = []
        for name in chance.sample(modules, chance.randint(0, 3)):
            inside = chance.random() < 0.3 and start != "def test_it"
            form = chance.choice([f"import {name}", f"from {name} import f{name}", f"from {name} import *"])
            lines.append(f"def late_{name}():\n    import {name}\n" if inside else form)
        used = chance.sample(
            [*(f"f{m}()" for m in modules), "x.go()", "late_m3()", "getattr(x, y)", "C()"], 3
        )
        body = "\n    ".join(used)
        return "\n".join([*lines, f"{start}():\n    {body}\n"])

    files = {
        f"{m}.py": f"{text(f'def f{m}')}class C{m}:\n    def go(self):\n        f{m}()\n" for m in modules
    }
    return {**files, **{f"test_{n}.py": text("def test_it") for n in range(6)}}


@given(st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_shared_searches_decide_as_single_ones(tmp_path_factory, seed):
    tree = write_files(tmp_path_factory.mktemp("tree"), tree_of(seed))
    project = open_project(tree, Partial({"workers": 1}))
    for targets in (
        Targets(modules={"m1": "m1.py"}),
        Targets(units={"m2:fm2()": "m2.py"}, homes={"m2": "m2.py"}),
        Targets(units={"m4:Cm4.go()": "m4.py", "m5:late_m3()": "m5.py"}, homes={"m4": "4", "m5": "5"}),
    ):
        reach = make_reach(project, modules_with_tests(project))
        ways = SharedWays(reach, targets)
        tests = [f"test_{n}" for n in range(6)]
        ways.share(tests)
        shared = [ways.plain(test) or ways.search(test, None) for test in tests]
        fresh = make_reach(project, modules_with_tests(project))
        alone = [search(fresh, test, targets).hit is not None for test in tests]
        assert [found is not None for found in shared] == alone
        living = alive(make_reach(project, modules_with_tests(project)), tests, targets)
        assert {test for test, is_hit in zip(tests, alone, strict=True) if is_hit} <= set(living)
