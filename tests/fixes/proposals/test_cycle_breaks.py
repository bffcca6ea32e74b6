import subprocess
import sys

import pytest

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.edits.writing import write_changes
from importgraph.findings.cycles import find_cycles
from importgraph.fixes.model import Applicability, Form
from importgraph.fixes.proposals.cycle_breaks import propose_cycle_breaks
from importgraph.fixes.sets.rewritten_orders import ASKED_LATER, checked


def proposals(open_files, files):
    return list(propose_cycle_breaks(open_files(files).snapshot))


def test_no_cycle_or_one_that_hurts_nobody(open_files):
    assert proposals(open_files, {"a.py": "import b\n", "b.py": ""}) == []
    deferred = {"a.py": "import b\n", "b.py": "def f():\n    import a\n    return a\n"}
    assert proposals(open_files, deferred) == []


def test_an_import_used_in_functions_is_the_one_to_put_off(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import two\n\nclass One(two): ...\n",
        "p/b.py": "from p.a import One\n\ndef two():\n    return One\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.applicability is Applicability.UNSAFE
    (edit,) = fix.edits
    assert (edit.path, edit.line, edit.form) == ("p/b.py", 1, Form.FUNCTIONS)
    assert fix.findings[0].startswith("IG20")


def test_a_cycle_of_base_classes_needs_a_person(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "import p.b\n\nclass One: ...\n\nclass Three(p.b.Two): ...\n",
        "p/b.py": "import p.a\n\nclass Two(p.a.One): ...\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.applicability is Applicability.MANUAL
    assert "third module" in fix.edits[0].ways[0]


def test_ways_name_the_functions_or_the_block(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import two\nx = two\n",
        "p/b.py": "from __future__ import annotations\nfrom p.a import x\ndef two(y: x): ...\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.edits[0].form is Form.TYPE_CHECKING


def test_a_proposal_names_the_finding_that_it_resolves(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p import b\ndef f(): b.x()\n",
        "p/b.py": "from p import a\ndef x(): a.f()\n",
    }
    project = open_files(files)
    (cycle,) = [finding for finding in project.findings if finding.code.startswith("IG20")]
    named = [one for fix in project.proposals.fixes for one in fix.findings]
    assert f"{cycle.code} {cycle.subject}" in named


def applied(open_files, files):
    """Apply the only proposal; return the project as it is then, and the proposal."""
    project = open_files({"p/__init__.py": "", **files})
    (fix,) = propose_cycle_breaks(project.snapshot)
    made = plan(project.root, named([fix]), project.read_text)
    assert not made.left, made.left
    write_changes(project.root, made.changes)
    return open_files({}), fix


TWO = "from p.a import One\nclass Two(One): ...\n"
BASES = {
    "p/a.py": "import os\nfrom p.b import Two\n\n# about it\nclass One:\n    x = os\n    y = helper\n\n\n"
    "class Three(Two): ...\n",
    "p/b.py": "from p.a import One\n\nclass Two(One): ...\n",
}
HELPER = "def helper():\n    return 1\n\n\n# about it\nclass One"


@pytest.mark.parametrize("first", ["p.a", "p.b"])
def test_a_definition_is_moved_and_all_paths_give_the_same_object(open_files, first):
    files = {**BASES, "p/a.py": BASES["p/a.py"].replace("# about it\nclass One", HELPER)}
    after, fix = applied(open_files, files)
    assert find_cycles(after.snapshot) == ()
    probe = f"import {first}, p.a, p.b; assert p.a.One is p.b.One and p.a.Two is p.b.Two"
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, cwd=after.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "moves to a new `p._one`" in fix.reasons[0]


def test_what_a_moved_definition_needs_goes_with_it(open_files):
    text = (
        "from p import b\nimport os\n\ndef helper():\n    return os.sep\n\n@helper\nclass One:\n    y = 1\n"
    )
    after, _ = applied(open_files, {"p/a.py": text + "x = b.Two\n", "p/b.py": TWO})
    assert after.read_text("p/_one.py") == (
        '"""What `p.a` defines and others need without it."""\n\nimport os\n\n\n'
        "def helper():\n    return os.sep\n\n\n@helper\nclass One:\n    y = 1\n"
    )
    assert after.read_text("p/a.py") == (
        "from p import b\nimport os\n\nfrom p._one import helper as helper\n\n"
        "from p._one import One as One\nx = b.Two\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "One = object()\n",
        "N = 1\nclass One:\n    x = N\n",
        "class One:\n    x = __name__\n",
        "class One:\n    x = b\n",
        "if b:\n    class One: ...\n",
        "from p.x import *\nclass One: ...\n",
    ],
)
def test_what_belongs_to_its_module_stays(open_files, body):
    files = {
        "p/__init__.py": "",
        "p/x.py": "",
        "p/a.py": f"from p import b\n{body}x = b.Two\n",
        "p/b.py": "from p.a import One\nclass Two(One): ...\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.applicability is Applicability.MANUAL


def test_no_edit_is_applied_after_which_a_module_fails_that_is_imported_first(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import x\nfrom p.second import two\ndef g():\n    return x, two\n",
        "p/b.py": "from p.first import one\nfrom p import a\nx = one\nkept = [a]\n",
        "p/first.py": "def one(): ...\nfrom p.second import two\n",
        "p/second.py": "from p.first import one\ndef two(): ...\n",
    }
    snapshot = open_files(files).snapshot
    (fix,) = [one for one in propose_cycle_breaks(snapshot) if "`p.a`" in one.title or "`p.b`" in one.title]
    assert fix.reasons[-1] == ASKED_LATER
    assert checked(snapshot, fix).reason.startswith("`import p.a` would fail")
