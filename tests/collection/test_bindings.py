"""Names that are bound, changed and removed in other ways than by statements, compared with real pytest."""

NAMESPACES = {
    "test_module_names.py": """
        import operator, sys
        mod = sys.modules[__name__]
        for n in "ab":
            globals()[f"test_{n}"] = lambda: None
        globals().setdefault("test_c", lambda: None)
        vars()["test_d"] = lambda: None
        locals()["test_e"] = lambda: None
        mod.__dict__["test_f"] = lambda: None
        operator.setitem(globals(), "test_g", lambda: None)
        del globals()["test_a"]
        globals().pop("test_b")
        delattr(mod, "test_c")
        def test_own(): pass
        for name in [key for key in list(globals()) if key == "test_own"]:
            del globals()[name]
    """,
    "test_class_names.py": """
        class TestBody:
            for _name in "ab":
                locals()["test_" + _name] = lambda self: None
            vars()["test_v"] = lambda self: None
            locals().update(test_u=lambda self: None)
        class TestAttributes:
            def test_gone(self): pass
            def test_kept(self): pass
        delattr(TestAttributes, "test_gone")
    """,
    "test_constructors.py": """
        class Base:
            def __init__(self): pass
        class TestPlain(Base):
            __init__ = object.__init__
            def test_plain(self): pass
    """,
    "test_asynchronous.py": "async def test_generator():\n    yield 1\nasync def test_plain(): pass",
}
VALUES = {
    "test_containers.py": """
        import operator, pytest
        from collections import OrderedDict, deque
        table = {"a": 1, "b": 2, "c": 3}
        table.popitem()
        operator.setitem(table, "z", 1)
        operator.delitem(table, "a")
        ordered = OrderedDict([("q", 1), ("p", 2)])
        fs = [lambda: i for i in range(3)]
        @pytest.mark.parametrize("key", table)
        def test_table(key): pass
        @pytest.mark.parametrize("value", [f() for f in fs])
        def test_late(value): pass
        @pytest.mark.parametrize("text", [f"{x!r:^{w}}{x!a}" for x, w in [("a", 7), (1, 3)]])
        def test_text(text): pass
        shared = []
        for _ in range(40):
            shared = [shared, shared]
        @pytest.mark.parametrize("value", [len(shared)])
        def test_shared(value): pass
    """,
    "test_members.py": """
        import enum, pytest
        class Colour(enum.Enum):
            RED = 1
            ROT = 1
            BLUE = 2
        @pytest.mark.parametrize("name", Colour.__members__)
        def test_names(name): pass
        @pytest.mark.parametrize("member", Colour)
        def test_members(member): pass
    """,
}
NOT_TOLD = {
    "test_queue.py": """
        import pytest
        from collections import OrderedDict, deque
        ordered = OrderedDict([("q", 1), ("p", 2)])
        ordered.move_to_end("q")
        queue = deque([1, 2], maxlen=2)
        queue.appendleft(3)
        numbers = [1]
        import operator
        operator.iadd(numbers, [2])
        @pytest.mark.parametrize("key", ordered)
        def test_key(key): pass
        @pytest.mark.parametrize("key", queue)
        def test_queue(key): pass
        @pytest.mark.parametrize("key", numbers)
        def test_numbers(key): pass
    """,
}
DOUBTED = {
    "test_instance.py": """
        import functools
        class Wrapper:
            def __init__(self, func): functools.update_wrapper(self, func)
            def __call__(self): pass
        @Wrapper
        def test_wrapped(): pass
    """,
    "test_copied.py": """
        import types
        def body(): pass
        test_copy = types.FunctionType(body.__code__, globals(), "copy")
    """,
    "test_a.b.py": "def test_never(): pass",
    "test_tuple_of_marks.py": """
        import pytest
        pytestmark = (pytest.mark.parametrize("x", [1]),)
        def test_marked(x): pass
    """,
}


def test_names_that_are_bound_by_calls(compare):
    compare(NAMESPACES)


def test_values_that_are_changed_by_calls(compare):
    compare(VALUES)


def test_what_kinds_of_containers_do_more_than_plain_ones(compare):
    names = ("key", "queue", "numbers")
    compare(NOT_TOLD, expands=tuple(f"test_queue.py::test_{name}" for name in names))


def test_what_may_stand_for_a_function(compare):
    failing = ("test_tuple_of_marks.py",)
    compare(DOUBTED, dynamic=tuple(name for name in DOUBTED if name not in failing), failing=failing)


def test_empty_parameters_that_are_refused(compare):
    refused = "import pytest\n@pytest.mark.parametrize('x', [])\ndef test_x(x): pass\n"
    ini = "[pytest]\nempty_parameter_set_mark = fail_at_collect\n"
    compare({"pytest.ini": ini, "test_empty.py": refused}, failing=("test_empty.py",))
