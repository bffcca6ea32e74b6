"""Blanked bodies: the tree is that of the whole text, but for what is in the bodies."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importgraph.facts.source.blanking import SKIMMED, bodies, skim
from importgraph.text.margin import make_index

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_blank(node):
    match node.body[0]:
        case ast.Expr(value=ast.Name(id=name)):
            return name == SKIMMED
    return False


def headings(tree, lines=None):
    """Return where every definition stands, without those inside of blanked functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name, node.lineno
        hidden = isinstance(node, FUNCTIONS) and (is_blank(node) or (lines and node.lineno in lines))
        if not hidden:
            yield from headings(node, lines)


@pytest.mark.parametrize(
    "body",
    [
        '    text = """\nselect *\n  from it\n"""\n    more()\n',
        "    text = b'''first\nsecond\n'''\n",
        '    """About it."""\n    text = """one\ntwo"""\n',
        '    """It\'s about it."""\n    # a \'quote\n    text = """one\ndef other():\n    no\n"""\n',
        '    quotes = \'"""\'\n    text = """a\\"""\nb"""\n',
        "# a comment at the margin\n    pass\n",
    ],
)
def test_a_string_at_the_left_margin_does_not_end_a_body(body):
    text = f"import a\n\ndef test_it(x=1):\n{body}\nclass Test:\n  def test_more(self):\n{body}\n  z = 1\n"
    source = text.encode()
    tree = ast.parse(skim(source))
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    assert all(map(is_blank, functions))
    assert list(headings(tree)) == list(headings(ast.parse(source), {node.lineno for node in functions}))
    assert skim(source).count(b"\n") == source.count(b"\n")


def test_what_may_be_a_generator_keeps_its_body():
    assert skim(b"def test_it():\n    yield 1\n") == b"def test_it():\n    yield 1\n"
    assert b"yield" not in skim(b"def helper():\n    yield 1\n")


def test_the_first_line_and_the_last_count():
    assert list(bodies(b"def f():\n    pass")) == [(9, 17, b"", b"f")]
    assert make_index(b"import a\nx = 1").entries.keys() == {"a", "x"}


PIECES = st.sampled_from(
    [
        "def f(a, b=(1, '2')):",
        "class C:",
        "'''",
        '"""',
        "x = 1",
        "'it'",
        '"',
        "# it's",
        "\\",
        "return (",
        ")",
        "pass",
        "yield",
    ]
)
LINES = st.lists(st.tuples(st.sampled_from(["", " ", "    ", "        ", "\t"]), PIECES), max_size=14)


@given(LINES)
def test_whatever_parses_after_blanking_has_the_definitions_of_the_whole_text(lines):
    source = "".join(f"{indent}{piece}\n" for indent, piece in lines).encode()
    try:
        whole, tree = ast.parse(source), ast.parse(skim(source))
    except SyntaxError:
        return
    blank = {node.lineno for node in ast.walk(tree) if isinstance(node, FUNCTIONS) and is_blank(node)}
    assert list(headings(tree)) == list(headings(whole, blank))


@pytest.mark.parametrize(
    "text",
    [
        "CODE = '''\ndef inner():\n    1'''\nMORE = '''\nx'''\n",
        'CODE = """\ndef inner():\n    pass\n"""\n',
        "# it's '''\nCODE = \"\"\"\ndef inner():\n    '''About it.'''\n    return 1\n\"\"\"\n",
        'QUOTES = "\'\'\'"\nCODE = """\ndef inner():\n    pass\n"""\n',
    ],
)
def test_source_text_in_a_string_stays(text):
    source = f'{text}\ndef outer():\n    """About it."""\n    return 2\n'.encode()
    whole, short = ast.parse(source), ast.parse(skim(source))
    assert [ast.dump(one) for one in short.body[:-1]] == [ast.dump(one) for one in whole.body[:-1]]
    assert is_blank(short.body[-1])
