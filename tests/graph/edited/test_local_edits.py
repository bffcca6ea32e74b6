"""A graph that starts from a kept one is the graph built anew, whatever was edited since."""

import ast
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import importgraph.graph
from importgraph import reads
from importgraph.config import Partial
from importgraph.graph.edited.edited import EditedGraph
from importgraph.graph.edited.same_code import Known, same_code
from importgraph.graph.model import Graph
from importgraph.outputs.documents import json_graph
from importgraph.project import Project, open_project
from tests.conftest import write_files
from tests.random_edits import edit_text

SOURCES = """
== pyproject.toml
[project]
name = 'app'
== src/app/__init__.py
from app.core import *
from .low import helper
from . import shadow

VERSION = 1
== src/app/core.py
import os
import sys
from app.low import helper as low_helper
from .deep import late

__all__ = ['Base', 'make']


class Base:
    def __init_subclass__(cls):
        from app import registry

    @property
    def one(self):
        return low_helper()


def make():
    from app.plugins import first
    return first
== src/app/low.py
import json


def helper():
    import csv
    return csv


def other():
    return helper()
== src/app/shadow.py
value = 3
== src/app/plain.py
import json


def plain():
    return json.dumps(1)
== src/app/user.py
from app.plain import plain


def use():
    return plain()
== src/app/registry.py
import importlib


class Registry:
    def __init__(self):
        self.names = {}

    def add(self, name):
        self.names[name] = name

    def load(self, name):
        return importlib.import_module(self.names[name])


registry = Registry()
== src/app/deep/__init__.py
def __getattr__(name):
    from . import late
    return late
== src/app/deep/late.py
import app
if app:
    from app import shadow
== src/app/plugins/__init__.py
== src/app/plugins/first.py
from app.core import Base, make
from app.registry import registry


class First(Base):
    pass


made = make()
registry.add('app.plugins.second')
== src/app/plugins/second.py
from app import *
from app.plugins.first import First, made

thing = First()
== src/app/cli.py
import argparse
from app.core import make
from app.low import missing

try:
    import fast
except ImportError:
    from app import shadow as fast


def main():
    import app.plugins.second
    make()


if __name__ == '__main__':
    main()
== tests/conftest.py
import textwrap
import pytest
from app.core import make

spare = 1
make()
== tests/test_one.py
from app.cli import main
from helper_module import tool


def test_one():
    main()
== tests/helper_module.py
tool = 1
== tool.py
import app

print(app)
"""


def tree_of(sources: str) -> dict[str, str]:
    parts = (one.partition("\n") for one in sources.removeprefix("\n== ").split("\n== "))
    return {path: f"{text.rstrip()}\n" for path, _, text in parts}


TREE = tree_of(SOURCES)


def watched(tree: Path, home: Path) -> Project:
    """Ask for a graph as the command line does."""
    project = open_project(tree, Partial({"workers": 1}), cache_folder=home)
    reads.watch(str(home))
    try:
        text = json_graph.render(project.graph, project.since)
    finally:
        reads.stop()
    assert text == json_graph.render(project.graph)
    return project


def anew(tree: Path) -> Graph:
    return open_project(tree, Partial({"workers": 1})).graph


def told(graph: Graph) -> list[object]:
    facts = (dict(graph.facts), dict(graph.notebooks), graph.notebook_imports, graph.modules)
    return [json_graph.render(graph), graph.imports, graph.calls, graph.ran, graph.run_at_import, *facts]


