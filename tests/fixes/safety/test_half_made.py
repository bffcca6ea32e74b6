import ast

import pytest

from importgraph.fixes.safety.half_made import bound_before


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("MODE = 1\nimport app.heavy\n", 2, True),
        ("import app.heavy\nMODE = 1\n", 1, False),
        ("MODE = 1\nimport app.heavy\nMODE = 2\n", 2, False),
        ("MODE = 1\nimport app.heavy\ndel MODE\n", 2, False),
        ("import os as MODE\nimport app.heavy\n", 2, True),
        ("import app.heavy\n", 1, False),
        ("MODE = 1\nimport app.heavy\n\ndef f():\n    MODE = 2\n", 2, True),
        ("if x:\n    MODE = 1\nimport app.heavy\nfor MODE in y:\n    pass\n", 3, False),
    ],
)
def test_a_name_is_bound_for_good_above_the_import(text, line, expected):
    assert bound_before(ast.parse(text), "MODE", line) is expected
