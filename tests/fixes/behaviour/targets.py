"""Programs in which what the deferred modules do while they are imported is seen elsewhere."""

from behaviour.program import FACTS, Program, part

REGISTRY = """
    FOUND = []

    def register(f):
        FOUND.append(getattr(f, "__name__", "?"))
        return f

    class Hooked:
        def __init_subclass__(cls):
            FOUND.append(cls.__name__)

    class Meta(type):
        def __init__(cls, name, bases, space):
            FOUND.append(name)

    class Made(metaclass=Meta):
        pass

    class Keeper:
        def __set_name__(self, owner, name):
            FOUND.append(name)

    class Wide:
        def __class_getitem__(cls, key):
            FOUND.append(key)
            return int

    class Items:
        def __getitem__(self, key):
            FOUND.append(key)
            return int

    class Manager:
        def __enter__(self):
            FOUND.append("entered")
        def __exit__(self, *a):
            pass

    class Number:
        def __add__(self, other):
            FOUND.append("added")
            return other
        def __eq__(self, other):
            FOUND.append("compared")
            return True
        def __hash__(self):
            return 1
        def __iter__(self):
            FOUND.append("iterated")
            return iter("ab")
        def __format__(self, how):
            FOUND.append("shown")
            return ""
        def __bool__(self):
            FOUND.append("asked")
            return True
        def __getattr__(self, name):
            FOUND.append(name)

    ITEMS, NUMBER = Items(), Number()

    def make():
        FOUND.append("made")
        return int

    def each():
        FOUND.append("begun")
        yield 1
    """

_REGISTERING = {
    "a decorator": "from app.facts import register\n\n@register\ndef f(): ...\n",
    "a decorator of a class": "from app import facts\n\n@facts.register\nclass C: ...\n",
    "a decorator of a method": "from app.facts import register\n\nclass C:\n    @register\n    def f(self): ...\n",
    "a call": "import app.facts as r\n\nr.register(len)\n",
    "a call under another name": "from app.facts import register as _r\n\nadd = _r\nadd(len)\n",
    "a call in a function that runs": "from app.facts import register\n\ndef setup():\n    register(len)\n\nsetup()\n",
    "a method of a list": "from app.facts import FOUND\n\nFOUND.append('part')\n",
    "a list under another name": "from app import facts\n\nplaces = facts.FOUND\nplaces += ['part']\n",
    "a sum in place": "from app import facts\n\nfacts.FOUND += ['part']\n",
    "a slice": "from app import facts\n\nfacts.FOUND[:] = ['part']\n",
    "a loop": "from app.facts import register\n\nfor f in (len, abs):\n    register(f)\n",
    "a comprehension": "from app.facts import register\n\n[register(f) for f in (len, abs)]\n",
    "a list in a function's default": "from app.facts import FOUND\n\ndef add(x, where=FOUND):\n    where.append(x)\n\nadd('part')\n",
    "a class attribute": "from app.facts import FOUND\n\nclass C:\n    found = FOUND\n\nC.found.append('part')\n",
    "an instance of ours that holds it": (
        "from app.facts import FOUND\n\nclass C:\n    def __init__(self, to):\n        self.to = to\n        self.to.append('part')\n\nC(FOUND)\n"
    ),
    "a decorator of ours that registers": (
        "from app.facts import FOUND\n\ndef mark(f):\n    FOUND.append('part')\n    return f\n\n@mark\ndef g(): ...\n"
    ),
    "partial": "from functools import partial\nfrom app.facts import register\n\npartial(register, len)()\n",
    "map": "from app.facts import register\n\nALL = list(map(register, (len, abs)))\n",
    "a function given to sorted": "from app.facts import register\n\nX = sorted((len, abs), key=lambda f: register(f).__name__)\n",
    "a hook of a base class": "from app.facts import Hooked\n\nclass C(Hooked): ...\n",
    "a metaclass": "from app.facts import Made\n\nclass C(Made): ...\n",
    "a metaclass by keyword": "from app.facts import Meta\n\nclass C(metaclass=Meta): ...\n",
    "type() with a hooked base": "from app.facts import Hooked\n\nC = type('C', (Hooked,), {})\n",
    "the name of an attribute": "from app.facts import Keeper\n\nclass C:\n    field = Keeper()\n",
    "type arguments": "from app.facts import Wide\n\nX = Wide['part']\n",
    "an annotation that calls": "from app.facts import make\n\ndef f(x: make()): ...\n",
    "an annotation of a result": "from app.facts import make\n\ndef f() -> make(): ...\n",
    "an annotation of a constant": "from app.facts import make\n\nx: make() = 1\n",
    "an annotation in a class": "from app.facts import ITEMS\n\nclass C:\n    x: ITEMS['part'] = 1\n",
    "a default of a lambda": "from app.facts import make\n\nf = lambda x=make(): x\n",
    "an operator": "from app.facts import NUMBER\n\nX = NUMBER + 1\n",
    "a comparison": "from app.facts import NUMBER\n\nX = NUMBER == 1\n",
    "unpacking": "from app.facts import NUMBER\n\na, b = NUMBER\n",
    "a condition": "from app.facts import NUMBER\n\nX = 1 if NUMBER else 2\n",
    "a formatted text": "from app.facts import NUMBER\n\nX = f'{NUMBER}'\n",
    "an attribute that a class answers for": "from app.facts import NUMBER\n\nX = NUMBER.part\n",
    "a manager": "from app.facts import Manager\n\nwith Manager():\n    X = 1\n",
    "a generator": "from app.facts import each\n\nX = list(each())\n",
    "a condition that holds": "import sys\nfrom app.facts import register\n\nif sys.version_info >= (3,):\n    register(len)\n",
    "after an import that may fail": (
        "from app.facts import register\n\ntry:\n    import json\nexcept ImportError:\n    json = None\nelse:\n    register(json.dumps)\n"
    ),
}
"""What `app/part.py` does, with the registry in `app/facts.py`."""