def edited(tree: Path, home: Path, changes: dict[str, str]) -> Project:
    """Keep the graph of a tree, change files of it, and ask again."""
    watched(tree, home)
    write_files(tree, changes)
    return watched(tree, home)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_files(tmp_path / "tree", TREE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


LOCAL = {
    "a comment": ("src/app/plain.py", "# a word\n{}"),
    "an external import": ("src/app/plain.py", "{}\nimport string\n"),
    "an import in a function nobody runs": ("src/app/user.py", "{}\ndef more():\n    import string\n"),
    "a name nobody asks for": ("src/app/plain.py", "{}\nunheard_of = 1\n"),
    "a class nobody asks for": (
        "src/app/user.py",
        "{}\nclass New:\n    @property\n    def one(self):\n        return 1\n",
    ),
    "an import of the tree in a test": ("tests/test_one.py", "{}\nfrom app.core import Base\n"),
    "an import of what is not there": ("tests/test_one.py", "{}\nfrom app.core import gone\n"),
    "parameters of a function that others take": (
        "src/app/user.py",
        TREE["src/app/user.py"].replace("def use()", "def use(one, *, two: int = 1)"),
    ),
    "lines that move evaluated code": ("tests/conftest.py", "\n\n# moved\n{}"),
    "an import beside evaluated code": ("tests/conftest.py", "import string\n{}"),
    "what nobody asked for is gone beside evaluated code": (
        "tests/conftest.py",
        TREE["tests/conftest.py"].replace("import textwrap\n", "").replace("spare = 1\n", ""),
    ),
    "names beside evaluated code": (
        "tests/conftest.py",
        "limit = 3\n{}\n\nclass Unheard:\n    size = 1\n\n\ndef unheard(one=None):\n    return 1\n",
    ),
}


@pytest.mark.parametrize("what", LOCAL)
def test_such_an_edit_changes_the_edges_of_its_file_alone(tree: Path, home: Path, what: str) -> None:
    path, text = LOCAL[what]
    project = edited(tree, home, {path: text.format(TREE[path])})
    assert isinstance(project.graph, EditedGraph), vars(project).get("rebuilt")
    assert told(project.graph) == told(anew(tree))
    assert project.scan == open_project(tree, Partial({"workers": 1})).scan


OTHERS = {
    "a name that is asked for": (
        "src/app/low.py",
        "helper = None\n\n\ndef other():\n    return helper\n",
        "asked for",
    ),
    "a star": ("src/app/low.py", "{}\nfrom app.registry import *\n", "as a whole"),
    "a broken file": ("src/app/shadow.py", "def (:\n", "read whole"),
    "evaluated code": ("tests/conftest.py", "{}\nagain = make\n", "evaluated"),
    "a call that leads to imports": (
        "tests/helper_module.py",
        "{}\nfrom app.low import helper\nhelper()\n",
        "calls",
    ),
    "a script that is imported": ("tests/test_one.py", "{}\nimport tool\n", "scripts"),
    "what answers for names": (
        "src/app/shadow.py",
        "def __getattr__(name):\n    import app.cli\n",
        "as a whole",
    ),
}


@pytest.mark.parametrize("what", OTHERS)
def test_such_an_edit_has_the_graph_built_anew(tree: Path, home: Path, what: str) -> None:
    path, text, reason = OTHERS[what]
    project = edited(tree, home, {path: text.format(TREE[path])})
    assert not project.from_kept
    assert reason in vars(project)["rebuilt"]
    assert told(project.graph) == told(anew(tree))


def test_a_name_taken_from_a_module_that_runs_has_the_graph_built_anew(tmp_path: Path, home: Path) -> None:
    files = {
        "pyproject.toml": "[project]\nname = 'app'\n",
        "app/__init__.py": "",
        "app/first.py": "import app.second\nlate = 1\n",
        "app/second.py": "from app.first import __name__\nimport app.third\n",
        "app/third.py": "",
        "app/trying.py": "try:\n    import app.first\nexcept ImportError:\n    pass\n",
    }
    tree = write_files(tmp_path / "ring", files)
    text = "from app.first import __name__, late\nimport app.third\n"
    project = edited(tree, home, {"app/second.py": text})
    assert "half executed" in vars(project)["rebuilt"]
    assert told(project.graph) == told(anew(tree))


def test_a_star_that_moves_behind_a_name_has_the_graph_built_anew(tmp_path: Path, home: Path) -> None:
    files = {
        "pyproject.toml": "[project]\nname = 'app'\n",
        "app/__init__.py": "",
        "app/one.py": "name = 1\n",
        "app/two.py": "from app.one import *\nname = 2\n",
        "app/three.py": "from app.two import name\n",
    }
    tree = write_files(tmp_path / "stars", files)
    project = edited(tree, home, {"app/two.py": "name = 2\nfrom app.one import *\n"})
    assert "asked for" in vars(project)["rebuilt"]
    assert told(project.graph) == told(anew(tree))


def test_an_edit_beside_what_was_compiled_has_the_graph_built_anew(tree: Path, home: Path) -> None:
    (tree / "src/app/plain.abi3.so").write_bytes(b"no code")
    project = edited(tree, home, {"src/app/plain.py": TREE["src/app/plain.py"] + "import string\n"})
    assert "compiled" in vars(project)["rebuilt"]
    assert told(project.graph) == told(anew(tree))


SETTINGS = {
    "pyproject.toml": (
        "[project]\nname = 'app'\ndependencies = ['attrs']\n",
        "[project]\nname = 'app'\nversion = '2'\ndependencies = ['attrs>3']\n",
        "[project]\nname = 'app'\ndependencies = ['attrs', 'tool']\n",
    ),
    "setup.cfg": (
        "[metadata]\nname = app\n[options]\npackage_dir =\n    = src\n",
        "[metadata]\nname = app\nversion = 2\n[options]\npackage_dir =\n    = src\n",
        "[metadata]\nname = app\n[options]\npackage_dir =\n    = tests\n",
    ),
    "setup.py": (
        "from setuptools import setup\nsetup(name='app')\n",
        "from setuptools import setup\nsetup(name='app', version='2')\n",
        "from setuptools import setup\nsetup(name='app', package_dir={'': 'tests'})\n",
    ),
}


@pytest.mark.parametrize("path", SETTINGS)
def test_settings_that_say_the_same_of_the_import_path_leave_the_graph(
    tree: Path, home: Path, path: str
) -> None:
    (tree / "pyproject.toml").unlink()
    first, same, other = SETTINGS[path]
    write_files(tree, {path: first})
    project = edited(tree, home, {path: same})
    assert project.from_kept
    assert told(project.graph) == told(anew(tree))
    write_files(tree, {path: other})
    project = watched(tree, home)
    assert not project.from_kept
    assert told(project.graph) == told(anew(tree))


def test_settings_that_were_read_for_something_else_have_the_graph_built_anew(tree: Path, home: Path) -> None:
    write_files(tree, {".gitignore": "one\n"})
    assert not edited(tree, home, {".gitignore": "two\n"}).from_kept


def test_edits_add_up_and_can_be_taken_back(tree: Path, home: Path) -> None:
    first = edited(tree, home, {"src/app/plain.py": TREE["src/app/plain.py"] + "import string\n"})
    assert isinstance(first.graph, EditedGraph)
    write_files(tree, {"tests/test_one.py": "# more\n" + TREE["tests/test_one.py"]})
    second = watched(tree, home)
    assert isinstance(second.graph, EditedGraph)
    assert told(second.graph) == told(anew(tree))
    write_files(tree, {path: TREE[path] for path in ("src/app/plain.py", "tests/test_one.py")})
    assert told(watched(tree, home).graph) == told(anew(tree))


def check_random_edits(folder: Path, seed: int, rounds: int) -> None:
    """Edit, move and restore files at random; the graph is each time the one that is built anew."""
    chance = random.Random(seed)  # noqa: S311 -- of edits
    tree, home = write_files(folder / "tree", TREE), folder / "home"
    watched(tree, home)
    said = []
    for _ in range(rounds):
        paths = sorted(tree.rglob("*.py"))
        kind = chance.random()
        if kind < 0.05:
            one = chance.choice(paths)
            one.rename(one.with_name(f"moved_{one.name}"))
            said.append(f"{one} moved")
        elif kind < 0.1:
            write_files(tree, TREE)
            said.append("restored")
        else:
            for one in chance.sample(paths, chance.randint(1, 2)):
                text, what = edit_text(one.read_text(encoding="utf-8"), chance)
                one.write_text(text, encoding="utf-8")
                said.append(f"{one}: {what}")
        assert told(watched(tree, home).graph) == told(anew(tree)), "\n".join(said)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_edits(tmp_path: Path, seed: int) -> None:
    check_random_edits(tmp_path / str(seed), seed, 3)
    shutil.rmtree(tmp_path / str(seed))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(40))
