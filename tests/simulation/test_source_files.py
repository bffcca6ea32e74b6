"""What a text may do to its module's names that no statement shows."""

import pytest

from importgraph.simulation.source_files import is_open, sets_own, shared_names

OPEN = [
    b"globals()['a'] = 1\n",
    b"x = 1; vars()['a'] = 1\n",
    b"globals().update(a=1)\n",
    b"exec('a = 1')\n",
    b"exec('a = 1', self.names)\n",
    b"execfile('a')\n",
    b"module.__dict__['a'] = 1\n",
    b"__dict__.update(a=1)\n",
    b"sys.modules[__name__] = it\n",
    b"__getattr__ = lazy_loader.attach(__name__)\n",
    b"__getattr__ = lazyish.attach(__name__)\n",
    b"sys.modules['a'] = _LazyModule()\n",
    b"names = globals()\nnames['a'] = 1\n",
    b"fill(globals())\n",
]
CLOSED = [
    b"",
    b"a = globals()['a'] == 1\n",
    b"my_globals()['a'] = 1\n",
    b"_exec('a')\nre_exec('a')\nob1exec('b')\n",
    b"self.__dict__['a'] = 1\n",
    b"x = eval('a', globals())\n",
    b"lazy = 1\n",
]


@pytest.mark.parametrize("text", OPEN)
def test_open(text):
    assert is_open(text)


@pytest.mark.parametrize("text", CLOSED)
def test_closed(text):
    assert not is_open(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"def f():\n    global a, b\n", {"a", "b"}),
        (b"def f(): global a; a = 1\n", {"a"}),
        (b"def f():\n    global a  # why\n", {"a"}),
        (b"# a global matter\nthe_global = 1\n", set()),
        (b"x = 'it is global a'\n", set()),
    ],
)
def test_names_that_functions_share(text, names):
    assert shared_names(text) == names


def test_a_module_that_sets_its_own_names():
    text = b"def add(one):\n    from pkg import kinds\n    setattr(kinds, one.__name__, one)\n"
    assert sets_own("/pkg/kinds.py", text)
    assert sets_own("/pkg/kinds/__init__.py", text)
    assert not sets_own("/pkg/kind.py", text)
