"""Second set: other forms of the kinds that the first unseen set showed, written before they were tried."""

from behaviour.program import FACTS, Program, part
from behaviour.unseen_registries import show


def _changes(name: str, text: str, **more: str) -> Program:
    return Program(f"again-{name}", "unseen", part(text, **more))


_STREAM = "from app.facts import STREAM\nprint(list(STREAM))"
_CAUGHT = "try:\n    import app.cli\nexcept Exception as error:\n    print(type(error).__name__)\nelse:\n    print('loaded')\n"

AGAIN = (
    _changes(
        "stream-looped",
        "from app.facts import STREAM\n\nfor one in STREAM:\n    break\n",
        facts="STREAM = map(str, [1, 2])\n",
        main=show(_STREAM),
    ),
    _changes(
        "stream-of-function",
        "from app import facts\n\nBOTH = dict(facts.STREAM)\n",
        facts="def pairs():\n    yield 1, 2\n\nSTREAM = pairs()\n",
        main=show(_STREAM),
    ),
    _changes(
        "stream-zipped",
        "from app import facts\n\nBOTH = [*zip('a', facts.STREAM)]\n",
        facts="import itertools\n\nSTREAM = itertools.count()\n",
        main=show("from app.facts import STREAM\nprint(next(STREAM))"),
    ),
    _changes(
        "stream-in-class",
        "from app.facts import BOX\n\nFIRST = max(BOX.rows)\n",
        facts="class Box:\n    def __init__(self):\n        self.rows = reversed([1, 2])\n\nBOX = Box()\n",
        main=show("from app.facts import BOX\nprint(list(BOX.rows))"),
    ),
    _changes(
        "dataclass-in-place",
        "import dataclasses\nfrom app.facts import Row\n\ndataclasses.dataclass(order=True)(Row)\n",
        facts="class Row:\n    a: int = 1\n",
        main=show("from app.facts import Row\nprint('__lt__' in vars(Row))"),
    ),
    _changes(
        "wraps-in-place",
        "import functools\nfrom app.facts import plain\n\ndef fancy():\n    pass\n\nfunctools.wraps(fancy)(plain)\n",
        facts="def plain():\n    pass\n",
        main=show("from app.facts import plain\nprint(plain.__name__)"),
    ),
    _changes(
        "subclass-hook",
        "from app.facts import Odd\n\nIS = issubclass(int, (str, Odd))\n",
        facts="import abc\n\nFOUND = []\n\nclass Odd(abc.ABC):\n    @classmethod\n    def __subclasshook__(cls, one):\n        FOUND.append(one.__name__)\n        return True\n",
        main=FACTS,
    ),
    _changes(
        "factory-inherited",
        "from dataclasses import dataclass\nfrom app.facts import Job\n\n@dataclass\nclass Mine(Job):\n    pass\n\nMINE = Mine()\n",
        facts="from dataclasses import dataclass, field\n\nFOUND = []\n\n@dataclass\nclass Job:\n    number: object = field(default_factory=lambda: FOUND.append(1))\n",
        main=FACTS,
    ),
    _changes(
        "match-positional",
        "from app.facts import Point\n\nmatch Point():\n    case Point(1):\n        IS = True\n",
        facts="FOUND = []\n\nclass Point:\n    __match_args__ = ('x',)\n    @property\n    def x(self):\n        FOUND.append('x')\n        return 1\n",
        main=FACTS,
    ),
    _changes(
        "match-value",
        "from app.facts import ONE\n\nmatch ONE:\n    case 1:\n        IS = True\n",
        facts="FOUND = []\n\nclass One:\n    def __eq__(self, other):\n        FOUND.append(other)\n        return True\n\nONE = One()\n",
        main=FACTS,
    ),
    _changes(
        "missing-method",
        "from app.facts import TABLE\n\nROW = TABLE['x'].upper()\n",
        facts="FOUND = []\n\nclass Table(dict):\n    def __missing__(self, key):\n        FOUND.append(key)\n        return key\n\nTABLE = Table(a=1)\n",
        main=FACTS,
    ),
    _changes("final-base", "class Mine(range):\n    pass\n", main=_CAUGHT),
    _changes(
        "enum-extended",
        "import enum\n\nclass A(enum.Enum):\n    X = 1\n\nclass B(A):\n    Y = 2\n",
        main=_CAUGHT,
    ),
    _changes(
        "mutable-with-options",
        "from dataclasses import dataclass\n\n@dataclass(frozen=True)\nclass Row:\n    rows: dict = {}\n",
        main=_CAUGHT,
    ),
    _changes(
        "default-order",
        "from dataclasses import dataclass\n\n@dataclass\nclass Row:\n    a: int = 1\n    b: int\n",
        main=_CAUGHT,
    ),
    _changes("slots-clash", "class Row:\n    __slots__ = ('a',)\n    a = 1\n", main=_CAUGHT),
    _changes("wrong-bases", "class A:\n    pass\n\nclass B(object, A):\n    pass\n", main=_CAUGHT),
    _changes(
        "final-enum-value",
        "import enum\n\n@enum.unique\nclass A(enum.Enum):\n    X = 1\n    Y = 1\n",
        main=_CAUGHT,
    ),
    _changes("missing-of-compiled", "import itertools\n\nBOTH = itertools.both\n", main=_CAUGHT),
    _changes("constant-misused", "SIZE = len(5)\n", main=_CAUGHT),
    _changes("text-to-number", "SIZE = int('12x')\n", main=_CAUGHT),
    _changes("unbound-name", "SIZE = WIDTH * 2\n", main=_CAUGHT),
    _changes(
        "pattern-of-parts",
        "import re\n\nPARTS = ['a', '[b']\nALL = re.compile('|'.join(PARTS))\n",
        main=_CAUGHT,
    ),
    _changes(
        "half-made-attribute",
        "import sys\nfrom app import cli\n\nVALUE = hasattr(cli, 'LATER')\n",
        cli="from app.heavy import work\n\nLATER = 1\n\n\ndef run():\n    return work()\n",
        heavy="from app.part import VALUE\n\n\ndef work():\n    return VALUE\n",
    ),
    _changes(
        "finder-removed",
        "",
        main=show("import sys\nfor one in list(sys.meta_path):\n    sys.meta_path.remove(one)"),
    ),
    _changes("file-unlinked", "", main=show("import pathlib\npathlib.Path('app', 'part.py').unlink()")),
    _changes("folder-moved", "", main=show("import os\nos.rename('app', 'old')")),
    _changes("constants-of-code", "", main=show("run = app.cli.run\nprint(len(run.__code__.co_code))")),
)
