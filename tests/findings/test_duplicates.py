import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from importgraph.findings.duplicates import check_duplicates, find_duplicates
from importgraph.findings.fragmentation import measure_fragmentation

BODY = """
class WebSocketManager:
    def __init__(self):
        self.connections = []
    def connect(self, socket):
        self.connections.append(socket)
    def broadcast(self, text):
        for socket in self.connections:
            socket.send(text)
"""


def test_copies_are_alike(open_files):
    (found,) = find_duplicates(
        open_files({"p/__init__.py": "", **{f"p/m{n}.py": BODY for n in range(3)}}).snapshot
    )
    assert (found.name, found.kind, found.similarity, found.compared) == ("WebSocketManager", "class", 1.0, 3)
    assert [(one.module, one.line, one.lines) for one in found.definitions] == [
        (f"p.m{n}", 1, 8) for n in range(3)
    ]


def test_namesakes_without_common_text_are_not_reported(open_files):
    other = "class WebSocketManager:\n" + "".join(f"    x{n} = {n} * y{n}\n" for n in range(9))
    files = {"p/__init__.py": "", "p/a.py": BODY, "p/b.py": other}
    snapshot = open_files(files).snapshot
    assert find_duplicates(snapshot)[0].similarity < 0.1
    assert list(check_duplicates(snapshot)) == []


def test_a_reexport_is_no_duplicate(open_files):
    files = {"a.py": BODY, "b.py": "from a import WebSocketManager", "c.py": "from b import WebSocketManager"}
    assert find_duplicates(open_files(files).snapshot) == ()


def test_duplicates_and_fragmentation_are_never_mixed(open_files):
    files = {
        "a.py": BODY,
        "b.py": BODY,
        "again.py": "from a import WebSocketManager",
        "one.py": "from a import WebSocketManager",
        "two.py": "from again import WebSocketManager",
        "three.py": "from b import WebSocketManager",
    }
    snapshot = open_files(files).snapshot
    (duplicate,) = find_duplicates(snapshot)
    (fragment,) = measure_fragmentation(snapshot).definitions
    assert [one.module for one in duplicate.definitions] == ["a", "b"]
    assert fragment.module == "a"
    assert set(fragment.paths) == {"a", "again"}


@pytest.mark.parametrize("folder", ["tests", "examples", "docs"])
def test_code_that_stands_aside_is_left_out(open_files, folder):
    assert find_duplicates(open_files({"a.py": BODY, f"{folder}/b.py": BODY}).snapshot) == ()


def test_short_and_dunder_definitions_are_not_reported(open_files):
    text = "def main():\n    return 1\ndef __getattr__(name):\n    raise AttributeError(name)\n"
    assert list(check_duplicates(open_files({"a.py": text, "b.py": text}).snapshot)) == []


def test_messages_count(open_files):
    (finding,) = check_duplicates(
        open_files({"p/__init__.py": "", **{f"p/m{n}.py": BODY for n in range(3)}}).snapshot
    )
    assert (finding.code, finding.severity.value, finding.weight) == ("IG302", "warning", 16)
    assert finding.message == "class `WebSocketManager` is defined in 3 modules; their bodies are 100% alike."


SCRIPT = """
import json, sys
from pathlib import Path
from importgraph.config import from_options
from importgraph.project import open_project
findings = open_project(Path(sys.argv[1]), from_options(workers=1)).findings
rows = [[f.code, f.subject, f.message, f.weight, [[p.path, p.line] for p in f.locations]] for f in findings]
print(json.dumps(rows))
"""


def test_findings_do_not_depend_on_the_hash_seed(write_project):
    files = {"p/__init__.py": ""} | {
        f"p/m{n}.py": BODY + f"import p.m{(n + 1) % 5}\nfrom p import gone{n}\n" for n in range(5)
    }
    root = write_project({path: textwrap.dedent(text) for path, text in files.items()})
    outputs = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-c", SCRIPT, str(root)]
        outputs.add(
            subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        )
    assert len(outputs) == 1
    assert {"IG302", "IG202", "IG402"} <= {one[0] for one in json.loads(outputs.pop())}
