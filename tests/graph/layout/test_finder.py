"""Where an absolute name is looked for."""

import pytest

FILES = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["tests"]\n',
    "app/__init__.py": "import conftest\n",
    "tests/__init__.py": "",
    "tests/conftest.py": "def helper(): ...\n",
    "tests/json.py": "",
    "tests/sub/__init__.py": "",
    "tests/sub/test_a.py": "from conftest import helper\nimport sub, json\n",
}


@pytest.mark.parametrize(
    ("importer", "line", "imported"),
    [
        ("tests.sub.test_a", 1, ["tests.conftest"]),
        ("tests.sub.test_a", 2, ["json", "tests.sub"]),
        ("app", 1, ["conftest"]),
    ],
)
def test_a_package_of_tests_on_pythonpath(open_files, importer, line, imported):
    graph = open_files(FILES).graph
    found = [e.imported for e in graph.imports if (e.importer, e.line) == (importer, line)]
    assert sorted(found) == imported
    assert ("tests", "pytest pythonpath") in graph.roots
