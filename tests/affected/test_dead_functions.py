"""A function is dead where no text says its name: imports in it lead nowhere, and nothing is split to know it."""

import pytest

from importgraph.affected import selection
from importgraph.affected.dead_functions import DeadFunctions
from importgraph.affected.selection import between
from importgraph.affected.targets import Targets
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

TREE = {
    "app/__init__.py": "",
    "app/late.py": "end = 1\n",
    "test_it.py": "import app.core\ndef test_it(): ...\n",
}
LATER = "def later():\n    from app.late import end\n"
ALIVE = [
    {"app/core.py": f"{LATER}later()\n"},
    {"app/core.py": LATER, "test_it.py": "import app.core\ndef test_it():\n    app.core.later()\n"},
    {"app/core.py": LATER, "test_it.py": "import app.core\ndef test_it(x):\n    run('later')\n"},
    {"app/core.py": LATER, "test_it.py": "import app.core\ndef test_it(x):\n    getattr(app.core, x)()\n"},
    {"app/core.py": LATER, "test_it.py": "from app.core import *\ndef test_it():\n    globals()[1]()\n"},
    {"app/core.py": f"import app.reg\n@app.reg.add\n{LATER}", "app/reg.py": "def add(f): f()\n"},
    {"app/core.py": "def test_later():\n    from app.late import end\n"},
    {"app/core.py": "class C:\n    def later(self):\n        from app.late import end\nC()\n"},
    {"app/core.py": "def _later_():\n    from app.late import end\n"},
    {"app/core.py": LATER, "pyproject.toml": "[project.scripts]\ngo = 'app.core:later'\n"},
    {"app/core.py": "def so_late():\n    from app.late import end\n", "app/low.py": "X = 'so-late'\n"},
    {"app/core.py": "", "test_it.py": f"{LATER}def test_it(): ...\n"},
]
DEAD = [
    {"app/core.py": LATER},
    {"app/core.py": f"{LATER}def over():\n    def later(): ...\n"},
    {"app/core.py": "def outer():\n    def inner():\n        from app.late import end\n    inner()\n"},
    {"app/core.py": LATER, "app/other.py": "getattr(x, y)\n"},  # nothing leads to it
]


def left(open_files, files):
    project = open_files({**TREE, **files})
    reach = make_reach(project, modules_with_tests(project))
    return between(reach, ["test_it"], Targets(modules={"app.late": "app/late.py"}))


@pytest.fixture(params=[0, 50])
def few(request, monkeypatch):
    """Look at the whole tree at once, or first at each test."""
    monkeypatch.setattr(selection, "_FEW", request.param)


@pytest.mark.parametrize("files", ALIVE)
def test_what_may_run_is_left_to_the_search(open_files, files, few):
    assert left(open_files, files) == ["test_it"]


@pytest.mark.parametrize("files", DEAD)
def test_what_nobody_names_leads_nowhere(open_files, files, few):
    assert left(open_files, files) == []


def test_a_name_in_a_comment_may_be_meant(open_files):
    project = open_files({**TREE, "app/core.py": f"{LATER}# see later\n"})
    reach = make_reach(project, modules_with_tests(project))
    dead = DeadFunctions(reach.graph, reach.texts, frozenset(), ())
    assert not any(map(dead.holds, reach.graph.imports))
