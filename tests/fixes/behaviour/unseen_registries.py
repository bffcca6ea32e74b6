"""Programs written before the rules were read: what others register, look up or are patched with."""

from behaviour.program import FACTS, Program, part

_FOUND = "FOUND = []\n"
_SHOW = "import app.cli\n{}\nprint(app.cli.run())\n"


def show(text: str) -> str:
    """Make a `main` that does something between the import and the use."""
    return _SHOW.format(text)


def _changes(name: str, text: str, **more: str) -> Program:
    return Program(f"unseen-{name}", "unseen", part(text, **more))


REGISTRIES = (
    _changes(
        "plugin-decorator",
        "from app.registry import plugin\n\n@plugin('csv')\nclass Csv:\n    pass\n",
        registry="PLUGINS = {}\n\ndef plugin(name):\n    def keep(cls):\n        PLUGINS[name] = cls\n        return cls\n    return keep\n",
        main=show("from app.registry import PLUGINS\nprint(sorted(PLUGINS))"),
    ),
    _changes(
        "orm-metadata",
        "from app.orm import Model\n\nclass User(Model):\n    table = 'users'\n",
        orm="class Meta(type):\n    tables = []\n    def __new__(m, name, bases, space):\n        made = super().__new__(m, name, bases, space)\n        if bases:\n            m.tables.append(space['table'])\n        return made\n\nclass Model(metaclass=Meta):\n    pass\n",
        main=show("from app.orm import Meta\nprint('create', Meta.tables)"),
    ),
    _changes(
        "command-group",
        "from app.group import cli\n\n@cli.command('sync')\ndef sync():\n    return 1\n",
        group="class Group:\n    def __init__(self):\n        self.commands = {}\n    def command(self, name):\n        return lambda f: self.commands.setdefault(name, f)\n\ncli = Group()\n",
        main=show("from app.group import cli\nprint(sorted(cli.commands))"),
    ),
    _changes(
        "app-registry-frozen",
        "from app.apps import apps\n\napps.add('part')\n",
        apps="class Apps:\n    def __init__(self):\n        self.ready = False\n        self.names = []\n    def add(self, name):\n        if self.ready:\n            raise RuntimeError('populated')\n        self.names.append(name)\n    def populate(self):\n        self.ready = True\n\napps = Apps()\n",
        main=show("from app.apps import apps\napps.populate()"),
    ),
    _changes(
        "hook-module",
        "import sys\nfrom app.manager import manager\n\ndef pytest_start():\n    return 'started'\n\nmanager.register(sys.modules[__name__])\n",
        manager="class Manager:\n    def __init__(self):\n        self.found = []\n    def register(self, one):\n        self.found.append(one)\n    def call(self, name):\n        return [getattr(one, name)() for one in self.found]\n\nmanager = Manager()\n",
        main=show("from app.manager import manager\nprint(manager.call('pytest_start'))"),
    ),
    _changes(
        "singledispatch-elsewhere",
        "from app.render import render\n\n@render.register\ndef _(value: int):\n    return 'int'\n",
        render="from functools import singledispatch\n\n@singledispatch\ndef render(value):\n    return 'any'\n",
        main=show("from app.render import render\nprint(render(1))"),
    ),
    _changes(
        "abc-register",
        "from app.shape import Shape, Square\n\nShape.register(Square)\n",
        shape="import abc\n\nclass Shape(abc.ABC):\n    pass\n\nclass Square:\n    pass\n",
        main=show("from app.shape import Shape, Square\nprint(isinstance(Square(), Shape))"),
    ),
    _changes(
        "init-subclass",
        "from app.base import Base\n\nclass Mine(Base, key='m'):\n    pass\n",
        base="class Base:\n    keys = []\n    def __init_subclass__(cls, key, **more):\n        super().__init_subclass__(**more)\n        Base.keys.append(key)\n",
        main=show("from app.base import Base\nprint(Base.keys)"),
    ),
    _changes(
        "subclasses-listed",
        "from app.base import Base\n\nclass Mine(Base):\n    pass\n",
        base="class Base:\n    pass\n",
        main=show("from app.base import Base\nprint([c.__name__ for c in Base.__subclasses__()])"),
    ),
    _changes(
        "subclasses-of-exception",
        "class PartError(LookupError):\n    pass\n",
        main=show("print('PartError' in [c.__name__ for c in LookupError.__subclasses__()])"),
    ),
    _changes(
        "type-call",
        "from app.base import Base\n\nMADE = type('Made', (Base,), {})\n",
        base="class Base:\n    keys = []\n    def __init_subclass__(cls):\n        Base.keys.append(cls.__name__)\n",
        main=show("from app.base import Base\nprint(Base.keys)"),
    ),
    _changes(
        "set-name",
        "from app.field import Field\n\nclass Row:\n    name = Field()\n",
        field="ALL = []\n\nclass Field:\n    def __set_name__(self, owner, name):\n        ALL.append(name)\n",
        main=show("from app.field import ALL\nprint(ALL)"),
    ),
    _changes(
        "metaclass-prepare",
        "from app.meta import Meta\n\nclass Row(metaclass=Meta):\n    pass\n",
        meta="SEEN = []\n\nclass Meta(type):\n    @classmethod\n    def __prepare__(cls, name, bases):\n        SEEN.append(name)\n        return {}\n",
        main=show("from app.meta import SEEN\nprint(SEEN)"),
    ),
    _changes(
        "instance-list",
        "from app.option import Option\n\nVERBOSE = Option('verbose')\n",
        option="class Option:\n    known = []\n    def __init__(self, name):\n        type(self).known.append(name)\n",
        main=show("from app.option import Option\nprint(Option.known)"),
    ),
    _changes(
        "post-init",
        "from app.facts import Job\n\nJob('nightly')\n",
        facts="from dataclasses import dataclass\n\nFOUND = []\n\n@dataclass\nclass Job:\n    name: str\n    def __post_init__(self):\n        FOUND.append(self.name)\n",
        main=FACTS,
    ),
    _changes(
        "default-factory",
        "from app.facts import Job\n\nJOB = Job()\n",
        facts="from dataclasses import dataclass, field\n\nFOUND = []\n\ndef number():\n    FOUND.append('n')\n    return len(FOUND)\n\n@dataclass\nclass Job:\n    number: int = field(default_factory=number)\n",
        main=FACTS,
    ),
    _changes(
        "enum-init",
        "from app.facts import Kind\n\nclass Colour(Kind):\n    RED = 1\n",
        facts="import enum\n\nFOUND = []\n\nclass Kind(enum.Enum):\n    def __init__(self, value):\n        FOUND.append(self.name)\n",
        main=FACTS,
    ),
    _changes(
        "enum-generate",
        "import enum\nfrom app.facts import Auto\n\nclass Colour(Auto):\n    RED = enum.auto()\n",
        facts="import enum\n\nFOUND = []\n\nclass Auto(enum.Enum):\n    @staticmethod\n    def _generate_next_value_(name, start, count, last):\n        FOUND.append(name)\n        return name\n",
        main=FACTS,
    ),
    _changes(
        "class-getitem",
        "from app.facts import Box\n\nBOX = Box[int]\n",
        facts="FOUND = []\n\nclass Box:\n    def __class_getitem__(cls, item):\n        FOUND.append(item.__name__)\n        return cls\n",
        main=FACTS,
    ),
    _changes(
        "operator-graph",
        "from app.facts import Task\n\nTask('a') >> Task('b')\n",
        facts="FOUND = []\n\nclass Task:\n    def __init__(self, name):\n        self.name = name\n    def __rshift__(self, other):\n        FOUND.append((self.name, other.name))\n        return other\n",
        main=FACTS,
    ),
    _changes(
        "format-hook",
        "from app.facts import NAME\n\nTEXT = f'{NAME:x}'\n",
        facts="FOUND = []\n\nclass Name:\n    def __format__(self, spec):\n        FOUND.append(spec)\n        return spec\n\nNAME = Name()\n",
        main=FACTS,
    ),
    _changes(
        "instancecheck",
        "from app.facts import Odd\n\nIS = isinstance(3, Odd)\n",
        facts="FOUND = []\n\nclass Meta(type):\n    def __instancecheck__(cls, one):\n        FOUND.append(one)\n        return True\n\nclass Odd(metaclass=Meta):\n    pass\n",
        main=FACTS,
    ),
    _changes(
        "contains",
        "from app.facts import BAG\n\nIN = 3 in BAG\n",
        facts="FOUND = []\n\nclass Bag:\n    def __contains__(self, one):\n        FOUND.append(one)\n        return True\n\nBAG = Bag()\n",
        main=FACTS,
    ),
    _changes(
        "truth-value",
        "from app.facts import FLAG\n\nif FLAG:\n    ON = 1\n",
        facts="FOUND = []\n\nclass Flag:\n    def __bool__(self):\n        FOUND.append('asked')\n        return True\n\nFLAG = Flag()\n",
        main=FACTS,
    ),
    _changes(
        "property-setter",
        "from app.facts import SETTINGS\n\nSETTINGS.debug = True\n",
        facts="FOUND = []\n\nclass Settings:\n    @property\n    def debug(self):\n        return False\n    @debug.setter\n    def debug(self, value):\n        FOUND.append(value)\n\nSETTINGS = Settings()\n",
        main=FACTS,
    ),
    _changes(
        "missing-key",
        "from app.facts import TABLE\n\nROW = TABLE['x']\n",
        facts="import collections\n\nTABLE = collections.defaultdict(list)\nFOUND = TABLE\n",
        main=FACTS,
    ),
    _changes(
        "dict-missing",
        "from app.facts import TABLE\n\nROW = TABLE['x']\n",
        facts="FOUND = []\n\nclass Table(dict):\n    def __missing__(self, key):\n        FOUND.append(key)\n        return 0\n\nTABLE = Table()\n",
        main=FACTS,
    ),
    _changes(
        "finalizer-of-local",
        "from app.facts import Noisy\n\none = Noisy()\ndel one\n",
        facts="FOUND = []\n\nclass Noisy:\n    def __del__(self):\n        FOUND.append('gone')\n",
        main=FACTS,
    ),
    _changes(
        "match-arguments",
        "from app.facts import Point\n\nmatch Point():\n    case Point(x=1):\n        IS = True\n",
        facts="FOUND = []\n\nclass Point:\n    @property\n    def x(self):\n        FOUND.append('x')\n        return 1\n",
        main=FACTS,
    ),
    _changes(
        "with-recording",
        "from app.facts import recording\n\nwith recording():\n    VALUE = 1\n",
        facts="import contextlib\n\nFOUND = []\n\n@contextlib.contextmanager\ndef recording():\n    yield\n    FOUND.append('left')\n",
        main=FACTS,
    ),
    _changes(
        "finally-block",
        "from app import facts\n\ntry:\n    VALUE = int('x')\nexcept ValueError:\n    VALUE = 0\nfinally:\n    facts.FOUND.append('done')\n",
        facts=_FOUND,
        main=FACTS,
    ),
    _changes(
        "sort-key",
        "from app.facts import note\n\nORDER = sorted([2, 1], key=note)\n",
        facts="FOUND = []\n\ndef note(one):\n    FOUND.append(one)\n    return one\n",
        main=FACTS,
    ),
    _changes(
        "map-append",
        "from app.facts import FOUND\n\nNONE = [*map(FOUND.append, 'ab')]\n",
        facts=_FOUND,
        main=FACTS,
    ),
    _changes(
        "augmented-list",
        "from app import facts\n\nrows = facts.FOUND\nrows += ['x']\n",
        facts=_FOUND,
        main=FACTS,
    ),
    _changes(
        "slice-assignment", "from app.facts import FOUND\n\nFOUND[:] = ['x']\n", facts=_FOUND, main=FACTS
    ),
    _changes(
        "loop-target",
        "from app import facts\n\nfor facts.LAST in range(3):\n    pass\n",
        facts="LAST = None\n",
        main=show("from app import facts\nprint(facts.LAST)"),
    ),
    _changes(
        "with-target",
        "import contextlib\nfrom app import facts\n\nwith contextlib.nullcontext(5) as facts.LAST:\n    pass\n",
        facts="LAST = None\n",
        main=show("from app import facts\nprint(facts.LAST)"),
    ),
    _changes(
        "exec-text",
        "exec('from app import facts; facts.FOUND.append(1)')\n",
        facts=_FOUND,
        main=FACTS,
    ),
    _changes(
        "vars-update",
        "from app import facts\n\nvars(facts).update(LAST=1)\n",
        facts="LAST = None\n",
        main=show("from app import facts\nprint(facts.LAST)"),
    ),
)
