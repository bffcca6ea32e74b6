"""What is kept of broken files."""

import ast
import sys

import pytest
from trees import imports, scopes

from importgraph.facts.source.syntax import parse_source


def recovered(source):
    syntax = parse_source(source.encode())
    assert syntax.broken is not None
    assert syntax.text == source
    return syntax.tree


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("import a\nx = = 1\nimport b", ["a", "b"]),
        (
            "x = )\ndef f():\n    import a\nclass C:\n    import b\n    def g(self): import c",
            ["C b", "C g c", "f a"],
        ),
        ("def f(:\n    import a\nimport b", ["b", "f a"]),
        ("def f(x)\n    import a\nimport b", ["b", "f a"]),
        ("class A(B:\n    import a\n    def f(self)\n        import b", ["A a", "A f b"]),
        ("async def f(x=):\n  import a", ["f a"]),
        (
            "if TYPE_CHECKING:\n    import a\n    x = = 1\nelse:\n    import b",
            ["if TYPE_CHECKING: a", "if TYPE_CHECKING: b"],
        ),
        (
            "if x x:\n  import a\nelif TYPE_CHECKING:\n  import b",
            ["if ...: a", "if ...: if TYPE_CHECKING: b"],
        ),
        (
            "try:\n    import a\n    print 'x'\nexcept ImportError:\n    import b\nfinally:\n    import c",
            ["try: a", "try: c", "try: except ImportError: b"],
        ),
        ("try:\n  import a\nexcept (A, B) as e:\n  import b; x = )", ["try: a", "try: except (A, B): b"]),
        ("try: import a; print 'x'\nexcept A: pass", ["try: a"]),
        ("x = (1,\nimport a\ny = foo(\nz = 1\nimport b", ["a", "b"]),
        ("for x in print 'a':\n    import a\nwith b:\n    import c\n    exec 'd'", ["c", "if ...: a"]),
        ("from a import (b,\n    c\nimport d", ["b", "c", "d"]),
        ("from a import b,\nimport c,\nfrom d import", ["b", "c"]),
        ("from .. import a as b, c d", ["a", "c"]),
        ("import a as\nimport a.b as c, d.", ["a", "a.b", "d"]),
        ("x = 'abc\nimport a\ny = '''abc\nimport b", ["a", "b"]),
        ("<<<<<<< ours\nimport a\n=======\nimport b\n>>>>>>> theirs", ["a", "b"]),
        (
            "def f():\n  import a\n<<<<<<< ours\n  import b\n=======\n  import c\n>>>>>>> theirs\n  import d",
            ["f a", "f b", "f c", "f d"],
        ),
        ("    import a\n  import b\nimport c", ["a", "b", "c"]),
        ("if x:\n        import a\n    import b", ["if x: a", "if x: b"]),
        ("import a\nexcept A:\n    import b\nelse:\n    import c", ["a", "b", "c"]),
        ("@a(\ndef f():\n  import b", ["f b"]),
        ("lazy import a\nx = )\nlazy from b import c, d e", ["a", "c", "d"]),
        ("type X[T] = f'{a['b']}'\nx = )\ndef f[T](x): import a", ["f a"]),
        ("match x:\n  case 1:\n    import a\n    b c", ["a"]),
    ],
)
def test_imports_keep_scope_and_guards(source, kept):
    assert scopes(recovered(source)) == kept


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("x = = 1", "x = ..."),
        ("x, y = f(", "x, y = ..."),
        ("x: int = f(", "x = ..."),
        ("def f(a, (b, c)):\n    return a", "def f():\n    return a"),
        ("def f(a, b=1):\n    return )", "def f(a, b=1):\n    pass"),
        ("@a\nclass A(B, c=D):\n    x = `y`\n    z = 1", "@a\nclass A(B, c=D):\n    x = ...\n    z = 1"),
        ("print 'a', b", "('a', b)"),
        ("raise E, 'a'", "(E, 'a')"),
        ("exec a in b", "a in b"),
        ("x = 0777; y = 2", "x = ...\ny = 2"),
        ("while x:\n  a b\n  c", "while x:\n    c"),
        ("f(x == )", ""),
    ],
)
def test_definitions_and_names_are_kept_as_stubs(source, tree):
    found = recovered(source)
    assert ast.unparse(found).strip() == tree
    compile(found, "recovered", "exec")


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("x = )\nimport a", [(2, 0, (2, 7))]),
        ("if x:\n\timport a; print b; from c import (d,\n  e)", [(2, 1, (2, 8)), (2, 20, (2, 35))]),
        ("é = )\ndef f(é=):\n    'é'; import a b", [(3, 10, (3, 17))]),
        ("from a import (\n    # note\n    b,\n    c", [(1, 0, (3, 4))]),
        ("x = (\n\n  import a", [(3, 2, (3, 9))]),
        ("try:\n  x = )\nexcept A: import b; c d", [(3, 10, (3, 17))]),
    ],
)
def test_imports_keep_their_places(source, places):
    assert [
        (line, column, names[0][2:]) for line, column, _, _, names in imports(recovered(source))
    ] == places


def test_names_of_a_definition_are_used_where_they_stand():
    tree = recovered("@dec(x)\ndef f(a: B) -> C:\n    return )\n")
    found = [(n.id, n.lineno, n.col_offset) for n in ast.walk(tree) if isinstance(n, ast.Name)]
    assert sorted(found) == [("B", 2, 9), ("C", 2, 15), ("dec", 1, 1), ("x", 1, 5)]


def test_a_wrong_line_costs_no_other_line():
    lines = [f"import a{number}" for number in range(300)]
    for at in (0, 150, 299):
        broken = [*lines[:at], "print 'x'", *lines[at:]]
        assert len(imports(recovered("\n".join(broken)))) == 300


@pytest.mark.parametrize(
    "source",
    [
        "if x x:\n a\n" + "elif y:\n b\n" * 3000,
        "".join(" " * depth + "if x:\n" for depth in range(200)),
        pytest.param("class A[\n" * 3000, marks=pytest.mark.thorough),
        "@a\n" * 3000,
        "else:\n" * 3000,
        'f"{' * 3000,
        '"""' + '\\"""\n' * 3000,
        "{**" * 3000,
        "from a import (\n" * 3000,
    ],
)
def test_hostile_repetition_ends(source):
    assert parse_source((source + "\nimport z").encode()).broken is not None


def test_little_stack_is_enough():
    source = "".join(" " * depth + "if x:\n" for depth in range(90)) + " " * 90 + "import a b\n"

    def deep(levels):
        return deep(levels - 1) if levels else parse_source(source.encode())

    assert imports(deep(sys.getrecursionlimit() - 400).tree)[0][-1][0][0] == "a"
