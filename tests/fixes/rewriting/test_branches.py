"""Imports that move into the branch which alone uses them."""

import ast
import textwrap

import pytest

from importgraph.fixes.rewriting.branches import narrowest_suite
from importgraph.fixes.texts.source_text import Text


def line_of_import(body: str) -> int:
    """Return the line of the function's text above which an import of `heavy` belongs."""
    source = "def main(argv):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return narrowest_suite(Text(source), function, "heavy")[0].lineno - 1


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("if argv:\n    x = 1\n    heavy.run()", 2),
        ("if argv:\n    pass\nelse:\n    heavy.run()", 4),
        ('if argv == "heavy":\n    heavy.run()', 2),
        ("if argv:\n    pass\nelif argv is None:\n    print()\n    heavy.run()\n    heavy.run()", 4),
        ("match argv:\n    case []:\n        heavy.run()\n    case _:\n        pass", 3),
        (
            "if argv:\n    if argv:\n        def go():\n            return heavy.run()\n        go()",
            3,
        ),
        ("if argv:\n    for one in argv:\n        heavy.run(one)", 2),
    ],
)
def test_the_branch_that_alone_uses_it(body: str, line: int) -> None:
    assert line_of_import(body) == line


@pytest.mark.parametrize(
    "body",
    [
        "heavy.run()\nif argv:\n    heavy.run()",
        "if heavy.wanted(argv):\n    heavy.run()",
        "if argv:\n    heavy.run()\nelse:\n    heavy.stop()",
        "if argv:\n    pass\nelif heavy.wanted():\n    pass",
        "match argv:\n    case heavy.NAME:\n        heavy.run()",
        "for one in argv:\n    if one:\n        heavy.run()",
        "try:\n    heavy.run()\nexcept ImportError:\n    pass",
        "with suppress(ImportError):\n    heavy.run()",
        "if argv: heavy.run()",
        "if argv:\n    pass\nelse: heavy.run()",
        'if argv:\n    heavy.run()\nreturn eval("heavy")',
    ],
)
def test_the_top_of_the_function_where_more_than_one_branch_may_use_it(body: str) -> None:
    assert line_of_import(body) == 1
