"""Single rules of collection, each compared with real pytest: what fails, what hooks sort, what other files change."""

import textwrap

import pytest
from pytest_trees import write_tree

from importgraph.collection.collect import collect
from importgraph.collection.plan import Request

MISSING = "import surely_missing_module\ndef test_x(): pass"
SORTING = """
    import pytest
    {decorator}
    def pytest_collection_modifyitems(items):
        first, middle, last = [], [], []
        names = {{"spawn", "sleep"}}
        for item in items:
            if "slow" in item.fixturenames:
                if names.intersection(item.function.__code__.co_names):
                    item.add_marker(pytest.mark.late)
                    last.append(item)
                else:
                    middle.append(item)
            elif item.get_closest_marker("late"):
                last.append(item)
            else:
                first.append(item)
        items[:] = first + middle + last
        {end}
"""
SORTED = """
    import pytest, time
    @pytest.fixture
    def slow(): pass
    @pytest.fixture
    def slower(slow): pass
    def test_sleeps(slow): time.sleep(0)
    def test_waits(slower): time.time()
    @pytest.mark.late
    def test_late(): pass
    @pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.late)])
    def test_x(x): pass
    class TestClass:
        def test_m(self): pass
"""
LATE = "[pytest]\nmarkers = late\n"


def test_files_that_surely_fail_hold_no_tests(compare):
    failing = {
        "test_broken.py": "def test_x(:\n    pass",
        "test_missing.py": MISSING,
        "test_name.py": "from helper import surely_missing_name\ndef test_x(): pass",
    }
    compare({"helper.py": "", **failing, "test_ok.py": "def test_ok(): pass"}, failing=tuple(failing))


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.modules['surely_missing_module'] = sys",
        "import sys, os\nsys.path.insert(0, os.path.dirname(__file__) + '/helpers')",
        "import sys\ndef add():\n    sys.path.append('helpers')\nadd()",
    ],
)
def test_a_module_that_other_code_may_bring_is_not_surely_missing(compare, code):
    files = {"conftest.py": code, "helpers/surely_missing_module.py": "", "test_m.py": MISSING}
    compare(files, dynamic=("test_m.py",))


@pytest.mark.parametrize(
    ("decorator", "end"),
    [("@pytest.hookimpl(wrapper=True, tryfirst=True)", "return (yield)"), ("", "return None")],
)
def test_a_hook_that_only_sorts(compare, decorator, end):
    conftest = SORTING.format(decorator=decorator, end=end)
    compare({"pytest.ini": LATE, "conftest.py": conftest, "test_a.py": SORTED, "sub/test_b.py": SORTED})


def test_a_hook_that_drops_tests_puts_all_in_doubt(compare):
    conftest = """
        def pytest_collection_modifyitems(items):
            kept = []
            for item in items:
                if "1" not in item.name:
                    kept.append(item)
            items[:] = kept
    """
    tests = "def test_1(): pass\ndef test_2(): pass"
    compare({"conftest.py": conftest, "test_a.py": tests}, dynamic=("test_a.py",))


def test_a_hook_that_may_return_something_is_not_harmless(compare):
    conftest = "import time\ndef pytest_ignore_collect(collection_path):\n    if time.time() > 5:\n        return True"
    compare({"conftest.py": conftest, "test_a.py": "def test_1(): pass"}, dynamic=("test_a.py",))


def test_a_list_that_another_test_file_changes_is_unknown(compare):
    read = (
        "import pytest\nfrom shared import CASES\n@pytest.mark.parametrize('x', CASES)\ndef test_x(x): pass"
    )
    changes = "from shared import CASES\nCASES.append(2)"
    compare(
        {"shared.py": "CASES = [1]", "test_a.py": changes, "test_b.py": read}, expands=("test_b.py::test_x",)
    )


