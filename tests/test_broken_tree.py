"""One tree with everything that breaks tools: a full graph, nothing executed, the same bytes every time."""

import json
import sqlite3
from contextlib import closing

import pytest

from importgraph.config import from_options
from importgraph.facts import parsing, scan
from importgraph.outputs.documents import json_graph
from importgraph.project import open_project

WRITES = "from pathlib import Path\nPath(__file__).with_name('EXECUTED').touch()\nPath('EXECUTED').touch()\n"
TREE = {
    ".gitignore": "ignored/\n",
    "ignored/x.py": "import app",
    "venv/pyvenv.cfg": "",
    "venv/lib/x.py": "import app",
    "app/__init__.py": WRITES + "from app.core import run\n",
    "app/core.py": "from app import helpers, m, past\ndef run(): ...\n",
    "app/syntax.py": "import app.core\ndef broken(:\n    pass\nfrom app import m\n",
    "app/latin.py": "x = 'caf\xe9'\nimport app.core\n".encode("latin-1"),
    "app/nul.py": b"import app.core\nx = '\0'\n",
    "app/shut.py": "import app.core\n",
    "app/past.py": "from .....x import y\nimport app.core\n",
    "app/m.py": "import app.never\n",
    "app/m/__init__.py": "from . import inner\n",
    "app/m/inner.py": "",
    "app/empty.py": "",
    "app/helpers/orphan.py": "import app.core\n",
    "app/newer.py": "type X = int\nlazy import app.m\ntry: ...\nexcept A, B: ...\nf'{x!r:{'a' 'b'}}'\n",
    "ns/foo/__init__.py": "from ns.foobar import part\n",
    "ns/foobar/part.py": "import ns.foo\n",
    "tests/unit/test_same.py": "import app\n",
    "tests/func/test_same.py": "import app\n",
    "tests/conftest.py": WRITES + "pytest_plugins = ['app.core']\n",
    "my-script.py": "from app import run\nrun()\n",
    "odd.name.py": "import app\n",
    "setup.py": WRITES,
}


@pytest.fixture
def tree(write_project, monkeypatch):
    root = write_project(TREE)
    (root / "app" / "loop").symlink_to(root)
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    read_bytes = scan.read_file

    def refusing(path):
        if path.name == "shut.py":  # as the kernel would for anyone but root
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(scan, "read_file", refusing)
    monkeypatch.chdir(root)
    return root


def rendered(root, *, cache=None, workers=1):
    project = open_project(
        root, from_options(workers=workers, python_version=(3, 12), platform="linux"), cache_folder=cache
    )
    return json_graph.render(project.graph)


@pytest.fixture
def document(tree):
    return json.loads(rendered(tree))


def test_the_ledger_adds_up_to_every_file(tree, document):
    ledger = document["ledger"]
    ours = [path for path in tree.rglob("*.py") if "loop" not in path.parts and "ignored" not in path.parts]
    assert ledger["found"] == len(ours)
    assert ledger["found"] == ledger["analysed"] + len(ledger["broken"]) + len(ledger["excluded"])
    assert ledger["excluded"] == [{"path": "venv/lib/x.py", "reason": "virtual environment"}]
    assert ledger["links"] == [{"path": "app/loop", "reason": "symbolic link to a folder, not followed"}]


def test_broken_files_say_why_and_where(document):
    broken = {item["path"]: (item["line"], item["reason"]) for item in document["ledger"]["broken"]}
    assert {path: line for path, (line, _) in broken.items()} == {
        "app/latin.py": 1,
        "app/nul.py": 2,
        "app/shut.py": None,
        "app/syntax.py": 2,
        "dangling.py": None,
    }
    assert all(reason and "\n" not in reason for _, reason in broken.values())


def test_every_file_is_a_module_of_a_known_kind(document):
    modules = {module["name"]: (module["kind"], module["path"]) for module in document["modules"]}
    assert modules == {
        "./odd.name.py": ("script", "odd.name.py"),
        "app": ("package", "app/__init__.py"),
        "app.core": ("module", "app/core.py"),
        "app.empty": ("module", "app/empty.py"),
        "app.helpers": ("namespace", None),
        "app.helpers.orphan": ("orphan", "app/helpers/orphan.py"),
        "app.latin": ("module", "app/latin.py"),
        "app.m": ("package", "app/m/__init__.py"),
        "app.m.inner": ("module", "app/m/inner.py"),
        "app.newer": ("module", "app/newer.py"),
        "app.nul": ("module", "app/nul.py"),
        "app.past": ("module", "app/past.py"),
        "app.shut": ("module", "app/shut.py"),
        "app.syntax": ("module", "app/syntax.py"),
        "app/m.py": ("module", "app/m.py"),
        "conftest": ("conftest", "tests/conftest.py"),
        "dangling": ("script", "dangling.py"),
        "my-script": ("script", "my-script.py"),
        "ns": ("namespace", None),
        "ns.foo": ("package", "ns/foo/__init__.py"),
        "ns.foobar": ("namespace", None),
        "ns.foobar.part": ("module", "ns/foobar/part.py"),
        "setup": ("script", "setup.py"),
        "test_same": ("test", "tests/func/test_same.py"),
        "tests.unit.test_same": ("test", "tests/unit/test_same.py"),
    }


