"""What a cautious client is told: failures that are sure, with their lines, and nothing that may not happen."""

import pytest

from importgraph.evaluation.values.value import Raised
from tests.evaluation.worlds import failure

SURE = {
    "after a branch nobody knows": ("import os\nif os.getpid():\n    x = 1\nraise ValueError\n", "ValueError", 4),
    "in both branches": ("import os\nif os.getpid():\n    raise ValueError\nelse:\n    raise KeyError\n", "KeyError", 5),
    "in a finally": ("try:\n    x = 1\nfinally:\n    [][0]\n", "IndexError", 4),
    "a handler that does not fit": ("try:\n    1 / 0\nexcept ValueError:\n    pass\n", "ZeroDivisionError", 2),
    "a case that fits": ("match 10:\n    case 1:\n        pass\n    case _:\n        {}['a']\n", "KeyError", 5),
    "a local variable": ("def f():\n    if 0:\n        x = 1\n    return x\nf()\n", "UnboundLocalError", 4),
    "a class-scope name": ("class A:\n    n = 2\n    ns = [n for _ in (1,)]\n", "NameError", 3),
    "a key of a set": ("{[]}\n", "TypeError", 1),
    "a call that does not fit": ("def f(a): ...\nf(1, a=2)\n", "TypeError", 2),
    "a default that Python counts twice": ("class A: ...\nclass B(A): ...\nclass C(A, B): ...\n", "TypeError", 3),
    "metaclasses": ("class M(type): ...\nclass N(type): ...\nclass A(metaclass=M): ...\nclass B(metaclass=N): ...\nclass C(A, B): ...\n", "TypeError", 5),
    "__set_name__": ("class D:\n    def __set_name__(self, owner, name):\n        raise ValueError\nclass A:\n    d = D()\n", "ValueError", 3),
    "a key function": ("def boom(x):\n    raise KeyError\nsorted([2, 1], key=boom)\n", "KeyError", 2),
    "an operator": ("-'a'\n", "TypeError", 1),
    "unpacking": ("a, b = 1, 2, 3\n", "ValueError", 1),
    "a text in a union": ("x = 'A' | int\n", "TypeError", 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "line"), SURE.values(), ids=SURE)
def test_sure(text, kind, line):
    found = failure(text)
    assert (found.kind, found.trace[-1].line) == (kind, line)


