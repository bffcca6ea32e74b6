"""`importgraph serve` as a process."""

import http.client
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import util
from urllib.parse import urlsplit

import pytest
from conftest import write_files

from importgraph.cli.serve import serve
from importgraph.errors import UsageError

ADDRESS = re.compile(r"Report at (http://127\.0\.0\.1:\d+/[\w-]{32,}/)  \(Ctrl-C ends it\)\n")
FILES = {"a.py": "import first_name\n", "first_name.py": ""}


@contextmanager
def serving(folder, *options):
    command = [sys.executable, "-m", "importgraph", "serve", "--no-open", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()
        process.stderr.close()


def report(address):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        connection.request("GET", f"{parts.path}report")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_it_refreshes_after_a_change_and_ends_with_ctrl_c(tmp_path):
    folder = write_files(tmp_path / "live", FILES)
    with serving(folder) as process:
        said = process.stderr.readline()
        address = re.fullmatch(
            r"Report at (http://127\.0\.0\.1:\d+/[\w-]{32,}/)  \(Ctrl-C ends it\)\n", said
        )[1]
        assert "first_name" in report(address)
        write_files(folder, {"second_name.py": "", "a.py": "import second_name\n"})
        until = time.monotonic() + 60
        while "second_name" not in report(address) and time.monotonic() < until:
            time.sleep(0.1)
        assert "second_name" in report(address)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr.read() == "Ended.\n"
        assert process.stdout.read() == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere. Name the folder of a repository or package."),
        (["--python", "nothing", "."], "nothing"),
    ],
)
def test_what_cannot_be_served_is_one_line_and_exit_code_2(tmp_path, arguments, said):
    with serving(write_files(tmp_path / "p", FILES), *arguments) as process:
        assert process.wait(60) == 2
        (line,) = process.stderr.read().splitlines()
        assert line.startswith("importgraph: ")
        assert said in line


def test_without_watchfiles_it_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"needs watchfiles.*pip install 'importgraph\[serve\]'"):
        serve(tmp_path)