_CHANGING = {
    "an attribute": ("import json\n\njson.dumps = str\n", "import json", "json.dumps is str"),
    "an attribute of ours": (
        "from app import state\n\nstate.LEVEL = 2\n",
        "from app import state",
        "state.LEVEL",
    ),
    "setattr": (
        "from app import state\n\nsetattr(state, 'LEVEL', 2)\n",
        "from app import state",
        "state.LEVEL",
    ),
    "a class of ours": (
        "from app.state import Base\n\nBase.level = 2\n",
        "from app import state",
        "state.Base.level",
    ),
    "a method of a class": (
        "from app.state import Base\n\ndef show(self):\n    return 2\n\nBase.show = show\n",
        "from app import state",
        "state.Base().show()",
    ),
    "an attribute of a function": (
        "from app.state import f\n\nf.level = 2\n",
        "from app import state",
        "getattr(state.f, 'level', 1)",
    ),
    "the dictionary of a module": (
        "from app import state\n\nvars(state)['LEVEL'] = 2\n",
        "from app import state",
        "state.LEVEL",
    ),
    "a module found in sys.modules": (
        "import sys\n\nsys.modules['app.state'].LEVEL = 2\n",
        "from app import state",
        "state.LEVEL",
    ),
    "a setter of the other module": (
        "from app.state import set_level\n\nset_level(2)\n",
        "from app import state",
        "state.LEVEL",
    ),
    "an instance of ours": (
        "from app.state import settings\n\nsettings.level = 2\n",
        "from app import state",
        "state.settings.level",
    ),
    "builtins": (
        "import builtins\n\nbuiltins.shout = str.upper\n",
        "import builtins",
        "hasattr(builtins, 'shout')",
    ),
    "an item of its own package": ("import app\n\napp.READY = True\n", "import app", "hasattr(app, 'READY')"),
    "a deleted name": (
        "from app import state\n\ndel state.LEVEL\n",
        "from app import state",
        "hasattr(state, 'LEVEL')",
    ),
    "a subclass registered with an abstract class": (
        "from app.state import Abstract\n\nclass C: ...\nAbstract.register(int)\n",
        "from app import state",
        "isinstance(1, state.Abstract)",
    ),
}
"""What `app/part.py` changes, how `main` reaches it, and what it looks at."""

