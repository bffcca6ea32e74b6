import subprocess
import sys

import pytest
from own_rules import rules

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.fixes.model import Fix, SkippedFix
from importgraph.fixes.proposals.class_rules import propose_class_rules

BASE = {
    "code": "APP1",
    "kind": "required-base",
    "classes": "*Handler",
    "base": "app.base.Base",
    "importers": "app.m",
}
SETUP = {"code": "APP2", "kind": "conflicting-methods", "methods": ["setUp", "setup_method"]}
FILES = {"app/__init__.py": "", "app/base.py": "class Base: ...\n"}


def changed(open_files, rule, source, path="app/m.py"):
    project = open_files({**FILES, "pyproject.toml": rules(rule), path: source})
    found = tuple(propose_class_rules(project.snapshot))
    fixes = [one for one in found if isinstance(one, Fix)]
    made = plan(project.root, named(fixes), project.read_text)
    assert not made.left
    text = made.changes[0].after.decode() if made.changes else source
    again = open_files({path: text})
    assert not [one for one in propose_class_rules(again.snapshot) if isinstance(one, Fix)]
    return text, [one.reason for one in found if isinstance(one, SkippedFix)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class AHandler:\n    pass\n", "class AHandler(Base):\n    pass\n"),
        ("class AHandler(): ...\n", "class AHandler(Base): ...\n"),
        ("class X: ...\nclass AHandler(X): ...\n", "class X: ...\nclass AHandler(X, Base): ...\n"),
        ("class AHandler(metaclass=type): ...\n", "class AHandler(Base, metaclass=type): ...\n"),
        ("class Out:\n    class AHandler: ...\n", "class Out:\n    class AHandler(Base): ...\n"),
    ],
)
def test_a_base_is_added_last(open_files, before, after):
    assert changed(open_files, BASE, before)[0] == f"from app.base import Base\n{after}"


@pytest.mark.parametrize(
    "source", ["class AHandler(unknown()): ...\n", "from app.base import Base\nclass AHandler(Base): ...\n"]
)
def test_what_has_it_or_may_have_it_stays(open_files, source):
    assert changed(open_files, BASE, source)[0] == source


def test_a_base_that_loads_the_class_is_left_to_a_person(open_files):
    project = open_files(
        {
            **FILES,
            "pyproject.toml": rules(BASE),
            "app/base.py": "import app.m\nclass Base: ...\n",
            "app/m.py": "class AHandler: ...\n",
        }
    )
    (skipped,) = propose_class_rules(project.snapshot)
    assert "closes a cycle" in skipped.reason


CASE = '''import unittest

class TestIt(unittest.TestCase):
    def setup_method(self, method):
        self.made = [1]

    def setUp(self):
        """Doc."""
        self.made.append(2)

    def test_it(self):
        assert self.made == [1, 2]
'''


def test_set_up_happens_once_under_both(open_files):
    text, _ = changed(open_files, SETUP, CASE, "test_it.py")
    assert text == CASE.replace("def setup_method(", "def _setup_method(").replace(
        "        self.made.append", "        self._setup_method(None)\n        self.made.append"
    )


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
def test_the_merged_methods_run(open_files, tmp_path, runner):
    (tmp_path / "test_it.py").write_text(changed(open_files, SETUP, CASE, "test_it.py")[0])
    command = (
        [sys.executable, "-m", runner, "test_it"]
        if runner == "unittest"
        else [sys.executable, "-m", runner, "-q", "-p", "no:cacheprovider", "test_it.py"]
    )
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("(unittest.TestCase)", "", "no unittest.TestCase"),
        ("self.made = [1]", "self.made = [method]", "uses `method`"),
        ("self.made = [1]", "super().setup_method(method)", "asks its base"),
    ],
)
def test_what_cannot_be_merged_says_why(open_files, old, new, why):
    text, reasons = changed(open_files, SETUP, CASE.replace(old, new), "test_it.py")
    assert text == CASE.replace(old, new)
    assert why in reasons[0]
