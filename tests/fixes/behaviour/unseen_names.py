"""Programs written before the rules were read: names, loaded modules, errors and half-made modules."""

from behaviour.program import FACTS, Program, part
from behaviour.unseen_registries import show

_RUN = "\n\n\ndef run():\n    return work()\n"


def _changes(
    name: str,
    text: str = "",
    *,
    bound: str = "work",
    command: tuple[str, ...] = ("main.py",),
    package: str = "",
    **more: str,
) -> Program:
    files = part(text, **more) | ({"app/__init__.py": package} if package else {})
    return Program(f"unseen-{name}", "unseen", files, bound=bound, command=command)


NAMES = (
    _changes("name-patched", main=show("app.cli.work = lambda: 'patched'")),
    _changes("name-read", main=show("print(app.cli.work.__name__)")),
    _changes(
        "name-taken-by-other", other="from app.cli import work as again\n", main=show("import app.other")
    ),
    _changes("name-by-getattr", main=show("print(callable(getattr(app.cli, 'wo' + 'rk', None)))")),
    _changes("names-listed", main=show("print([n for n in dir(app.cli) if n[0] != '_'])")),
    _changes(
        "name-by-attrgetter",
        main=show("import operator\nprint(operator.attrgetter('cli.work')(app).__name__)"),
    ),
    _changes("name-evaluated", cli="from app.heavy import work\n\n\ndef run():\n    return eval('work()')\n"),
    _changes(
        "name-in-globals", cli="from app.heavy import work\n\n\ndef run():\n    return globals()['work']()\n"
    ),
    _changes(
        "public-names-by-loop",
        cli="from app.heavy import work\n\n__all__ = [name for name in dir() if name[0] != '_']\n" + _RUN,
        main=show("print(app.cli.__all__)"),
    ),
    _changes(
        "star-taken",
        main="from app.cli import *\n\ntry:\n    print(work())\nexcept NameError:\n    print('none')\n",
    ),
    _changes(
        "star-of-cli",
        cli="from app.heavy import *\n" + _RUN,
        bound="*",
        heavy="import app.part\n\n\ndef work():\n    return 'done'\n\n\ndef extra():\n    return 1\n",
        main=show("print(hasattr(app.cli, 'extra'))"),
    ),
    _changes(
        "module-getattr",
        cli="from app.heavy import work\n\n\ndef __getattr__(name):\n    return name\n" + _RUN,
        main=show("print(callable(app.cli.work))"),
    ),
    _changes(
        "class-body",
        cli="from app.heavy import work\n\n\nclass Flags:\n    has = 'work' in globals()\n" + _RUN,
        main=show("print(app.cli.Flags.has)"),
    ),
    _changes(
        "loaded-default",
        cli="import sys\nfrom app.heavy import work\n\n\ndef run(loaded='app.part' in sys.modules):\n    return work(), loaded\n",
    ),
    _changes(
        "loaded-comprehension",
        cli="import sys\nfrom app.heavy import work\n\nMINE = [name for name in sys.modules if name.startswith('app.p')]\n"
        + _RUN,
        main=show("print(app.cli.MINE)"),
    ),
    _changes("loaded-by-main", main=show("import sys\nprint('app.part' in sys.modules)")),
    _changes(
        "reload-loaded",
        main=show(
            "import importlib, sys\none = sys.modules.get('app.part')\nprint(one and importlib.reload(one).__name__)"
        ),
    ),
    _changes("submodule-attribute", main=show("import app\nprint(hasattr(app, 'part'))")),
    _changes(
        "submodule-shadows",
        package="part = 'attribute'\n",
        main=show("import app\nprint(app.part == 'attribute')"),
    ),
    _changes(
        "submodule-from",
        package="part = 'attribute'\n",
        main=show("from app import part\nprint(part == 'attribute')"),
    ),
    _changes(
        "partial-module",
        cli="MODE = 'half'\nfrom app.heavy import work\nMODE = 'whole'\n" + _RUN,
        heavy="from app.cli import MODE\n\n\ndef work():\n    return MODE\n",
    ),
    _changes(
        "partial-two-apart",
        "import app.cli\n\nVALUE = hasattr(app.cli, 'run')\n",
        heavy="from app.part import VALUE\n\n\ndef work():\n    return VALUE\n",
    ),
    _changes(
        "partial-completes",
        "from app import cli\n\nVALUE = getattr(cli, 'LATER', 'missing')\n",
        cli="from app.heavy import work\n\nLATER = 1\n" + _RUN,
        heavy="from app.part import VALUE\n\n\ndef work():\n    return VALUE\n",
    ),
    _changes(
        "error-caught-by-main",
        "raise ImportError('no driver')\n",
        main="try:\n    import app.cli\nexcept ImportError:\n    print('fallback')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-lookup",
        "TABLE = {}\nVALUE = TABLE['x']\n",
        main="try:\n    import app.cli\nexcept KeyError:\n    print('fallback')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-missing-name",
        "from math import nothing_of_the_kind\n",
        main="try:\n    import app.cli\nexcept ImportError:\n    print('fallback')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-missing-module",
        "import not_installed_anywhere\n",
        main="try:\n    import app.cli\nexcept ImportError:\n    print('fallback')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-assert",
        "SIZE = 3\nassert SIZE % 2 == 0, SIZE\n",
        main="try:\n    import app.cli\nexcept AssertionError:\n    print('odd')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-division",
        "COUNT = len(())\nMEAN = 10 / COUNT\n",
        main="try:\n    import app.cli\nexcept ZeroDivisionError:\n    print('empty')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-by-exit",
        "import sys\n\nif sys.version_info < (99,):\n    sys.exit(3)\n",
        main="try:\n    import app.cli\nexcept SystemExit:\n    print('too old')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-in-regex",
        "import re\n\nPATTERN = re.compile('(')\n",
        main="try:\n    import app.cli\nexcept Exception as error:\n    print(type(error).__name__)\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-in-subclass",
        "class Truth(bool):\n    pass\n",
        main="try:\n    import app.cli\nexcept TypeError:\n    print('sealed')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "error-in-dataclass",
        "import dataclasses\n\n@dataclasses.dataclass\nclass Row:\n    items: list = []\n",
        main="try:\n    import app.cli\nexcept ValueError:\n    print('mutable')\nelse:\n    print('loaded')\n",
    ),
    _changes(
        "fallback-in-cli",
        "raise ImportError\n",
        cli="try:\n    from app.heavy import work\nexcept ImportError:\n    def work():\n        return 'slow'\n"
        + _RUN,
    ),
    _changes(
        "hints-of-function",
        cli="from __future__ import annotations\n\nfrom app.heavy import Work\n\n\ndef run(one: Work = None):\n    return Work.__name__\n",
        bound="Work",
        heavy="import app.part\n\n\nclass Work:\n    pass\n",
        main=show("import typing\nprint(len(typing.get_type_hints(app.cli.run)))"),
    ),
    _changes(
        "hints-elsewhere",
        "from app import model\n\nclass Later:\n    pass\n\nmodel.Later = Later\n",
        model="def find(one: 'Later'):\n    pass\n",
        main=show(
            "import typing\nfrom app import model\ntry:\n    print(len(typing.get_type_hints(model.find)))\nexcept NameError:\n    print('none')"
        ),
    ),
    _changes(
        "tests-collected",
        cli="from app.heavy import WorkTest\n\n\ndef run():\n    return 1\n",
        bound="WorkTest",
        heavy="import unittest\n\n\nclass WorkTest(unittest.TestCase):\n    def test_it(self):\n        pass\n",
        main=show(
            "import unittest\nprint(unittest.defaultTestLoader.loadTestsFromModule(app.cli).countTestCases())"
        ),
    ),
    _changes(
        "pickle-by-name",
        main=show("import pickle\nprint(pickle.loads(b'capp.cli\\nwork\\n.').__name__)"),
    ),
    _changes(
        "source-text",
        main=show("import inspect\nprint(inspect.getsource(app.cli.run).count('import'))"),
    ),
    _changes("code-names", main=show("print(app.cli.run.__code__.co_names)")),
    _changes(
        "run-as-module",
        cli="from app.heavy import work\nfrom app.facts import FOUND\n"
        + _RUN
        + "\n\nif __name__ == '__main__':\n    print(FOUND)\n    print(run())\n",
        facts="FOUND = []\n",
        text="from app.facts import FOUND\n\nFOUND.append('part')\n",
        command=("-m", "app.cli"),
    ),
    _changes(
        "finders-cleared",
        main=show("import sys\nsys.meta_path.clear()"),
    ),
    _changes(
        "path-cleared",
        "import colorsys\n",
        main=show("import sys\nsys.path.clear()"),
    ),
    _changes("file-removed", main=show("import os\nos.remove('app/part.py')")),
    _changes(
        "import-patched",
        main=show(
            "import builtins\n\ndef refuse(name, *more):\n    raise ImportError('closed')\n\nbuiltins.__import__ = refuse"
        ),
    ),
    _changes(
        "recursion-in-use",
        cli="from app.heavy import work\n\n\ndef run(n=3):\n    return work() if n == 0 else run(n - 1)\n",
        text="import inspect\nfrom app.facts import FOUND\n\nFOUND.append(len([f for f in inspect.stack() if f.function == 'run']))\n",
        facts="FOUND = []\n",
        main="import app.cli\nfrom app import facts\n\nprint(app.cli.run(), facts.FOUND)\n",
    ),
    _changes(
        "used-after-fork",
        "import os\n\nVALUE = os.getpid()\n",
        heavy="from app.part import VALUE\n\n\ndef work():\n    return VALUE\n",
        main=show(
            "import os\nhere = os.getpid()\nchild = os.fork()\nif not child:\n    print(app.cli.run() == here, flush=True)\n    os._exit(0)\nos.waitpid(child, 0)\napp.cli.run = lambda: 0"
        ),
    ),
    _changes(
        "plugins-walked",
        "import importlib\nimport pkgutil\n\nimport app\n\nfor found in pkgutil.iter_modules(app.__path__, 'app.'):\n    if found.name.startswith('app.plug'):\n        importlib.import_module(found.name)\n",
        plug_one="from app.facts import FOUND\n\nFOUND.append('one')\n",
        facts="FOUND = []\n",
        main=FACTS,
    ),
    _changes(
        "lazy-object-forced",
        "from app.facts import SETTINGS\n\nDEBUG = SETTINGS.DEBUG\n",
        facts="FOUND = []\n\nclass Lazy:\n    def __getattr__(self, name):\n        FOUND.append(name)\n        return name\n\nSETTINGS = Lazy()\n",
        main=FACTS,
    ),
    _changes(
        "module-getattr-forced",
        "from app.facts import DEBUG\n",
        facts="FOUND = []\n\ndef __getattr__(name):\n    if name[0] == '_':\n        raise AttributeError(name)\n    FOUND.append(name)\n    return name\n",
        main=FACTS,
    ),
    _changes(
        "base-entries",
        "from app.facts import ALIAS\n\nclass Mine(ALIAS):\n    pass\n",
        facts="FOUND = []\n\nclass Base:\n    pass\n\nclass Alias:\n    def __mro_entries__(self, bases):\n        FOUND.append('asked')\n        return (Base,)\n\nALIAS = Alias()\n",
        main=FACTS,
    ),
)
