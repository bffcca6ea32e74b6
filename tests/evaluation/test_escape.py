"""What code that is not followed may have changed is not known: no failure of such a program is called sure."""

import pytest

from tests.evaluation.worlds import failure

OFTEN = "for i in range(3000):\n    "
FINE = {
    "an argument of a library": "import bisect\nL = [2]\nbisect.insort(L, 1)\nassert L[1] == 2\n",
    "a constant in a dictionary": "import operator\nD = {'a': 0}\noperator.setitem(D, 'a', 1)\nassert D['a'] == 1\n",
    "a list inside": "import heapq\nD = [[3]]\nheapq.heapify(D)\nD[0].append(1)\nassert D[0] == [3, 1]\n",
    "a callback": "import threading\nL = []\ndef f(): L.append(1)\nthreading.Thread(target=f).run()\nassert L == [1]\n",
    "a global that a callback binds": "import threading\nN = 0\ndef f():\n    global N\n    N = 5\nthreading.Thread(target=f).run()\nassert N == 5\n",
    "what a callback calls": "import threading\nL = []\ndef g(): L.append(1)\ndef f(): g()\nthreading.Thread(target=f).run()\nassert L == [1]\n",
    "the object of a method": "import threading\nclass A:\n    n = 0\n    def f(self): self.n = 5\na = A()\nthreading.Thread(target=a.f).run()\nassert a.n == 5\n",
    "an object with constants": "import lib\nclass A:\n    n = 1\na = A()\nlib.change(a)\nassert a.n == 2\n",
    "a method of a list": "import contextlib\nL = []\nwith contextlib.ExitStack() as s:\n    s.callback(L.append, 1)\nassert L == [1]\n",
    "a coroutine": "import asyncio\nL = []\nasync def f(): L.append(1)\nasyncio.run(f())\nassert L == [1]\n",
    "a recursion": "L = []\ndef f(n):\n    L.append(n)\n    if n: f(n - 1)\nf(10)\nassert len(L) == 11\n",
    "a closure in a recursion": "def make():\n    c = 0\n    def f(n):\n        nonlocal c\n        c += 1\n        if n: f(n - 1)\n        return c\n    return f\nassert make()(10) == 11\n",
    "a class in a recursion": "class A:\n    n = 0\n    def f(self, d):\n        type(self).n += 1\n        if d: self.f(d - 1)\nA().f(9)\nassert A.n == 10\n",
    "a computed attribute": "class A: pass\ndef f(n):\n    setattr(A, f'a{n}', n)\n    if n: f(n - 1)\nf(9)\nA.a0\n",
    "a long loop": "i = n = 0\nL = []\nwhile i < 3000:\n    i += 1\n    n += 2\n    L.append(n)\nassert n == 6000 and i == 3000 and len(L) == 3000\n",
    "a long loop over a function": f"N = 0\ndef f():\n    global N\n    N += 1\n{OFTEN}f()\nassert N == 3000\n",
    "a long loop that yields": "def g():\n    i = 0\n    while i < 3000:\n        yield i\n        i += 1\nassert list(g())[-1] == 2999\n",
    "a manager": "import contextlib\nL = []\n@contextlib.contextmanager\ndef m():\n    L.append(1)\n    yield\n    L.append(2)\nwith m(): L.append(3)\nassert L == [1, 3, 2]\n",
    "remembered results": "import functools\nL = []\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    L.append(x)\n    return x\nf(1), f(1), f(2)\nassert len(L) == 2\n",
    "a remembered property": "import functools\nclass A:\n    n = 0\n    @functools.cached_property\n    def p(self):\n        self.n += 1\n        return 1\na = A()\na.p, a.p\nassert a.n == 1\n",
    "a deleted attribute": "class A: pass\na = A()\na.x = 1\ndel a.x\nassert not hasattr(a, 'x')\n",
}  # fmt: skip


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_nothing_is_sure_to_fail(text):
    assert failure(text) is None


def test_a_decorator_only_keeps_what_it_decorates():
    text = "import lib\nL = []\n@lib.register\ndef f(): L.append(1)\nL[0]\n"
    assert failure(text).kind == "IndexError"


def test_looking_changes_nothing():
    text = "import inspect\nL = []\ndef f(): L.append(1)\ninspect.signature(f)\nL[0]\n"
    assert failure(text).kind == "IndexError"