def test_wide_parameters_without_ids_keep_their_order(compare):
    code = """
        import pytest, time
        @pytest.fixture(scope="module", params=[time.time(), [1]], ids=str)
        def wide(request): pass
        def test_a(wide): pass
        def test_b(wide): pass
        def test_c(): pass
    """
    compare({"test_w.py": code}, expands=("test_w.py::test_a", "test_w.py::test_b"))


def test_plugins_that_conftests_name_and_register(compare):
    plugin = """
        import pytest
        class Counter:
            def __init__(self): self.count = 0
            @pytest.hookimpl
            def pytest_collection_modifyitems(self, items): self.count = len(items)
        def pytest_configure(config):
            config.pluginmanager.register(Counter(), "counter")
        def pytest_generate_tests(metafunc):
            if "loop" not in metafunc.fixturenames:
                return
            metafunc.parametrize("loop", [1, 2])
    """
    tests = "async def test_a(): pass\ndef test_b(loop): pass\n"
    files = {"conftest.py": "pytest_plugins = ['named']", "named.py": plugin, "test_p.py": tests}
    compare(files, expands=("test_p.py::test_b",))


def test_doctests_put_only_files_in_doubt_that_hold_some(compare):
    files = {
        "pytest.ini": "[pytest]\naddopts =\n    # modules\n    --doctest-modules\n",
        "test_plain.py": "def test_plain(): pass",
        "test_doc.py": "def test_doc():\n    '''\n    >>> 1\n    1\n    '''",
        "code.py": "'''\n>>> 1\n1\n'''",
        "quiet.py": "VALUE = 1",
    }
    compare(files, dynamic=("code.py", "test_doc.py"))


def test_marks_that_no_file_names_beside_parameters_are_not_there(compare):
    code = """
        import pytest, time
        @pytest.mark.parametrize("x", [str(time.time())])
        def test_x(x): pass
        @pytest.mark.late
        def test_y(): pass
    """
    compare({"pytest.ini": LATE, "test_m.py": code}, "-m", "not late", expands=("test_m.py::test_x",))


def test_generators_have_names(compare):
    code = """
        import pytest
        def numbers():
            yield 1
        @pytest.mark.parametrize("x", [(n for n in [1]), numbers(), [1]])
        def test_x(x): pass
    """
    compare({"test_g.py": code})


def test_a_test_file_whose_name_ends_like_that_of_a_package(compare):
    files = {
        "tests/__init__.py": "",
        "tests/base.py": "class Base:\n    def test_b(self): pass",
        "tests/test___init__.py": "from .base import Base\nclass TestX(Base): pass",
    }
    compare(files)


def test_modules_that_a_package_makes_itself(compare):
    made = """
        import sys, types
        for name in ("inner", "other"):
            sys.modules[f"{__name__}.{name}"] = types.ModuleType(name)
    """
    guarded = "try:\n    import made.inner\nexcept ImportError:\n    def test_without(): pass\nelse:\n    def test_with(): pass\n"
    files = {
        "made/__init__.py": made,
        "plain/__init__.py": "import sys\nsys.modules[__name__].seen = True\n",
        "test_uses.py": "import made.inner\nfrom made import other\ndef test_ok(): pass",
        "test_through.py": "import helper\ndef test_ok(): pass",
        "helper.py": "from made.inner import *\nimport made.other as renamed\n",
        "test_guarded.py": guarded,
        "test_plain.py": "import plain.inner\ndef test_no(): pass",
    }
    compare(files, dynamic=("test_guarded.py", "test_plain.py"))


def test_paths_are_not_tests(compare):
    text = """
        from pathlib import Path
        test_dir = Path(__file__).parent.parent
        test_file = Path(__file__).resolve().parent.joinpath("x")
        test_name = Path("x").exists()
        def test_here(): pass
    """
    callable_too = "from pathlib import Path\ntest_method = Path('x').exists\n"
    compare({"test_paths.py": text, "test_method.py": callable_too}, dynamic=("test_method.py",))


