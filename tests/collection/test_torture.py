"""One tree with everything that static collectors get wrong, compared with real pytest file by file."""

TREE = {
    "conftest.py": """
        import pytest
        collect_ignore = ["test_ignored.py"]
        collect_ignore_glob = ["*_skipme.py"]

        @pytest.fixture(params=["a", "b"])
        def letter(request):
            return request.param

        @pytest.fixture(params=[1, 2], scope="module", ids=["one", "two"])
        def number(request):
            return request.param

        def pytest_collection_modifyitems(items):
            for item in items:
                if "slow" in item.keywords:
                    item.add_marker(pytest.mark.skip(reason="slow"))
    """,
    "helpers/__init__.py": "",
    "helpers/bases.py": """
        import unittest

        class Base:
            def test_from_base(self): pass
            def test_overridden(self): pass

        class Quiet(unittest.TestCase):
            def test_quiet(self): pass

        class Alias(Quiet):
            pass

        def decorate(func):
            import functools
            @functools.wraps(func)
            def inner(*args, **kwargs):
                return func(*args, **kwargs)
            return inner

        NUMBERS = [1, 2, 3]
        from enum import Enum, IntEnum
        class Colour(Enum):
            RED = 1
            BLUE = 2
        class Size(IntEnum):
            SMALL = 1
    """,
    "test_ignored.py": "def test_no(): pass",
    "test_x_skipme.py": "def test_no(): pass",
    "test_classes.py": """
        from helpers.bases import Base, Alias as Hidden
        import unittest

        class TestChild(Base):
            def test_own(self): pass
            def test_overridden(self): pass
            class TestInner:
                def test_deep(self): pass
            class Helper:
                def test_not_found(self): pass

        class TestInit:
            def __init__(self): pass
            def test_no(self): pass

        class TestNew:
            def __new__(cls): return object.__new__(cls)
            def test_no(self): pass

        class TestOff:
            __test__ = False
            def test_no(self): pass

        class TestOffChild(TestOff):
            __test__ = True
            def test_yes(self): pass

        class Nose:
            __test__ = True
            def test_nose(self): pass

        class Cases(unittest.TestCase):
            def test_b(self): pass
            def test_a(self): pass
            helper = test_a
            test_data = [1, 2]
            test_none = None

        class OnlyRun(unittest.TestCase):
            def runTest(self): pass

        class TestStatic:
            @staticmethod
            def test_static(): pass
            @classmethod
            def test_class(cls): pass
            @property
            def test_property(self): pass
            test_alias = test_static
            test_lambda = lambda self: None

        TestAgain = TestChild
    """,
    "test_abstract.py": """
        import abc
        class TestAbstract(abc.ABC):
            @abc.abstractmethod
            def make(self): ...
            def test_uses(self): pass
        class TestConcrete(TestAbstract):
            def make(self): return 1
    """,
    "test_diamond.py": """
        class A:
            def test_a(self): pass
            def test_shared(self): pass
        class B(A):
            def test_b(self): pass
        class C(A):
            def test_c(self): pass
            def test_shared(self): pass
        class TestD(B, C):
            def test_d(self): pass
    """,
    "test_branches.py": """
        import sys
        try:
            import surely_missing_module
        except ImportError:
            surely_missing_module = None
        if sys.version_info >= (3, 8):
            def test_new(): pass
        else:
            def test_old(): pass
        if surely_missing_module is None:
            def test_without(): pass
        try:
            import json
        except ImportError:
            def test_no_json(): pass
        else:
            def test_json(): pass
        for name in ("one", "two"):
            globals()[f"test_{name}"] = lambda: None
        def test_gone(): pass
        del test_gone
    """,
    "test_skip_import.py": """
        import pytest
        pytest.importorskip("surely_missing_module")
        def test_no(): pass
    """,
    "test_skip_module.py": """
        import pytest, sys
        if sys.platform != "nothing":
            pytest.skip("not here", allow_module_level=True)
        def test_no(): pass
    """,
    "test_skip_unittest.py": """
        import unittest
        raise unittest.SkipTest("no")
        def test_no(): pass
    """,
    "test_imported.py": """
        from test_classes import TestChild
        from test_diamond import *
        from test_branches import test_new as test_renamed
    """,
    "test_decorated.py": """
        import functools, contextlib
        from unittest import mock
        import pytest
        from helpers.bases import decorate

        @decorate
        def test_wrapped(letter): pass

        @mock.patch("os.getcwd")
        @mock.patch("os.sep", "/")
        def test_patched(cwd, letter): pass

        @functools.lru_cache
        def test_cached(): pass

        @pytest.fixture
        def test_fixture(): pass

        def off(): pass
        def test_off(): pass
        test_off.__test__ = False
    """,
    "test_params.py": r"""
        import enum, itertools, math, re
        import pytest
        from helpers.bases import NUMBERS, Colour, Size

        class Thing:
            pass

        def show(value):
            return f"<{value}>"

        @pytest.mark.parametrize("x", [1, 2.5, True, None, 1j, "s", b"b\xff", "\u00e9", "a\tb", "", (1,), [1], {}, Thing, Thing(), len,
                                       math.sqrt, ValueError, re.compile("a+"), lambda: 0, Colour.RED, Size.SMALL, "x" * 120])
        def test_values(x): pass

        @pytest.mark.parametrize("x", ["a", "a", "a1", "a1", 1, 1])
        def test_duplicates(x): pass

        @pytest.mark.parametrize("x", NUMBERS)
        @pytest.mark.parametrize("y,z", [(1, 2), pytest.param(3, 4, id="three"), pytest.param(5, 6, marks=pytest.mark.slow)])
        def test_stacked(x, y, z): pass

        @pytest.mark.parametrize("x", range(3), ids=["zero", None, "two"])
        def test_ids(x): pass

        @pytest.mark.parametrize("x", [1, 2], ids=show)
        def test_id_function(x): pass

        @pytest.mark.parametrize("x", [1, "b"], ids=str)
        def test_id_type(x): pass

        @pytest.mark.parametrize(("x", "y"), list(itertools.product("ab", [1, 2])))
        def test_product(x, y): pass

        @pytest.mark.parametrize("x", [n * n for n in range(4) if n % 2])
        def test_comprehension(x): pass

        @pytest.mark.parametrize("x", [])
        def test_empty(x): pass

        @pytest.mark.parametrize("x", list(Colour))
        def test_enum(x): pass

        @pytest.mark.parametrize("letter", ["p", "q"], indirect=True)
        def test_indirect(letter): pass

        @pytest.mark.parametrize("letter", ["p", "q"])
        def test_overridden(letter): pass

        @pytest.mark.parametrize("x", sorted({"k": 1, "j": 2}))
        def test_sorted(x): pass

        common = pytest.mark.parametrize("x", [10, 20])

        @common
        def test_common(x): pass

        @pytest.mark.parametrize("x", [pytest.param(1, id=pytest.HIDDEN_PARAM), 2])
        def test_hidden(x): pass
    """,
    "test_fixtures.py": """
        import pytest

        pytestmark = pytest.mark.parametrize("m", [1, 2])

        @pytest.fixture(params=["x", "y"])
        def local(request, letter): return request.param

        @pytest.fixture
        def through(local): return local

        @pytest.fixture(name="renamed", params=[0])
        def other(request): return 0

        def test_one(m, letter): pass
        def test_two(m, through): pass
        def test_three(m, renamed): pass

        class TestInside:
            @pytest.fixture(params=["c", "d"])
            def letter(self, request): return request.param
            @pytest.mark.parametrize("k", "ab")
            def test_own(self, m, letter, k): pass
            @pytest.mark.usefixtures("renamed")
            def test_used(self, m): pass

        class TestAuto:
            @pytest.fixture(autouse=True, params=[7, 8])
            def auto(self, request): pass
            def test_auto(self, m): pass
    """,
    "test_order.py": """
        def test_before(number): pass
        def test_plain(): pass
        def test_after(number): pass
        class TestMore:
            def test_inside(self, number, letter): pass
            def test_free(self): pass
    """,
    "pkg/__init__.py": "",
    "pkg/conftest.py": """
        import pytest
        @pytest.fixture(params=["inner"])
        def letter(request, letter): return request.param
    """,
    "pkg/test_inside.py": """
        from .base import Shared
        class TestShared(Shared):
            pass
        def test_letter(letter): pass
    """,
    "pkg/base.py": "class Shared:\n    def test_shared(self): pass\n",
    "test_text_in_strings.py": '''
        import pytest
        @pytest.mark.parametrize("code", ["""
        def test_inner():
            pass
        """, "short"], ids=["long", "short"])
        def test_code(code):
            """
        text at the margin
            """
            assert code
        def test_last(): pass
    ''',
    "build/test_not_recursed.py": "def test_no(): pass",
    "sub/check_nothing.py": "def test_no(): pass",
    "sub/other_test.py": "def test_named_by_suffix(): pass",
}

DYNAMIC = {
    "test_dyn_exec.py": "exec(open(__file__).read().partition('#')[2])  # def test_made(): pass",
    "test_dyn_env.py": "import os, time\nif time.time() > 5:\n    def test_x(): pass",
    "test_dyn_loop.py": "import os\nfor name in os.listdir('.'):\n    globals()['test_' + name] = lambda: None",
    "test_dyn_base.py": "import time\nfrom helpers import bases\ndef make(): return bases.Base if time.time() > 5 else object\nclass TestX(make()): pass",
    "test_dyn_decorator.py": "import os\n@(lambda f: os.environ)\ndef test_x(): pass",
}
FAILING = {
    "test_fails_yield.py": "def test_x():\n    yield 1",
    "test_fails_raises.py": "raise RuntimeError('no')\ndef test_x(): pass",
}


def test_everything(compare):
    compare(TREE)


def test_what_text_cannot_decide_is_called_dynamic(compare):
    compare(
        {"helpers/__init__.py": "", "helpers/bases.py": TREE["helpers/bases.py"], **DYNAMIC, **FAILING},
        dynamic=tuple(DYNAMIC),
        failing=tuple(FAILING),
    )
