import json

import pytest

from importgraph.findings.missing.failing_imports import check_unresolved
from importgraph.findings.missing.unresolved import find_unresolved
from importgraph.findings.unused_modules import find_unused_modules

APP = {"app/__init__.py": "", "app/core.py": "from app.gone import x\n", "app/api.py": "import app.core\n"}


def judged(project):
    return [(f.subject, f.severity.value) for f in check_unresolved(project.snapshot)]


def test_what_breaks_most_test_files_stands_first(open_files):
    files = {
        **APP,
        "app/util.py": "import app.absent1\n" * 4,
        **{f"tests/test_{n}.py": "import app.api\n" for n in range(3)},
        "tests/test_other.py": "import app.missing\n",
    }
    found = {f.subject: f for f in check_unresolved(open_files(files).snapshot)}
    assert found["app.gone"].message == (
        "There is no module `app.gone`: 1 import statement. 3 test files fail with it."
    )
    assert found["app.gone"].evidence.tests == ("tests/test_0.py", "tests/test_1.py", "tests/test_2.py")
    assert found["app.missing"].message.endswith(" 1 test file fails with it.")
    assert sorted(found, key=lambda name: -found[name].weight) == ["app.gone", "app.missing", "app.absent1"]


def test_entry_points_that_fail_are_named(open_files):
    files = {**APP, "pyproject.toml": "[project]\nname='app'\nscripts = {go = 'app.api:main'}\n"}
    (found,) = check_unresolved(open_files(files).snapshot)
    assert found.evidence.entry_points == ("go",)
    assert found.message.endswith("1 import statement. `go` fails with it.")


def test_an_import_in_a_function_breaks_nothing_unless_it_runs_at_import(open_files):
    source = "def load():\n    from app.gone import x\n"
    test = {"tests/test_a.py": "import app.core\n", "app/__init__.py": ""}
    (found,) = check_unresolved(open_files({**test, "app/core.py": source}).snapshot)
    assert found.evidence.tests == ()
    (found,) = check_unresolved(open_files({**test, "app/core.py": f"{source}load()\n"}).snapshot)
    assert found.evidence.tests == ("tests/test_a.py",)


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("app/deep.py", "error"),
        ("tests/test_it.py", "error"),
        ("scripts/run_it.py", "warning"),
        ("tests/data/project/models.py", "note"),
        ("archive/run_it.py", "note"),
        ("app_backup/run_it.py", "note"),
    ],
)
def test_live_code_weighs_more_than_scripts_fixtures_and_archives(open_files, path, severity):
    files = {"app/__init__.py": "", path: "import app.gone"}
    assert [severity for _, severity in judged(open_files(files))] == [severity]


def test_a_fixture_that_a_test_imports_is_live(open_files):
    files = {
        "app/__init__.py": "",
        "tests/helpers.py": "import app.gone",
        "tests/test_a.py": "import helpers",
    }
    assert judged(open_files(files)) == [("app.gone", "error")]


def test_a_folder_of_twins_is_one_line(open_files):
    files = {
        **{f"app/{name}.py": f"def {name}(): ...\n" for name in ("one", "two", "three")},
        "app/__init__.py": "import app.one, app.two, app.three\n",
        **{
            f"shelf/app2/{name}.py": f"import app.gone\ndef {name}(): ...\n"
            for name in ("one", "two", "three")
        },
    }
    (found,) = check_unresolved(open_files(files).snapshot)
    assert found.subject == "shelf/app2"
    assert found.message == (
        "In shelf/app2/, a copy of app/, 3 imports fail; nothing live reaches that folder."
    )


def test_a_live_folder_is_no_archive_whatever_its_name(open_files):
    files = {
        "app/__init__.py": "import app.old.core",
        "app/old/__init__.py": "",
        "app/old/core.py": "import app.x",
    }
    assert judged(open_files(files)) == [("app.x", "error")]


def test_most_imports_of_a_package_fail_because_its_root_is_another(open_files):
    files = {
        "lib/deep/app/__init__.py": "",
        **{f"lib/deep/app/m{n}.py": "x = 1" for n in range(4)},
        "app/__init__.py": "",
        "run.py": "".join(f"from app.m{n} import x\n" for n in range(4)),
    }
    project = open_files(files, source_roots=(".",))
    (found,) = check_unresolved(project.snapshot)
    assert (found.subject, found.severity.value) == ("app", "warning")
    assert 'Try `source-roots = ["lib/deep"]` in [tool.importgraph].' in found.message
    assert find_unresolved(project.snapshot) == ()


def test_one_import_that_fails_does_not_doubt_the_root(open_files):
    files = {"lib/app/__init__.py": "", "lib/app/m.py": "", "app/__init__.py": "", "run.py": "import app.m"}
    assert judged(open_files(files, source_roots=(".",))) == [("app.m", "warning")]


def test_notebooks_are_scripts(open_files):
    cells = [{"cell_type": "code", "source": ["from app.only import X\n", "import app.gone"]}]
    files = {
        "app/__init__.py": "import app.used",
        "app/used.py": "",
        "app/only.py": "X = 1",
        "nb/demo.ipynb": json.dumps({"cells": cells}, indent=1),
    }
    project = open_files(files)
    (found,) = check_unresolved(project.snapshot)
    assert (found.subject, found.severity.value) == ("app.gone", "warning")
    assert [(place.path, place.line) for place in found.locations] == [("nb/demo.ipynb", 7)]
    assert find_unused_modules(project.snapshot) == ()
    assert "nb/demo.ipynb" not in {module.path for module in project.graph.modules.values()}


def test_a_statement_that_takes_several_names_counts_once(open_files):
    files = {"app/__init__.py": "", "app/a.py": "from app.gone import x, y\nfrom app.gone import z, w"}
    (found,) = check_unresolved(open_files(files).snapshot)
    assert found.message.startswith("There is no module `app.gone`: 2 import statements.")


@pytest.mark.parametrize(
    ("testpaths", "severity"), [('["tests"]', "warning"), ('["tools", "tests"]', "error"), ('["*"]', "error")]
)
def test_a_test_that_pytest_does_not_collect_is_a_script(open_files, testpaths, severity):
    files = {
        "pyproject.toml": f"[tool.pytest.ini_options]\ntestpaths = {testpaths}\n",
        "app/__init__.py": "",
        "tests/test_a.py": "import app",
        "tools/check_test.py": "import app.gone",
    }
    assert judged(open_files(files)) == [("app.gone", severity)]