def test_many_random_edits(tmp_path: Path, seed: int) -> None:
    check_random_edits(tmp_path / "files", seed, 25)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a = 1\nb = 2\n", "\na = 1\n# x\nb = 2\n", {1: 2, 2: 4}),
        ("f(1)\n", "f(True)\n", None),
        ("a = 1; b = 2\n", "a = 1\nb = 2\n", None),
        ("a = 1\nb = 2\n", "a = 1; b = 2\n", None),
        ("def f():\n    pass\n    x = 1\na = 1\n", "def f():\n    return 5\na = 1\n", {1: 1, 4: 3}),
    ],
)
def test_code_that_was_read_is_followed(old: str, new: str, lines: dict[int, int] | None) -> None:
    found = same_code(old.encode(), new.encode(), Known((), bool, bool))
    assert found == lines if lines is None else found is not None and lines.items() <= found.lines.items()


def test_a_body_that_was_read_must_be_the_same() -> None:
    old = "def f():\n    pass\n    x = 1\n"
    assert same_code(old.encode(), old.replace("1", "2").encode(), Known([1], bool, bool)) is None
    assert same_code(old.encode(), b"\n" + old.encode(), Known([1], bool, bool)) == (
        {1: 2, 2: 3, 3: 4},
        (),
        (),
    )


