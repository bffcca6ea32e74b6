"""Whatever goes wrong in one file is that file's outcome; the others are read as ever."""

import multiprocessing
import os
import subprocess
import threading

import pytest
from hostile_commands import READING, adds_up, answer, run

from importgraph.affected.shared_ways import SharedWays
from importgraph.collection.worker import Worker
from importgraph.collection_errors.session import Session
from importgraph.config import from_options
from importgraph.errors import ConfigError
from importgraph.facts import parse, parsing, reader
from importgraph.facts.source import syntax
from importgraph.files import LARGEST, read_file, read_text_file
from importgraph.findings import rules
from importgraph.fixes import propose
from importgraph.project import open_project

SIXTEEN = b"t'{x>{}}'\\\n\x80''"
ODD = {
    "sixteen": SIXTEEN,
    "only-quotes": b"t'{x>{}}'\\\n''",
    "nul": b"x = '\0'\n",
    "surrogate": b"x = '\xed\xa0\x80'\n",
    "digits": b"x = " + b"9" * 5000 + b"\n",
    "exponent": b"x = 1e" + b"9" * 5000 + b"\n",
    "brackets": b"x = " + b"(" * 5000 + b"\n",
    "minus": b"x = " + b"-" * 20_000 + b"1\n",
    "attributes": b"import a\nx = a" + b".b" * 20_000 + b"\n",
    "calls": b"x = f" + b"()" * 20_000 + b"\n",
    "sum": b"x = 1" + b"+1" * 20_000 + b"\n",
    "lambda": b"x = " + b"lambda: " * 5000 + b"1\n",
    "indents": b"".join(b" " * n + b"if 1:\n" for n in range(150)),
    "elif": b"if 1: pass\n" + b"elif 1: pass\n" * 5000,
    "f-strings": b"f'{" * 2000,
    "names": b"import " + b"a." * 20_000 + b"a\n",
    "aliases": b"from a import (" + b"b, " * 20_000 + b")\n",
    "dots": b"from " + b"." * 20_000 + b" import x\n",
    "conflict": b"<<<<<<< HEAD\nimport a\n=======\nimport b\n>>>>>>> x\n",
    "codec": b"# coding: rot13\nvzcbeg bf\n",
    "utf-7": b"# coding: utf-7\nimport os +AAA-\n",
    "form-feeds": b"\f\f\fimport a\n\f if 1:\n",
}
GOOD = {"p/__init__.py": "", "p/a.py": "import p.b\n", "p/b.py": "import p.a\n"}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_leaves_the_others_as_they_are(open_files, name):
    project = open_files({**GOOD, "p/odd.py": ODD[name]})
    found = {file.path: file for file in project.scan.files}
    assert [one.module for one in found["p/a.py"].facts.imports] == ["p.b"]
    assert len(found) == 4
    assert {finding.code for finding in project.findings} >= {"IG202"}
    assert not {finding.code for finding in project.findings} & {"IG003"}
    assert project.proposals is not None


@pytest.mark.parametrize("command", READING)
def test_the_sixteen_bytes_end_no_command(write_project, command):
    root = write_project({**GOOD, "p/odd.py": SIXTEEN})
    assert run(command, root, "--format", "json", "--no-cache").exit_code == 0


def failing(real):
    def read(first, *rest, **named):
        if b"TRAP" in (first if isinstance(first, bytes) else repr(first).encode()):
            raise KeyError("trap")
        return real(first, *rest, **named)

    return read