UNSURE = {
    "one branch": "import os\nif os.getpid():\n    raise ValueError\n",
    "behind a loop that may have ended": "import os\nfor n in (1, 2):\n    if os.getpid():\n        break\n    raise ValueError\n",
    "a handler that may have run": "import os\ntry:\n    os.getpid()\n    ok = 1\nexcept ValueError:\n    ok = 0\nif not ok:\n    1 / 0\n",
    "an else that a handler may have run instead of": "import os\ntry:\n    os.getpid()\nexcept ValueError:\n    pass\nelse:\n    1 / 0\n",
    "a list that code got hold of": "import os\nxs = []\nos.fill(xs)\nif not xs:\n    1 / 0\n",
    "a list that a branch fills": "import os\nxs = []\nfor one in os.environ:\n    xs.append(one)\nif xs:\n    1 / 0\n",
    "a generator nobody asks": "xs = (1 / 0 for _ in (1, 2))\n",
    "a global to be filled": "place = None\ndef use():\n    return place.x\n",
    "a module that may be there": "try:\n    import perhaps\n    has = True\nexcept ImportError:\n    has = False\nif has:\n    1 / 0\n",
    "a swallowed failure": "import contextlib\nwith contextlib.suppress(LookupError):\n    {}['a']\n",
    "keys as a set": "xs = {'a': 1}.keys() - {'a'}\n",
    "a dictionary beside keys": "xs = {'b': 2} | {'a': 1}.keys() | {'c'}\nif xs != {'a', 'b', 'c'}:\n    1 / 0\n",
    "a list beside keys": "xs = [1] | {'a': 1}.keys()\n",
    "frozen sets as keys": "x = {frozenset(): 1, frozenset([1]) | {2}: 2, frozenset({1}).union([3]): 3}\n{frozenset(a for a in 'ab')}\nif not isinstance(frozenset(), frozenset):\n    1 / 0\n",
    "fields for __post_init__": "import dataclasses\n@dataclasses.dataclass\nclass A:\n    a: int\n    b: dataclasses.InitVar[bool] = False\n    def __post_init__(self, b):\n        if b is not False:\n            1 / 0\nA(1)\n",
    "a dataclass with a base that has a constructor": "from dataclasses import dataclass\nclass A:\n    def __init__(self): ...\n@dataclass\nclass B(A):\n    x: int\nB(1)\n",
    "what a metaclass prepares": "class M(type):\n    @classmethod\n    def __prepare__(meta, name, bases, **kwds):\n        return {}\nclass A(metaclass=M): ...\n",
    "names of wrapped functions": "import functools\nxs = {}\ndef wrap(f):\n    @functools.wraps(f)\n    def inner(): ...\n    return inner\ndef put(f):\n    assert f.__name__ not in xs\n    xs[f.__name__] = f\n    return f\n@put\n@wrap\ndef a(): ...\n@put\n@wrap\ndef b(): ...\nif set(xs) != {'a', 'b'}:\n    1 / 0\n",
    "a number that has a name": "class S(int):\n    def __new__(cls, name, number):\n        made = int.__new__(S, number)\n        made.name = name\n        return made\nS('a', 1).name\n",
    "a text with a method": "class A(str):\n    def f(self): ...\nA('x').f()\n",
    "sets that are updated": "s = {1, 2, 3}\ns.difference_update(x for x in (1,))\ns.intersection_update([2])\ns.discard(9)\ns.symmetric_difference_update({5})\nif s != {2, 5}:\n    1 / 0\n",
    "a list that is sorted": "xs = [1, 3, 2]\nxs.sort(reverse=True)\nif xs[0] != 3:\n    1 / 0\nxs.sort(key=lambda x: -x)\nif xs[0] != 3:\n    1 / 0\n",
    "the last of what is not known": "import os\nxs = list(os.names())\nxs.pop(-1).kind\n",
    "a set of what is not known": "import os\nx = os.a()\nassert len({x, x}) == 1\nassert len({str(a) for a in (x, x)}) == 1\ns = set([x])\ns.add(x)\nassert len(s) == 1\nassert len({n % 2 for n in (1, 2, 3)}) == 2\n",
    "a member of an enumeration by its name": "import enum\nclass B(enum.IntEnum): ...\nclass A(B):\n    X = 1\nif not isinstance(A['X'], int):\n    1 / 0\n",
    "object at the end of the bases": "class A: ...\nclass B(A): ...\nif A.__bases__[0] is not object or B.__bases__ != (A,) or B.__mro__[-1] is not object:\n    1 / 0\n",
    "an item of one of two dictionaries": "import os\nx = {}\nif os.f():\n    x = {'b': 1}\nx['a'] = 1\nx['a']\n",
    "a maker that gives a decorator": "class P(property):\n    def __new__(cls, f=None, lazy=False):\n        if f is None:\n            return lambda f: cls(f, lazy=lazy)\n        return super().__new__(cls)\n    def __init__(self, f, lazy=False): ...\nclass A:\n    @P(lazy=True)\n    def a(self): ...\n",
    "a name that a base may have": "import os\nclass A(os.B):\n    def __getattr__(self, name):\n        raise AttributeError\nA().view\n",
    "an instance of what is not known": "import os\nif not isinstance(1.5, os.Kinds | int):\n    1 / 0\n",
    "a maker that is called often": "class P:\n    def __init__(self, value=None):\n        if value is not None:\n            raise ValueError\nclass Q(P):\n    def __new__(cls, value):\n        class Made(P): ...\n        return Made\nfor n in range(60):\n    Q(n)\n",
    "methods that are rarely called": "[1].__len__()\nx = [1]\nx.__setitem__(0, 2)\nif x[0] != 2:\n    1 / 0\n{}.fromkeys('ab')['a']\n{'a': 1}.__getitem__('a')\n",
    "what a branch changed that returned": "import os\nxs = {}\ndef f():\n    if os.names():\n        xs['a'] = 1\n        return 3\n    return 2\nf()\nxs['a']\n",
    "a global of a branch that returned": "import os\ndef f():\n    global x\n    if os.names():\n        x = 1\n        return\nf()\nx\n",
    "what a branch changed that raised": "import os\nxs = {}\ntry:\n    if os.names():\n        xs['a'] = 1\n        raise ValueError\nexcept ValueError:\n    pass\nxs['a']\n",
    "what a branch changed that goes on with the loop": "import os\nx = None\nfor n in (1, 2):\n    if os.names():\n        x = 1\n        continue\n    os.f()\nx + 1\n",
    "an else of a loop that may have been left": "import os\nfor one in os.names():\n    if one == 'A':\n        break\nelse:\n    1 / 0\n",
    "an else of a loop that may have been left at once": "import os\nfor one in os.names():\n    break\nelse:\n    1 / 0\n",
    "a property with a setter": "class A:\n    @property\n    def x(self):\n        raise ValueError\n    @x.setter\n    def x(self, value): ...\n",
    "defaults set later": "def f(a=None):\n    return a.x\nf.__defaults__ = (f,)\nf()\n",
}  # fmt: skip


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE)
def test_not_sure(text):
    assert failure(text) is None


def test_a_module_that_failed_runs_again_when_it_is_imported_again():
    text = "for _ in range(2):\n    try:\n        import helper\n    except ValueError:\n        pass\nimport helper\n"
    found = failure(text, helper="raise ValueError\n")
    assert [(place.path, place.line) for place in found.trace] == [("main.py", 6), ("helper.py", 1)]


def test_a_name_of_a_module_that_is_half_loaded_is_missing():
    found = failure("import one\n", one="import two\n\ndef f(): ...\n", two="from one import f\n")
    assert isinstance(found, Raised)
    assert (found.kind, found.name, found.about.name) == ("ImportError", "f", "one")


def test_a_failure_in_the_handler_of_a_failed_import_comes_from_that_import():
    found = failure(
        "try:\n    import one\nexcept ImportError:\n    raise RuntimeError\n", one="from one import gone\n"
    )
    assert (found.kind, found.origin.kind, found.origin.trace[-1]) == (
        "RuntimeError",
        "ImportError",
        ("one.py", 1),
    )
