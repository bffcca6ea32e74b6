"""Containers and namespaces that others see or change, compared with real pytest."""

HELPER = "import sys\ndef fill():\n    sys._getframe(1).f_globals['test_filled'] = lambda: None\n"
SEEN_BY_OTHERS = {
    "test_views.py": """
        import pytest
        table = {"a": 1}
        @pytest.mark.parametrize("key", table.keys())
        def test_keys(key): pass
        @pytest.mark.parametrize("key,value", table.items())
        def test_items(key, value): pass
        @pytest.mark.parametrize("key", list(table.keys()))
        def test_copied(key): pass
        table["b"] = 2
    """,
    "test_repeated.py": """
        import pytest
        inner = [1]
        twice = [inner] * 2
        twice[0].append(2)
        both = [inner] + [[5]]
        both[0].append(3)
        @pytest.mark.parametrize("value", inner)
        def test_inner(value): pass
        @pytest.mark.parametrize("value", {True, 1, 1.0})
        def test_equal(value): pass
        class Failure(Exception): pass
        @pytest.mark.parametrize("kind", {Failure: 1, ValueError: 2})
        def test_classes_as_keys(kind): pass
    """,
    "test_locals.py": """
        def build():
            def test_inside(): pass
            return locals()
        globals().update({name: value for name, value in build().items()})
    """,
}
USED_UP = """
    import pytest
    rest = zip([1, 2], "ab")
    first, second = list(rest), [3]
    second += list(rest)
    numbers = filter(None, [1, 2])
    total = sum(numbers)
    def rows():
        yield "head"
        yield "row"
    lines, read = rows(), rows()
    next(lines)
    @pytest.mark.parametrize("value", list(lines))
    def test_lines(value): pass
    @pytest.mark.parametrize("value", list(read))
    def test_read(value): pass
    @pytest.mark.parametrize("value", rows())
    def test_rows(value): pass
    @pytest.mark.parametrize("value", [len(first)])
    def test_first(value): pass
    @pytest.mark.parametrize("value", second)
    def test_second(value): pass
    @pytest.mark.parametrize("value", [*numbers, total])
    def test_total(value): pass
"""


def test_names_that_a_helper_binds_in_the_module_that_calls_it(compare):
    compare({"helper.py": HELPER, "test_it.py": "from helper import fill\nfill()\n"}, dynamic=("test_it.py",))


def test_containers_that_others_change(compare):
    compare(SEEN_BY_OTHERS)


def test_iterators_are_run_over_once(compare):
    names = ("lines", "second", "total")
    compare({"test_once.py": USED_UP}, expands=tuple(f"test_once.py::test_{name}" for name in names))


PARTLY = """
    import pytest
    letters = (one for one in "abcd")
    assert "b" in letters
    def has(items, one): return one in items
    pairs = zip("ab", "cd")
    has(pairs, ("a", "c"))
    @pytest.mark.parametrize("value", list(letters))
    def test_letters(value): pass
    @pytest.mark.parametrize("value", list(pairs))
    def test_pairs(value): pass
"""


def test_what_is_looked_for_in_an_iterator_uses_it_up(compare):
    compare({"test_in.py": PARTLY}, expands=("test_in.py::test_letters", "test_in.py::test_pairs"))


def test_a_module_that_answers_for_what_pytest_asks_of_it(compare):
    answers = "def __getattr__(name):\n    if name == 'pytest_generate_tests':\n        return lambda metafunc: metafunc.parametrize('a', [1, 2])\n    raise AttributeError(name)\ndef test_it(a): pass\n"
    refuses = "def __getattr__(name): raise AttributeError(name)\ndef test_it(): pass\n"
    compare({"test_answers.py": answers, "test_refuses.py": refuses}, dynamic=("test_answers.py",))
