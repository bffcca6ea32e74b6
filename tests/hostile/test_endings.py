"""What a run says and returns when its streams, folders or disk fail it."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys

import pytest
from git_repos import Repo

from importgraph.facts import cache as facts_cache

FILES = {
    "app/__init__.py": "from app import one\n",
    "app/one.py": "import app.two\n",
    "app/two.py": "import app.one\n",
    "app/three.py": "from app import gone\n",
    "tests/test_app.py": "from app import one\n\n\ndef test_one():\n    assert one\n",
}
COMMANDS = (("graph",), ("cycles",), ("collect",), ("analyze",), ("cycles", "--format", "sarif"), ("--help",))
every_command = pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)


@pytest.fixture
def start(write_project, tmp_path):
    """Start importgraph in a small project."""
    root = write_project(FILES)

    def started(*arguments, redirect="", environment=None, **options):
        variables = {
            **os.environ,
            "IMPORTGRAPH_CACHE_DIR": str(tmp_path / "cache"),
            **(environment or {}),
        }
        command = f'exec "$0" -m importgraph "$@" {redirect}'
        return subprocess.run(
            ["sh", "-c", command, sys.executable, *arguments],
            cwd=root,
            env={name: value for name, value in variables.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    return started


def is_one_line(text: str) -> bool:
    return text.startswith("importgraph: ") and text.count("\n") == 1


@every_command
@pytest.mark.parametrize("redirect", [">/dev/full", ">&-"])
def test_a_standard_output_that_takes_nothing_is_one_line(start, arguments, redirect):
    done = start(*arguments, redirect=redirect)
    assert done.returncode == 2
    last = done.stderr.splitlines(keepends=True)[-1]
    assert is_one_line(last)
    assert "standard output cannot be written" in last
    assert "Traceback" not in done.stderr


@every_command
def test_a_reader_that_leaves_ends_us_as_other_tools(start, arguments, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "importgraph", *arguments],
        cwd=tmp_path / "project",
        env={**os.environ, "IMPORTGRAPH_CACHE_DIR": str(tmp_path / "cache")},
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert done.returncode == -signal.SIGPIPE
    assert b"importgraph:" not in done.stderr
    assert b"Traceback" not in done.stderr


@every_command
def test_messages_that_nobody_can_read_are_dropped(start, arguments):
    plain = start(*arguments)
    for redirect in ("2>&-", "2>/dev/full"):
        done = start(*arguments, redirect=redirect)
        assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)


@pytest.mark.parametrize("arguments", [("cycles",), ("collect",)], ids=" ".join)
@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"HOME": "/dev/null/nowhere", "IMPORTGRAPH_CACHE_DIR": None, "XDG_CACHE_HOME": None},
        {"HOME": None, "IMPORTGRAPH_CACHE_DIR": None, "XDG_CACHE_HOME": "relative"},
        {"TMPDIR": "/dev/null/nowhere"},
        {"IMPORTGRAPH_CACHE_DIR": "/dev/null/cache"},
        {"IMPORTGRAPH_CACHE_DIR": "pyproject.toml"},
    ],
    ids=str,
)
def test_a_poor_environment_changes_no_answer(start, arguments, environment, tmp_path):
    (tmp_path / "project/pyproject.toml").write_text("")
    done = start(*arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "Traceback" not in done.stderr


def test_no_folder_for_temporary_files_is_one_line(start, tmp_path):
    Repo(tmp_path / "project").commit({})
    code = (
        "import tempfile, sys; tempfile._candidate_tempdir_list = lambda: ['/dev/null/nowhere'];"
        "sys.argv = ['importgraph', 'diff', 'HEAD']; from importgraph.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "project", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert is_one_line(done.stderr)
    assert "TMPDIR" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("graph", "-o", "out.json"), ("baseline",), ("analyze", "--output", "out"), ("cycles", "-o", "out.txt")],
    ids=" ".join,
)
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(start, arguments, tmp_path):
    def no_space():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    environment = {"PYTHONDONTWRITEBYTECODE": "1", "IMPORTGRAPH_CACHE_DIR": "/dev/null/cache"}
    done = start(*arguments, environment=environment, preexec_fn=no_space)
    assert done.returncode == 2
    assert "cannot be written: File too large" in done.stderr.splitlines()[-1]
    left = [path for path in (tmp_path / "project").rglob("*") if path.is_file()]
    assert all("out" not in path.parts[-1] and "baseline" not in path.name for path in left)
    assert not [path for path in left if path.name.endswith(".tmp")]


def test_a_locked_cache_costs_a_moment(start, tmp_path):
    start("cycles")
    (database,) = (tmp_path / "cache").glob("facts-*.sqlite3")
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        done = start("analyze", "--no-report", "--python-version", "3.12")  # no kept graph answers that
    assert done.returncode == 0
    assert "the cache could not be" in done.stderr
    assert facts_cache._TIMEOUT <= 1


def test_a_read_only_cache_is_a_note(start, tmp_path):
    start("cycles")
    for path in (tmp_path / "cache").iterdir():
        path.chmod(0o444)
    (tmp_path / "cache").chmod(0o555)
    try:
        assert start("cycles").returncode == 0
    finally:
        (tmp_path / "cache").chmod(0o755)