def test_the_imports_are_complete(document):
    found = sorted(
        (edge["importer"], edge["imported"], edge["line"], edge["recovered"])
        for edge in document["imports"]
        if not edge["external"] and edge["origin"] != "parent"
    )
    assert found == [
        ("./odd.name.py", "app", 1, False),
        ("app", "app.core", 4, False),
        ("app.core", "app.helpers", 1, False),
        ("app.core", "app.m", 1, False),
        ("app.core", "app.past", 1, False),
        ("app.helpers.orphan", "app.core", 1, False),
        ("app.latin", "app.core", 2, True),
        ("app.m", "app.m.inner", 1, False),
        ("app.newer", "app.m", 2, False),
        ("app.nul", "app.core", 1, True),
        ("app.past", ".....x", 1, False),
        ("app.past", "app.core", 2, False),
        ("app.syntax", "app.core", 1, True),
        ("app.syntax", "app.m", 4, True),
        ("app/m.py", "app", 1, False),
        ("conftest", "app.core", 4, False),
        ("my-script", "app", 1, False),
        ("ns.foo", "ns.foobar.part", 1, False),
        ("ns.foobar.part", "ns.foo", 1, False),
        ("test_same", "app", 1, False),
        ("tests.unit.test_same", "app", 1, False),
    ]


def test_every_edge_has_what_is_promised(document):
    promised = {
        *("importer", "imported", "name", "path", "line", "column", "scope", "guards", "lazy"),
        *("called_at_import", "recovered", "origin", "external"),
    }
    assert document["schema"] == "importgraph/graph/1"
    assert all(promised <= edge.keys() for edge in document["imports"])
    assert {edge["origin"] for edge in document["imports"]} == {"statement", "parent", "pytest_plugins"}
    names = {module["name"] for module in document["modules"]}
    inside = [edge for edge in document["imports"] if not edge["external"]]
    assert {edge["imported"] for edge in inside} - names == {".....x"}
    assert {edge["importer"] for edge in document["imports"]} <= names


def test_implicit_parents_are_edges(document):
    parents = {(e["importer"], e["imported"]) for e in document["imports"] if e["origin"] == "parent"}
    assert {
        ("app.core", "app"),
        ("app.m.inner", "app.m"),
        ("ns.foobar.part", "ns.foobar"),
        ("conftest", "app"),
    } <= parents
    assert not [pair for pair in parents if pair[0] == "./odd.name.py" and pair[1] != "app"]


def test_nothing_is_executed(tree, document):
    assert document["modules"]
    assert not list(tree.rglob("EXECUTED"))


# -- the same bytes every time ----------------------------------------------------------------------


def test_two_runs_and_two_workers_give_the_same_bytes(tree, monkeypatch):
    monkeypatch.setattr(parsing, "_FEW_FILES", 1)
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 3)
    first = rendered(tree)
    assert rendered(tree) == first
    assert rendered(tree, workers=2) == first


def test_the_root_may_be_written_in_any_way(tree, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tree)
    assert rendered(link) == rendered(tree)
    assert rendered(tree / "app" / "..") == rendered(tree)


def truncated(path):
    path.write_bytes(path.read_bytes()[:3_000])


def garbage(path):
    path.write_bytes(b"\xa5\x00garbage" * 500)


def wrong_schema(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE facts")
        connection.execute("CREATE TABLE facts (other TEXT)")


def wrong_entries(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE facts SET value = x'93c0'")


def nothing(_path):
    pass


@pytest.mark.parametrize("damage", [nothing, truncated, garbage, wrong_schema, wrong_entries])
def test_no_state_of_the_cache_changes_a_byte(tree, tmp_path, damage):
    plain = rendered(tree)
    cache = tmp_path / "cache"
    assert rendered(tree, cache=cache) == plain
    (database,) = cache.glob("*.sqlite3")
    damage(database)
    assert rendered(tree, cache=cache) == plain
    assert rendered(tree, cache=cache) == plain


def test_a_locked_cache_changes_no_byte(tree, tmp_path, monkeypatch):
    monkeypatch.setattr("importgraph.facts.cache._TIMEOUT", 0.01)
    cache = tmp_path / "cache"
    plain = rendered(tree, cache=cache)
    (database,) = cache.glob("*.sqlite3")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert rendered(tree, cache=cache) == plain
        other.execute("ROLLBACK")
    assert rendered(tree, cache=cache) == plain