OLD = "import os\n\nwhere = os.path\n\n\ndef made(given):\n    return given.name\n"


@pytest.mark.parametrize(
    "added",
    [
        "import json\n",
        "from json import loads as read, dumps\n",
        "LIMIT: int = 1\n",
        "TABLE = {'a': [1, -2], 'b': (None, {3})}\n",
        "def f(a: int | None = None, *rest: 'list[str]') -> dict[str, int]:\n    import x\n    return g()\n",
        "class A:\n    'Text.'\n    one = 1\n\n    def f(self):\n        return self.one\n",
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2, 7])
def test_plain_statements_may_be_added(added: str, at: int) -> None:
    lines = OLD.splitlines(keepends=True)
    new = "".join([*lines[:at], added, *lines[at:]])
    found = same_code(OLD.encode(), new.encode(), Known([6], {"json"}.__contains__, bool))
    assert found is not None
    assert len(found.added) == 1
    assert found.lines[3] == 3 + added.count("\n") * (at < 3)


@pytest.mark.parametrize(
    "added",
    [
        "import absent\n",  # it may fail
        "from json import *\n",
        "from . import json\n",
        "from __future__ import annotations\n",
        "import json as where\n",  # code asks for the name
        "import json as name\n",
        "path = 1\n",
        "made = 1\n",
        "a = 1\na = 2\n",
        "__all__ = ['a']\n",
        "a = b\n",
        "a = f()\n",
        "a.b = 1\n",
        "f()\n",
        "def f(a=g()):\n    pass\n",
        "def f(a: b.c):\n    pass\n",
        "@g\ndef f():\n    pass\n",
        "class A(B):\n    pass\n",
        "class A:\n    f()\n",
        "if a:\n    b = 1\n",
        "del os\n",
    ],
)
def test_other_statements_may_not_be_added(added: str) -> None:
    assert same_code(OLD.encode(), (OLD + added).encode(), Known([6], {"json"}.__contains__, bool)) is None


@pytest.mark.parametrize("new", [OLD.replace("where = os.path\n", ""), OLD.replace("where", "there")])
def test_what_was_evaluated_may_not_go(new: str) -> None:
    assert same_code(OLD.encode(), new.encode(), Known([], bool, bool)) is None


METHODS = """
class A(B):
    @kept
    def called(self, one):
        return one

    def other(self, one: int, two=g()) -> "A":
        return one
"""


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("def other(self, one: int, two=g())", "def other(self, first: str, two=g(), *, three: int=3)", True),
        ("two=g()) -> 'A'", "two=g(), **more) -> int", True),
        ("one: int, two=g()", "two=g()", True),
        ("two=g()", "two=h()", False),
        ("two=g()", "two=g(), three=g()", False),
        ("one: int", "one: B", False),
        ("one: int", f"one: dict[{', '.join(['int'] * 9)}]", False),
        ("def called(self, one)", "def called(self, one, two)", False),
        ("@kept\n    def called(self", "def called(self", False),
        ("def other", "async def other", False),
    ],
)
def test_parameters_of_functions_that_were_not_called_may_change(old: str, new: str, is_same: bool) -> None:
    before, after = METHODS, METHODS.replace("'", '"').replace(old.replace("'", '"'), new)
    assert after != before
    known = Known([4], bool, {"int", "str", "dict"}.__contains__)
    assert (same_code(before.encode(), after.encode(), known) is not None) == is_same


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [("One.", "Two.\n\nMore words.\n", True), ("One.", " ", False), ("One.", "", False)],
)
@pytest.mark.parametrize("called", [(), [5]])
def test_what_docstrings_say_may_change(first: str, second: str, is_same: bool, called: list[int]) -> None:
    code = '"""%"""\n\nclass A(B):\n    """%"""\n    def f(self):\n        """%"""\n        pass\n\n\nf(A)\n'
    old, new = (code.replace("%", text).encode() for text in (first, second))
    assert same_code(old, new, Known(called, bool, bool, asks_docstring=True)) is None
    assert same_code(old + b"f(__doc__)", new + b"f(__doc__)", Known(called, bool, bool)) is None
    found = same_code(old, new, Known(called, bool, bool))
    assert (found is not None) == is_same
    assert found is None or found.lines[10] == 10 + 3 * 3


