"""The command: output, cache, shards, --exact."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_trees import write_tree
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.collection.command import Options, run
from importgraph.collection.fast_start import collect_plainly, read_options
from importgraph.collection.model import Collection, Dynamic, Item
from importgraph.collection.shards import parse_shard, take_shard
from importgraph.errors import UsageError
from importgraph.memory.answers import changed, stamp
from importgraph.session.registries import registers

FILES = {
    "pytest.ini": "[pytest]\naddopts = -p no:randomly\n",
    "test_a.py": "import pytest\n@pytest.mark.parametrize('x', [1, 2])\ndef test_a(x): pass\n",
    "test_b.py": "import helper\ndef test_b(): pass\n",
    "test_dyn.py": "import time\nif time.time():\n    def test_d(): pass\n",
    "helper.py": "VALUE = 1\n",
}


def collect(capsys, folder, **options):
    python = Path(sys.executable)
    assert run(Options(folder, **{"words": (), "workers": 1, "python": python, **options})) == 0
    return capsys.readouterr()


def test_text_prints_node_ids_alone_and_dynamic_files_on_standard_error(tmp_path, capsys):
    write_tree(tmp_path, FILES)
    listed = tmp_path / "dynamic.txt"
    printed = collect(capsys, tmp_path, dynamic=listed)
    assert printed.out == "test_a.py::test_a[1]\ntest_a.py::test_a[2]\ntest_b.py::test_b\n"
    assert "test_dyn.py" in printed.err
    assert listed.read_text() == "test_dyn.py\n"
    assert collect(capsys, tmp_path, count=True).out == "3\n"
    assert collect(capsys, tmp_path, pattern="*b").out == "test_b.py::test_b\n"


def test_text_says_how_many_tests_expand_when_they_run(tmp_path, capsys):
    open_end = "import pytest, os\n@pytest.mark.parametrize('x', os.listdir())\ndef test_c(x): pass\n"
    write_tree(
        tmp_path, {"pytest.ini": "[pytest]\n", "test_c.py": open_end, "test_d.py": "def test_d(): pass\n"}
    )
    printed = collect(capsys, tmp_path)
    assert printed.out == "test_c.py::test_c\ntest_d.py::test_d\n"
    assert printed.err == (
        "expands: 1 of 2 ids stand for tests whose parameters are known at run time only; "
        "--format json marks them.\n"
    )
    assert "expands" not in collect(capsys, tmp_path, format="json").err


def test_json_keeps_its_promise(tmp_path, capsys):
    write_tree(tmp_path, FILES)
    first = collect(capsys, tmp_path, format="json").out
    document = json.loads(first)
    assert document["schema"] == "importgraph/collect/1"
    assert document["items"][0] == {"id": "test_a.py::test_a[1]", "path": "test_a.py", "expands": False}
    assert document["dynamic"][0]["path"] == "test_dyn.py"
    assert collect(capsys, tmp_path, format="json").out == first


@pytest.fixture
def settled(monkeypatch):
    """Files that were written a moment ago count as settled, so that answers are kept."""
    monkeypatch.setattr("importgraph.memory.stamps.GRAIN_NS", -(10**12))


def test_an_edit_of_the_same_size_is_seen_though_its_time_is_put_back(tmp_path, capsys, settled):
    folder, store = tmp_path / "suite", tmp_path / "store"
    write_tree(folder, FILES)
    assert "test_b.py::test_b" in collect(capsys, folder, store=store).out
    path = folder / "test_b.py"
    before = path.stat()
    path.write_text(path.read_text().replace("test_b", "test_x"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert "test_b.py::test_x" in collect(capsys, folder, store=store).out


def test_another_file_in_its_place_is_seen(tmp_path, capsys, settled):
    folder, store = tmp_path / "suite", tmp_path / "store"
    write_tree(folder, FILES)
    collect(capsys, folder, store=store)
    path, other = folder / "test_b.py", folder / "other.txt"
    other.write_text(path.read_text().replace("test_b", "test_x"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.rename(path)
    assert "test_b.py::test_x" in collect(capsys, folder, store=store).out


def test_what_changed_since_the_question_is_read_again(tmp_path):
    path = tmp_path / "test_a.py"
    path.write_text("def test_a(): pass\n")
    written = path.stat().st_ctime_ns
    early = stamp([str(path)], [str(tmp_path)], [], written - 1)
    assert changed(early) == ({str(path)}, {str(tmp_path)}, False)
    late = stamp([str(path)], [str(tmp_path)], [], written + 3_000_000_000)
    assert changed(late) == (set(), set(), False)


def test_a_warm_answer_is_the_cold_one_until_something_changes(tmp_path, capsys, settled):
    folder, store = tmp_path / "suite", tmp_path / "store"
    write_tree(folder, FILES)
    cold = collect(capsys, folder, store=store).out
    assert collect(capsys, folder, store=store).out == cold
    (folder / "helper.py").unlink()
    assert "test_b.py" not in collect(capsys, folder, store=store).out
    write_tree(folder, {"helper.py": "", "test_c.py": "def test_c(): pass\n"})
    assert collect(capsys, folder, store=store).out == cold + "test_c.py::test_c\n"
    write_tree(folder, {"pytest.ini": "[pytest]\npython_files = test_c.py\n"})
    assert collect(capsys, folder, store=store).out == "test_c.py::test_c\n"


def test_a_damaged_store_is_a_miss(tmp_path, capsys):
    folder, store = tmp_path / "suite", tmp_path / "store"
    write_tree(folder, FILES)
    cold = collect(capsys, folder, store=store).out
    for path in store.iterdir():
        path.write_bytes(b"\xff\x00nonsense")
    assert collect(capsys, folder, store=store).out == cold


def test_exact_asks_pytest_about_dynamic_files_alone(tmp_path, capsys):
    write_tree(tmp_path, FILES)
    printed = collect(capsys, tmp_path, exact=True, python=Path(sys.executable))
    assert printed.out.splitlines()[-1] == "test_dyn.py::test_d"
    assert "imported 1 files" in printed.err


def test_exact_imports_files_that_fill_a_registry_which_parameters_read(tmp_path, capsys):
    reading = "import pytest, registry\n@pytest.mark.parametrize('n', [x for x in registry.NAMES])\ndef test_b(n): pass\n"
    files = {
        "pytest.ini": FILES["pytest.ini"],
        "registry.py": "NAMES = []\ndef keep(cls):\n    NAMES.append(cls.__name__)\n    return cls\n",
        "test_a.py": "import registry\n@registry.keep\nclass Helper: pass\ndef test_a(): pass\n",
        "test_b.py": reading,
    }
    write_tree(tmp_path, files)
    printed = collect(capsys, tmp_path, exact=True, python=Path(sys.executable))
    assert printed.out.splitlines() == ["test_a.py::test_a", "test_b.py::test_b[Helper]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"@keep\nclass Helper:\n    pass\n", True),
        (b"@st.composite\ndef numbers(draw):\n    return 1\n", True),
        (b"codecs.register(find)\n", True),
        (b"app = FastAPI()\n@app.get('/')\ndef root():\n    pass\n", False),
        (b"@keep\nclass TestIt:\n    pass\n", False),
        (b"@pytest.fixture(\n    params=[1],\n)\ndef number(request):\n    return keep(1)\n", False),
        (b"def helper():\n    codecs.register(find)\n", False),
        (b"@functools.lru_cache\n@pytest.mark.slow\ndef helper():\n    pass\nVALUE = 1\n", False),
    ],
)
def test_which_files_seem_to_fill_a_registry(text, expected):
    assert registers(text) is expected


def test_shards_are_a_partition_in_order():
    items = tuple(Item(f"test_{n}.py::test_{k}", f"test_{n}.py") for n in range(7) for k in range(n + 1))
    found = Collection(items, (Dynamic("test_z.py", "reason"),), 8)
    parts = [take_shard(found, (n, 3), None) for n in (1, 2, 3)]
    assert sorted(i.id for part in parts for i in part.items) == sorted(i.id for i in items)
    assert sum(len(part.dynamic) for part in parts) == 1
    assert max(len(p.items) for p in parts) - min(len(p.items) for p in parts) <= 2
    for part in parts:
        assert [i for i in items if i in part.items] == list(part.items)


@pytest.mark.parametrize("text", ["0/2", "3/2", "x", "1"])
def test_what_is_no_shard(text):
    with pytest.raises(UsageError):
        parse_shard(text)


PLAIN = [
    [],
    ["sub", "test_a.py::test_a", "-c", "pytest.ini", "--rootdir", "."],
    ["-k", "test_a", "-m", "not slow", "--pattern", "*b*"],
    ["--pattern=*b*", "--format=json", "--count", "--python", sys.executable],
    ["--workers", "3", "--timeout=2.5", "--shard", "1/2", "--durations", "d.json"],
    ["--exact", "--dynamic", "dyn.txt", "--no-cache", "-x", "--maxfail=1"],
    ["-k", "one", "-k", "two", "-m", "--count"],
]
NOT_PLAIN = [
    ["-ktest_a"], ["-vx"], ["--help"], ["-h"], ["--", "test_a.py"], ["--count=yes"], ["-k"], ["--format", "xml"],
    ["--workers", "many"], ["nowhere.py"],
]  # fmt: skip


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_a_plain_call_is_read_as_the_command_line_reads_it(words, monkeypatch):
    read = []
    monkeypatch.setattr("importgraph.collection.command.run", lambda options: read.append(options) or 0)
    assert CliRunner().invoke(app, ["collect", *words]).exit_code == 0
    assert read == [read_options(words)]


@pytest.mark.parametrize("words", NOT_PLAIN, ids=" ".join)
def test_what_is_not_plain_is_left_to_the_command_line(words, tmp_path, capsys, monkeypatch):
    write_tree(tmp_path / "suite", FILES)
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "suite")
    assert not collect_plainly(["collect", *words])
    assert not collect_plainly(["doctor", *words])
    assert capsys.readouterr() == ("", "")


def test_a_plain_call_prints_what_the_command_line_prints(tmp_path, capsys, monkeypatch):
    write_tree(tmp_path / "suite", FILES)
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "suite")
    for words in (["-k", "test_a"], ["--count"], ["--format", "json"]):
        assert collect_plainly(["collect", *words])
        cold = capsys.readouterr()
        assert collect_plainly(["collect", *words])
        assert capsys.readouterr() == cold
        with pytest.raises(SystemExit) as end:
            app(["collect", *words, "--no-cache"])
        assert end.value.code == 0
        assert capsys.readouterr() == cold


def test_the_same_call_again_loads_next_to_nothing_until_something_changes(tmp_path):
    write_tree(tmp_path / "suite", FILES)
    code = (
        "import sys; from importgraph.memory import stamps;"
        "stamps.GRAIN_NS = -10**12;"  # files written a moment ago count as settled
        "from importgraph.collection.fast_start import collect_plainly as collect;"
        "collect(['collect', '-k', 'test_a or test_b']);"
        "print([name for name in ('typer', 'msgspec', 'dataclasses', 'typing') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(root)}

    def call():
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=tmp_path / "suite", env=environment, capture_output=True, text=True, check=True
        )
        *ids, loaded = done.stdout.splitlines()
        return ids, loaded

    cold, loaded = call()
    assert "typer" not in loaded
    assert call() == (cold, "[]")
    program = [sys.executable, "-m", "importgraph", "collect", "-k", "test_a or test_b"]
    assert (
        subprocess.check_output(program, cwd=tmp_path / "suite", env=environment, text=True).splitlines()
        == cold
    )
    (tmp_path / "suite" / "test_a.py").write_text("def test_a(): pass\n")
    assert call()[0] == ["test_a.py::test_a", "test_b.py::test_b"]


def test_an_answer_depends_on_the_conftest_that_put_everything_in_doubt(tmp_path, capsys):
    folder, store = tmp_path / "suite", tmp_path / "store"
    hook = "def pytest_collection_modifyitems(items):\n    items.pop()\n"
    write_tree(folder, {**FILES, "conftest.py": hook})
    assert collect(capsys, folder, store=store).out == ""
    (folder / "conftest.py").write_text("")
    assert "test_b.py::test_b" in collect(capsys, folder, store=store).out


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("test_a.py", "from helper import NUMBERS\n", "NUMBERS.append(3)\n"),
        ("sub/conftest.py", "from helper import Base\n", "Base.test_more = lambda self: None\n"),
    ],
)
def test_what_one_file_does_to_another_outdates_the_files_that_use_it(tmp_path, capsys, path, before, after):
    folder, store = tmp_path / "suite", tmp_path / "store"
    files = {
        "helper.py": "NUMBERS = [1, 2]\nclass Base:\n    def test_given(self): pass\n",
        "test_b.py": "import pytest\nfrom helper import NUMBERS, Base\n"
        "@pytest.mark.parametrize('n', NUMBERS)\ndef test_n(n): pass\nclass TestBase(Base): pass\n",
        "sub/test_c.py": "def test_c(): pass\n",
    }
    write_tree(folder, {**FILES, **files, path: before})
    assert "test_b.py::test_n[1]" in collect(capsys, folder, store=store).out
    (folder / path).write_text(before + after)
    warm = collect(capsys, folder, store=store)
    assert warm.out == collect(capsys, folder, store=tmp_path / "fresh").out
    assert "test_b.py::test_n[1]" not in warm.out


def test_reasons_that_many_files_share_are_said_once(tmp_path, capsys):
    folder = tmp_path / "suite"
    missing = {f"test_{letter}.py": "import surely_missing\ndef test_x(): pass" for letter in "abcd"}
    write_tree(folder, {"pytest.ini": "[pytest]", **missing, "test_z.py": "import other_missing\n"})
    shared = "4 files (test_a.py, test_b.py, test_c.py, …; --format json has all)"
    assert collect(capsys, folder).err.splitlines() == [
        "errors: pytest would fail to collect 5 of 5 files:",
        f"{shared}: would fail to collect: No module named 'surely_missing'",
        "test_z.py:1: would fail to collect: No module named 'other_missing'",
    ]


def test_an_environment_without_pytest_is_named(tmp_path, capsys):
    folder, env = tmp_path / "suite", tmp_path / "env"
    write_tree(folder, {"pytest.ini": "[pytest]", "test_a.py": "def test_x(): pass"})
    write_tree(env, {"pyvenv.cfg": "home = /nowhere/bin"})
    (env / "lib/python3.11/site-packages").mkdir(parents=True)
    printed = collect(capsys, folder, python=env)
    assert printed.out == "test_a.py::test_x\n"
    assert printed.err.startswith(f"pytest is not installed in {env}/lib/python3.11/site-packages: name the")
