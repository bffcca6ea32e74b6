import pytest

from importgraph.facts.model import Guard, Scope

PACKAGE = {
    "p/__init__.py": "from p.a import thing\nname = 1\n",
    "p/a.py": "def thing(): ...\n",
    "p/b.py": "",
    "p/sub/__init__.py": "",
    "p/sub/c.py": "",
    "p/name.py": "",
    "p/dynamic.py": "globals()['x'] = 1\n",
    "p/open.py": "from elsewhere import *\n",
    "p/bad.py": "def f(:\n",
    "p/typed.py": "if TYPE_CHECKING:\n    class Only: ...\n",
    "n/s/x.py": "",
}


def edges(open_files, text, path="user.py"):
    project = open_files({**PACKAGE, path: text}, python_version=(3, 12), platform="linux")
    return [edge for edge in project.graph.imports if edge.path == path]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import p.sub.c", ("p.sub.c", None, "", False)),
        ("from p import b", ("p.b", "b", "", False)),
        ("from p import thing", ("p", "thing", "", False)),
        ("from p import *", ("p", "*", "", False)),
        ("from p.a import thing", ("p.a", "thing", "", False)),
        ("from p.a import nothing", ("p.a", "nothing", "p.a.nothing", False)),
        ("from p import nothing", ("p", "nothing", "p.nothing", False)),
        ("import p.gone.deep", ("p", None, "p.gone.deep", False)),
        ("import p.a.b", ("p.a", None, "p.a.b", False)),
        ("from n.s import x", ("n.s.x", "x", "", False)),
        ("from n.s import y", ("n.s", "y", "", False)),
        ("import n.t.z", ("n.t.z", None, "", True)),
        ("from p.dynamic import x", ("p.dynamic", "x", "", False)),
        ("from p.open import x", ("p.open", "x", "", False)),
        ("from p.bad import f", ("p.bad", "f", "", False)),
        ("from p.typed import Only", ("p.typed", "Only", "", False)),
        ("import numpy.linalg", ("numpy.linalg", None, "", True)),
        ("from numpy import array", ("numpy", "array", "", True)),
        ("import sys", ("sys", None, "", True)),
        ("import_module('p.b')", ("p.b", None, "", False)),
        ("patch('p.a.thing')", ("p.a", None, "", False)),
        ("patch('os.path.join')", ("os.path.join", None, "", True)),
    ],
)
def test_what_an_import_leads_to(open_files, text, expected):
    (edge,) = edges(open_files, text)
    assert (edge.imported, edge.name, edge.missing, edge.external) == expected


@pytest.mark.parametrize(
    ("text", "imported", "missing"),
    [
        ("from . import c", "p.sub.c", ""),
        ("from .. import b", "p.b", ""),
        ("from ..a import thing", "p.a", ""),
        ("from ..gone import x", "p", "p.gone"),
        ("from .....x import y", ".....x", ".....x"),
        ("from ... import z", "...", "..."),
    ],
)
def test_relative_imports(open_files, text, imported, missing):
    (edge,) = edges(open_files, text, "p/sub/user.py")
    assert (edge.imported, edge.missing, edge.external) == (imported, missing, False)


def test_a_package_that_binds_the_name_itself_shadows_its_submodule(open_files):
    (edge,) = edges(open_files, "from p import name")
    assert (edge.imported, edge.submodule, edge.shadowed) == ("p.name", True, True)
    (edge,) = edges(open_files, "from p import b")
    assert (edge.submodule, edge.shadowed) == (True, False)


def test_fallbacks_are_known_by_whether_the_first_choice_exists(open_files):
    found = edges(
        open_files,
        """
        try:
            import p.a
        except ImportError:
            import p.b
        try:
            import p.gone
        except ImportError:
            import p.sub
        """,
    )
    assert [(edge.line, edge.fallback, edge.tried) for edge in found] == [
        (2, False, True),
        (4, True, False),
        (6, False, True),
        (8, False, False),
    ]


def test_edges_carry_where_and_how(open_files):
    (edge,) = edges(
        open_files, "def f():\n    if sys.version_info < (3, 12):\n        from p import b as c\n"
    )
    assert (edge.line, edge.column, edge.scope, edge.guards) == (3, 23, Scope.FUNCTION, (Guard.VERSION,))
    assert (edge.active, edge.alias, edge.recovered, edge.lazy) == (False, "c", False, False)


def test_imports_of_broken_files_are_marked(open_files):
    (edge,) = edges(open_files, "import p.b\ndef f(:\n")
    assert edge.recovered