def test_plain_statements_may_come_and_go_together() -> None:
    old, new = OLD + "limit = 1\n", OLD + "\n\ndef limit(one=2):\n    return one\n"
    found = same_code(old.encode(), new.encode(), Known([6], bool, bool))
    assert found is not None
    assert [len(found.added), len(found.removed)] == [1, 1]


PASSES = {
    "running/answers.py": 3,
    "calls.py": 1,
    "running/registries.py": 2,
    "running/relevance.py": 5,
    "resolve.py": 1,
}
"""By module, how often it looks through all modules. Each of these passes has its part in `contributions`."""


def test_every_pass_over_all_modules_is_known() -> None:
    folder = Path(importgraph.graph.__file__).parent
    found = {}
    for name in PASSES:
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
        texts = [ast.unparse(loop) for loop in loops]
        found[name] = sum(
            "facts.items()" in text
            or text.startswith("self.resolver.facts")
            or text in {"self._facts", "resolver.facts"}
            for text in texts
        )
    assert found == PASSES, (
        "say in importgraph/graph/edited/contributions.py what one module adds to the new pass"
    )


def test_no_other_module_of_the_graph_looks_through_all_facts() -> None:
    folder = Path(importgraph.graph.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
        if any(
            "facts.items()" in ast.unparse(loop) or "facts.values()" in ast.unparse(loop) for loop in loops
        ):
            found.add(path.relative_to(folder).as_posix())
    assert found <= {*PASSES, *OTHER_PASSES}


OTHER_PASSES = {
    "layout/votes.py": "Edits._of_votes",
    "edited/packing.py": "looks through what is built",
}
"""Other modules that look through all facts."""

STAGES = {
    "lay_out": "Edits._of_votes; a file that comes or goes has another folder listing",
    "_package_folders": "Edits.refusal, and one that newly changes a __path__ in Edits._of_names",
    "_renamed": "the same",
    "notebook_edges": "notebooks are no modules: an edited one is no text that is known",
    "module_edges": "made anew for edited modules, names in Edits._of_names",
    "table_answers": "made anew for edited modules",
    "compiled_edges": "of what is no Python source, which no edit of a module changes",
    "Evaluation": "Edits._of_code",
    "functions_run": "Contribution.run",
    "interruptions": "Edits._of_tree (walked), ModuleTrace.ordered, _Fresh.check",
    "unsure": "the same",
    "registry_imports": "Edits._of_tree (registered)",
}
"""By stage of `build_graph` that looks at the whole tree, what refuses edits that may change what it says."""
HELPERS = {
    *("CallFinder", "Finder", "Resolver", "Relevance", "GraphPolicy", "Built", "tuple", "trace"),
    *(
        "assemble",
        "_satisfied",
        "_inside",
        "_ordered",
        "unsure_calls",
        "sorted",
        "Graph",
        "make_ledger",
        "_facts_of",
        "len",
    ),
}
"""What else it calls."""


def test_every_stage_of_building_is_known() -> None:
    tree = ast.parse((Path(importgraph.graph.__file__).parent / "build.py").read_text(encoding="utf-8"))
    build = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "build_graph")
    called = {n.func.id for n in ast.walk(build) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert called == {*STAGES, *HELPERS}, "say what refuses edits that change the new stage"