def test_a_fault_of_ours_in_parsing_is_the_outcome_of_that_file(open_files, monkeypatch):
    monkeypatch.setattr(reader, "compiled_reader", lambda: None)
    monkeypatch.setattr(syntax.host, "parse", failing(syntax.host.parse))
    project = open_files({**GOOD, "p/trap.py": "TRAP\n"})
    (broken,) = project.graph.ledger.broken
    assert broken.path == "p/trap.py"
    assert broken.reason == "importgraph failed on it (KeyError: 'trap'); please report it"
    assert "IG202" in {finding.code for finding in project.findings}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RecursionError("deep"), "nested too deeply to be read"),
        (MemoryError(), "too large for the memory there is"),
        (IndexError("list\nindex"), "importgraph failed on it (IndexError: list index); please report it"),
        (AssertionError(), "importgraph failed on it (AssertionError); please report it"),
    ],
)
def test_a_fault_of_ours_in_reading_facts_is_the_outcome_of_that_file(monkeypatch, error, said):
    def read(*_, **__):
        raise error

    monkeypatch.setattr(parse, "recorded_facts", read)
    assert parse.parse_module(b"import a\n").broken.reason == said


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="workers would not see the trap")
def test_a_file_that_ends_the_process_reading_it_is_broken(tmp_path, monkeypatch):
    for number in range(160):
        (tmp_path / f"m{number}.py").write_text(f"import m{(number + 1) % 160}\n", encoding="utf-8")
    (tmp_path / "m50.py").write_text("DEADLY\n", encoding="utf-8")
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # processes that are spawned would not see it
    real = parsing.encoded_facts
    monkeypatch.setattr(
        parsing, "encoded_facts", lambda text: os._exit(9) if b"DEADLY" in text else real(text)
    )
    found = open_project(tmp_path, from_options(workers=2)).scan
    (broken,) = [file for file in found.files if file.broken]
    assert broken.path == "m50.py"
    assert "the process that read it ended" in broken.broken.reason
    assert all(file.facts.imports for file in found.files if file is not broken)


def test_a_rule_that_fails_is_a_finding_and_the_others_stand(open_files, monkeypatch):
    def check_nothing(_):
        raise KeyError("trap")
        yield

    monkeypatch.setattr(rules, "CHECKS", (check_nothing, *rules.CHECKS))
    project = open_files(GOOD)
    found = rules.run_checks(project.snapshot, checks=rules.CHECKS)
    assert {finding.code for finding in found} >= {"IG003", "IG202"}
    (one,) = [finding for finding in found if finding.code == "IG003"]
    assert "KeyError: 'trap'" in one.message
    assert "please report it" in one.message


def test_a_proposer_that_fails_is_said_and_the_others_stand(open_files, monkeypatch):
    def propose_nothing(_):
        raise KeyError("trap")
        yield

    monkeypatch.setattr(propose, "PROPOSERS", (propose_nothing, *propose.PROPOSERS))
    proposals = propose.propose(open_files({**GOOD, "p/c.py": "import p.bb\n"}).snapshot)
    assert proposals.fixes
    assert any("KeyError: 'trap'" in one.reason for one in proposals.skipped)


# -- what is no file ----------------------------------------------------------------------------------


def test_only_regular_files_are_read(write_project):
    root = write_project(GOOD)
    (root / "p" / "zero.py").symlink_to("/dev/zero")
    os.mkfifo(root / "p" / "pipe.py")
    os.mkfifo(root / ".gitignore")
    document = answer("graph", root)
    assert adds_up(document["ledger"])
    refused = {one["path"]: one["reason"] for one in document["ledger"]["broken"]}
    refused |= {one["path"]: one["reason"] for one in document["ledger"]["excluded"]}
    assert refused.keys() == {"p/zero.py", "p/pipe.py"}
    assert all("not a regular file" in reason for reason in refused.values())


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", "pytest.ini", "requirements.txt", ".importlinter"])
@pytest.mark.parametrize("command", ["graph", "analyze", "collect", "doctor"])
def test_a_pipe_in_place_of_a_setting_stops_nothing(write_project, monkeypatch, tmp_path, name, command):
    root = write_project({**GOOD, "test_a.py": "def test(): ...\n"})
    os.mkfifo(root / name)
    monkeypatch.chdir(tmp_path)
    assert finishes(command, root, "--no-cache", "--quiet").exit_code in {0, 1, 2}


