"""Programs in which something reads what a moved import did, or looks at what is loaded."""

from behaviour.program import Program, part

_READS = {
    "a constant of ours": ("from app.state import LEVEL\n\nSEEN = LEVEL\n", "state.set_level(2)"),
    "an attribute of ours": ("from app import state\n\nSEEN = state.LEVEL\n", "state.LEVEL = 2"),
    "a default": (
        "from app import state\n\ndef seen(x=state.LEVEL):\n    return x\n\nSEEN = seen()\n",
        "state.LEVEL = 2",
    ),
    "a condition": (
        "from app import state\n\nif state.LEVEL > 1:\n    SEEN = 'high'\nelse:\n    SEEN = 'low'\n",
        "state.LEVEL = 2",
    ),
    "a list": ("from app.state import ITEMS\n\nSEEN = len(ITEMS)\n", "state.ITEMS.append(1)"),
    "a copy of a list": ("from app.state import ITEMS\n\nSEEN = [*ITEMS]\n", "state.ITEMS.append(1)"),
    "a function that reads it": ("from app.state import level\n\nSEEN = level()\n", "state.LEVEL = 2"),
    "a class body": (
        "from app import state\n\nclass C:\n    level = state.LEVEL\n\nSEEN = C.level\n",
        "state.LEVEL = 2",
    ),
    "an object of ours": (
        "from app.state import settings\n\nSEEN = settings.level\n",
        "state.settings.level = 2",
    ),
    "a table of functions": (
        "from app.state import TABLE\n\nSEEN = TABLE['f']()\n",
        "state.TABLE['f'] = lambda: 2",
    ),
    "the environment": (
        "import os\n\nSEEN = os.environ.get('APP_X', '1')\n",
        "import os; os.environ['APP_X'] = '2'",
    ),
    "the environment by item": (
        "import os\n\nSEEN = 'APP_X' in os.environ\n",
        "import os; os.environ['APP_X'] = '2'",
    ),
    "the present folder": ("import os\n\nSEEN = os.path.basename(os.getcwd())\n", "import os; os.chdir('/')"),
    "a path made absolute": (
        "from pathlib import Path\n\nSEEN = len(Path('x').absolute().parts)\n",
        "import os; os.chdir('/')",
    ),
    "the arguments": ("import sys\n\nSEEN = len(sys.argv)\n", "import sys; sys.argv.append('x')"),
    "the clock": ("import time\n\nSEEN = round(time.time())\n", "import time; time.sleep(1.1)"),
    "a function of the library that was replaced": (
        "import json\n\nSEEN = json.dumps(1)\n",
        "import json; json.dumps = lambda x: 'other'",
    ),
    "a class of the library that was replaced": (
        "import threading\n\nLOCK = threading.Lock()\nSEEN = type(LOCK).__name__\n",
        "import threading; threading.Lock = dict",
    ),
    "a file": (
        "from pathlib import Path\n\nSEEN = Path('data.txt').exists()\n",
        "open('data.txt', 'w').close()",
    ),
    "a base class that was replaced": (
        "from app.state import Base\n\nclass C(Base): ...\nSEEN = C.level\n",
        "state.Base = type('Other', (), {'level': 2})",
    ),
    "a method that was replaced": (
        "from app.state import Base\n\nSEEN = Base().show()\n",
        "state.Base.show = lambda self: 2",
    ),
    "how it was called": (
        "import sys\n\nSEEN = sys._getframe(0).f_back is None, 'run' in [f.f_code.co_name for f in iter_frames()] if 0 else len(sys.modules) > 0\n",
        "pass",
    ),
}
_STATE = """
    LEVEL = 1
    ITEMS = []
    TABLE = {"f": lambda: 1}

    class Base:
        level = 1
        def show(self):
            return 1

    class Settings:
        level = 1

    settings = Settings()

    def level():
        return LEVEL

    def set_level(x):
        global LEVEL
        LEVEL = x
    """
del _READS["how it was called"]


def _reader(text: str, change: str) -> dict[str, str]:
    main = f"import app.cli\nfrom app import state\n\n{change}\nprint(app.cli.run())\n"
    return part(
        text, main=main, state=_STATE, heavy="from app import part\n\ndef work():\n    return part.SEEN\n"
    )


