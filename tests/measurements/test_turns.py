"""Imports in turn: what one run says, and what dies or hangs."""

import sys

import pytest

from importgraph.measurements import turns
from importgraph.measurements.knockout import knock_out
from importgraph.measurements.turns import Imported, Program, Taken, in_turn, middle, noise, run


def program(root, entry="app", python=sys.executable, **more):
    return Program(python, entry, (root,), pycache=root.parent / "pycache", **more)


def test_one_import(write):
    root = write({"app.py": "import wave\nprint('hello')\n"})
    found = run(program(root), names=True, watched={"wave", "chunk"})
    assert found.error == ""
    assert found.both >= found.user >= 0
    assert {"app", "wave"} <= found.modules
    (place, *_) = found.sites["wave"]
    assert (place[0], place[1], place[2]) == (str(root / "app.py"), 1, "<module>")
    assert not list(root.rglob("__pycache__"))
    assert run(program(root)).modules == frozenset()


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os\nos._exit(3)", "the interpreter ended with code 3"),
        ("import sys\nsys.exit('no')", "SystemExit: no"),
        ("import time\ntime.sleep(60)", "not done after 0.5 s"),
    ],
)
def test_what_goes_wrong_is_a_value(write, source, error):
    timeout = 0.5 if "sleep" in source else 20.0
    assert run(program(write({"app.py": source}), timeout=timeout)).error.startswith(error)


def test_all_programs_take_turns(write):
    root = write({"app.py": "", "other.py": "import wave\n"})
    rounds = []
    found = in_turn(
        {"one": program(root), "two": program(root, "other")}, 2, lambda done, of: rounds.append((done, of))
    )
    assert {name: len(taken.both) for name, taken in found.items()} == {"one": 2, "two": 2}
    assert rounds == [(1, 2), (2, 2)]


def test_every_other_round_is_in_the_reverse_order(write, monkeypatch):
    root, seen = write({"app.py": ""}), []

    def ran(one):
        seen.append(one.entry)
        return Imported(1.0, 1.0, "")

    monkeypatch.setattr(turns, "run", ran)
    in_turn({name: program(root, name) for name in "AB"}, 4)
    assert "".join(seen) == "AB" + "ABBAABBA"


def test_noise_and_middle():
    first, second = Taken((1, 1, 1), (10.0, 12.0, 11.0)), Taken((1, 1, 1), (5.0, 5.5, 6.0))
    assert (first.best, second.best) == (10.0, 5.0)
    assert noise(first, second) == 2.5
    assert noise(Taken((1,), (1.0,)), second) == float("inf")
    assert middle(first.both, second.both) == 5.0


LAZY = {
    "app.py": "from parts import (\n    one,\n    two,\n)\nlazy import three\nimport four\n"
    "__lazy_modules__ = ['five']\nimport five\nfour.x\n",
    "parts/__init__.py": "",
    "parts/one.py": "",
    "parts/two.py": "",
    "three.py": "",
    "four.py": "x = 1\n",
    "five.py": "",
}


def test_only_what_is_knocked_out_becomes_lazy(write, interpreter):
    root, python = write(LAZY), interpreter("3.15")
    bound = {("app", name) for name in ("one", "two", "three", "four", "five")}
    plain = run(program(root, python=python, before=knock_out(())), names=True, bound=bound)
    normal = run(program(root, python=python), names=True, bound=bound)
    assert plain.lazy == normal.lazy == {("app", "three"), ("app", "five")}
    assert plain.modules == normal.modules
    statements = {("app", 1, "parts"), ("app", 6, "four")}
    found = run(
        program(root, python=python, before=knock_out(statements)), names=True, bound=bound, watched={"four"}
    )
    assert found.lazy == {("app", "one"), ("app", "two"), ("app", "three"), ("app", "five")}
    assert plain.modules - found.modules == {"parts", "parts.one", "parts.two"}
    assert found.sites["four"][0][1:] == (9, "<module>")
