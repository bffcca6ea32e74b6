import json
import os
import subprocess
import sys
import textwrap
from collections import defaultdict

import pytest

from importgraph.selection.collect import Request, collect

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
    return collect(Request(folder, (*words, "-p", "no:randomly"), None, 1))


def by_file(ids):
    files = defaultdict(list)
    for node in ids:
        files[node.split("::")[0]].append(node)
    return dict(files)


@pytest.fixture
def compare(tmp_path):
    """Write a tree, collect it with pytest and with us; every file we do not call dynamic must be exact."""

    def check(files, *words, dynamic=(), expands=()):
        folder = tmp_path / "suite"
        folder.mkdir()
        write_tree(folder, {"pytest.ini": "[pytest]\n", **files})
        truth = run_pytest(folder, *words)
        found = run_ours(folder, *words)
        assert sorted(d.path for d in found.dynamic) == sorted(dynamic), found.dynamic
        assert sorted(item.id for item in found.items if item.expands) == sorted(expands)
        exact = [
            node for node in truth if node.split("::")[0] not in dynamic and node.split("[")[0] not in expands
        ]
        assert [item.id for item in found.items if not item.expands] == exact
        bases = list(
            dict.fromkeys(node.split("[")[0] for node in truth if node.split("::")[0] not in dynamic)
        )
        assert list(dict.fromkeys(item.id.split("[")[0] for item in found.items)) == bases
        return found

    return check
