"""What verification asks of a copy, by fixes that go wrong in one way each."""

import sys

import pytest

from importgraph.config import from_options
from importgraph.edits.identity import named
from importgraph.edits.questions import How, Questions
from importgraph.edits.running import ModuleState
from importgraph.edits.verification import verify
from importgraph.fixes.model import (
    AddImport,
    Applicability,
    CreateModule,
    DeferImport,
    Fix,
    Form,
    ReplaceText,
    RewriteImport,
)

FILES = {
    "app/__init__.py": "from app.home import Thing\n",
    "app/home.py": "class Thing: ...\n",
    "app/copy.py": "class Thing: ...\n",
    "app/use.py": "from app import Thing\nx = Thing\n",
}


def outcome(open_files, *edits, kind="canonical-imports", findings=(), files=FILES, test=""):
    project = open_files(files)
    fix = Fix("F1", kind, "t", (), 1, 1, Applicability.UNSAFE, (), findings, edits)
    how = How(sys.executable, "3", from_options(workers=1), test)
    found = verify(project, named([fix]), how, lambda *_: None)
    return found.withdrawn[0].reason if found.withdrawn else ""


def take(path, before="from app import Thing"):
    return RewriteImport("app/use.py", 1, before, f"from {path} import Thing")


def test_the_same_object_by_another_path_holds(open_files):
    assert outcome(open_files, take("app.home")) == ""


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([take("app.copy")], "`app.Thing` is not what `app.copy.Thing` is"),
        ([CreateModule("app/fresh.py", "1 / 0\n")], "`import app.fresh` fails: ZeroDivisionError"),
        ([ReplaceText("app/home.py", 1, 0, "class Thing: ...", "1 / 0\nclass Thing: ...")], "fails: ZeroDiv"),
        ([ReplaceText("app/use.py", 2, 0, "x = ", "_ = ")], "`app.use` lost `x`"),
        ([AddImport("app/home.py", "import app.use")], "a new finding: IG2"),
        ([ReplaceText("app/use.py", 2, 0, "x = ", "x = y = ")], ""),
    ],
)
def test_what_goes_wrong_is_said(open_files, edits, reason):
    found = outcome(open_files, *edits, kind="cycle-break")
    assert found.startswith(reason) if not reason else reason in found


def test_an_edit_that_could_be_made_again_is_no_fix(open_files):
    grows = ReplaceText("app/home.py", 1, 6, "Thing", "A: ...\nclass Thing")
    assert outcome(open_files, grows) == ""
    again = ReplaceText("app/use.py", 2, 4, "Thing", "Thing if Thing else 1")
    assert outcome(open_files, again) == ""
    swap = ReplaceText("app/use.py", 2, 0, "x", "x, x")
    assert "fails" in outcome(open_files, swap)


def test_a_rule_of_the_project_has_to_be_met(open_files):
    rules = (
        '[[tool.importgraph.rules]]\ncode = "APP1"\nkind = "deprecated-call"\nname = "app.home.old"\n'
        'replacement = "app.home.new"\n'
    )
    files = {
        "pyproject.toml": rules,
        "app/__init__.py": "",
        "app/home.py": "def old(): ...\ndef new(): ...\n",
        "app/use.py": "from app.home import new, old\nx = old()\ny = 1\n",
    }
    findings = ("APP1 app.home.old",)
    good = ReplaceText("app/use.py", 2, 4, "old", "new")
    other = ReplaceText("app/use.py", 3, 0, "y = 1", "y = 2")
    assert outcome(open_files, good, kind="deprecated", findings=findings, files=files) == ""
    assert "still found" in outcome(open_files, other, kind="deprecated", findings=findings, files=files)
    files["app/more.py"] = "from app.home import old\ny = 1\n"
    more = ReplaceText("app/more.py", 2, 0, "y = 1", "y = old()")
    assert "a new finding: APP1" in outcome(open_files, more, kind="deprecated", files=files)


