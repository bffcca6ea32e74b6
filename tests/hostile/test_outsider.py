"""Trees that an outsider thought of: each ended a command with an internal error, or never let it end."""

import contextlib
import os
import re
import time

import pytest
from hostile_commands import run

from importgraph.environment.paths import editable_packages
from importgraph.errors import ImportgraphError
from importgraph.evaluation.values.quick_patterns import is_quick
from importgraph.simulation.warning_filters import is_error
from importgraph.storage import stays_below, write_whole

TEST = "def test(): ...\n"
NAMES = "a." * 3000 + "a"
SITE = ".venv/lib/python3.11/site-packages"
VENV = {
    ".venv/pyvenv.cfg": "home = /nowhere/bin\nversion = 3.11.2\n",
    f"{SITE}/baz.py": "",
    "a.py": "import foo, baz\n",
    "test_a.py": f"import foo, baz\n{TEST}",
}
DOTS = ".*" * 60
TREES = {
    "stars in a pattern": {
        "a.py": f"import re\nif re.match('{DOTS}x', 'a' * 190):\n    import os\n",
        "test_a.py": f"import re\nif re.match('{DOTS}x', 'a' * 190):\n    import os\n{TEST}",
    },
    "stars in a filter of warnings": {
        "pytest.ini": f"[pytest]\nfilterwarnings = error:{DOTS}xy:pytest.PytestCollectionWarning\n",
        "test_a.py": f"class TestA:\n    def __init__(self): ...\n    def test(self): ...\n{TEST}",
    },
    "many matches": {
        "a.py": "import re\nX = [[re.search('.*.*x', 'a' * 190) for i in range(2000)] for j in range(99)]\n",
        "test_a.py": TEST,
    },
    "version of 5000 digits": VENV | {".venv/pyvenv.cfg": f"home = /usr/bin\nversion = 3.{'9' * 5000}\n"},
    "home of 5000 letters": VENV | {".venv/pyvenv.cfg": f"home = /{'a' * 5000}/bin\nversion = 3.11\n"},
    "home with a nul": VENV | {".venv/pyvenv.cfg": "home = /usr\0/bin\nversion = 3.11\n"},
    "list as a key": VENV | {f"{SITE}/__editable___x.py": "MAPPING = {[]: 1}\n"},
    "many signs": VENV | {f"{SITE}/__editable___x.py": f"MAPPING = {{1: {'-' * 200_000}1}}\n"},
    "nul in a path": VENV | {f"{SITE}/__editable___x.py": "MAPPING = {'foo': '/x\\0y'}\n"},
    "no address": VENV
    | {
        f"{SITE}/foo-1.dist-info/direct_url.json": '{"url": "file://[foo"}',
        f"{SITE}/foo-1.dist-info/top_level.txt": "bar\n",
    },
    "superscript version": VENV | {f"{SITE}/pytest-².dist-info/METADATA": "Name: pytest\nVersion: ²\n"},
    "plugin of 3000 packages": VENV
    | {f"{SITE}/pytest-9.dist-info/entry_points.txt": f"[pytest11]\nf = {NAMES}\n"},
    "import of 3000 packages": VENV | {"a.py": f"import baz.{NAMES}\n", "test_a.py": f"import baz.{NAMES}\n"},
    "long and odd folders": {
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["\\u0000x", "' + "a" * 5000 + '"]\n'
        'testpaths = ["\\u0000", "' + "b" * 5000 + '"]\n',
        "test_a.py": TEST,
    },
}
COMMANDS = [["analyze", "."], ["why", "a", "os"], ["collect"], ["doctor"]]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


@pytest.mark.parametrize("name", TREES)
def test_commands_end_with_an_answer(write_project, monkeypatch, name):
    monkeypatch.chdir(write_project(TREES[name]))
    for command in COMMANDS:
        with contextlib.suppress(ImportgraphError):  # a refusal with a reason
            assert run(*command).exit_code in {0, 1}


def test_links_that_lead_to_themselves_stop_nothing(write_project, monkeypatch):
    root = write_project({"test_a.py": TEST, "pyproject.toml": "", "zoo/test_b.py": TEST})
    for name in ("loop", "loop.py", "test_loop.py", "zoo/loop", "loop.txt", "test_loop.txt"):
        (root / name).symlink_to((root / name).name)
    monkeypatch.chdir(root)
    collected = run("collect")
    assert "test_a.py::test" in collected.stdout
    assert "zoo/test_b.py::test" in collected.stdout
    for command in (["graph", "."], ["analyze", "."], ["doctor"]):
        assert run(*command).exit_code == 0


def test_a_report_folder_that_is_a_link_to_itself_is_one_line(write_project, monkeypatch):
    root = write_project({"a.py": "", "pyproject.toml": '[tool.importgraph]\nreports = "loop"\n'})
    (root / "loop").symlink_to("loop")
    monkeypatch.chdir(root)
    with pytest.raises(ImportgraphError, match="cannot"):
        run("analyze", ".")
    assert stays_below(root, root / "reports")
    assert not stays_below(root, root.with_name(f"{root.name}-2"))


@pytest.mark.parametrize("pattern", [r"\d+\.\d+", r"^v?(\d+)\.(\d+)\.(\d+)", "__version__ = '([^']*)'"])
def test_usual_patterns_are_quick(pattern):
    assert is_quick(pattern, 20)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", DOTS, "a?" * 40 + "a" * 40, "(a|a)" * 40, "(?x)(a+) +", "(.)\\1"]
)
def test_patterns_that_may_take_long_are_not(pattern):
    assert not is_quick(pattern, 40)


def test_a_pattern_with_spaces_before_its_star_is_not_quick():
    assert not is_quick("(a+) +b", 40, re.VERBOSE)


def test_a_filter_that_may_take_long_fits_nothing():
    assert not is_error([f"error:{DOTS}z"], "a" * 190, "m", "PytestCollectionWarning")
    assert is_error(["error:cannot collect.*__init__"], "cannot collect: __init__", "m", "Any")


def test_a_mapping_that_never_closes_is_read_in_one_pass(tmp_path):
    (tmp_path / "__editable___x.py").write_text(
        "MAPPING={\n" * 60_000 + "MAPPING: dict[str, str] = {'a': '/b'}\n"
    )
    start = time.process_time()
    assert editable_packages([str(tmp_path)]) == {"a": "/b"}
    assert time.process_time() - start < 2


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link"):
        with pytest.raises(OSError, match="no regular file"):
            write_whole(tmp_path / name, b"x")
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "pipe"]


def test_a_link_in_place_of_a_temporary_file_is_not_followed(tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / f".a.json.{os.getpid()}.tmp").symlink_to(outside)
    write_whole(tree / "a.json", b"x")
    assert outside.read_bytes() == b"mine"
    assert not (tree / "a.json").is_symlink()
    monkeypatch.setattr(os, "urandom", bytes)
    (tree / f".a.json.{'00' * 8}.{os.getpid()}.tmp").symlink_to(outside)
    with pytest.raises(FileExistsError):
        write_whole(tree / "a.json", b"y")
    assert outside.read_bytes() == b"mine"