_STATE = """
    import abc

    LEVEL = 1

    class Base:
        level = 1
        def show(self):
            return 1

    class Abstract(abc.ABC): ...

    class Settings:
        level = 1

    settings = Settings()

    def f(): ...

    def set_level(x):
        global LEVEL
        LEVEL = x
    """

_PROCESS = {
    "environ": ("import os\n\nos.environ['APP_X'] = '1'\n", "import os", "os.environ.get('APP_X')"),
    "environ.setdefault": (
        "from os import environ\n\nenviron.setdefault('APP_X', '1')\n",
        "import os",
        "os.environ.get('APP_X')",
    ),
    "putenv through update": (
        "import os\n\nos.environ.update(APP_X='1')\n",
        "import os",
        "os.environ.get('APP_X')",
    ),
    "chdir": ("import os\n\nos.chdir('/')\n", "import os", "os.getcwd() == '/'"),
    "sys.path": ("import sys\n\nsys.path.append('/nowhere')\n", "import sys", "'/nowhere' in sys.path"),
    "sys.path in place": ("import sys\n\nsys.path += ['/nowhere']\n", "import sys", "'/nowhere' in sys.path"),
    "warnings": (
        "import warnings\n\nwarnings.simplefilter('error')\n",
        "import warnings",
        "warnings.filters[0][0]",
    ),
    "the level of a logger": (
        "import logging\n\nlogging.getLogger('app').setLevel(10)\n",
        "import logging",
        "logging.getLogger('app').level",
    ),
    "a logger under a name of its own": (
        "import logging\n\nlog = logging.getLogger('app')\nlog.setLevel(10)\n",
        "import logging",
        "logging.getLogger('app').level",
    ),
    "the root logger": (
        "import logging\n\nlogging.basicConfig(level=10)\n",
        "import logging",
        "len(logging.root.handlers)",
    ),
    "signal": (
        "import signal\n\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
        "import signal",
        "signal.getsignal(signal.SIGTERM) is signal.SIG_IGN",
    ),
    "locale": (
        "import locale\n\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')\n",
        "import locale",
        "locale.setlocale(locale.LC_ALL)",
    ),
    "codecs": (
        "import codecs\n\ncodecs.register_error('app', lambda e: ('?', e.end))\n",
        "import codecs",
        "'é'.encode('ascii', 'app') if app.cli else 0",
    ),
    "copyreg": (
        "import copyreg\n\ncopyreg.pickle(type(len), str)\n",
        "import copyreg",
        "type(len) in copyreg.dispatch_table",
    ),
    "the recursion limit": (
        "import sys\n\nsys.setrecursionlimit(5000)\n",
        "import sys",
        "sys.getrecursionlimit()",
    ),
    "the seed": (
        "import random\n\nrandom.seed(1)\n",
        "import random",
        "random.random() < 0.14 and random.random() > 0.84",
    ),
    "a thread": (
        "import threading\n\nthreading.Thread(target=print, args=('thread',)).start()\n",
        "import sys",
        "'main'",
    ),
    "a process": (
        "import subprocess, sys\n\nsubprocess.run([sys.executable, '-S', '-c', 'print(1)'])\n",
        "import sys",
        "print('main', flush=True)",
    ),
    "a file": ("open('made.txt', 'w').close()\n", "import os", "os.path.exists('made.txt')"),
    "a folder": ("from pathlib import Path\n\nPath('made').mkdir()\n", "import os", "os.path.exists('made')"),
    "a hook": ("import sys\n\nsys.excepthook = print\n", "import sys", "sys.excepthook is print"),
    "an import hook": ("import sys\n\nsys.meta_path.append(None)\n", "import sys", "None in sys.meta_path"),
    "the decimal context": (
        "import decimal\n\ndecimal.getcontext().prec = 3\n",
        "import decimal",
        "decimal.getcontext().prec",
    ),
    "a type of files": (
        "import mimetypes\n\nmimetypes.add_type('a/b', '.appx')\n",
        "import mimetypes",
        "mimetypes.guess_type('x.appx')",
    ),
    "the collector": ("import gc\n\ngc.disable()\n", "import gc", "gc.isenabled()"),
    "standard output": ("import sys, io\n\nsys.stdout.write('part ')\n", "import sys", "'main'"),
    "print": ("print('part')\n", "import sys", "'main'"),
    "a module of its own making": (
        "import sys, types\n\nsys.modules['app_made'] = types.ModuleType('app_made')\n",
        "import sys",
        "'app_made' in sys.modules",
    ),
    "code in a text": (
        'exec(\'import os; os.environ["APP_X"] = "1"\')\n',
        "import os",
        "os.environ.get('APP_X')",
    ),
    "a module imported by a computed name": (
        "import importlib\n\nimportlib.import_module('app.' + 'loud')\n",
        "import sys",
        "'main'",
    ),
    "a loud module of the standard library": ("import this\n", "import sys", "'main'"),
}
"""What `app/part.py` does to the process, what `main` imports, and what it looks at."""


