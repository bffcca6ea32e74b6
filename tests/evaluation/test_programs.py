"""Small programs, run for real and evaluated: every value the evaluation calls known is the real one."""

import textwrap

import pytest

from importgraph.evaluation.values.values import NOT_PLAIN, unwrap
from tests.evaluation.worlds import run

PROGRAMS = {
    "arithmetic": "x = 1 + 2 * 3 ** 2 // 4 % 5\ny = -x\nz = not x\nw = ~x",
    "texts": "x = 'a-b'.split('-')\ny = '%s.%s' % ('a', 'b')\nz = f'{x[0]}!{y!r}'\nw = '{}'.format(1)\nv = 'ab'[::-1]",
    "lists": "x = [1, 2]\nx.append(3)\nx += [4]\nx[0] = 9\ny = x[1:]\nz = [*x, 5]\nx.remove(2)\nw = x.pop()",
    "tuples": "a, (b, *c) = 1, (2, 3, 4)\nx = a, b\ny = c",
    "sets": "x = {1, 2}\nx.add(2)\nx.update([3])\ny = 1 in x\nz = x | {4}",
    "dictionaries": """
        x = {'a': 1, **{'b': 2}}
        x['c'] = 3
        y = x.get('q', 7)
        z = sorted(x.items())
        w = x.setdefault('d', 4)
        x.update(e=5)
        v = 'e' in x
        u = x.pop('a')
        t = list(x)
        """,
    "comparisons": "x = 1 < 2 < 3\ny = 1 < 3 < 2\nz = None is None\nw = (1, 2) >= (1,)\nv = 'a' not in 'abc'",
    "and, or": "x = 0 or 'a'\ny = 1 and 0 or 5\nz = [] and 1",
    "a conditional": "x = 1 if [] else 2",
    "a walrus": "if (n := 3) > 2:\n    x = n",
    "a function": """
        def f(a, b=2, *c, d=4, **e):
            return a, b, c, d, sorted(e)
        x = f(1)
        y = f(1, 3, 5, d=6, g=7)
        z = f(*[1, 2], **{'d': 3})
        """,
    "a closure": """
        def counter():
            n = 0
            def more():
                nonlocal n
                n += 1
                return n
            return more
        c = counter()
        c()
        x = c()
        """,
    "a global": "n = 1\ndef f():\n    global n\n    n = 5\nf()\nx = n",
    "recursion": "def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nx = f(3)",
    "a decorator": """
        import functools
        def twice(f):
            @functools.wraps(f)
            def inner(*a):
                return f(*a) * 2
            return inner
        @twice
        def g(n):
            return n + 1
        x = g(3)
        """,
    "a decorator with arguments": """
        def times(n):
            def deco(f):
                return lambda *a: f(*a) * n
            return deco
        @times(5)
        def g(n): return n
        x = g(2)
        """,
    "a generator": "def g():\n    for i in range(3):\n        yield i\nx = list(g())\ny = sum(g())",
    "loops": """
        x = []
        for i in range(10):
            if i == 2:
                continue
            if i == 5:
                break
            x.append(i)
        else:
            x.append('never')
        n = 3
        while n:
            n -= 1
        else:
            y = 'ended'
        """,
    "comprehensions": """
        x = [a * b for a in range(3) for b in (1, 2) if a]
        y = {k: v for k, v in zip('ab', (1, 2))}
        z = {i % 2 for i in range(4)}
        i = 5
        w = [i for i in range(2)] and i
        """,
    "comprehensions see what is around them": """
        def f(a):
            b = a + 1
            return [b + n + c for n in (1, 2) for c in [b]]
        x = f(3)
        class A:
            n = 2
            m = [n for n in range(n)]
        y = A.m
        """,
    "path objects": """
        from pathlib import Path
        p = Path('/a') / 'b.tar' / 'c.py'
        x = [p.name, p.stem, p.suffix, str(p.parent), p.parts, str(p.with_suffix('.txt')), p.as_posix()]
        y = p.parents[1].name
        z = str(p.relative_to('/a'))
        """,
    "what only bundlers set": "import sys\nx = getattr(sys, 'frozen', False)\ny = hasattr(sys, '_MEIPASS')",
    "a class": """
        class A:
            n = 1
            def __init__(self, v): self.v = v
            def get(self): return self.v + self.n
            @property
            def twice(self): return self.v * 2
            @classmethod
            def make(cls): return cls(10)
            @staticmethod
            def free(a): return a
        class B(A):
            def get(self): return super().get() + 100
        x = B(5).get()
        y = A.make().twice
        z = A.free(3)
        w = isinstance(B(1), A), issubclass(B, A), hasattr(A, 'n'), hasattr(A(1), 'q')
        v = B.__name__, B.__mro__[1] is A
        """,
    "the order of bases": """
        class A: n = 'a'
        class B(A): pass
        class C(A): n = 'c'
        class D(B, C): pass
        x = D.n
        """,
    "hooks of classes": """
        made = []
        class Base:
            def __init_subclass__(cls, key=None, **more): made.append((cls.__name__, key))
        class A(Base, key=1): pass
        class Field:
            def __set_name__(self, owner, name): made.append((owner.__name__, name))
            def __get__(self, instance, owner): return 42
        class C: f = Field()
        x = C().f
        """,
    "attributes answered": """
        class A:
            def __getattr__(self, name): return name * 2
        x = A().ab
        y = getattr(A(), 'q', 1)
        setattr(A, 'z', 3)
        z = A.z
        """,
    "operators of instances": """
        class N:
            def __init__(self, n): self.n = n
            def __add__(self, o): return self.n + o
            def __call__(self, a): return self.n * a
            def __getitem__(self, k): return k
            def __contains__(self, k): return k == self.n
        x = N(1) + 2, N(3)(4), N(0)['k'], 3 in N(3)
        """,
    "exceptions": """
        def f(n):
            try:
                if n: raise ValueError('no')
                return 'fine'
            except (KeyError, ValueError) as e:
                return 'caught'
            finally:
                seen.append(n)
        seen = []
        x = f(0), f(1)
        class Own(LookupError): pass
        try:
            raise Own()
        except KeyError:
            y = 1
        except LookupError:
            y = 2
        else:
            y = 3
        try:
            {}['a']
        except KeyError:
            z = 'missing'
        """,
    "a failure that ends a function": """
        def f():
            raise KeyError
            x.append(1)
        x = []
        try:
            f()
            x.append(2)
        except KeyError:
            x.append(3)
        """,
    "suppress": "import contextlib\nx = 1\nwith contextlib.suppress(KeyError):\n    {}['a']\n    x = 2\ny = x",
    "a manager": """
        class M:
            def __enter__(self): return 7
            def __exit__(self, *a): pass
        with M() as x:
            y = x + 1
        """,
    "match": "match 2:\n    case 1:\n        x = 'a'\n    case 2:\n        x = 'b'",
    "globals": "globals()['x'] = 5\ny = x\nfor n in ('a', 'b'):\n    globals()[n] = n\nz = a + b",
    "map and filter": "x = list(map(lambda a: a + 1, [1, 2]))\ny = list(filter(None, [0, 1]))\nz = sorted([3, 1])",
    "a partial": "from functools import partial\ndef f(a, b): return a - b\nx = partial(f, b=1)(5)",
    "delete": "x = 1\ndel x\ntry:\n    x\nexcept NameError:\n    y = 'gone'",
    "an unbound local": """
        x = 1
        def f():
            try:
                return x
            except UnboundLocalError:
                return 'unbound'
            x = 2
        y = f()
        """,
    "the scope of a class": "n = 1\nclass A:\n    n = 2\n    def f(self): return n\n    m = n\nx = A().f(), A.m",
    "version and platform": "import sys\nx = sys.version_info >= (3,), sys.version_info[0], sys.version_info.major",
    "an assertion": "try:\n    assert 0\nexcept AssertionError:\n    x = 1",
    "paths": "import os.path as p\nx = p.join('a', 'b'), p.splitext('a.py')[0], p.basename('/a/b')",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_what_is_known_is_true(program):
    source = textwrap.dedent(program)
    real = {"__name__": "main"}
    exec(compile(source, "main.py", "exec"), real)  # noqa: S102 -- the truth
    _, found = run("main", {"main.py": source})
    plain = {name: unwrap(value) for name, value in found.items()}
    known = {name: value for name, value in plain.items() if value is not NOT_PLAIN}
    assert known == {name: real[name] for name in known}
    wanted = {
        n for n, v in real.items() if isinstance(v, str | int | list | tuple | dict | set) and n[0] != "_"
    }
    assert wanted <= set(known)
