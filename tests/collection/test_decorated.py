"""What pytest sees of a function that a decorator returned, and of classes and names that code makes."""

import pytest

PROXIES = """
    import pytest
    from hypothesis import HealthCheck, example, given, settings, strategies as st
    from hypothesis._settings import settings as same
    from hypothesis.internal.reflection import proxies
    def fails_with(error):
        def accept(f):
            @proxies(f)
            def inner(*args, **kwargs):
                with pytest.raises(error):
                    f(*args, **kwargs)
            return inner
        return accept
    fails = fails_with(AssertionError)
    @pytest.fixture(params=[1, 2])
    def number(request): return request.param
    @fails_with(ValueError)
    @given(st.integers())
    def test_given(x): pass
    @pytest.mark.parametrize("a", "xy")
    @fails
    @pytest.mark.slow
    def test_marked(a, number): pass
    @example(False).via("known by hand")
    @same(max_examples=7)
    @given(st.booleans())
    def test_via(b): pass
    @fails
    @fails_with(KeyError)
    def test_twice(number): pass
"""
CONTEXT = """
    import contextlib, pytest
    @contextlib.contextmanager
    def registered(name):
        pytest.fail("runs only when the test does")
        yield name
    @registered("x")
    @pytest.mark.parametrize("n", [1, 2])
    def test_in_context(n): pass
"""
MACHINES = """
    import unittest
    from hypothesis import settings
    from hypothesis.stateful import RuleBasedStateMachine, rule
    class Machine(RuleBasedStateMachine):
        @rule()
        def step(self): pass
    Machine.TestCase.settings = settings(max_examples=5)
    TestMachine = Machine.TestCase
    class TestMore(Machine.TestCase):
        settings = settings(stateful_step_count=3)
"""
DESCRIPTORS = """
    class Maker:
        def __get__(self, obj, kind=None):
            return kind.make()
    class Base:
        made = Maker()
        @classmethod
        def make(cls):
            class Inner:
                def test_inner(self): pass
            return Inner
    class Heir(Base): pass
    TestMade = Heir.made
    TestDirect = Heir.make()
"""
TEXTS = """
    import typing, textwrap
    class Base:
        def test_shared(self): pass
    def text_of(name):
        return textwrap.dedent('''
            class Test{name}(Base):
                word = "{name}"
        ''').format(name=name)
    for name in ("A", "B"):
        exec(text_of(name))
    for i in range(2):
        exec(f"def test_number_{i}(): pass", globals())
    TestAlias = typing.Union[int, Base]
"""
COPIED = """
    import os, pytest
    class Wrapping:
        def __init__(self, *names): self.names = names
        def __call__(self, f):
            def func(*args, **kwargs):
                return f(*args, **kwargs)
            func.__name__ = f.__name__
            func.__dict__.update(f.__dict__)
            func.__wrapped__ = f
            return func
    @pytest.fixture(params="xy")
    def letter(request): return request.param
    @Wrapping("a")
    @pytest.mark.parametrize("n", [1, 2])
    def test_copied(n, letter): pass
    @pytest.mark.parametrize("f", [Wrapping()(os.path.join), Wrapping()(test_copied.__wrapped__)])
    def test_named(f): pass
"""
MARKED = """
    import os, pytest
    WORD = os.environ.get("SURELY_NOT_SET_" + str(os.getpid()), "word")
    @pytest.mark.filterwarnings(f"ignore:{WORD}")
    @pytest.mark.parametrize("x", [1, 2])
    def test_filtered(x): pass
"""


@pytest.mark.parametrize("text", [PROXIES, CONTEXT, MACHINES, DESCRIPTORS, TEXTS, MARKED])
def test_is_exact(compare, text):
    assert compare({"test_it.py": text}).items


@pytest.mark.parametrize(
    "text",
    [
        "import time\nexec('def test_x(): pass' if time.time() else '')",
        "def make():\n    exec('def test_y(): pass', {})\nmake()\nexec('def test_x(:\\n')",
        """
        import contextlib, pytest, time
        @contextlib.contextmanager
        def skipping():
            pytest.skip('no', allow_module_level=True)
            yield
        if time.time() > 5:
            with skipping(): pass
        def test_x(): pass
        """,
    ],
)
def test_what_text_does_not_give_is_dynamic(compare, text):
    compare({"test_it.py": text}, dynamic=["test_it.py"])


def test_a_wrapper_that_copies_is_as_what_it_wraps(compare):
    compare({"test_it.py": COPIED}, expands=["test_it.py::test_named"])


def test_a_context_entered_at_import_runs(compare):
    skips = """
        import contextlib, pytest
        @contextlib.contextmanager
        def checked():
            pytest.skip("no", allow_module_level=True)
            yield
        with checked():
            pass
        def test_x(): pass
    """
    compare({"test_it.py": skips})
