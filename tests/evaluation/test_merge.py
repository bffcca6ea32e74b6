"""Branches of which nobody knows which runs: what is left of names that they, and calls in them, bind."""

import textwrap

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.merge import Either
from importgraph.evaluation.values.value import settled
from importgraph.evaluation.values.values import unwrap
from tests.evaluation.worlds import World, run

UNKNOWN = "import lib\n"


def values(text, name="x"):
    """Return what a name may be at the end, and the machine."""
    machine, names = run("main", {"main.py": UNKNOWN + textwrap.dedent(text)})
    value = settled(names[name])
    return {unwrap(one) for one in (value.values if isinstance(value, Either) else (value,))}, machine


def test_each_branch_starts_from_what_was_there_before() -> None:
    found, _ = values("""
        x = 1
        if lib.a:
            x = x + 1
        else:
            x = x + 10
        """)
    assert found == {2, 11}


def test_a_function_made_in_a_branch_keeps_what_the_call_around_it_bound() -> None:
    found, _ = values("""
        def make(n):
            kept = n + 1
            def inner():
                return kept
            return inner
        if lib.a:
            f = make(1)
        else:
            f = make(5)
        x = f()
        """)
    assert found == {2, 6}


def test_locals_that_a_branch_of_the_body_binds_are_taken_back_before_the_next() -> None:
    found, _ = values("""
        def f(n):
            if lib.a:
                n = n + 1
            else:
                n = n + 10
            return n
        x = f(0)
        """)
    assert found == {1, 10}


def test_what_a_call_in_a_branch_binds_around_it_is_taken_back_too() -> None:
    found, _ = values("""
        def f():
            n = 0
            def more(m):
                nonlocal n
                n = n + m
            if lib.a:
                more(1)
            else:
                more(10)
            return n
        x = f()
        """)
    assert found == {1, 10}


def test_calls_in_branches_leave_no_note_of_their_locals() -> None:
    text = "import lib\ndef f():\n    a = 1\n    b = 2\n    return a + b\nif lib.a:\n    x = f()\nelse:\n    x = 4\n"
    machine = Machine(World({"main.py": text}))
    seen = []
    note = machine.journal.put
    machine.journal.put = lambda state, key, value, **more: (
        seen.append(key),
        note(state, key, value, **more),
    )
    machine.run_module("main")
    assert "x" in seen
    assert not {"a", "b"} & set(seen)


def test_branches_are_counted_right_after_one_that_fails() -> None:
    found, machine = values("""
        x = 1
        def f():
            raise ValueError
        try:
            if lib.a:
                f()
            x = 2
        except ValueError:
            x = 3
        """)
    assert found == {2, 3}
    assert machine.journal.branches == 0