def test_a_conftest_that_changes_a_class_of_the_product(compare):
    product = """
        class Page:
            def draw(self): pass
            def size(self): pass
        class TestBase:
            def test_given(self): pass
        SIZES = [1, 2]
    """
    conftest = """
        from product import Page, TestBase
        def draw(page): return page
        def test_more(self): pass
        Page.draw = draw
        TestBase.test_more = test_more
    """
    uses = """
        import pytest
        from product import SIZES, Page
        @pytest.mark.parametrize("call", [Page.draw, Page.size])
        def test_calls(call): pass
        @pytest.mark.parametrize("size", SIZES)
        def test_sizes(size): pass
        class TestPage(Page):
            def test_draw(self): pass
    """
    inherits = "from product import TestBase\nclass TestChild(TestBase):\n    def test_own(self): pass\n"
    files = {
        "product.py": product,
        "conftest.py": conftest,
        "test_plain.py": "from product import Page\ndef test_page(): Page().draw()",
        "test_params.py": uses.replace("class TestPage(Page)", "class Other(Page)"),
        "test_inherits.py": inherits,
    }
    compare(files, dynamic=("test_inherits.py",), expands=("test_params.py::test_calls",))


def test_parameters_that_cannot_be_hashed_are_told_apart_by_their_call(compare):
    text = """
        import pytest
        @pytest.fixture(scope="class")
        def made(request): pass
        @pytest.mark.parametrize("one,two", [("a", ()), ("b", ([1],)), ("c", [2])], scope="class")
        class TestWide:
            def test_first(self, one, two): pass
            @pytest.mark.parametrize("inner", [1, 2, 3])
            def test_inner(self, inner, one, two): pass
            @pytest.mark.parametrize("inner", [4, 5])
            def test_more(self, inner, one, two): pass
        @pytest.mark.parametrize("made", [[1], [2]], indirect=True, scope="class")
        class TestIndirect:
            @pytest.mark.parametrize("inner", [1, 2, 3])
            def test_inner(self, inner, made): pass
            def test_last(self, made): pass
    """
    unknown = """
        import pytest
        class Thing:
            __hash__ = None
        @pytest.mark.parametrize("one", [(Thing(),), (2,)], scope="class")
        class TestUnknown:
            @pytest.mark.parametrize("inner", [1, 2])
            def test_inner(self, inner, one): pass
            def test_last(self, one): pass
    """
    compare({"test_wide.py": text, "test_unknown.py": unknown}, dynamic=("test_unknown.py",))


def test_names_that_a_helper_binds_in_its_caller(compare):
    helper = "import sys\ndef fill(names):\n    module = sys.modules[names]\n    setattr(module, 'made', 1)\n"
    files = {
        "package/__init__.py": "from . import helper\nhelper.fill('package')\n",
        "package/helper.py": helper,
        "package/user.py": "from package import made\n",
        "plain/__init__.py": "from package import helper\nx = helper\n",
        "test_made.py": "from package import made\nimport package.user\ndef test_ok(): pass",
        "test_plain.py": "from plain import made\ndef test_no(): pass",
    }
    compare(files, failing=("test_plain.py",))


def test_registries_that_subclasses_fill(compare):
    product = """
        KINDS = {}
        class Base:
            registry = {}
            _kinds = KINDS
            names = ["a", "b"]
            def __init_subclass__(cls, **options):
                Base.registry[cls.__name__] = cls
                cls._kinds[cls.__name__] = cls
        class One(Base): pass
        class Two(Base): pass
    """
    uses = """
        import pytest
        from product import KINDS, Base
        @pytest.mark.parametrize("name", Base.registry)
        def test_registry(name): pass
        @pytest.mark.parametrize("name", list(KINDS))
        def test_kinds(name): pass
        @pytest.mark.parametrize("name", Base.names)
        def test_names(name): pass
    """
    expands = ("test_uses.py::test_registry", "test_uses.py::test_kinds")
    compare({"product.py": product, "test_uses.py": uses}, expands=expands)