def test_lazy_modules_count_from_3_15_at_module_level_outside_try(open_files):
    text = """
        __lazy_modules__ = ["p.a", "p"]
        import p.a
        import p.b
        from p import name
        try:
            import p.a
        except ImportError:
            pass
        def f():
            import p.a
        """
    for version, lazy in [((3, 14), []), ((3, 15), [2, 4])]:
        project = open_files({**PACKAGE, "user.py": text}, python_version=version)
        assert [e.line for e in project.graph.imports if e.lazy] == lazy


def test_the_standard_library_is_not_what_a_folder_in_another_root_says(open_files):
    project = open_files(
        {"docs/json.py": "", "docs/conf.py": "import json", "app/__init__.py": "import json"}
    )
    assert {e.importer: e.external for e in project.graph.imports} == {"app": True, "conf": False}


EXTENDED = [
    "__path__ = __import__('pkgutil').extend_path(__path__, __name__)",
    "__import__('pkg_resources').declare_namespace(__name__)",
    "import os\n__path__.append(os.path.join(os.path.dirname(__file__), 'more'))",
    "__path__ += ['elsewhere']",
    "__path__[:0] = ['elsewhere']",
    "def extend():\n    __path__.insert(0, 'elsewhere')\nextend()",
]


@pytest.mark.parametrize("source", EXTENDED)
def test_a_package_that_changes_its_path_may_hold_anything(open_files, source):
    files = {
        "p/__init__.py": source,
        "p/a.py": "",
        "use.py": "import p.b\nfrom p import c\nfrom p.d.e import f",
    }
    found = open_files(files).graph.imports
    assert [edge.missing for edge in found if edge.path == "use.py"] == ["", "", ""]


def test_a_path_changed_from_outside(open_files):
    files = {"p/__init__.py": "", "use.py": "import p\np.__path__.append('x')\nfrom p import c\nimport p.d"}
    assert not any(edge.missing for edge in open_files(files).graph.imports)


def test_a_package_that_only_reads_its_path_holds_what_the_tree_shows(open_files):
    files = {"p/__init__.py": "import pkgutil\nlist(pkgutil.iter_modules(__path__))", "use.py": "import p.b"}
    assert [edge.missing for edge in open_files(files).graph.imports] == ["", "p.b"]


STUB = "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)\n"


def test_a_stub_lists_all_the_names_that_are_answered_lazily(open_files):
    files = {
        "k/__init__.py": STUB,
        "k/__init__.pyi": "from . import sub\nfrom ._ball import ball as ball\n",
        "k/_ball.py": "def ball(): ...\ndef other(): ...",
        "k/sub.py": "",
        "use.py": "from k import ball, sub, other",
    }
    project = open_files(files)
    found = [(e.name, e.missing) for e in project.graph.imports if e.path == "use.py" and e.index >= 0]
    assert ("other", "k.other") in found
    assert {missing for name, missing in found if name != "other"} == {""}
    assert "k._ball" in {arc.target for arc in project.runtime.arcs["use"]}


@pytest.mark.parametrize("stub", [None, "from .._ball import ball", "from ._ball import *"])
def test_a_stub_that_says_nothing(open_files, stub):
    files = {"k/__init__.py": STUB, "k/_ball.py": "", "use.py": "from k import other"}
    if stub is not None:
        files["k/__init__.pyi"] = stub
    assert not any(edge.missing for edge in open_files(files).graph.imports)


@pytest.mark.parametrize(
    ("submodules", "missing"),
    [("['sub']", "k.other"), ("names", ""), ("[*names]", ""), ("{'sub'}", "k.other")],
)
def test_a_literal_table_lists_all_the_names_that_are_answered_lazily(open_files, submodules, missing):
    attach = f"import lazy_loader as lazy\n__getattr__, __dir__, _ = lazy.attach(__name__, {submodules})\n"
    files = {"k/__init__.py": attach, "k/sub.py": "", "use.py": "from k import other"}
    assert [edge.missing for edge in open_files(files).graph.imports if edge.path == "use.py"] == [missing]


@pytest.mark.parametrize(
    ("package", "loads"),
    [
        ("from .b import B\na = 'text'\n", True),
        ("from .c import B\na = 'text'\n", True),
        ("from .b import B\ndef a(): ...\n", True),
        ("a = 'text'\nfrom .b import B\n", False),
        ("a = 'text'\n", False),
        ("from .d import D\na = 'text'\n", False),
        ("a = 1\nfrom .b import B\na = 2\n", False),
    ],
)
def test_a_name_that_the_package_binds_below_its_import_of_the_one_who_asks(open_files, package, loads):
    files = {
        "pk/__init__.py": package,
        "pk/a.py": "x = 1",
        "pk/b.py": "from . import a\nclass B: ...",
        "pk/c.py": "from .b import B",
        "pk/d.py": "class D: ...",
    }
    project = open_files(files)
    assert ("pk.a" in {arc.target for arc in project.runtime.arcs["pk.b"]}) is loads
