"""Programs whose behaviour is the same whether an import is deferred or not."""

from behaviour.program import Program, part

_SHAPES = """
    import math

    class Shape:
        sides = 0

        def __init__(self, size):
            self.size = size

        def area(self):
            return math.pow(self.size, 2)
    """

_BODIES = {
    "functions and constants": "import os\n\nNAMES = ['a', *'bc']\nX = Y = 1 + 2\n\ndef f(a=1, *b, c=X, **d):\n    return a\n",
    "classes": """
        class A:
            limit: int = 3

            def __init__(self, x):
                self.x = x

            @property
            def p(self):
                return self.x

            @p.setter
            def p(self, value):
                self.x = value

            @classmethod
            def make(cls):
                return cls(1)

            @staticmethod
            def free():
                return 1

        class B(A):
            def p2(self):
                return super().p

        class Error(ValueError):
            pass
        """,
    "abstract classes": """
        import abc
        from abc import abstractmethod

        class A(abc.ABC):
            @abstractmethod
            def m(self): ...

        class B(A):
            def m(self):
                return 1
        """,
    "dataclasses": """
        from dataclasses import dataclass, field

        @dataclass(frozen=True)
        class D:
            x: list = field(default_factory=list)
            y: int = 1

        @dataclass(frozen=True)
        class E(D):
            z: dict = field(default_factory=dict)

        DEFAULT = D()
        """,
    "enumerations": """
        import enum
        from enum import Enum, auto

        class Colour(Enum):
            RED = 1
            GREEN = auto()

            def label(self):
                return self.name.lower()

        class Flags(enum.IntFlag):
            A = 1
            B = 2

        BOTH = Flags.A | Flags.B
        NAMES = {c: c.name for c in Colour}
        """,
    "patterns": "import re\n\nP = re.compile(r'a+')\nQ = re.compile(r'b' + P.pattern, re.I | re.M)\n",
    "a logger": "import logging\n\nlog = logging.getLogger(__name__)\nlogger = logging.getLogger('app.part')\n\ndef f():\n    log.info('x')\n",
    "a quiet logger": "import logging\n\nlogging.getLogger(__name__).addHandler(logging.NullHandler())\n",
    "named tuples": """
        from collections import namedtuple
        from typing import NamedTuple

        Point = namedtuple("Point", "x y")
        ORIGIN = Point(0, 0)

        class Line(NamedTuple):
            a: Point
            b: Point = ORIGIN
        """,
    "typing": """
        from typing import TYPE_CHECKING, Any, Callable, Generic, NewType, Optional, Protocol, TypedDict, TypeVar, Union, cast

        if TYPE_CHECKING:
            import app_has_no_such_module

        T = TypeVar("T", bound="A")
        Id = NewType("Id", int)
        Json = Union[dict[str, Any], list[Any], None]
        Hook = Callable[[int, Optional[str]], "A"]

        class A(Generic[T]):
            def get(self) -> T | None: ...

        class B(A[int]): ...

        class P(Protocol):
            def m(self) -> int: ...

        class D(TypedDict, total=False):
            x: int

        X = cast(int, 1)
        """,
    "the standard library": """
        import argparse
        import asyncio
        import collections.abc
        import json
        import os.path
        import sqlite3
        import xml.etree.ElementTree as ET
        from concurrent.futures import ThreadPoolExecutor
        from datetime import datetime, timedelta, timezone
        from pathlib import Path

        DAY = timedelta(days=1)
        UTC = timezone.utc
        EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
        HOME = Path("a") / "b" / "c.txt"
        """,
    "texts": "P = 'a' 'b'\nQ = ' '.join(['a', P]).upper().split()\nR = f'{P}-{len(Q)}'\nS = '%s %d' % (P, 2)\nT = '{:>4}'.format(P)\n__all__ = ['P', 'Q']\n",
    "tables and comprehensions": """
        WORDS = {"a": 1, "b": 2}
        BACK = {v: k for k, v in WORDS.items()}
        EVEN = [n for n in range(10) if n % 2 == 0]
        SET = frozenset(WORDS) | {"c"}
        PAIRS = sorted(zip(WORDS, EVEN), key=lambda pair: pair[1])
        TOTAL = sum(WORDS.values())
        FIRST, *REST = EVEN
        """,
    "a registry of its own": """
        COMMANDS = {}

        def command(name):
            def add(f):
                COMMANDS[name] = f
                return f
            return add

        @command("a")
        def a(): ...

        @command("b")
        def b(): ...

        for name in sorted(COMMANDS):
            COMMANDS[name].label = name
        """,
    "a hook of its own": """
        class Base:
            found = []

            def __init_subclass__(cls, **keywords):
                super().__init_subclass__(**keywords)
                Base.found.append(cls)

        class A(Base): ...
        class B(A): ...
        """,
    "a metaclass of its own": """
        class Meta(type):
            def __new__(mcs, name, bases, namespace):
                namespace["label"] = name.lower()
                return super().__new__(mcs, name, bases, namespace)

        class A(metaclass=Meta): ...
        class B(A): ...
        """,
    "decorators of its own": """
        import functools

        def twice(f):
            @functools.wraps(f)
            def inner(*a, **k):
                return f(*a, **k), f(*a, **k)
            return inner

        @twice
        def g():
            return 1

        X = g()
        """,
    "caches": """
        import functools
        from functools import cached_property, lru_cache

        @lru_cache(maxsize=None)
        def f(x):
            return x

        @functools.cache
        def g(): ...

        class A:
            @cached_property
            def p(self):
                return 1

            @functools.lru_cache(maxsize=8)
            def q(self): ...
        """,
    "instances of its own classes": """
        class Settings:
            def __init__(self, **values):
                self.values = dict(values)
                self.names = []
                for name in values:
                    self.names.append(name)

            def get(self, name):
                return self.values[name]

        DEFAULT = Settings(a=1, b=2)
        A = DEFAULT.get("a")
        DEFAULT.values["c"] = 3
        """,
    "descriptors of its own": """
        class Field:
            def __set_name__(self, owner, name):
                self.name = name

            def __get__(self, instance, owner):
                return self if instance is None else instance.__dict__[self.name]

        class Row:
            a = Field()
            b = Field()
        """,
    "a choice by version": """
        import sys

        if sys.version_info >= (3, 9):
            from zoneinfo import ZoneInfo
        else:
            ZoneInfo = None

        if sys.platform == "win32":
            import winreg
        """,
    "an optional module of the standard library": """
        try:
            import json
        except ImportError:
            json = None

        try:
            from collections.abc import Mapping
        except ImportError:
            from collections import Mapping
        """,
    "locks and context variables": """
        import contextvars
        import threading
        import weakref

        LOCK = threading.Lock()
        LOCAL = threading.local()
        CURRENT = contextvars.ContextVar("current", default=None)
        ALIVE = weakref.WeakValueDictionary()
        """,
    "numbers": "from decimal import Decimal\nfrom fractions import Fraction\nimport math\n\nA = Decimal('1.5')\nB = Fraction(1, 3)\nC = math.sqrt(2) + math.pi\nD = 2 ** 10 // 3\nE = A + 1\n",
    "managers": """
        from contextlib import asynccontextmanager, contextmanager, suppress

        @contextmanager
        def opened():
            yield 1

        @asynccontextmanager
        async def later():
            yield 1
        """,
    "other modules of ours that define": "from app.shapes import Shape\nfrom app import shapes\n\nclass Square(Shape):\n    sides = 4\n\nclass Cube(shapes.Shape): ...\n",
    "functions of ours that compute": """
        from app.texts import PREFIX, title

        NAME = title("part")
        OTHER = PREFIX + "x"
        """,
    "a class with slots and operators": """
        import functools

        @functools.total_ordering
        class V:
            __slots__ = ("x",)

            def __init__(self, x):
                self.x = x

            def __eq__(self, other):
                return self.x == other.x

            def __lt__(self, other):
                return self.x < other.x

            def __hash__(self):
                return hash(self.x)

        LEAST = min(V(2), V(1))
        ALL = sorted([V(3), V(1)])
        """,
    "its own place": "import os\nfrom pathlib import Path\n\nHERE = os.path.dirname(__file__)\nDATA = os.path.join(HERE, 'data')\nROOT = Path(__file__).parent / 'data'\n",
    "single dispatch of its own": """
        from functools import partial, singledispatch

        @singledispatch
        def show(x):
            return "any"

        @show.register
        def _(x: int):
            return "number"

        @show.register(str)
        def _(x):
            return "text"

        brief = partial(show, 1)
        """,
    "main": "def main():\n    print('x')\n\nif __name__ == '__main__':\n    main()\n",
}

