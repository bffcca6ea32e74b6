"""Names that a module only passes on are followed without evaluating it, and only where that is surely right."""

import pytest

from importgraph.collection.collect import Request, collect
from importgraph.evaluation.interpreter import Machine
from importgraph.namespaces.reader import Reader
from importgraph.text.bindings import read_bindings, read_exported

EXPORTED = {
    "__all__ = [\"a\", 'b']  # both\nimport x\n": {"a", "b"},
    '"""About it."""\n__all__ = (\n    "a",  # one\n)\n': {"a"},
    '__all__ = ["a"]\n__all__ += ["b"]\n': None,
    '__all__ = ["a"] + more\n': None,
    "__all__ = [name for name in dir()]\n": None,
    '"""\n__all__ = ["a"]\n"""\n': None,
    'x = """\n"\n__all__ = ["a"]\n': None,
    "if x:\n    __all__ = []\n": None,
    "": None,
    "__all__ = 'a', \"b\"\n": {"a", "b"},
    "__all__ = 'a'\n": None,
    "__all__ = 'a', *more\n": None,
}


@pytest.mark.parametrize(("text", "expected"), EXPORTED.items())
def test_a_literal_all_is_read(text, expected):
    assert read_exported(text.encode()) == (None if expected is None else frozenset(expected))


BINDINGS = {
    "from a import x\n": True,
    "from a import (y, z as x)\nf(x())\nx.y = x[1]\n": True,
    "from a import x\n'''\nx = 2\n'''\n# x = 3\n": True,
    "import x.y\n": True,
    "from a import x as x\n": True,
    "from a import x\nf(1, x=2)\n": True,
    "from a import x\nfrom b import x as y\n": True,
    "from a import x\nmatch y:\n    case x as z: pass\n": False,
    "from a import x\ny, x=1, 2\n": False,
    "from a import x\nx = 1\n": False,
    "from a import x\nif y:\n    from b import x\n": False,
    "from a import x\ndef x(): pass\n": False,
    "from a import x\nfor x in y: pass\n": False,
    "from a import x\n(x, y) = 1, 2\n": False,
    "from a import x\ndel x\n": False,
    "from a import x\ndef f():\n    global x\n": False,
    "from a import x\nimport b, x.y\n": False,
    "from a import x\nclass x(y): pass\n": False,
}


@pytest.mark.parametrize(("text", "once"), BINDINGS.items())
def test_a_name_is_bound_in_one_place(text, once):
    bindings = read_bindings(text.encode())
    assert (bindings.only_binding("x") >= 0) == once


@pytest.mark.parametrize(
    "text",
    ["globals()['x'] = 1\n", "exec(text)\n", "if y:\n    from a import *\n", "sys.modules[__name__] = x\n"],
)
def test_names_may_be_bound_out_of_sight(text):
    assert read_bindings(text.encode()).hidden


def test_deletions_and_mentions():
    bindings = read_bindings(b"a = 1\ndel (b,\n  a)\nprint('c', d.e)\n")
    assert bindings.deletes("a")
    assert not bindings.deletes("d")
    assert [bindings.mentions(name) for name in "abcde"] == [True, True, False, True, False]


LIBRARY = {
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "lib/__init__.py": "from lib.first import *\nfrom lib.second import *\nfrom lib.third import one_more as more\n",
    "lib/first.py": "__all__ = ['value', 'both']\nvalue = 'first'\nboth = 1\nhidden = 2\n",
    "lib/second.py": "from lib.third import deep\nboth = 'second'\n_private = 1\n",
    "lib/third.py": "deep = 'deep'\none_more = 'more'\nlisted = [1]\n",
    "test_it.py": (
        "import pytest, lib\n"
        "@pytest.mark.parametrize('x', [lib.value, lib.both, lib.deep, lib.more])\ndef test_it(x): pass\n"
    ),
}


def ids(root):
    found = collect(Request(root))
    return [item.id for item in found.items], found


@pytest.fixture
def loaded(monkeypatch):
    """The files that are evaluated."""
    seen = []
    run = Machine.run_body

    def noted(self, module, source):
        if isinstance(self, Reader):  # the simulated session runs all of it
            seen.append(module.path.rpartition("/")[2])
        return run(self, module, source)

    monkeypatch.setattr(Machine, "run_body", noted)
    return seen


