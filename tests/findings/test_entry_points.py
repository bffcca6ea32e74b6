from importgraph.findings import entry_points as module
from importgraph.findings.entry_points import TESTS, console_scripts, entry_points, with_tests
from importgraph.graph.views import closure


def points(project):
    snapshot = project.snapshot
    return {e.node: e.reason for e in entry_points(snapshot.graph, snapshot.runtime, snapshot.entry_points)}


def test_packages_main_modules_and_tests(open_files):
    files = {
        "app/__init__.py": "",
        "app/__main__.py": "import app",
        "tests/conftest.py": "import app",
        "tests/test_app.py": "import app",
    }
    found = points(open_files(files))
    assert found["app"] == "top-level package"
    assert found["app.__main__"] == "__main__ module"
    assert found[TESTS] == "test session"
    assert "conftest" in found.values()


def test_what_settings_name_is_all(open_files):
    files = {"app/__init__.py": "", "app/cli.py": "", "tests/test_app.py": "import app"}
    assert points(open_files(files, entry_points=("app.cli",))) == {"app.cli": "configured"}


def test_console_scripts(open_files, write_project):
    root = write_project(
        {
            "pyproject.toml": (
                "[project]\nname = 'x'\n[project.scripts]\nrun = 'app.cli:main'\n[tool.poetry.scripts]\n"
                "go = 'app.go:main'\n"
            ),
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    old = app.old:main\n",
            "app/__init__.py": "",
        }
    )
    assert [name for name, _ in console_scripts(root)] == ["app.cli", "app.go", "app.old"]
    assert "app.cli" not in points(open_files({}))
    assert points(open_files({"app/cli.py": ""}))["app.cli"] == "console script"


def test_broken_configuration_names_no_scripts(write_project):
    assert console_scripts(write_project({"pyproject.toml": "[project", "setup.cfg": "[[[\n="})) == ()


def test_examples_are_no_entry_points(open_files):
    assert points(open_files({"examples/demo/__init__.py": "", "app/__init__.py": ""})) == {
        "app": "top-level package"
    }


def test_a_test_that_others_import_is_none(open_files):
    files = {
        "p/__init__.py": "from p import test_helpers",
        "p/test_helpers.py": "",
        "tests/test_p.py": "import p",
    }
    assert "p.test_helpers" not in module.tests_of(open_files(files).graph)


def test_a_test_session_loads_what_its_tests_load(open_files):
    files = {"a.py": "", "b.py": "", "c.py": "", "test_a.py": "import a", "conftest.py": "import b"}
    project = open_files(files)
    loaded = closure(with_tests(project.graph, project.runtime), [TESTS])
    assert {"a", "b"} <= loaded
    assert "c" not in loaded