def _shown(text: str, imported: str, seen: str, more: dict[str, str]) -> dict[str, str]:
    main = f"import app.cli\n{imported}\n\nprint({seen})\nprint(app.cli.run())\n"
    return {**part(text, main=main), **more}


TARGETS = (
    *(
        Program(f"registers by {name}", "registers itself", part(text, main=FACTS, facts=REGISTRY))
        for name, text in _REGISTERING.items()
    ),
    Program(
        "registers two modules apart",
        "registers itself",
        {
            **part("import app.inner\n", main=FACTS, facts=REGISTRY),
            "app/inner.py": "from app.deep import mark\n\n@mark\ndef f(): ...\n",
            "app/deep.py": "from app.facts import register as mark\n",
        },
    ),
    Program(
        "a base of a base has the hook",
        "registers itself",
        {
            **part("from app.middle import Middle\n\nclass C(Middle): ...\n", main=FACTS, facts=REGISTRY),
            "app/middle.py": "from app.facts import Hooked\n\nclass Middle(Hooked): ...\n",
            "main.py": FACTS.replace("import facts", "import facts, middle"),
        },
    ),
    Program(
        "an exit handler",
        "changes the process",
        part(
            "import atexit\n\natexit.register(print, 'part')\n",
            main="import atexit\nimport app.cli\n\natexit.register(print, 'main')\nprint(app.cli.run())\n",
        ),
    ),
    *(
        Program(f"changes {name}", "changes another module", _shown(*what, {"app/state.py": _STATE}))
        for name, what in _CHANGING.items()
    ),
    *(
        Program(f"process: {name}", "changes the process", _shown(*what, {"app/loud.py": "print('loud')\n"}))
        for name, what in _PROCESS.items()
    ),
    # -- it fails ---------------------------------------------------------------------------------------
    *(
        Program(
            f"fails: {name}",
            "may fail",
            part(text, main="import app.cli\n\nprint('started')\nprint(app.cli.run())\n"),
        )
        for name, text in {
            "it raises": "raise RuntimeError('part')\n",
            "a missing module": "import app_has_no_such_module\n",
            "a missing name": "from json import no_such_name\n",
            "an undefined name": "X = undefined\n",
            "a check": "import sys\n\nif not hasattr(sys, 'no_such'):\n    raise ImportError('no')\n",
            "it exits": "import sys\n\nsys.exit(3)\n",
            "an item that is missing": "import os\n\nX = os.environ['APP_IS_NOT_SET']\n",
            "a wrong value": "X = int('a')\n",
            "a metaclass conflict": "import abc\n\nclass M(type): ...\nclass A(metaclass=M): ...\nclass B(A, abc.ABC): ...\n",
        }.items()
    ),
    Program(
        "hot or not: it waits",
        "changes the process",
        part(
            "import time\n\ntime.sleep(0.03)\n",
            main="""
            import time
            start = time.perf_counter()
            import app.cli
            print(time.perf_counter() - start > 0.03)
            print(app.cli.run())
            """,
        ),
    ),
)