def test_names_come_through_stars_without_evaluating_the_package(write_project, loaded):
    root = write_project(LIBRARY)
    assert ids(root)[0] == [f"test_it.py::test_it[{text}]" for text in ("first", "second", "deep", "more")]
    assert "__init__.py" not in loaded


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lib/__init__.py", LIBRARY["lib/__init__.py"] + "globals().update(both='second')\n"),
        ("lib/__init__.py", LIBRARY["lib/__init__.py"] + "if len('a') == 1:\n    both = 'second'\n"),
        ("lib/second.py", "__all__ = ['deep', 'both'] + []\nfrom lib.third import deep\nboth = 'second'\n"),
    ],
)
def test_where_text_does_not_tell_the_package_is_evaluated(write_project, loaded, name, text):
    root = write_project({**LIBRARY, name: text})
    found, whole = ids(root)
    assert "__init__.py" in loaded
    assert (
        found == [f"test_it.py::test_it[{text}]" for text in ("first", "second", "deep", "more")]
        or whole.dynamic
    )


def test_names_that_are_only_imported_are_not_evaluated(write_project, loaded):
    root = write_project(
        {
            **LIBRARY,
            "top/__init__.py": "from lib import deep\nfrom top import inner as shown\ndef f(): return g(inner=1)\n",
            "top/inner.py": "deepest = 1\n",
            "asked/__init__.py": "def __getattr__(name):\n    import lib.third\n    return lib.third.deep\n",
            "test_it.py": "from lib import both, deep\nfrom top import deep as d, shown\nfrom asked import Answer\n"
            "import lib, top\ndef test_it(x: lib.more, y: top.shown.deepest = None): pass\n",
        }
    )
    assert ids(root)[0] == ["test_it.py::test_it"]
    assert loaded == ["test_it.py", "__init__.py"]  # `asked`, whose function answers


@pytest.mark.parametrize(
    ("package", "expected"),
    [("", "inner"), ("inner = 'name'\n", "name"), ("if 1:\n    inner = 'name'\n", "name")],
)
def test_a_package_that_imports_a_submodule_from_itself(write_project, package, expected):
    root = write_project(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\n",
            "top/__init__.py": package + "from top import inner as shown\n",
            "top/inner.py": "text = 'inner'\n",
            "test_it.py": "import pytest, top\nshown = top.shown\ntext = shown if isinstance(shown, str) else shown.text\n"
            "@pytest.mark.parametrize('x', [text])\ndef test_it(x): pass\n",
        }
    )
    found, whole = ids(root)
    assert found == [f"test_it.py::test_it[{expected}]"] or whole.dynamic or whole.items[0].expands


def test_a_list_that_another_module_changes_is_left_to_evaluation(write_project):
    test = "import pytest, lib\n@pytest.mark.parametrize('x', lib.listed)\ndef test_it(x): pass\n"
    root = write_project(
        {
            **LIBRARY,
            "lib/__init__.py": "from lib.third import listed\nfrom lib.first import *\n",
            "lib/first.py": "from lib.third import listed\nlisted.append(2)\n",
            "test_it.py": test,
        }
    )
    assert ids(root)[0] == ["test_it.py::test_it[1]", "test_it.py::test_it[2]"]


def test_a_warm_run_notices_a_change_of_every_module_that_had_a_say(write_project, tmp_path):
    root = write_project(LIBRARY)
    request = Request(root, store=tmp_path / "store")
    before = [item.id for item in collect(request).items]
    changes = {
        "lib/second.py": ("both = 'second'", "both = 'other'"),
        "lib/third.py": ("'deep'", "'deeper'"),
        "lib/first.py": (
            "__all__ = ['value', 'both']",
            "__all__ = ['value', 'both', 'deep']\ndeep = 'first'",
        ),
    }
    for path, (old, new) in changes.items():
        (root / path).write_text(LIBRARY[path].replace(old, new))
        after = [item.id for item in collect(request).items]
        fresh = [item.id for item in collect(Request(root)).items]
        assert after == fresh
        assert (after == before) == (path == "lib/first.py")
        before = after