HARMLESS = (
    *(
        Program(
            name,
            "",
            part(
                text, shapes=_SHAPES, texts='PREFIX = "a"\n\ndef title(x):\n    return PREFIX + x.title()\n'
            ),
        )
        for name, text in _BODIES.items()
    ),
    Program(
        "a library with known effects",
        "",
        {
            **part("import numbery\nfrom numbery import zeros\n\nZERO = numbery.array([0])\n"),
            "numbery/__init__.py": "from numbery.core import array, zeros\n\n__version__ = '1.0'\n__all__ = ['array', 'zeros']\n",
            "numbery/core.py": "class array(list):\n    pass\n\ndef zeros(n):\n    return array([0] * n)\n",
        },
    ),
    Program(
        "a package that exports it",
        "",
        {
            "main.py": "import app.tools\n\nprint(app.tools.__name__)\nfrom app.tools import work\nprint(work())\n",
            "app/tools/__init__.py": "from app.heavy import work\n\n__all__ = ['work']\n",
        },
        path="app/tools/__init__.py",
    ),
    Program(
        "three modules deep",
        "",
        {
            **part("from app.inner import inner\n\nclass A: ...\n"),
            "app/inner.py": "from app.deep import Deep\n\ndef inner():\n    return Deep()\n",
            "app/deep.py": "import dataclasses\n\n@dataclasses.dataclass\nclass Deep:\n    x: int = 1\n",
        },
    ),
    Program(
        "a subclass hook that nobody reads below it",
        "",
        part(
            "from app.shapes import Base\n\nclass C(Base): ...\n",
            shapes="class Base:\n    def __init_subclass__(cls):\n        cls.label = cls.__name__.lower()\n",
            main="import app.cli\nimport app.shapes\n\nprint(app.cli.run())\n",
        ),
    ),
)