def test_marks_made_in_a_try_that_cannot_fail(compare):
    marks = """
        import os
        def is_narrow():
            import struct
            return struct.calcsize("P") < 8
        def needs():
            import surely_missing_module
        try:
            import pytest
            wide = pytest.mark.skipif(is_narrow(), reason="narrow")
        except ImportError:
            pass
        try:
            import pytest
            other = pytest.mark.skipif(needs(), reason="needs")
        except ImportError:
            other = lambda func: None
    """
    files = {
        "marks.py": marks,
        "test_wide.py": "from marks import wide\n@wide\ndef test_x(): pass",
        "test_other.py": "from marks import other\n@other\ndef test_x(): pass",
    }
    compare(files)


def test_marks_that_a_hook_registers_after_what_is_not_followed(compare):
    conftest = """
        import json, os
        def pytest_configure(config):
            if json.loads(os.environ.get("SURELY_UNSET", "[]")):
                raise ValueError
            config.addinivalue_line("markers", "fast: " "runs at once")
            if config.getini("testpaths"):
                return
            config.addinivalue_line("markers", "late: not always")
    """
    files = {
        "pytest.ini": "[pytest]\naddopts = --strict-markers\n",
        "conftest.py": conftest,
        "test_fast.py": "import pytest\n@pytest.mark.fast\ndef test_x(): pass",
    }
    compare(files)


def test_hooks_that_ignore_by_the_name_of_a_file(compare):
    outer = """
        import re, sys
        VERSION = re.compile(r"_py(\\d)(\\d+)\\.py$")
        def pytest_ignore_collect(collection_path, config):
            match = VERSION.search(collection_path.name)
            if match and sys.version_info < tuple(int(part) for part in match.groups()):
                return True
            if collection_path.parent.name == "left":
                return True
    """
    inner = """
        import pytest
        @pytest.hookimpl(tryfirst=True)
        def pytest_ignore_collect(collection_path):
            return None if collection_path.is_dir() else False
    """
    wrapper = """
        import pytest
        @pytest.hookimpl(wrapper=True)
        def pytest_ignore_collect(collection_path):
            yield
            return False
    """
    text = "def test_x(): pass"
    files = {
        "pytest.ini": "[pytest]\naddopts = --ignore=kept/test_ignored.py --ignore=test_ignored.py\n",
        "conftest.py": outer,
        "test_a_py30.py": text,
        "test_b_py399.py": text,
        "test_ignored.py": text,
        "left/test_c.py": text,
        "kept/conftest.py": inner.replace("None if collection_path.is_dir() else False", "False"),
        "kept/test_ignored.py": text,
        "asks/conftest.py": inner,
        "asks/test_d.py": text,
        "wrapped/conftest.py": wrapper,
        "wrapped/test_e.py": text,
    }
    compare(files, dynamic=("asks/test_d.py", "wrapped/test_e.py"))


def test_modules_that_all_import_each_other_by_a_star(compare):
    names = [f"part_{letter}" for letter in "abcdefghijkl"]
    files = {
        f"ring/{one}.py": "".join(f"from ring.{other} import *\n" for other in names if other != one)
        + f"def helper_{one}(): pass\n"
        for one in names
    }
    files |= {"ring/__init__.py": "", "test_ring.py": "from ring.part_a import *\ndef test_x(): pass"}
    compare(files)


