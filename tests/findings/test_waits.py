"""Imports that wait: certain ones first, through the functions that a module body runs."""

from collections.abc import Callable

import pytest

from importgraph.findings.waits import find_waits
from importgraph.project import Project

OPEN = Callable[..., Project]


def waits(project: Project) -> list[tuple[str, str, bool]]:
    found = [one.wait for one in find_waits(project.snapshot)]
    return [(f"{one.path}:{one.line}", one.kind, one.certain) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "import time\ndef f():\n    time.sleep(1)\n",
        "import time\nif False:\n    time.sleep(1)\n",
        "import redis\nclient = redis.Redis(timeout=3)\n",
        "from app import time\ntime.sleep(1)\n",
        "import threading\nthread = threading.Thread()\nthread.start()\n",
        "import os\nname = ', '.join(os.environ)\n",
        "import sys\nif sys.version_info < (3, 0):\n    import time\n    time.sleep(1)\n",
    ],
)
def test_what_does_not_wait_is_not_named(open_files: OPEN, text: str) -> None:
    files = {"app/__init__.py": "import app.core", "app/core.py": text, "app/time.py": "def sleep(n): ..."}
    assert waits(open_files(files)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import time\ntime.sleep(1)\n", "sleeps"),
        ("from time import sleep as rest\nrest(1)\n", "sleeps"),
        ("import socket\nsocket.create_connection(('h', 1), 10)\n", "waits for a connection"),
        ("import requests\nrequests.get('http://x', timeout=90)\n", "waits for a connection"),
        ("import redis\nr = redis.Redis()\nr.ping()\n", "waits for a connection"),
        ("from threading import Thread\nt = Thread()\nt.start()\nt.join(5)\n", "waits for a thread"),
        ("import fcntl\nfcntl.flock(3, 2)\n", "waits for a lock"),
        ("import subprocess\nsubprocess.check_output(['git', 'describe'])\n", "waits for a program"),
    ],
)
def test_what_waits_is_named_with_its_line(open_files: OPEN, text: str, kind: str) -> None:
    files = {"app/__init__.py": "import app.core", "app/core.py": text}
    assert waits(open_files(files)) == [(f"app/core.py:{text.count(chr(10))}", kind, True)]


def test_a_function_that_runs_at_import_waits_for_its_caller(open_files: OPEN) -> None:
    files = {
        "app/__init__.py": "from app.db import connect\nhandle = connect()\n",
        "app/db.py": "import time\ndef connect():\n    for _ in range(9):\n        retry()\ndef retry():\n"
        "    time.sleep(10)\n",
    }
    (one,) = find_waits(open_files(files).snapshot)
    assert (one.wait.path, one.wait.line, one.wait.certain) == ("app/db.py", 6, True)
    assert one.wait.called_from == "app/__init__.py:2"
    assert [entry.title for entry in one.entries] == ["import app"]


def test_what_a_program_does_when_it_is_run_is_no_import(open_files: OPEN) -> None:
    files = {
        "app/__init__.py": "",
        "app/__main__.py": "import app.db\nfrom app.cli import main\nmain()\n",
        "app/cli.py": "import time\ndef main():\n    input()\n    time.sleep(1)\n",
        "app/db.py": "import time\ntime.sleep(2)\n",
    }
    assert waits(open_files(files)) == [("app/db.py:2", "sleeps", True)]


def test_what_no_entry_point_loads_does_not_matter_and_certain_ones_come_first(open_files: OPEN) -> None:
    files = {
        "app/__init__.py": "import app.a, app.b",
        "app/a.py": "import time, app\nif app:\n    time.sleep(1)\n",
        "app/b.py": "import os\nos.system('sync')\n",
        "app/alone.py": "import time\ntime.sleep(1)\n",
    }
    assert waits(open_files(files)) == [
        ("app/b.py:2", "waits for a program", True),
        ("app/a.py:3", "sleeps", False),
    ]
