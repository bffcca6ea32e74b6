import pytest

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.fixes.model import Applicability
from importgraph.fixes.proposals.unused_imports import propose_unused_imports

BASE = {"app/__init__.py": "", "app/plain.py": "X = 1\n", "app/loud.py": "print('hello')\n"}


def offered(open_files, source, **more):
    project = open_files({**BASE, **more, "app/m.py": source})
    return project, tuple(propose_unused_imports(project.snapshot))


@pytest.mark.parametrize(
    "source",
    [
        "import json\nx = json\n",
        "from app import plain as plain\n",
        "import json  # noqa: F401\n",
        "import json\n__all__ = ['json']\n",
        "import json\ndef f(a: 'json.X'): ...\n",
        "import json\nx = '''\n>>> json.dumps(1)\n'''\n",
        "try:\n    import json\nexcept ImportError:\n    pass\n",
        "import json\nvars()\n",
        "from json import *\n",
        "import json\nimport json\n",
    ],
)
def test_an_import_that_may_be_wanted_stays(open_files, source):
    assert offered(open_files, source)[1] == ()


@pytest.mark.parametrize(
    "taker", ["from app.m import json\n", "import app.m\nx = app.m.json\n", "from app.m import *\n"]
)
def test_a_name_that_others_take_stays(open_files, taker):
    assert [
        fix.title
        for fix in offered(open_files, "import json\n", **{"app/n.py": taker})[1]
        if "m.py" in fix.title
    ] == []


@pytest.mark.parametrize("path", ["app/__init__.py", "tests/test_m.py", "conftest.py"])
def test_packages_and_tests_keep_theirs(open_files, path):
    project = open_files({**BASE, path: "from app import plain\n"})
    assert tuple(propose_unused_imports(project.snapshot)) == ()


def test_what_does_nothing_goes_safely_and_what_acts_does_not(open_files):
    source = "from app import plain, loud\nfrom app.plain import (\n    X,  # gone\n)\n\ny = 1\n"
    project, fixes = offered(open_files, source)
    assert {tuple(edit.bound for edit in fix.edits): fix.applicability for fix in fixes} == {
        ("plain", "X"): Applicability.SAFE,
        ("loud",): Applicability.UNSAFE,
    }
    (safe,) = (fix for fix in fixes if fix.applicability is Applicability.SAFE)
    (change,) = plan(project.root, named([safe]), project.read_text).changes
    assert change.after.decode() == "from app import loud\n\ny = 1\n"


def test_a_module_that_others_reach_by_its_package_is_not_let_go_safely(open_files):
    more = {"app/n.py": "import app\nimport app.m\n\ndef f():\n    return app.plain.X\n"}
    _, fixes = offered(open_files, "import app.plain\n", **more)
    assert [fix.applicability for fix in fixes if "app/m.py" in fix.title] in ([], [Applicability.UNSAFE])


def test_plain_imports_go_too(open_files):
    project, (fix,) = offered(open_files, "import json, re\nimport app.plain\n\nx = re\n")
    (change,) = plan(project.root, named([fix]), project.read_text).changes
    assert change.after.decode() == "import re\n\nx = re\n"


def test_what_a_module_may_be_there_to_pass_on_is_not_safe_to_delete(open_files):
    snapshot = open_files(
        {
            "pkg/__init__.py": "",
            "pkg/parts.py": "def part(): ...\ndef build_wheel(): ...\n",
            "pkg/api.py": '"""All parts."""\nfrom pkg.parts import part\n',
            "pkg/hooks.py": "from pkg.parts import build_wheel\ndef other(): ...\n",
            "pkg/uses.py": "from pkg.parts import part\ndef other(): ...\n",
        }
    ).snapshot
    found = {fix.edits[0].path: fix for fix in propose_unused_imports(snapshot)}
    assert sorted(found) == ["pkg/api.py", "pkg/uses.py"]
    assert found["pkg/uses.py"].applicability is Applicability.SAFE
    assert found["pkg/api.py"].applicability is Applicability.UNSAFE
    assert "defines nothing itself" in found["pkg/api.py"].reasons[0]


def test_a_library_that_nobody_knows_is_not_safe_to_delete(open_files):
    files = {"a.py": "import unheard_of\ndef f(): ...\n", "b.py": "import keyword\ndef f(): ...\n"}
    found = {fix.edits[0].path: fix for fix in propose_unused_imports(open_files(files).snapshot)}
    assert found["a.py"].reasons == ("`unheard_of` is a library whose effects are unknown",)
    assert found["a.py"].applicability is Applicability.UNSAFE
    assert found["b.py"].applicability is Applicability.SAFE