def test_hooks_that_parametrise_only_what_asks_for_a_name(compare):
    conftest = """
        import os
        def pytest_generate_tests(metafunc):
            seeds = [int(text) for text in os.environ.get("SURELY_UNSET", "1,2").split(",")]
            if metafunc.config.getoption("verbose") > 50:
                raise ValueError(seeds)
            if "seed" in metafunc.fixturenames:
                metafunc.parametrize("seed", seeds)
            elif "other" in metafunc.fixturenames and seeds:
                metafunc.parametrize("other", seeds)
            if hasattr(metafunc.function, "pytestmark"):
                for mark in metafunc.function.pytestmark:
                    if mark.name == "twice":
                        metafunc.parametrize("both", seeds)
    """
    text = """
        import pytest
        def test_plain(): pass
        @pytest.mark.parametrize("x", [1, 2])
        def test_marked(x): pass
        def test_seed(seed): pass
        def test_other(other): pass
        @pytest.mark.twice
        def test_both(both): pass
    """
    later = """
        import pytest
        def pytest_generate_tests(metafunc):
            if "seed" not in metafunc.fixturenames:
                return
            change(metafunc)
        def change(metafunc):
            metafunc.parametrize("seed", [1])
        def test_plain(): pass
        @pytest.fixture
        def given(): pass
        def test_given(given): pass
    """
    names = ("test_marked", "test_seed", "test_other", "test_both")
    files = {"conftest.py": conftest, "test_a.py": text, "sub/test_b.py": later, "sub/conftest.py": ""}
    compare(files, expands=[f"test_a.py::{name}" for name in names])


def test_loops_that_are_left_under_a_condition_that_text_does_not_decide(compare):
    helper = """
        import os
        NAMES = set(os.environ)
        def names(include=True):
            for name in ["PATH", "c"]:
                if not include and name in NAMES:
                    continue
                yield name
        def listed():
            found = []
            for name in ["c", "PATH"]:
                if name in NAMES:
                    break
                found.append(name)
            return found
        def returned():
            for name in ["c", "PATH"]:
                if name in NAMES:
                    return [1]
            return [2]
    """
    text = """
        import pytest
        from helper import NAMES, names, listed, returned
        @pytest.mark.parametrize("a", names())
        def test_all(a): pass
        @pytest.mark.parametrize("a", names(include=False))
        def test_some(a): pass
        @pytest.mark.parametrize("a", listed())
        def test_listed(a): pass
        @pytest.mark.parametrize("a", returned())
        def test_returned(a): pass
        found, last, index = [], "none", 0
        for name in ["c", "PATH", "d"]:
            if name in NAMES:
                last = name
                continue
            found.append(name)
        while index < 3:
            index += 1
            if "PATH" in NAMES:
                break
        @pytest.mark.parametrize("a", found)
        def test_found(a): pass
        @pytest.mark.parametrize("a", [last, index])
        def test_last(a): pass
        inner = []
        for one in [1, 2]:
            for two in [1, 2]:
                if two == 2:
                    continue
                inner.append(one)
        @pytest.mark.parametrize("a", inner)
        def test_inner(a): pass
    """
    names = ("test_some", "test_listed", "test_returned", "test_found", "test_last")
    compare({"helper.py": helper, "test_a.py": text}, expands=[f"test_a.py::{name}" for name in names])


def test_source_text_in_strings_is_kept_whole(compare):
    text = '''
        import pytest
        CODE = """\\
class A:
    def hello():
        return 1
"""
        @pytest.mark.parametrize("code", [CODE, b"""
def one():
    return 2
"""])
        def test_code(code): pass
    '''
    compare({"test_a.py": textwrap.dedent(text.replace("\n        ", "\n"))})


def test_modules_from_outside_are_not_missing_where_no_environment_is_known(tmp_path):
    folder = tmp_path / "suite"
    outside = "import surely_missing_module\ndef test_x(): pass"
    write_tree(
        folder,
        {
            "pytest.ini": "[pytest]\n",
            "test_a.py": outside,
            "test_b.py": "def test_b(): pass",
            "test_c.py": "1 / 0",
        },
    )
    found = collect(Request(folder))
    assert [item.id for item in found.items] == ["test_b.py::test_b"]
    assert [(one.path, one.fails) for one in found.dynamic] == [("test_a.py", False)]
    assert "which environment runs the tests is not known" in found.dynamic[0].reason
    assert [one.path for one in found.failing] == ["test_c.py"]
    assert "with --python" in found.notes[0]