BROKEN = {
    "app/__init__.py": "",
    "app/new.py": "thing = 1\n",
    "tests/test_a.py": "from app.old import thing\n\n\ndef test_a():\n    assert thing\n",
    "tests/test_b.py": "def test_b():\n    pass\n",
}


@pytest.mark.thorough
def test_a_repair_may_let_tests_be_collected_and_pass(open_files):
    test = f"{sys.executable} -m pytest -q -p no:cacheprovider"
    mend = RewriteImport("tests/test_a.py", 1, "from app.old import thing", "from app.new import thing")
    assert outcome(open_files, mend, kind="missing-import", files=BROKEN, test=test) == ""
    lose = ReplaceText("tests/test_b.py", 2, 4, "pass", "pass\ntest_b.__test__ = False")
    found = outcome(open_files, mend, lose, kind="missing-import", files=BROKEN)
    assert "no longer collected, tests/test_b.py::test_b first" in found


def test_an_old_module_that_nobody_imports_any_more_is_no_harm(open_files):
    files = {
        "app/__init__.py": "",
        "app/old.py": "x = 1\n",
        "app/new.py": "x = 1\n",
        "main.py": "from app.old import x\nimport app.new\n",
    }
    edit = RewriteImport("main.py", 1, "from app.old import x", "from app.new import x")
    assert outcome(open_files, edit, kind="deprecated", files=files) == ""


def test_a_file_in_a_hidden_folder_can_be_fixed(open_files):
    files = {**FILES, ".tools/script.py": "x = 1\n"}
    assert outcome(open_files, ReplaceText(".tools/script.py", 1, 4, "1", "2"), files=files) == ""


STUBBED = {
    "app/__init__.py": "",
    "app/base.py": "def thing(): ...\ndef other(): ...\n",
    "app/offer.py": "from app.base import other, thing\nx = 1\n",
    "app/offer.pyi": "from app.base import thing as thing, other\n\ndef never() -> int: ...\n",
}


@pytest.mark.parametrize(("name", "lost"), [("thing", True), ("other", False)])
def test_a_name_of_the_stub_is_public_even_where_nothing_uses_it(open_files, name, lost):
    delete = DeferImport("app/offer.py", 1, f"from app.base import {name}", name, Form.DELETE, (), "")
    found = outcome(open_files, delete, kind="unused-import", files=STUBBED)
    assert found == ("`app.offer` no longer gives `thing`, which its stub or `__all__` names" if lost else "")


def test_a_name_of_all_that_comes_when_asked_for_is_public(open_files):
    lazy = "__all__ = ['thing']\ndef __getattr__(name):\n    from app import base\n    return base.thing\n"
    files = {"app/__init__.py": "", "app/base.py": "thing = 1\n", "app/offer.py": lazy}
    edit = ReplaceText("app/offer.py", 4, 11, "base.thing", "base.nothing")
    found = outcome(open_files, edit, files=files)
    assert found == "`app.offer` no longer gives `thing`, which its stub or `__all__` names"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("random.sample(range(40), 40)", ""),
        ("range(40)", "pytest collects in another order, or fails otherwise"),
    ],
)
def test_another_order_counts_where_the_suite_has_one(open_files, values, reason):
    test = f"import random\nimport pytest\nORDER = list({values})\n\n"
    test += "@pytest.mark.parametrize('x', ORDER)\ndef test_a(x):\n    pass\n"
    files = {"app/__init__.py": "", "tests/test_a.py": test}
    turned = ReplaceText("tests/test_a.py", 3, 8, f"list({values})", f"[*{values}][::-1]")
    assert outcome(open_files, turned, files=files) == reason


def test_a_module_that_took_too_long_before_any_change_is_named(open_files, monkeypatch):
    late = {"app.use": ModuleState("it was not done after 60 s")}
    monkeypatch.setattr("importgraph.edits.questions.import_each", lambda *_, **__: late)
    project = open_files({"app/use.py": ""})
    questions = Questions(project, How("", "3", from_options()), project.root, project.root, lambda *_: None)
    assert questions.asked[1] == "imports of 1 modules (but for app.use: it was not done after 60 s)"
