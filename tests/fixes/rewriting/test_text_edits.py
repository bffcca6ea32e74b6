import pytest
from fix_programs import check_refused, text

from importgraph.fixes.model import AddImport, DropImport, ReplaceText
from importgraph.fixes.rewriting.rewrite import rewrite

CALL = """
    import os
    from old import make

    def f():
        return make(1)
"""


def swap(line, column, before, after):
    return ReplaceText("m.py", line, column, before, after)


def migrated(source, *more):
    edits = [swap(5, 11, "make(1)", "build(1)"), AddImport("m.py", "from new import build"), *more]
    return rewrite(text(source), edits)


@pytest.mark.parametrize(
    ("source", "edits", "reason"),
    [
        ("x = 1\n", [swap(1, 0, "y", "z")], "does not say `y`"),
        ("x = 1\n", [swap(9, 0, "x", "z")], "no line 9"),
        ("x = 1\n", [swap(1, 0, "x = 1", "y = 1"), swap(1, 4, "1", "2")], "two edits"),
        ("x = 1\n", [swap(1, 0, "x", "(")], "would not parse"),
        ("new = 1\nx = 2\n", [AddImport("m.py", "import new")], "means something else"),
        ("def f(new): ...\n", [AddImport("m.py", "from a import b as new")], "means something else"),
        ("import a; x = 1\n", [AddImport("m.py", "import b", 1)], "no import alone"),
    ],
)
def test_refuses(source, edits, reason):
    check_refused(source, *edits, reason=reason)


def test_a_call_its_import_and_the_old_import():
    drop = DropImport("m.py", 2, "from old import make", "make")
    assert migrated(CALL, drop) == text(CALL).replace("make(1)", "build(1)").replace(
        "from old import make", "from new import build"
    )


@pytest.mark.parametrize("more", ["\nx = make\n", "\n__all__ = ['make']\n", "\ndef g(a: 'make.C'): ...\n"])
def test_an_old_import_that_is_still_used_stays(more):
    drop = DropImport("m.py", 2, "from old import make", "make")
    assert "from old import make\n" in migrated(text(CALL) + more, drop)


def test_one_name_of_several_is_dropped_and_the_last_statement_of_a_block_is_not():
    drop = DropImport("m.py", 1, "from a import b", "b")
    assert rewrite("from a import (\n    b,  # gone\n    c,\n)\n", [drop]) == "from a import (\n    c,\n)\n"
    assert rewrite("try:\n    from a import b\nexcept E:\n    pass\n", [drop]).startswith("try:\n    from a")


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("", "import n\n"),
        ("'doc'", "'doc'\nimport n\n"),
        ("#!/bin/x\n# about\n\nx = 1\n", "#!/bin/x\n# about\n\nimport n\nx = 1\n"),
        ("import a\nx = a\nimport b\n", "import a\nimport n\nx = a\nimport b\n"),
        ("import n\nx = 1\n", "import n\nx = 1\n"),
        ("@d\ndef f(): ...\n", "import n\n@d\ndef f(): ...\n"),
    ],
)
def test_where_an_import_is_added(source, after):
    assert rewrite(source, [AddImport("m.py", "import n")]) == after


def test_an_import_goes_below_another_in_its_block():
    source = "def f():\n    from a import b\n    return b\n"
    expected = "def f():\n    from a import b\n    from c import d\n    return b\n"
    assert rewrite(source, [AddImport("m.py", "from c import d", 2)]) == expected


def test_lines_of_other_kinds_are_kept():
    source = "import a\r\nx = f(\r\n\t1)\r\n"
    made = rewrite(source, [swap(2, 4, "f(\n\t1)", "g(\n\t2)"), AddImport("m.py", "import n")])
    assert made == "import a\r\nimport n\r\nx = g(\r\n\t2)\r\n"
