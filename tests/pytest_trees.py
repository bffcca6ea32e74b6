"""Small trees collected by real pytest and by us."""

import json
import os
import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

from importgraph.collection.collect import Request, collect

_PLUGIN = """
import json, os

def pytest_collection_finish(session):
    with open(os.environ["TRUTH"], "w") as stream:
        json.dump([item.nodeid for item in session.items], stream)
"""


def write_tree(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")


def run_pytest(folder, *words):
    """Return the node ids that real pytest collects in a folder, in order."""
    answer = folder.parent / f"{folder.name}-truth.json"
    plugins = folder.parent / "plugins"
    plugins.mkdir(exist_ok=True)
    (plugins / "truth_plugin.py").write_text(_PLUGIN, encoding="utf-8")
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    variables |= {"PYTHONPATH": str(plugins), "TRUTH": str(answer), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "truth_plugin",
        "-p",
        "no:randomly",
    ]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *words],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), done.stdout + done.stderr
    return json.loads(answer.read_text())


def run_ours(folder, *words):
    """Collect without importing, for the interpreter that runs the tests."""
    return collect(Request(folder, (*words, "-p", "no:randomly"), Path(sys.executable), 1))


def by_file(ids):
    files = defaultdict(list)
    for node in ids:
        files[node.split("::")[0]].append(node)
    return dict(files)
