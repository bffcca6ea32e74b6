from textwrap import dedent

from importgraph.facts.model import Work
from importgraph.facts.parse import parse_module


def work(text: str) -> Work:
    return parse_module(dedent(text).encode()).facts.work


def test_what_runs_stands_apart_from_what_is_only_read():
    counted = work(
        '''
        """Docs."""
        import os
        class Box:
            side = 1
            def open(self):
                """Open."""
                return os.sep
        '''
    )
    assert (counted.run, counted.stored) == (5, 2)
    assert counted.text_size == len("Docs.") + len("Open.")


def test_the_size_is_that_of_the_bytes():
    assert work("x = 'é'\n").size == len("x = 'é'\n".encode())


def test_nothing_runs_below_a_test_for_type_checking():
    counted = work(
        """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import heavy
            table = [1, 2, make()]
        """
    )
    assert (counted.run, counted.calls, counted.elements) == (2, 0, 0)


def test_calls_of_module_and_class_bodies_count_and_those_of_functions_do_not():
    counted = work(
        """
        log = getLogger(__name__)
        class Model:
            name = Column(String(20))
            def save(self):
                commit()
        """
    )
    assert counted.calls == 3


def test_patterns_count_with_the_size_of_their_literals():
    counted = work(
        """
        import re
        ONE = re.compile("abc")
        TWO = re.compile("a" "b" + "c" % ONE, re.X)
        code = compile(source, "<x>", "exec")
        """
    )
    assert counted.patterns == 2
    assert counted.pattern_size == 6


def test_elements_of_displays_loops_and_subscripts_of_module_scope():
    counted = work(
        """
        TABLE = {"a": [1, 2], "b": (3,)}
        SQUARES = [x * x for x in range(9)]
        for name in SQUARES:
            register(name)
        def f(x: Optional[int]) -> dict[str, list[int]]:
            return [1, 2, 3][0]
        """
    )
    assert (counted.elements, counted.loops, counted.annotations) == (2 + 2 + 1 + 2, 2, 2)
    assert counted.subscripts == 3


def test_annotations_that_are_not_evaluated_do_not_count():
    assert work("from __future__ import annotations\ndef f(x: int) -> str: ...\n").annotations == 0


def test_fields_stand_in_the_order_of_the_classes():
    text = """
        class A:
            x: int
            y: int = 1
            class B:
                z: str
        class C: pass
    """
    facts = parse_module(dedent(text).encode()).facts
    assert [c.qualname for c in facts.classes] == ["A", "A.B", "C"]
    assert facts.work.fields == (2, 1, 0)
