"""Programs whose behaviour a deferral changes: none may be called safe. Where nothing changes, some are."""

import pytest
from fix_programs import lazy_fixes

from importgraph.fixes.model import Applicability, Risk, RiskLevel
from importgraph.fixes.safety.safety import PROOF

PROGRAM = {
    "app/__init__.py": "",
    "app/cli.py": "from app.heavy import work\n\ndef run():\n    return work()\n",
    "app/heavy.py": "from app import part\n\ndef work(): ...\n",
    "app/part.py": "",
}


def verdicts(open_files, files):
    project = open_files({**PROGRAM, **files}, entry_points=("app.cli",))
    return [fix for fix in lazy_fixes(project) if any(edit.path == "app/cli.py" for edit in fix.edits)]


HARMLESS = {
    "functions and constants": {
        "app/part.py": "import os\nNAMES = ['a', *'bc']\nX = Y = 1 + 2\ndef f(a=1): ...\n"
    },
    "classes": {
        "app/part.py": """
            import abc
            import enum
            from dataclasses import dataclass, field
            from typing import Generic, TypeVar, TYPE_CHECKING
            if TYPE_CHECKING:
                import x
            T = TypeVar('T')
            class A(abc.ABC):
                limit: int = 3
                @abc.abstractmethod
                def m(self): ...
                @property
                def p(self): ...
                @p.setter
                def p(self, value): ...
            class B(A, Generic[T]): ...
            class Colour(enum.Enum):
                RED = enum.auto()
            class Error(ValueError): ...
            @dataclass(frozen=True)
            class D:
                x: list = field(default_factory=list)
        """
    },
    "files of the same name elsewhere": {
        "tests/test_other.py": (
            "import shutil\n\ndef test_it(tmp_path):\n    (tmp_path / 'part.py').write_text('x')\n"
            "    (tmp_path / 'heavy.py').write_text('/apart.py')\n    shutil.rmtree(tmp_path)\n"
        ),
    },
    "texts": {
        "app/part.py": "import re\nP = re.compile('a' 'b')\nQ = ' '.join(['a'])\n__all__ = ['P', 'Q']\n"
    },
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(open_files, name):
    (fix,) = verdicts(open_files, HARMLESS[name])
    assert fix.reasons == (PROOF,)
    assert fix.risk == Risk(RiskLevel.SAFE, PROOF)
    assert fix.applicability is Applicability.SAFE


REGISTRY = {
    "app/registry.py": "FOUND = {}\ndef register(f):\n    FOUND[f.__name__] = f\n    return f\n",
    "app/reader.py": "from app.registry import FOUND\n",
}
HAZARDS = {
    "registry by decorator": {
        **REGISTRY,
        "app/part.py": "from app.registry import register\n@register\ndef f(): ...\n",
    },
    "registry by call": {**REGISTRY, "app/part.py": "from app.registry import register\nregister(print)\n"},
    "registry by item": {**REGISTRY, "app/part.py": "from app.registry import FOUND\nFOUND['x'] = 1\n"},
    "registry by class decorator": {
        **REGISTRY,
        "app/part.py": "from app import registry\n@registry.register\nclass C: ...\n",
    },
    "init_subclass": {
        "app/base.py": "class Base:\n    def __init_subclass__(cls): print(cls)\n",
        "app/part.py": "from app.base import Base\nclass C(Base): ...\n",
    },
    "init_subclass inherited": {
        "app/base.py": "class Root:\n    def __init_subclass__(cls): print(cls)\nclass Base(Root): ...\n",
        "app/part.py": "from app import base\nclass C(base.Base): ...\n",
    },
    "metaclass": {
        "app/base.py": (
            "class Meta(type):\n    def __init__(cls, *a):\n        print(cls)\n"
            "class Base(metaclass=Meta): ...\n"
        ),
        "app/part.py": "from app.base import Base\nclass C(Base): ...\n",
    },
    "subclasses": {
        "app/base.py": "class Base: ...\ndef kinds():\n    return Base.__subclasses__()\n",
        "app/part.py": "from app.base import Base\nclass C(Base): ...\n",
    },
    "removes its file": {"app/other.py": "import os\ndef f():\n    os.remove('app/part.py')\n"},
    "removes a file of its name": {"app/other.py": "import os\ndef f(d):\n    os.remove(d + 'part.py')\n"},
    "removes a file that has a name": {
        "app/other.py": "import pathlib\nHERE = pathlib.Path('part.py')\ndef f():\n    HERE.unlink()\n"
    },
    "in sys.modules": {"app/other.py": "import sys\ndef f():\n    return 'app.part' in sys.modules\n"},
    "sys.modules.get": {"app/other.py": "import sys\ndef f():\n    return sys.modules.get('app.part')\n"},
    "scan of sys.modules": {"app/other.py": "import sys\ndef f():\n    return list(sys.modules)\n"},
    "scan of globals": {"app/cli.py": PROGRAM["app/cli.py"] + "\ndef names():\n    return list(globals())\n"},
    "patches another module": {"app/part.py": "import json\njson.dumps = str\n"},
    "patches one of ours": {"app/other.py": "x = 1\n", "app/part.py": "from app import other\nother.x = 2\n"},
    "environment": {"app/part.py": "import os\nos.environ['X'] = '1'\n"},
    "environment by default": {"app/part.py": "import os\nos.environ.setdefault('X', '1')\n"},
    "reads the environment": {
        "app/part.py": "import os\nX = os.environ.get('X')\n",
        "app/other.py": "import os\ndef f():\n    os.environ['X'] = '1'\n",
    },
    "reads the environment by item": {"app/part.py": "import os\nX = os.environ['HOME']\n"},
    "path": {"app/part.py": "import sys\nsys.path.insert(0, '.')\n"},
    "path by sum": {"app/part.py": "import sys\nsys.path += ['.']\n"},
    "warnings": {"app/part.py": "import warnings\nwarnings.simplefilter('ignore')\n"},
    "logging": {"app/part.py": "import logging\nlogging.getLogger('x').setLevel(10)\n"},
    "logging set-up": {"app/part.py": "import logging\nlogging.basicConfig()\n"},
    "signal": {"app/part.py": "import signal\nsignal.signal(2, print)\n"},
    "exit": {"app/part.py": "import atexit\natexit.register(print)\n"},
    "thread": {"app/part.py": "import threading\nthreading.Thread(target=print).start()\n"},
    "file": {"app/part.py": "TEXT = open(__file__).read()\n"},
    "clock": {"app/part.py": "import time\nSTART = time.time()\n"},
    "print": {"app/part.py": "print('loaded')\n"},
    "raises": {"app/part.py": "raise RuntimeError\n"},
    "loop": {"app/part.py": "for x in [1]:\n    print(x)\n"},
    "condition": {"app/part.py": "import sys\nif sys.argv:\n    X = 1\n"},
    "try": {"app/part.py": "try:\n    import requests\nexcept ImportError:\n    print('without')\n"},
    "class body": {"app/part.py": "class C:\n    print('made')\n"},
    "reads a value of another module": {
        "app/state.py": "DEBUG = False\ndef debug():\n    global DEBUG\n    DEBUG = True\n",
        "app/other.py": "import app.state\n",
        "app/part.py": "from app.state import DEBUG\nLEVEL = 1 if DEBUG else 2\n",
    },
    "reads an attribute of another module": {
        "app/state.py": "DEBUG = False\n",
        "app/other.py": "from app import state\ndef f():\n    state.DEBUG = True\n",
        "app/part.py": "from app import state\nLEVEL = state.DEBUG\n",
    },
    "the name is a value": {
        "app/heavy.py": "from app import part\nwork = None\n\ndef change():\n    global work\n    work = 1\n"
    },
    "the name is replaced by setattr": {
        "app/other.py": "from app import heavy\nsetattr(heavy, 'work', None)\n"
    },
    "the name is replaced": {"app/other.py": "from app import heavy\ndef f():\n    heavy.work = None\n"},
    "a library": {"app/part.py": "import requests\n"},
    "a class of a library": {"app/part.py": "import requests\nclass C(requests.Session): ...\n"},
    "ImportError caught elsewhere": {
        "app/part.py": "import requests\n",
        "app/other.py": "try:\n    import app.cli\nexcept ImportError:\n    pass\n",
    },
    "tests patch it": {
        "app/other.py": "",
        "test_app.py": "from unittest import mock\n@mock.patch('app.cli.work')\ndef test_it(m): ...\n",
    },
    "finalizer": {"app/part.py": "class C:\n    def __del__(self):\n        print('gone')\nC()\n"},
    "exec": {"app/part.py": "exec('x = 1')\n"},
    "plugins that are installed": {
        "app/part.py": (
            "from importlib import metadata\ndef found():\n"
            "    return {one.name: one.load() for one in metadata.entry_points(group='app')}\n"
            "PLUGINS = found()\n"
        )
    },
    "annotations that are evaluated": {
        "app/cli.py": (
            "from __future__ import annotations\nfrom app.heavy import work\n"
            "def run(x: work):\n    return work()\n"
        )
    },
    "replaces itself": {"app/part.py": "import sys\nsys.modules[__name__] = object()\n"},
}


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard_is_never_called_safe(open_files, name):
    for fix in verdicts(open_files, HAZARDS[name]):
        assert fix.applicability is Applicability.UNSAFE, fix.reasons
        assert fix.reasons


def test_one_reason_for_each_kind(open_files):
    text = "import requests\nimport os\nexec('1')\nX = os.getcwd()\n"
    other = "import sys\ndef f():\n    return list(sys.modules)\n"
    (fix,) = verdicts(open_files, {"app/part.py": text, "app/other.py": other})
    assert fix.risk.level is RiskLevel.REVIEW
    assert fix.risk.reason == "`app.other` looks at which modules are loaded"
    kinds = [reason.kind for reason in fix.risk.more]
    assert len(set(kinds)) == len(kinds) > 2
    assert fix.reasons[0].endswith(f"(app/other.py), and {len(kinds)} more kinds")


REGISTER = "import app.registry as r\ndef reg(*a):\n    r.seen.append(1)\n    return int\n"
CALLING = {
    "an annotation of a parameter": "def f(x: reg(1)): ...\n",
    "an annotation of a result": "def f() -> reg(1): ...\n",
    "an annotation of a constant": "x: reg(1) = 1\n",
    "an annotation in a class": "class C:\n    x: reg(1) = 1\n",
    "an item of a value in an annotation": "from app.registry import REG\nclass C:\n    x: REG[1] = 1\n",
    "a default of a lambda": "f = lambda x=reg(1): x\n",
    "type arguments that a class answers for": "from app.registry import K\nX = K[1]\n",
    "a name that a module answers for": "from app.lazy import anything\n",
    "a function given to a builtin": "X = sorted([1, 2], key=reg)\n",
}


@pytest.mark.parametrize("text", CALLING.values(), ids=CALLING.keys())
def test_code_that_is_not_written_as_a_call_statement(open_files, text):
    more = {
        "app/registry.py": (
            "seen = []\nclass Reg:\n    def __getitem__(self, k): seen.append(k)\nREG = Reg()\n"
            "class K:\n    def __class_getitem__(cls, k): seen.append(k)\n"
        ),
        "app/lazy.py": "import app.registry\ndef __getattr__(name):\n    app.registry.seen.append(name)\n",
        "app/part.py": REGISTER + text,
    }
    for fix in verdicts(open_files, more):
        assert fix.risk.level is not RiskLevel.SAFE
