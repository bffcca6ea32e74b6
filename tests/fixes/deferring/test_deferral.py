import pytest
from fix_programs import verdict_of

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.deferring.import_verdicts import key_of
from importgraph.graph.views import closure

USED_IN_A_FUNCTION = "\ndef f():\n    return b\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("try:\n    from a import b\nexcept ImportError:\n    b = None\n", "caught"),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    from a import b\n", "caught"),
        ("import os\nif os.environ.get('X'):\n    from a import b\n", "condition"),
        ("def f():\n    from a import b\n    return b\n", "module level"),
        ("from a import b\nb()\n", "used while"),
        ("from a import b\ndef f():\n    return b()\nf()\n", "used while"),
        ("from a import b\n@b\ndef f(): ...\n", "used while"),
        ("from a import b\nclass C(b): ...\n", "used while"),
        ("from a import b\ndef f(x=b): ...\n", "used while"),
        ("from a import b\nb = 1\n", "bound again"),
        ("from a import b\nfrom a import c as b\n", "bound again"),
        ("from a import b\ndef f():\n    global b\n    b = 2\n", "bound again"),
        ("from a import b\ndef f():\n    return globals()['b']\n", "looks at its own names"),
    ],
)
def test_stays(open_files, text, reason):
    project = open_files({"a.py": "def b(): ...\nc = 1\n", "m.py": text})
    found = verdict_of(project, "m", "b")
    assert not found.possible
    assert reason in found.reason


def test_star_imports_and_tests_stay(open_files):
    project = open_files(
        {
            "a.py": "b = 1\n",
            "m.py": "from a import *\n",
            "test_m.py": f"from a import b\n{USED_IN_A_FUNCTION}",
        }
    )
    assert verdict_of(project, "m", "*").reason == "a star import"
    assert verdict_of(project, "test_m", "b").reason == "in a test file"


def test_may_go(open_files):
    project = open_files({"a.py": "b = 1\n", "m.py": f"from a import b\n{USED_IN_A_FUNCTION}"})
    found = verdict_of(project, "m", "b")
    assert (found.possible, found.exported, found.unused) == (True, False, False)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("from m import b\n", "used here and taken"),
        ("import m\nm.b()\n", "used here and taken"),
        ("def g():\n    import m\n    return m.b\n", "used here and taken"),
        ("from m import *\n", "used here and taken"),
    ],
)
def test_a_name_that_others_take_stays_where_it_is_used(open_files, other, reason):
    project = open_files(
        {"a.py": "b = 1\n", "m.py": f"from a import b\n{USED_IN_A_FUNCTION}", "other.py": other}
    )
    assert reason in verdict_of(project, "m", "b").reason


def test_a_name_that_others_take_may_be_exported_lazily(open_files):
    project = open_files({"a.py": "b = 1\n", "m.py": "from a import b\n", "other.py": "from m import b\n"})
    assert verdict_of(project, "m", "b").exported


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"p/__init__.py": "from .thing import thing\n", "p/thing.py": "def thing(): ...\n"},
            "is a module too",
        ),
        ({"p/__init__.py": "import p.thing as thing\n", "p/thing.py": ""}, "others may reach"),
        (
            {"p/__init__.py": "from .x import thing\ndef __getattr__(n): ...\n", "p/x.py": "thing = 1\n"},
            "its own `__getattr__`",
        ),
        (
            {"p/__init__.py": "from .x import thing\n", "p/x.py": "thing = 1\n", "m.py": "from p import *\n"},
            "`__all__` does not list",
        ),
    ],
)
def test_what_cannot_be_exported_lazily(open_files, files, reason):
    assert reason in verdict_of(open_files(files), "p", "thing").reason


PACKAGE = {
    "p/__init__.py": "from .x import thing\n__all__ = ['thing']\n",
    "p/x.py": "import p.heavy\nthing = 1\n",
    "p/heavy.py": "",
}


def loaded_after(project, importer, start):
    deferrals = Deferrals(project.snapshot, {})
    edges = [key_of(e) for e in project.graph.imports if e.importer == importer]
    return closure(deferrals.after(project.runtime, edges), [start])


def test_a_lazy_export_frees_those_who_do_not_take_it(open_files):
    project = open_files({**PACKAGE, "m.py": "import p\n"})
    assert loaded_after(project, "p", "m") == {"m", "p"}


@pytest.mark.parametrize(
    "taker",
    [
        "from p import thing\n",
        "from p import *\n",
        "import p\nx = p.thing\n",
        "import p\nclass C(p.thing): ...\n",
        "import p\ndef f():\n    return p.thing()\nf()\n",
        "def f():\n    from p import thing\nf()\n",
    ],
)
def test_a_lazy_export_is_loaded_by_who_takes_it_at_import(open_files, taker):
    project = open_files({**PACKAGE, "m.py": taker})
    assert "p.heavy" in loaded_after(project, "p", "m")


def test_a_submodule_reached_through_another_import_is_left_alone(open_files):
    project = open_files(
        {
            "p/__init__.py": "",
            "p/sub.py": "x = 1\n",
            "m.py": "import p.sub\ndef f():\n    return p.sub.x\n",
            "lonely.py": "import m\nimport p\ndef g():\n    return p.sub.x\n",
        }
    )
    deferrals = Deferrals(project.snapshot, {})
    key = next(key_of(e) for e in project.graph.imports if e.importer == "m" and e.imported == "p.sub")
    after = deferrals.after(project.runtime, [key])
    assert "`lonely` reaches `p.sub`" in deferrals.left_alone(project.runtime, after, {"p.sub"})