OBSERVERS = (
    *(Program(f"reads {name}", "reads what may change", _reader(*what)) for name, what in _READS.items()),
    Program(
        "the name itself is a value that changes",
        "reads what may change",
        part(
            "",
            main="import app.cli\nimport app.heavy\n\napp.heavy.change()\nprint(app.cli.run())\n",
            heavy="""
            import app.part

            work = lambda: 1

            def change():
                global work
                work = lambda: 2
            """,
        ),
    ),
    Program(
        "the name is replaced from outside",
        "reads what may change",
        part(
            "", main="import app.cli\nimport app.heavy\n\napp.heavy.work = lambda: 2\nprint(app.cli.run())\n"
        ),
    ),
    Program(
        "the name is replaced by setattr in a loop",
        "reads what may change",
        part(
            "",
            main="""
            import app.cli
            import app.heavy

            for name in ["work"]:
                setattr(app.heavy, name, lambda: 2)
            print(app.cli.run())
            """,
        ),
    ),
    *(
        Program(f"looks whether it is loaded: {name}", "looks at loaded modules", part("", main=main))
        for name, main in {
            "in sys.modules": "import sys\nimport app.cli\n\nprint('app.part' in sys.modules)\nprint(app.cli.run())\n",
            "sys.modules.get": "import sys\nimport app.cli\n\nprint(sys.modules.get('app.part') is None)\nprint(app.cli.run())\n",
            "an item of sys.modules": "import sys\nimport app.cli\n\nprint(sys.modules['app.part'].__name__)\nprint(app.cli.run())\n",
            "a name in a variable": "import sys\nimport app.cli\n\nwanted = 'app.part'\nprint(wanted in sys.modules)\nprint(app.cli.run())\n",
            "modules under another name": "from sys import modules\nimport app.cli\n\nprint('app.part' in modules)\nprint(app.cli.run())\n",
            "a walk over all": "import sys\nimport app.cli\n\nprint(sorted(m for m in sys.modules if m.startswith('app')))\nprint(app.cli.run())\n",
            "an attribute of the package": "import app\nimport app.cli\n\nprint(hasattr(app, 'part'))\nprint(app.cli.run())\n",
            "a submodule by attribute": "import app.cli\n\nprint(app.part.__name__)\nprint(app.cli.run())\n",
            "pickle by name": "import app.cli\nimport pickle, sys\n\nprint(sys.modules.keys() >= {'app.part'})\nprint(app.cli.run())\n",
            "a finder that notes imports": """
                import sys

                class Noting:
                    seen = []
                    def find_spec(self, name, path=None, target=None):
                        if name.startswith('app'):
                            self.seen.append(name)

                sys.meta_path.insert(0, Noting())
                import app.cli

                print(Noting.seen)
                print(app.cli.run())
                """,
        }.items()
    ),
    Program(
        "asks a class for its subclasses",
        "asks for subclasses",
        part(
            "from app.base import Base\n\nclass C(Base): ...\n",
            base="class Base: ...\n",
            main="""
            import app.cli
            from app.base import Base

            print([c.__name__ for c in Base.__subclasses__()])
            print(app.cli.run())
            """,
        ),
    ),
    Program(
        "asks for subclasses two modules apart",
        "asks for subclasses",
        {
            **part(
                "from app.middle import Middle\n\nclass C(Middle): ...\n",
                base="""
            class Base:
                @classmethod
                def all(cls):
                    return [x for c in cls.__subclasses__() for x in (c.__name__, *c.all())]
            """,
                main="import app.cli\nimport app.middle\nfrom app.base import Base\n\nprint(Base.all())\nprint(app.cli.run())\n",
            ),
            "app/middle.py": "from app.base import Base\n\nclass Middle(Base): ...\n",
        },
    ),
    Program(
        "a module that answers for names",
        "registers itself",
        part(
            "from app.lazy import anything\n",
            main="import app.cli\nimport app.lazy\n\nprint(app.lazy.SEEN)\nprint(app.cli.run())\n",
            lazy="""
            SEEN = []

            def __getattr__(name):
                if name.startswith("_"):
                    raise AttributeError(name)
                SEEN.append(name)
            """,
        ),
    ),
    Program(
        "it replaces itself",
        "looks at its names",
        part(
            "import sys\n\nclass Other:\n    __spec__ = None\n\nsys.modules[__name__] = Other()\n",
            main="import app.cli\nimport sys\n\nprint(type(sys.modules.get('app.part')).__name__)\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "a finalizer",
        "looks at its names",
        part(
            "class C:\n    def __del__(self):\n        print('gone')\n\nc = C()\ndel c\n",
            main="import app.cli\n\nprint('main')\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "the search path is emptied",
        "looks at loaded modules",
        {
            "main.py": "import sys\nimport app.cli\n\nsys.path.clear()\ntry:\n    print(app.cli.run())\nexcept ImportError:\n    print('lost')\n",
            "heavy.py": "def work():\n    return 'done'\n",
            "app/cli.py": "from heavy import work\n\ndef run():\n    return work()\n",
        },
    ),
    Program(
        "the search path changes",
        "looks at loaded modules",
        part(
            "",
            main="""
            import os, sys
            import app.cli
            app.__path__ = ["/nowhere"]
            try:
                print(app.cli.run())
            except ImportError:
                print("lost")
            """,
        ),
    ),
    Program(
        "a module is blocked later",
        "looks at loaded modules",
        part(
            "",
            main="""
            import sys
            import app.cli
            sys.modules["app.heavy"] = None
            try:
                print(app.cli.run())
            except ImportError:
                print("blocked")
            """,
        ),
    ),
    # -- combined ----------------------------------------------------------------------------------------
    Program(
        "registers a reader of the environment",
        "registers itself",
        part(
            "import os\nfrom app.facts import FOUND\n\nif os.environ.get('APP_X', '1') == '1':\n    FOUND.append('part')\n",
            facts="FOUND = []\n",
            main="import app.cli\nfrom app import facts\n\nprint(facts.FOUND)\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "a plain class beside a registration far below",
        "registers itself",
        {
            **part(
                "import app.inner\n\nclass A: ...\n",
                facts="FOUND = {}\n",
                main="import app.cli\nfrom app import facts\n\nprint(sorted(facts.FOUND))\nprint(app.cli.run())\n",
            ),
            "app/inner.py": "from app import deep\n\nX = 1\n",
            "app/deep.py": "from app.facts import FOUND\n\nFOUND['deep'] = 1\n",
        },
    ),
    Program(
        "a dataclass with a hook and a logger that is set",
        "registers itself",
        part(
            """
            import logging
            from dataclasses import dataclass
            from app.facts import Base

            log = logging.getLogger(__name__)

            @dataclass
            class D(Base):
                x: int = 1
            """,
            facts="FOUND = []\n\nclass Base:\n    def __init_subclass__(cls, **k):\n        FOUND.append(cls.__name__)\n",
            main="import app.cli\nfrom app import facts\n\nprint(facts.FOUND)\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "an enum that registers its members",
        "registers itself",
        part(
            """
            import enum
            from app.facts import FOUND

            class E(enum.Enum):
                A = 1
                def __init__(self, x):
                    FOUND.append(self.name)
            """,
            facts="FOUND = []\n",
            main="import app.cli\nfrom app import facts\n\nprint(facts.FOUND)\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "a cached function filled at import",
        "registers itself",
        part(
            "from app.facts import find\n\nX = find('part')\n",
            facts="""
            import functools

            @functools.lru_cache
            def find(x):
                return x
            """,
            main="import app.cli\nfrom app import facts\n\nprint(facts.find.cache_info().misses)\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "a counter of ours",
        "registers itself",
        part(
            "from app.facts import NUMBERS\n\nX = next(NUMBERS)\n",
            facts="import itertools\n\nNUMBERS = itertools.count()\n",
            main="import app.cli\nfrom app import facts\n\nprint(next(facts.NUMBERS))\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "single dispatch of ours",
        "registers itself",
        part(
            "from app.facts import show\n\n@show.register\ndef _(x: int):\n    return 'number'\n",
            facts="""
            import functools

            @functools.singledispatch
            def show(x):
                return 'any'
            """,
            main="import app.cli\nfrom app import facts\n\nprint(facts.show(1))\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "a field of a parser of ours",
        "registers itself",
        part(
            "from app.facts import PARSER\n\nPARSER.add_argument('--part')\n",
            facts="import argparse\n\nPARSER = argparse.ArgumentParser(prog='x')\n",
            main="import app.cli\nfrom app import facts\n\nprint(facts.PARSER.format_usage())\nprint(app.cli.run())\n",
        ),
    ),
)
