"""Which changes a test reaches: each case is an app, a test of it, and what of the app the test can load."""

import pytest

from importgraph.affected.search import search
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

BASE = {
    "app/__init__.py": "",
    "app/late.py": "def late(): ...\n",
    "app/other.py": "def brew(): ...\n",
    "app/users.py": "def use(thing):\n    thing.brew()\n",
}


def reached(open_files, files, test="test_it"):
    project = open_files({**BASE, **files})
    reach = make_reach(project, modules_with_tests(project))
    found = search(reach, test)
    assert found.loaded.keys() <= reach.arcs.reached_from((test,)), "arcs are more than searches find"
    return found


def loads_late(open_files, core, test):
    files = {"app/core.py": core, "test_it.py": test}
    return "app.late" in reached(open_files, files).loaded


IMPORTS_LATE = "def brew():\n    from app import late\n"
METHOD = "class Box:\n    def brew(self):\n        from app import late\n"
BOX = "from app.core import Box\n"


@pytest.mark.parametrize(
    ("core", "test"),
    [
        (IMPORTS_LATE, "import app.core\n"),
        (IMPORTS_LATE, "from app.core import brew\n"),
        (IMPORTS_LATE, "import app.core, subprocess\ndef test():\n    subprocess.run()\n"),
        (IMPORTS_LATE, "from app import core\nfrom app import other\ndef test():\n    other.brew()\n"),
        (IMPORTS_LATE, "from app import core\ndef brew(): ...\ndef test():\n    brew()\n"),
        (IMPORTS_LATE, "from app import core\ndef test():\n    '''Calls brew.'''\n"),
        (IMPORTS_LATE, "from app import core\n__all__ = ['brew']\n"),
        (METHOD, f"{BOX}def test():\n    Box()\n"),
        (METHOD + "class Lid:\n    def go(self): ...\n", "from app.core import Lid\ndef test():\n    Lid().brew()\n"),
        (METHOD + "class Lid:\n    def brew(self): ...\n    def go(self):\n        self.brew()\n",
         "from app.core import Box, Lid\ndef test():\n    Box(), Lid().go()\n"),
        (METHOD + "    def go(self):\n        return vars(self), self.__dict__\n", f"{BOX}def test():\n    Box().go()\n"),
        ("def visit_a():\n    from app import late\n", "import app.core\ndef test(x, y):\n    getattr(x, f'leave_{y}')()\n"),
    ],
)  # fmt: skip
def test_what_nobody_calls_does_not_run(open_files, core, test):
    assert not loads_late(open_files, core, test)


@pytest.mark.parametrize(
    ("core", "test"),
    [
        (IMPORTS_LATE, "import app.core\ndef test():\n    app.core.brew()\n"),
        (IMPORTS_LATE, "import app.core as c\ndef test():\n    c.brew()\n"),
        (IMPORTS_LATE, "from app.core import brew as go\ndef test():\n    go()\n"),
        (IMPORTS_LATE, "from app.core import *\ndef test():\n    brew()\n"),
        (IMPORTS_LATE, "from app.core import brew\nCALLS = [brew]\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    thing.brew()\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    getattr(thing, 'brew')()\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    getattr(thing, f'b{thing}')()\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    getattr(thing, 'b' + thing + 'w')()\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    getattr(thing, 'b%s' % thing)()\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    [getattr(thing, n) for n in dir(thing)]\n"),
        (IMPORTS_LATE, "import app.core\ndef test(text):\n    exec(text)\n"),
        (IMPORTS_LATE, "import app.core\ndef test(thing):\n    for one in thing.__dict__.values(): one()\n"),
        (METHOD + "    @classmethod\n    def go(cls):\n        list(vars(cls).values())\n", f"{BOX}def test():\n    Box.go()\n"),
        (METHOD + "    @classmethod\n    def go(cls):\n        list(cls.__dict__.items())\n", f"{BOX}def test():\n    Box.go()\n"),
        ("import atexit\n@atexit.register\n" + IMPORTS_LATE, "import app.core\n"),
        ("brew = lambda: __import__('app.late')\n", "import app.core\n"),
        (IMPORTS_LATE + "brew()\n", "import app.core\n"),
        (IMPORTS_LATE + "def __getattr__(name):\n    return brew()\n", "import app.core\n"),
        (METHOD, f"{BOX}def test():\n    Box().brew()\n"),
        (METHOD + "    __call__ = brew\n", f"{BOX}def test():\n    Box()()\n"),
        (METHOD + "    value = property(brew)\n", f"{BOX}def test():\n    Box().value\n"),
        (METHOD, f"{BOX}def test(box: Box):\n    box.brew()\n"),
        (METHOD + "class Lid(Box): ...\n", "from app.core import Lid\ndef test():\n    Lid().brew()\n"),
        (METHOD.replace("brew", "__len__"), f"{BOX}def test():\n    len(Box())\n"),
        (METHOD.replace("brew", "write"), f"{BOX}def test():\n    print(file=Box())\n"),
        ("import ast\n" + METHOD.replace("Box", "Box(ast.NodeVisitor)"), f"{BOX}def test():\n    Box()\n"),
        (METHOD.replace("brew", "called_from_a_library"), f"{BOX}def test():\n    Box()\n"),
        ("class Mix:\n    def go(self):\n        self.brew()\n" + METHOD + "class Lid(Mix, Box): ...\n",
         "from app.core import Lid\ndef test():\n    Lid().go()\n"),
        ("class Base:\n    def __init_subclass__(cls):\n        LIST.append(cls)\nLIST = []\n" + METHOD.replace("Box", "Box(Base)"),
         "from app.core import LIST\ndef test():\n    LIST[0]().brew()\n"),
        ("class Base:\n    def go(self): ...\nclass Lid(Base):\n    def go(self):\n        from app import late\n",
         "from app.core import Lid\ndef test():\n    super(Lid).go()\n"),
        ("try:\n    from app.other import brew\nexcept ImportError:\n    def brew():\n        from app import late\n",
         "from app import core\ndef test():\n    core.brew()\n"),
    ],
)  # fmt: skip
def test_what_may_be_called_runs(open_files, core, test):
    assert loads_late(open_files, core, test)


