"""A library that is imported later than before is safe where importing it changes nothing that stays."""

import pytest
from environment_folders import make_environment, make_python
from fix_programs import lazy_fixes

from importgraph.config import from_options
from importgraph.fixes.model import RiskLevel
from importgraph.project import open_project

BIG = "".join(f"class C{n}:\n    def m(self): ...\n" for n in range(120))
FILES = {
    "app/__init__.py": "",
    "app/cli.py": "import json\nimport stays\nfrom lib import work\ndef run():\n    return work(stays)\n",
}
STAYS = """
TABLE = {}
def reg(x):
    inner(x)
def inner(x):
    TABLE[x] = 1
def plain(x):
    return Plain(x)
class Plain:
    def __init__(self, x):
        self.x = x
class Hooked:
    def __init_subclass__(cls):
        reg(cls)
class Meta(type):
    def __init__(cls, *a):
        reg(cls)
class Made(metaclass=Meta): ...
class Registry:
    def add(self, x):
        self.found = x
REGISTRY = Registry()
COUNT = 0
def count(x):
    global COUNT
    COUNT = 1
"""
LIBRARY = {"lib/__init__.py": f"from lib.core import work\n{BIG}", "stays.py": STAYS}


@pytest.fixture
def risk_of(write_project, tmp_path):
    def made(core, **more):
        environment = make_environment(
            tmp_path / "env",
            {**LIBRARY, "lib/core.py": f"{core}\ndef work(x): ...\n", **more},
            home=make_python(tmp_path / "python", {"json/__init__.py": ""}),
        )
        options = from_options(workers=1, python=str(environment), entry_points=("app.cli",), min_gain_ms=0.1)
        project = open_project(write_project(FILES), options)
        (fix,) = [one for one in lazy_fixes(project) if "lib" in one.edits[0].statement]
        return fix.risk

    return made


@pytest.mark.parametrize(
    "core",
    [
        "TABLE = {}\ndef register(f):\n    TABLE[f] = 1\n    return f\n@register\ndef g(): ...\n",
        "import json\nclass E(json.Encoder): ...\nx = json.dumps(1)\n",
        "import stays\ndef later():\n    stays.x = 1\n",
        "import stays\nx = stays.plain(1)\n@stays.plain\ndef f(): ...\n",
        "import stays\nclass C(stays.Plain): ...\nx = C(1)\n",
        "import warnings\nclass W(Warning): ...\nwarnings.simplefilter('always', W)\n",
        "import logging\nlogging.getLogger(__name__).addHandler(logging.NullHandler())\n",
        "import sys\nsys.modules[__name__ + '.moves'] = 1\n",
    ],
)
def test_what_touches_only_itself_is_safe(risk_of, core):
    assert risk_of(core).level is RiskLevel.SAFE


@pytest.mark.parametrize(
    ("core", "level", "reason"),
    [
        ("import os\nos.environ['X'] = '1'\n", "unsafe", "importing `lib.core` sets `os.environ[…]`"),
        ("import stays\nstays.x = 1\n", "unsafe", "importing `lib.core` sets `stays.x`"),
        ("import atexit\natexit.register(print)\n", "unsafe", "importing `lib.core` calls `atexit.register`"),
        ("import warnings\nwarnings.simplefilter('error')\n", "unsafe", "calls `warnings.simplefilter`"),
        ("import stays\nstays.reg(1)\n", "review", "`stays.reg` stays loaded and may keep account of"),
        ("import stays\nclass C(stays.Hooked): ...\n", "review", "`stays.Hooked` stays loaded"),
        ("import stays\nclass C(stays.Made): ...\n", "review", "`stays.Made` stays loaded"),
        ("import stays\nclass C(stays.Unseen): ...\n", "review", "`stays.Unseen` stays loaded"),
        ("import stays\nstays.REGISTRY.add(1)\n", "review", "`stays.REGISTRY.add` stays loaded"),
        ("import stays\nstays.count(1)\n", "review", "`stays.count` stays loaded"),
        ("import stays\nsorted([1], key=stays.reg)\n", "review", "`stays.reg` stays loaded"),
        ("import stays\ndef f():\n    stays.x = 1\nf()\n", "review", "may set `stays.x`"),
        ("exec('x = 1')\n", "review", "runs `builtins.exec`"),
    ],
)
def test_what_others_would_notice_is_named_with_its_line(risk_of, core, level, reason):
    risk = risk_of(core)
    assert risk.level == level
    assert reason in risk.reason
    assert risk.path.endswith("lib/core.py")
    assert risk.line


def test_what_is_compiled_is_unknown(risk_of):
    risk = risk_of("import lib.fast\n", **{"lib/fast.abi3.so": "x"})
    assert (risk.level, risk.reason) == (
        RiskLevel.REVIEW,
        "`lib.fast` is compiled: what importing it does is unknown",
    )
