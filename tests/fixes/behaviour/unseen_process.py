"""Programs written before the rules were read: what is set and read in the process, the clock, files and names."""

from behaviour.program import FACTS, Program, part
from behaviour.unseen_registries import show


def _changes(name: str, text: str, *, cli: str = "", bound: str = "work", **more: str) -> Program:
    files = part(text, **({"cli": cli} if cli else {}), **more)
    return Program(f"unseen-{name}", "unseen", files, bound=bound)


def _between(name: str, text: str, between: str, **more: str) -> Program:
    return _changes(name, text, main=show(between), **more)


_VALUE = "from app.part import VALUE\n\n\ndef work():\n    return VALUE\n"

PROCESS = (
    _between(
        "log-class",
        "import logging\n\nclass Mine(logging.Logger):\n    pass\n\nlogging.setLoggerClass(Mine)\n",
        "import logging\nprint(type(logging.getLogger('other')).__name__)",
    ),
    _between(
        "log-config",
        "import logging.config\n\nlogging.config.dictConfig({'version': 1, 'root': {'level': 'DEBUG'}})\n",
        "import logging\nprint(logging.getLogger().level)",
    ),
    _between(
        "log-level-of-own",
        "import logging\n\nlog = logging.getLogger('app.part')\nlog.setLevel(logging.ERROR)\n",
        "import logging\nprint(logging.getLogger('app.part').level)",
    ),
    _between(
        "log-null-handler",
        "import logging\n\nlogging.getLogger(__name__).addHandler(logging.NullHandler())\n",
        "import logging\nprint(len(logging.getLogger('app.part').handlers))",
    ),
    _between(
        "sleep-patched",
        "import time\n\ndef sleep(seconds):\n    return 'green'\n\ntime.sleep = sleep\n",
        "import time\nprint(time.sleep(0))",
    ),
    _between(
        "patch-all",
        "from app import monkey\n\nmonkey.patch_all()\n",
        "import socket\nprint(socket.socket.__name__)",
        monkey="import importlib\n\nNAMES = {'socket': 'socket'}\n\ndef patch_all():\n    for module, name in NAMES.items():\n        setattr(importlib.import_module(module), name, type('Green', (), {}))\n",
    ),
    _between(
        "codec",
        "import codecs\n\ndef find(name):\n    if name == 'shout':\n        return codecs.CodecInfo(lambda t, e='strict': (t.upper().encode(), len(t)), None)\n\ncodecs.register(find)\n",
        "try:\n    print('a'.encode('shout'))\nexcept LookupError:\n    print('none')",
    ),
    _between(
        "copyreg",
        "import copyreg\nfrom app.facts import Point\n\ncopyreg.pickle(Point, lambda one: (Point, (9,)))\n",
        "import copy\nfrom app.facts import Point\nprint(copy.copy(Point(1)).x)",
        facts="class Point:\n    def __init__(self, x):\n        self.x = x\n",
    ),
    _between(
        "profile",
        "import sys\nfrom app import facts\n\nsys.setprofile(lambda frame, event, arg: facts.FOUND.append(event))\n",
        "import sys\nfrom app import facts\nsys.setprofile(None)\nprint(bool(facts.FOUND))",
        facts="FOUND = []\n",
    ),
    _between(
        "meta-path",
        "import sys\n\nclass Finder:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        return None\n\nsys.meta_path.append(Finder)\n",
        "import sys\nprint(len(sys.meta_path))",
    ),
    _between(
        "environment-written",
        "from app.tune import tune\n\ntune({'APP_THREADS': '4'})\n",
        "from app import settings\nprint(settings.THREADS)",
        tune="import os\n\ndef tune(values):\n    for key, value in values.items():\n        os.environ.setdefault(key, value)\n",
        settings="import os\n\nTHREADS = os.getenv('APP_THREADS')\n",
    ),
    _between(
        "environment-read",
        "from app.level import LEVEL as VALUE\n",
        "import os\nos.environ['APP_LEVEL'] = 'high'",
        level="from os import environ\n\nLEVEL = environ.get('APP_LEVEL')\n",
        heavy=_VALUE,
    ),
    _changes(
        "random-draw",
        "import random\n\nSALT = random.random()\n",
        main="import random\n\nrandom.seed(1)\nimport app.cli\nprint(random.random())\nprint(app.cli.run())\n",
    ),
    _between(
        "shared-count",
        "from app.ids import take\n\ndef make(number=take()):\n    return number\n",
        "from app.ids import take\nprint(take())",
        ids="import itertools\n\n_numbers = itertools.count()\n\ndef take():\n    return next(_numbers)\n",
    ),
    _between(
        "cache-filled",
        "from app.conf import load\n\nMODE = load()\n",
        "import os\nos.environ['MODE'] = 'x'\nfrom app.conf import load\nprint(load())",
        conf="import functools, os\n\n@functools.cache\ndef load():\n    return os.environ.get('MODE')\n",
    ),
    _between(
        "cache-cleared",
        "from app.conf import load\n\nload.cache_clear()\n",
        "print(app.conf.load.cache_info().currsize)",
        conf="import functools\n\n@functools.lru_cache\ndef load():\n    return 1\n\nload()\n",
        cli="import app.conf\nfrom app.heavy import work\n\n\ndef run():\n    return work()\n",
    ),
    _between(
        "file-written",
        "import pathlib\n\npathlib.Path('state.txt').write_text('x')\n",
        "import os\nprint(os.path.exists('state.txt'))",
    ),
    _between(
        "file-read",
        "import json\nimport pathlib\n\nFILE = pathlib.Path('conf.json')\nVALUE = json.loads(FILE.read_text()) if FILE.is_file() else 0\n",
        "open('conf.json', 'w').write('7')",
        heavy=_VALUE,
    ),
    _between(
        "thread-started",
        "import threading\n\nstop = threading.Event()\nthreading.Thread(target=stop.wait, daemon=True).start()\n",
        "import threading\nprint(threading.active_count())",
    ),
    _changes(
        "thread-name",
        "import threading\n\nVALUE = threading.current_thread().name\n",
        heavy=_VALUE,
        main="import threading\nimport app.cli\n\none = threading.Thread(target=lambda: print(app.cli.run()), name='worker')\none.start()\none.join()\n",
    ),
    _between(
        "context-set",
        "from app.facts import tenant\n\ntenant.set('heavy')\n",
        "from app.facts import tenant\nprint(tenant.get())",
        facts="import contextvars\n\ntenant = contextvars.ContextVar('tenant', default='none')\n",
    ),
    _between(
        "context-read",
        "from app.facts import tenant\n\nVALUE = tenant.get()\n",
        "from app.facts import tenant\ntenant.set('late')",
        facts="import contextvars\n\ntenant = contextvars.ContextVar('tenant', default='none')\n",
        heavy=_VALUE,
    ),
    _between(
        "weak-finalizer",
        "import weakref\nfrom app import facts\n\nweakref.finalize(facts.ONE, print, 'gone')\n",
        "from app import facts\nfacts.ONE = None",
        facts="class One:\n    pass\n\nONE = One()\n",
    ),
    _between(
        "exit-order",
        "import atexit\n\natexit.register(print, 'part')\n",
        "import atexit\natexit.register(print, 'main')",
    ),
    _between(
        "class-patched",
        "from app.facts import Point\n\ndef same(one, other):\n    return True\n\nPoint.__eq__ = same\n",
        "from app.facts import Point\nprint(Point() == Point())",
        facts="class Point:\n    pass\n",
    ),
    _between(
        "ordering-in-place",
        "import functools\nfrom app.facts import Version\n\nfunctools.total_ordering(Version)\n",
        "from app.facts import Version\nprint('__ge__' in vars(Version))",
        facts="class Version:\n    def __lt__(self, other):\n        return False\n",
    ),
    _between(
        "wrapper-updated",
        "import functools\nfrom app.facts import plain\n\ndef fancy():\n    pass\n\nfunctools.update_wrapper(plain, fancy)\n",
        "from app.facts import plain\nprint(plain.__name__)",
        facts="def plain():\n    pass\n",
    ),
    _between(
        "heap-pushed",
        "import heapq\nfrom app.facts import QUEUE\n\nheapq.heappush(QUEUE, 1)\n",
        "from app.facts import QUEUE\nprint(QUEUE)",
        facts="QUEUE = [2]\n",
    ),
    _between(
        "chain-map",
        "import collections\nfrom app.facts import TABLE\n\nview = collections.ChainMap(TABLE)\nview['x'] = 1\n",
        "from app.facts import TABLE\nprint(TABLE)",
        facts="TABLE = {}\n",
    ),
    _between(
        "stream-joined",
        "from app.facts import STREAM\n\nTEXT = ''.join(STREAM)\n",
        "from app.facts import STREAM\nprint(list(STREAM))",
        facts="STREAM = iter('abc')\n",
    ),
    _between(
        "stream-unpacked",
        "from app.facts import STREAM\n\nfirst, second = STREAM\n",
        "from app.facts import STREAM\nprint(list(STREAM))",
        facts="STREAM = (letter for letter in 'ab')\n",
    ),
    _between(
        "stream-tested",
        "from app.facts import STREAM\n\nIS = 'b' in STREAM\n",
        "from app.facts import STREAM\nprint(list(STREAM))",
        facts="STREAM = iter('abc')\n",
    ),
    _between(
        "decimal-context",
        "import decimal\n\ndecimal.getcontext().prec = 3\n",
        "import decimal\nprint(decimal.Decimal(1) / 3)",
    ),
    _between("collector-off", "import gc\n\ngc.disable()\n", "import gc\nprint(gc.isenabled())"),
    _between(
        "signal-handler",
        "import signal\n\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n",
        "import signal\nprint(signal.getsignal(signal.SIGUSR1))",
    ),
    _between(
        "builtin-name",
        "import gettext\n\ngettext.install('app')\n",
        "import builtins\nprint(hasattr(builtins, '_'))",
    ),
    _between(
        "mime-type",
        "import mimetypes\n\nmimetypes.add_type('x/part', '.part')\n",
        "import mimetypes\nprint(mimetypes.guess_type('a.part')[0])",
    ),
    _between(
        "socket-timeout",
        "import socket\n\nsocket.setdefaulttimeout(3)\n",
        "import socket\nprint(socket.getdefaulttimeout())",
    ),
    _between("folder-changed", "import os\n\nos.chdir('app')\n", "import os\nprint(sorted(os.listdir()))"),
    _between(
        "folder-read",
        "import os\n\nVALUE = os.path.basename(os.path.abspath('.'))\n",
        "import os\nos.chdir('app')",
        heavy=_VALUE,
    ),
    _between(
        "stdout-wrapped",
        "import sys\n\nclass Loud:\n    def __init__(self, under):\n        self.under = under\n    def write(self, text):\n        self.under.write(text.upper())\n    def flush(self):\n        self.under.flush()\n\nsys.stdout = Loud(sys.stdout)\n",
        "print('quiet')",
    ),
    _between(
        "temporary-folder",
        "import tempfile\n\ntempfile.tempdir = '/part'\n",
        "import tempfile\nprint(tempfile.gettempdir() == '/part')",
    ),
    _between(
        "loop-policy",
        "import asyncio\n\nclass Policy(asyncio.DefaultEventLoopPolicy):\n    pass\n\nasyncio.set_event_loop_policy(Policy())\n",
        "import asyncio\nprint(type(asyncio.get_event_loop_policy()).__name__)",
    ),
    _between(
        "warning-filter",
        "import warnings\n\nwarnings.filterwarnings('error')\n",
        "import warnings\ntry:\n    warnings.warn('x')\nexcept UserWarning:\n    print('raised')",
    ),
    _changes(
        "deprecation",
        "import warnings\n\nwarnings.warn('old', DeprecationWarning, stacklevel=2)\n",
        main="import warnings\n\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    import app.cli\nprint(len(seen))\nprint(app.cli.run())\n",
    ),
    _between(
        "stack-names",
        "import inspect\n\nVALUE = 'run' in [frame.function for frame in inspect.stack()]\n",
        "pass",
        heavy=_VALUE,
    ),
    _between(
        "caller-frame",
        "import sys\n\nframe = sys._getframe()\nnames = []\nwhile frame:\n    names.append(frame.f_code.co_name)\n    frame = frame.f_back\nVALUE = 'run' in names\n",
        "pass",
        heavy=_VALUE,
    ),
    _between(
        "recursion-depth",
        "def deep(n):\n    return n and deep(n - 1)\n\nVALUE = deep(150)\n",
        "import sys\nsys.setrecursionlimit(140)",
    ),
    _between(
        "argv-read", "import sys\n\nVALUE = len(sys.argv)\n", "import sys\nsys.argv.append('x')", heavy=_VALUE
    ),
    _between(
        "list-copied",
        "from app import facts\n\nVALUE = list(facts.FOUND)\n",
        "from app import facts\nfacts.FOUND.append(1)",
        facts="FOUND = []\n",
        heavy=_VALUE,
    ),
    _between(
        "name-copied",
        "from app.facts import MODE as VALUE\n",
        "from app import facts\nfacts.MODE = 'late'",
        facts="MODE = 'early'\n",
        heavy=_VALUE,
    ),
    _between(
        "name-copied-by-function",
        "from app.facts import MODE as VALUE\n",
        "from app import facts\nfacts.configure('late')",
        facts="MODE = 'early'\n\ndef configure(mode):\n    global MODE\n    MODE = mode\n",
        heavy=_VALUE,
    ),
    _between(
        "function-rebound",
        "from app.facts import answer\n\nVALUE = answer()\n",
        "from app import facts\nfacts.answer = lambda: 'late'",
        facts="def answer():\n    return 'early'\n",
        heavy=_VALUE,
    ),
    _between(
        "default-captured",
        "from app import facts\n\ndef work(mode=facts.SETTINGS['mode']):\n    return mode\n",
        "from app import facts\nfacts.SETTINGS['mode'] = 'late'",
        facts="SETTINGS = {'mode': 'early'}\n",
        heavy="from app.part import work\n",
    ),
    _between(
        "attribute-deleted",
        "from app import facts\n\ndel facts.temporary\n",
        "from app import facts\nprint(hasattr(facts, 'temporary'))",
        facts="temporary = 1\n",
    ),
    _between(
        "module-alias",
        "import sys\n\nsys.modules['app.compat'] = sys.modules[__name__]\n",
        "try:\n    import app.compat\n    print('there')\nexcept ImportError:\n    print('none')",
    ),
    _between(
        "path-extended",
        "import sys\n\nsys.path += ['vendor']\n",
        "import sys\nprint('vendor' in sys.path)",
    ),
    _changes(
        "hash-of-clock",
        "from app.facts import clock\n\nSTART = clock()\n",
        facts="TICKS = [0]\nFOUND = TICKS\n\ndef clock():\n    TICKS[0] += 1\n    return TICKS[0]\n",
        main=FACTS,
    ),
)
