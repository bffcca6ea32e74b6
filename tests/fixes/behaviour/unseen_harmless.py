"""Programs written before the rules were read: what real modules do that a deferral does not change."""

from behaviour.program import Program, part

_TEXTS = {
    "constants": "import string\n\nLIMIT = 3 * 1024\nNAMES = ('a', 'b')\nLETTERS = set(string.ascii_letters) - {'x'}\n",
    "regexes": "import re\n\nWORD = re.compile(r'\\w+', re.ASCII | re.MULTILINE)\nALL = [re.compile(p) for p in ('a+', 'b+')]\nfind = WORD.findall\n",
    "frozen-dataclass": "from dataclasses import dataclass, field\n\n@dataclass(frozen=True, slots=True, order=True)\nclass Row:\n    name: str\n    tags: list[str] = field(default_factory=list)\n\nEMPTY = Row('')\n",
    "enums": "import enum\n\nclass Colour(enum.Enum):\n    RED = enum.auto()\n    BLUE = enum.auto()\n\nclass Mode(enum.IntFlag):\n    R = 4\n    W = 2\n    RW = R | W\n\nBOTH = Mode.R | Mode.W\nBY_NAME = {c.name: c for c in Colour}\n",
    "string-enum": "from enum import Enum, unique\n\n@unique\nclass Level(str, Enum):\n    LOW = 'low'\n    HIGH = 'high'\n    def __str__(self):\n        return self.value\n\nCHOICES = [level.value for level in Level]\n",
    "named-tuples": "import collections\nfrom typing import NamedTuple\n\nclass Point(NamedTuple):\n    x: int\n    y: int = 0\n\nPair = collections.namedtuple('Pair', 'a b')\nORIGIN = Point(0)\n",
    "protocols": "from typing import Protocol, runtime_checkable\n\n@runtime_checkable\nclass Reader(Protocol):\n    def read(self) -> str: ...\n",
    "logger": "import logging\n\nlog = logging.getLogger(__name__)\n\ndef f():\n    log.warning('x')\n",
    "caches": "import functools\n\n@functools.lru_cache(maxsize=None)\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\n@functools.cache\ndef one():\n    return 1\n",
    "partials": "import functools\nimport operator\n\nadd_one = functools.partial(operator.add, 1)\nfirst = operator.itemgetter(0)\nname = operator.attrgetter('name')\nupper = operator.methodcaller('upper')\n",
    "type-aliases": "from __future__ import annotations\n\nfrom typing import Any, Generic, Literal, NewType, Optional, TypeVar, Union\n\nT = TypeVar('T')\nJson = Union[dict[str, Any], list[Any]]\nMaybe = Optional[int]\nId = NewType('Id', int)\nMode = Literal['r', 'w']\n\nclass Box(Generic[T]):\n    def get(self) -> T: ...\n\nIntBox = Box[int]\n",
    "sieve": "PRIMES = []\nfor n in range(2, 60):\n    if all(n % p for p in PRIMES):\n        PRIMES.append(n)\ndel n\nTABLE = {p: p * p for p in PRIMES}\n",
    "standard-imports": "import argparse\nimport base64\nimport csv\nimport datetime\nimport heapq\nimport io\nimport itertools\nimport shlex\nimport statistics\nimport textwrap\nimport urllib.parse\n",
    "public-names": "from typing import Final\n\n__all__ = ['f']\n__version__ = '.'.join(map(str, (1, 2, 3)))\nSIZE: Final = 10\n\ndef f():\n    return SIZE\n",
    "dispatch-table": "def add(a, b):\n    return a + b\n\ndef sub(a, b):\n    return a - b\n\nOPERATORS = {'+': add, '-': sub, '*': lambda a, b: a * b}\nNAMES = sorted(OPERATORS)\n",
    "class-tree": "import abc\n\nclass Base(abc.ABC):\n    __slots__ = ('_x',)\n    def __init__(self, x):\n        self._x = x\n    @property\n    def x(self):\n        return self._x\n    @classmethod\n    def make(cls):\n        return cls(1)\n    @abc.abstractmethod\n    def go(self): ...\n\nclass Mine(Base):\n    def go(self):\n        return super().x\n",
    "exceptions": "class PartError(Exception):\n    code = 1\n    def __init__(self, text, *, hint=None):\n        super().__init__(text)\n        self.hint = hint\n\nclass Missing(PartError, LookupError):\n    pass\n\nRETRY = (Missing, TimeoutError)\n",
    "read-only-mapping": "from types import MappingProxyType, SimpleNamespace\n\nDEFAULTS = MappingProxyType({'a': 1})\nEMPTY = SimpleNamespace(**DEFAULTS)\n",
    "numbers": "import datetime\nfrom decimal import Decimal\nfrom fractions import Fraction\n\nRATE = Decimal('0.19')\nHALF = Fraction(1, 2)\nDAY = datetime.timedelta(days=1)\nEPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)\n",
    "own-paths": "import os\nfrom pathlib import Path\n\nHERE = Path(__file__).parent\nTEMPLATES = HERE / 'templates'\nJOINED = os.path.join('a', 'b')\n",
    "texts": "import string\nimport textwrap\n\nUSAGE = textwrap.dedent('''\n    x\n''').strip()\nROW = string.Template('$a $b')\nTABLE = str.maketrans({'a': 'b'})\nLINES = USAGE.splitlines()\n",
    "context-managers": "import contextlib\n\n@contextlib.contextmanager\ndef opened(path):\n    yield path\n\nclass Quiet(contextlib.suppress):\n    pass\n",
    "own-decorator": "import functools\n\ndef traced(f):\n    @functools.wraps(f)\n    def inner(*args, **more):\n        return f(*args, **more)\n    return inner\n\n@traced\ndef one():\n    return 1\n\n@traced\ndef two():\n    return one() + 1\n\nTWO = two()\n",
    "own-descriptor": "class Field:\n    def __init__(self, kind):\n        self.kind = kind\n    def __set_name__(self, owner, name):\n        self.name = name\n    def __get__(self, one, owner=None):\n        return self\n\nclass Row:\n    a = Field(int)\n    b = Field(str)\n",
    "own-metaclass": "class Meta(type):\n    def __new__(m, name, bases, space):\n        space['fields'] = [k for k in space if k[0] != '_']\n        return super().__new__(m, name, bases, space)\n\nclass Row(metaclass=Meta):\n    a = 1\n",
    "own-registry": "HANDLERS = {}\n\ndef handles(kind):\n    def keep(f):\n        HANDLERS[kind] = f\n        return f\n    return keep\n\n@handles('a')\ndef on_a():\n    return 1\n\n@handles('b')\ndef on_b():\n    return 2\n",
    "own-subclass-hook": "class Base:\n    kinds = {}\n    def __init_subclass__(cls, **more):\n        super().__init_subclass__(**more)\n        cls.kinds[cls.__name__] = cls\n\nclass One(Base):\n    pass\n",
    "own-singledispatch": "import functools\n\n@functools.singledispatch\ndef show(one):\n    return str(one)\n\n@show.register\ndef _(one: int):\n    return hex(one)\n\n@show.register(list)\n@show.register(tuple)\ndef _many(one):\n    return len(one)\n",
    "optional-accelerator": "try:\n    import not_here_json as json\nexcept ImportError:\n    import json\n\ndumps = json.dumps\n",
    "version-branch": "import sys\n\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    tomllib = None\nPOSIX = sys.platform != 'win32'\n",
    "type-checking": "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.cli import run\n\ndef f(one: run) -> None: ...\n",
    "match-statement": "import sys\n\nmatch sys.platform:\n    case 'win32':\n        SEPARATOR = ';'\n    case _:\n        SEPARATOR = ':'\n",
    "error-handled": "try:\n    VALUE = int('x')\nexcept ValueError:\n    VALUE = 0\nfinally:\n    KNOWN = True\n",
    "suppressed": "import contextlib\n\nVALUE = None\nwith contextlib.suppress(KeyError):\n    VALUE = {'a': 1}['b']\n",
    "iterators": "import itertools\n\nPAIRS = list(itertools.product('ab', range(2)))\nFLAT = [*itertools.chain.from_iterable(PAIRS)]\nFIRST, *REST = sorted(zip('ba', (1, 2)))\nNEXT = next(iter(FLAT), None)\n",
    "parsed-constant": "import json\n\nDATA = json.loads('{\"a\": [1, 2]}')\nTEXT = json.dumps(DATA, indent=2)\n",
    "digest": "import base64\nimport hashlib\n\nKEY = hashlib.sha256(b'x').hexdigest()\nCODE = base64.b64encode(b'x').decode('ascii')\n",
    "async-functions": "import asyncio\n\nasync def fetch(one):\n    await asyncio.sleep(0)\n    return one\n\nclass Session:\n    async def __aenter__(self):\n        return self\n    async def __aexit__(self, *more):\n        pass\n",
    "typed-dict": "from typing import TypedDict, overload\n\nclass Row(TypedDict, total=False):\n    a: int\n\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\ndef f(x):\n    return x\n",
    "own-state": "import contextvars\nimport threading\nimport weakref\n\n_lock = threading.Lock()\n_seen = weakref.WeakKeyDictionary()\n_tenant = contextvars.ContextVar('t', default=None)\n_local = threading.local()\n",
    "cached-property": "import functools\n\nclass Page:\n    def __init__(self, text=''):\n        self.text = text\n    @functools.cached_property\n    def words(self):\n        return self.text.split()\n    def __repr__(self):\n        return f'Page({self.text!r})'\n\nEMPTY = Page()\nWORDS = Page('a b').words\n",
    "class-decorator": "def fluent(cls):\n    cls.also = lambda self: self\n    return cls\n\n@fluent\nclass Query:\n    pass\n",
    "sentinel": "class _Missing:\n    _one = None\n    def __new__(cls):\n        if cls._one is None:\n            cls._one = super().__new__(cls)\n        return cls._one\n    def __bool__(self):\n        return False\n\nMISSING = _Missing()\nNONE = object()\n",
    "own-globals": "for _name in ('red', 'blue'):\n    globals()[_name.upper()] = _name\ndel _name\n",
    "reduced": "import functools\nimport operator\n\nMASK = functools.reduce(operator.or_, (1, 2, 4))\nTOTAL = sum(x * x for x in range(9))\nBIG = max([1, 2], key=lambda n: -n)\n",
    "structs": "import ctypes\nimport struct\n\nHEAD = struct.Struct('<IH')\nSIZE = HEAD.size\nEMPTY = HEAD.pack(1, 2)\n",
    "collections": "import collections\n\nCOUNT = collections.Counter('abba')\nORDER = collections.OrderedDict(a=1)\nGROUPS = collections.defaultdict(list)\nfor one in 'ab':\n    GROUPS[one].append(1)\nLAST = collections.deque(maxlen=3)\n",
    "random-of-own": "import random\n\n_own = random.Random(7)\nSALT = _own.random()\n",
    "parser-made": "import argparse\n\nparser = argparse.ArgumentParser(prog='x')\nparser.add_argument('--level', type=int, default=1)\n",
    "generator-functions": "def walk(tree):\n    for one in tree:\n        yield from walk(one)\n\nLEAVES = list(walk([[], [[]]]))\nTOP = (x for x in LEAVES)\n",
}
_TREES = {
    "pure-library": part("from lib import shapes\n\nUNIT = shapes.Square(1)\nAREA = UNIT.area()\n")
    | {
        "lib/__init__.py": "from lib.shapes import Square as Square\n\n__version__ = '1'\n",
        "lib/shapes.py": "import math\n\nclass Square:\n    def __init__(self, a):\n        self.a = a\n    def area(self):\n        return math.pow(self.a, 2)\n",
    },
    "shared-constants": part(
        "from app import names\n\nLABEL = names.PREFIX + 'x'\nTABLE = {n: len(n) for n in names.ALL}\n",
        names="PREFIX = 'p-'\nALL = ('a', 'b')\n",
    ),
    "shared-helper": part(
        "from app.tools import slug\n\nSLUG = slug('A b')\n",
        tools="import re\n\n_SPACE = re.compile(r'\\s+')\n\ndef slug(text):\n    return _SPACE.sub('-', text.lower())\n",
    ),
    "shared-base": part(
        "from app.base import Base\n\nclass Mine(Base):\n    name = 'mine'\n    def go(self):\n        return self.name\n\nMINE = Mine()\n",
        base="class Base:\n    name = None\n    def __init__(self):\n        self.items = []\n    def go(self):\n        raise NotImplementedError\n",
    ),
    "shared-error": part(
        "from app.errors import AppError\n\nclass PartError(AppError):\n    code = 2\n",
        errors="class AppError(Exception):\n    code = 1\n",
    ),
    "relative-imports": part(
        "from . import other as _other\nfrom .other import ONE\n\nTWO = ONE + _other.ONE\n", other="ONE = 1\n"
    ),
    "shared-decorator": part(
        "from app.tools import retry\n\n@retry(times=3)\ndef fetch():\n    return 1\n",
        tools="import functools\n\ndef retry(times):\n    def wrap(f):\n        @functools.wraps(f)\n        def inner(*args):\n            for _ in range(times):\n                return f(*args)\n        return inner\n    return wrap\n",
    ),
    "shared-dataclass": part(
        "from dataclasses import dataclass\n\nfrom app.model import Row\n\n@dataclass\nclass Wide(Row):\n    width: int = 1\n\nDEFAULT = Wide('x')\n",
        model="from dataclasses import dataclass\n\n@dataclass\nclass Row:\n    name: str\n    def __post_init__(self):\n        self.name = self.name.strip()\n",
    ),
}
UNSEEN_HARMLESS = (
    *(Program(f"unseen-{name}", "", part(text)) for name, text in _TEXTS.items()),
    *(Program(f"unseen-{name}", "", files) for name, files in _TREES.items()),
)
