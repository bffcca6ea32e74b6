import pytest

from importgraph.facts.model import Flow, StepKind
from importgraph.facts.parse import parse_module
from importgraph.graph.running.registries import _GIVEN_TEXT

NAMES = ("load", "registry.find", "größe.laden", "a" * 40, "b" * 300, "make().run")


@pytest.mark.parametrize("name", NAMES)
def test_a_function_with_a_call_that_is_given_texts_is_told_by_its_encoded_steps(name):
    given, plain = functions(
        f"def f():\n    x = 1\n    {name}('app.models')\n\ndef g():\n    x = 'a'\n    {name}(x)\n"
    )
    assert any(step.kind is StepKind.CALL and step.value and not step.flow & Flow.DEAD for step in given.body)
    assert _GIVEN_TEXT.search(given.steps)
    assert not any(step.kind is StepKind.CALL and step.value for step in plain.body)


def test_a_function_without_texts_in_calls_is_not_decoded():
    (plain,) = functions("def f(a):\n    b = a.c\n    return run(b)(a)\n")
    assert not _GIVEN_TEXT.search(plain.steps)


def functions(text):
    return parse_module(text.encode()).facts.functions
