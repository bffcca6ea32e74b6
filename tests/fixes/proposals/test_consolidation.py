import ast
import importlib

import pytest

from importgraph.fixes.model import CreateModule, Fix, RewriteImport, SkippedFix
from importgraph.fixes.proposals.consolidation import (
    Group,
    _grows,
    find_groups,
    module_text,
    propose_consolidation,
)

HOMES = {
    "app/__init__.py": "",
    "app/models.py": "class Model: ...\n",
    "app/tools.py": "def tool(): ...\n",
    "app/errors.py": "class Error(Exception): ...\n",
}
USES = "from app.models import Model\nfrom app.tools import tool\nfrom app.errors import Error\n"


def users(count, text=USES):
    return {f"app/user{number}.py": text for number in range(count)}


def proposals(open_files, files):
    return list(propose_consolidation(open_files({**HOMES, **files}).snapshot))


@pytest.mark.parametrize(
    "files", [users(7), users(9, "from app.models import Model\nfrom app.tools import tool\n")]
)
def test_few_files_or_few_modules_are_left_alone(open_files, files):
    assert proposals(open_files, files) == []


def test_functions_tests_and_guards_do_not_count(open_files):
    inner = "def f():\n    " + USES.replace("\n", "\n    ").rstrip() + "\n"
    assert proposals(open_files, users(9, inner)) == []
    assert proposals(open_files, {f"app/tests/test_{n}.py": USES for n in range(9)}) == []


def test_a_group_that_recurs(open_files):
    (fix,) = proposals(open_files, users(8))
    assert isinstance(fix, Fix)
    assert (fix.resolves, fix.statements) == (16, 24)
    created, *rewrites = fix.edits
    assert isinstance(created, CreateModule)
    assert created.path == "app/common_imports.py"
    assert (
        RewriteImport(
            "app/user0.py", 1, "from app.models import Model", "from app.common_imports import Model"
        )
        in rewrites
    )
    assert all(gain.after == gain.before + 1 for gain in fix.gains)
    assert {gain.entry for gain in fix.gains} == {f"app.user{n}" for n in range(8)}


def test_refused_where_an_importer_would_load_more(open_files):
    snapshot = open_files({**HOMES, **users(8), "app/thin.py": "import app.tools\n"}).snapshot
    items = (("app.errors", "Error"), ("app.models", "Model"), ("app.tools", "tool"))
    wide = Group(items, ("app.thin", "app.user0"))
    assert "`app.thin` would load `app.errors`" in _grows(snapshot, wide, "app")
    assert _grows(snapshot, Group(items, ("app.user0",)), "app") == ""


@pytest.mark.parametrize(
    "around", ["if os.environ.get('X'):\n    {}", "try:\n    {}\nexcept ImportError:\n    pass\n"]
)
def test_imports_that_may_not_run_do_not_count(open_files, around):
    text = "import os\n" + around.format(USES.replace("\n", "\n    ").rstrip() + "\n")
    assert proposals(open_files, users(9, text)) == []


def test_the_same_name_of_two_modules_is_skipped(open_files):
    files = {"app/more.py": "class Model: ...\n"}
    text = USES + "from app.more import Model as Other\n"
    (skipped,) = proposals(open_files, {**files, **users(9, text)})
    assert isinstance(skipped, SkippedFix)
    assert "two modules give the name `Model`" in skipped.reason


def test_a_name_that_is_free(open_files):
    (fix,) = proposals(open_files, {**users(8), "app/common_imports.py": ""})
    assert fix.edits[0].path == "app/shared_imports.py"


def test_groups_are_the_same_in_any_order():
    items = frozenset({("a", "x"), ("b", "y"), ("c", "z")})
    files = {f"f{n}": items for n in range(9)}
    assert find_groups(files) == find_groups(dict(reversed(files.items())))
    assert find_groups(files)[0].saved == 18


def test_the_module_answers_lazily(tmp_path, monkeypatch):
    source = module_text([("consolidated_home", "Thing"), ("consolidated_home", "other")])
    ast.parse(source)
    (tmp_path / "consolidated.py").write_text(source)
    (tmp_path / "consolidated_home.py").write_text("class Thing: ...\nother = 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("consolidated")
    assert "Thing" not in vars(module)
    assert module.Thing.__module__ == "consolidated_home"
    assert module.__all__ == ["Thing", "other"]
    with pytest.raises(AttributeError):
        _ = module.missing