def test_fixtures_run_where_they_are_asked_for_and_autouse_everywhere(open_files):
    fixture = "import pytest\n@pytest.fixture{}\ndef thing():\n    import app.late\n"
    asks = {"conftest.py": fixture.format(""), "test_it.py": "def test(thing): ...\n", "test_no.py": ""}
    assert "app.late" in reached(open_files, asks).loaded
    assert "app.late" not in reached(open_files, asks, "test_no").loaded
    always = {"conftest.py": fixture.format("(autouse=True)"), "test_no.py": ""}
    assert "app.late" in reached(open_files, always, "test_no").loaded


def test_names_follow_re_exports_and_cycles_of_them(open_files):
    files = {
        "app/__init__.py": "from app.core import brew\nfrom app.more import *\n",
        "app/core.py": f"from app.more import thing\n{IMPORTS_LATE}",
        "app/more.py": "from app.core import *\nfrom app.core import thing\n",
        "test_it.py": "import app\ndef test():\n    app.brew()\n",
        "test_no.py": "import app\ndef test():\n    app.thing()\n",
    }
    assert "app.late" in reached(open_files, files).loaded
    assert "app.late" not in reached(open_files, files, "test_no").loaded


def test_an_attribute_of_a_package_is_its_submodule_whoever_imports_it(open_files):
    files = {"test_it.py": "import app\ndef test():\n    app.late.late()\n"}
    assert "app.late" in reached(open_files, files).loaded


def test_a_computed_import_brings_what_the_module_it_loads_imports(open_files):
    files = {
        "app/plugins/__init__.py": "import importlib\ndef load(n):\n    importlib.import_module(f'app.plugins.{n}')\n",
        "app/plugins/red.py": "from app import late\n",
        "test_it.py": "from app.plugins import load\ndef test(name):\n    load(name)\n",
    }
    found = reached(open_files, files)
    assert "app.late" in found.loaded
    reasons = [why[2] for _, why in found.chain("app.late")]
    assert [reason.partition(":")[0] for reason in reasons] == ["part of the test file", "imports"] or (
        "computed import" in " ".join(reasons)
    )


def test_a_console_script_runs_its_function(open_files):
    files = {
        "pyproject.toml": "[project.scripts]\ntool = 'app.core:brew'\n",
        "app/core.py": IMPORTS_LATE + "def more():\n    import app.other\n",
        "test_it.py": "import subprocess\ndef test():\n    subprocess.run('tool --fast', more=1)\n",
    }
    found = reached(open_files, files)
    assert "app.late" in found.loaded


def test_one_test_alone_runs_its_own_calls_and_what_is_set_up(open_files):
    core = "def a():\n    import app.late\ndef b():\n    import app.other\n"
    test = """
        import unittest
        from app import core
        class TestIt(unittest.TestCase):
            def setUp(self):
                core.b()
            def test_a(self):
                core.a()
            def test_nothing(self): ...
        def test_plain():
            core.a()
        """
    project = open_files({**BASE, "app/core.py": core, "test_it.py": test})
    reach = make_reach(project, modules_with_tests(project))

    def loaded(name):
        return {"app.late", "app.other"} & search(reach, "test_it", only=name).loaded.keys()

    assert loaded("TestIt.test_a") == {"app.late", "app.other"}
    assert loaded("TestIt.test_nothing") == {"app.other"}
    assert loaded("test_plain") == {"app.late"}


def test_a_nested_class_that_a_method_makes(open_files):
    core = (
        "class Box(dict):\n"
        "    class Item:\n"
        "        def __init__(self):\n            from app import late\n"
        "    def __setitem__(self, key, value):\n        self.Item()\n"
    )
    assert loads_late(open_files, core, BOX + "def test():\n    Box()['a'] = 1\n")