@pytest.mark.parametrize("name", ["conftest.py", "test_b.py"])
@pytest.mark.parametrize("command", ["collect", "doctor"])
@pytest.mark.parametrize("kind", ["pipe", "zero"])
def test_a_test_file_that_is_none_stops_nothing(write_project, monkeypatch, name, command, kind):
    root = write_project({**GOOD, "test_a.py": "def test(): ...\n"})
    os.mkfifo(root / name) if kind == "pipe" else (root / name).symlink_to("/dev/zero")
    monkeypatch.chdir(root)
    assert finishes(command, "--no-cache", "--quiet").exit_code in {0, 1}


def finishes(*arguments):
    """Run a command; one that hangs on a pipe is let go after a while, and fails."""
    hung = threading.Event()
    timer = threading.Timer(20, hung.set)
    timer.start()
    try:
        return run(*arguments)
    finally:
        timer.cancel()
        assert not hung.is_set()


def test_settings_that_are_no_regular_file_are_an_error_with_a_reason(write_project):
    root = write_project(GOOD)
    os.mkfifo(root / "pyproject.toml")
    with pytest.raises(ConfigError, match=r"pyproject.toml cannot be read: not a regular file"):
        open_project(root, from_options())


def test_settings_that_are_nested_too_deeply_are_an_error_with_a_reason(write_project):
    root = write_project({**GOOD, "pyproject.toml": "x = " + "[" * 5000})
    with pytest.raises(ConfigError, match=r"pyproject.toml cannot be read: nested too deeply"):
        open_project(root, from_options())


def test_what_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.py"
    with path.open("wb") as stream:
        stream.truncate(LARGEST + 1)  # a hole: it takes no space
    with pytest.raises(OSError, match="larger than 64 MB"):
        read_file(path)
    (broken,) = answer("graph", tmp_path)["ledger"]["broken"]
    assert broken["reason"] == "cannot be read: larger than 64 MB"


def test_text_is_read_as_python_reads_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\n\xe9")
    assert read_text_file(path, "replace") == "a\nb\nc\n\ufffd"
    with pytest.raises(UnicodeDecodeError):
        read_text_file(path)


# -- stages that look at one test file after the other -------------------------------------------------


TESTS = {
    "test_a.py": "def test(): ...\n",
    "test_trap.py": "def test(): ...\n",
    "test_z.py": "import gone_z\n",
}


def raising(real, place):
    def called(*arguments, **named):
        if "test_trap" in str(arguments[place]):
            raise KeyError("trap")
        return real(*arguments, **named)

    return called


def test_a_fault_of_ours_makes_one_file_dynamic(write_project, monkeypatch):
    monkeypatch.chdir(write_project(TESTS))
    monkeypatch.setattr(Worker, "_items", raising(Worker._items, 1))
    document = answer("collect")
    assert [one["path"] for one in document["items"]] == ["test_a.py"]
    reasons = {one["path"]: one["reason"] for one in document["dynamic"]}
    assert reasons["test_trap.py"] == "importgraph failed on it (KeyError: 'trap'); please report it"


def test_a_fault_of_ours_leaves_one_file_out_of_a_prediction(write_project, monkeypatch):
    monkeypatch.chdir(write_project({**TESTS, "test_z.py": "from test_a import gone\n"}))
    monkeypatch.setattr(Session, "_collect", raising(Session._collect, 1))
    document = answer("doctor")
    assert [one["path"] for one in document["failing"]] == ["test_z.py"]
    assert "test_trap.py: importgraph failed on it (KeyError: 'trap'); please report it" in document["notes"]


def test_a_test_that_we_fail_on_counts_as_affected(write_project, monkeypatch):
    trap = "def test():\n    import app\n"  # needs a search
    root = write_project({**TESTS, "app.py": "", "test_b.py": "import app\n", "test_trap.py": trap})
    monkeypatch.chdir(root)
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True)
    (root / "app.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(SharedWays, "search", raising(SharedWays.search, 1))
    found = {one["path"]: one["chain"] for one in answer("affected", "--since", "HEAD")["tests"]}
    assert found.keys() == {"test_b.py", "test_trap.py"}
    assert "please report it" in str(found["test_trap.py"])
