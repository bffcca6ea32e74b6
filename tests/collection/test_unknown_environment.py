"""Where nothing says what is installed for a project, nothing is taken from where this runs."""

import pytest
from pytest_trees import write_tree

from importgraph.collection.collect import collect
from importgraph.collection.plan import Request

DECLARED = (
    '[project]\nname = "it"\nversion = "1"\ndependencies = ["networkx", "no-such-distribution-anywhere"]\n'
)
PLAIN = "def test_a(): ...\n"


@pytest.fixture
def collected(tmp_path, monkeypatch):
    """Collect one test file of a project whose environment is nowhere; networkx is installed where we run."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)

    def run(text, **files):
        write_tree(tmp_path, {"pyproject.toml": DECLARED, "test_it.py": text, **files})
        return collect(Request(tmp_path))

    return run


@pytest.mark.parametrize(
    "text",
    [
        "import pytest, networkx\n" + PLAIN,
        "from networkx import Graph, nothing_of_that_name\nimport networkx.inner\n" + PLAIN,
        "from pytest import mark\n@mark.slow\n" + PLAIN,
        "try:\n    import networkx\nexcept ImportError:\n    networkx = None\n" + PLAIN,
        "try:\n    import typer\nexcept ImportError:\n    typer = None\n" + PLAIN,
        "import networkx\n@networkx.register\n" + PLAIN.replace("test_a", "helper") + PLAIN,
    ],
)
def test_what_does_not_depend_on_it_is_exact(collected, text):
    found = collected(text)
    assert [item.id for item in found.items] == ["test_it.py::test_a"]
    assert not found.dynamic
    assert not found.failing


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\npytest.importorskip('networkx')\n" + PLAIN,
        "from networkx import Graph\nclass TestGraph(Graph):\n    def test_b(self): ...\n",
        "from networkx import TestSuite\n" + PLAIN,
        "from networkx import *\n" + PLAIN,
        "import typer\n" + PLAIN,
        "from unheard_of.inner import x\n" + PLAIN,
        "from importlib.util import find_spec\nif find_spec('networkx'):\n    def test_b(): ...\n",
        "import importlib\ntry:\n    X = importlib.import_module('networkx')\nexcept ImportError:\n    def test_b(): ...\n",
        "try:\n    import networkx\n    CASES = [1]\nexcept ImportError:\n    CASES = []\nif CASES:\n    def test_b(): ...\n",
        "from importlib.metadata import version\nif version('networkx') > '3':\n    def test_b(): ...\n",
        "import pytest\n@pytest.mark.anyio\nasync def test_b(): ...\n",
        "for name in 'b':\n    try:\n        import networkx\n    except ImportError:\n        continue\n    def test_b(): ...\n",
        "for name in 'b':\n    try:\n        import networkx\n    except ImportError:\n        break\n    globals()['test_' + name] = print\n",
        "def fill():\n    try:\n        import networkx\n    except ImportError:\n        return\n    globals()['test_b'] = print\nfill()\n",
    ],
)  # fmt: skip
def test_what_depends_on_it_is_dynamic(collected, text):
    found = collected(text)
    assert [one.path for one in found.dynamic] == ["test_it.py"]
    assert not found.failing


def test_a_module_of_the_project_may_lack_one(collected):
    found = collected("import helper\n" + PLAIN, **{"helper.py": "import typer\n"})
    assert [one.path for one in found.dynamic] == ["test_it.py"]
    assert "no module named 'typer'" in found.dynamic[0].reason
    assert "which environment runs the tests is not known" in found.dynamic[0].reason


def test_a_mark_may_come_from_a_plugin(collected):
    found = collected("import pytest\n@pytest.mark.odd\n" + PLAIN, **{"pytest.ini": "[pytest]\naddopts = --strict-markers\n"})  # fmt: skip
    assert [one.path for one in found.dynamic] == ["test_it.py"]


def test_the_answer_says_what_was_not_checked(collected):
    (note,) = collected(PLAIN).notes
    assert "no-such-distribution-anywhere is not installed here" in note
    assert "--python" in note


def test_a_module_of_the_standard_library_is_known(collected):
    found = collected("import json.no_such_module\n" + PLAIN)
    assert [one.path for one in found.failing] == ["test_it.py"]
