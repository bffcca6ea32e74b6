import pytest
from environment_folders import make_environment, make_python

from importgraph.config import from_options
from importgraph.findings.loads import loads
from importgraph.findings.unknown_libraries import unknown_libraries
from importgraph.project import open_project

SETTINGS = "[tool.importgraph]\nentry-points = ['app']\n"


@pytest.fixture
def unknown(write_project, tmp_path):
    """Open a project with an empty environment; return what `app` loads of unknown cost."""

    def made(files):
        base = make_python(tmp_path / "python", {})
        environment = make_environment(tmp_path / "env", {}, home=base)
        project = open_project(
            write_project({**files, "pyproject.toml": SETTINGS}),
            from_options(workers=1, python=str(environment)),
        )
        (found,) = [one for one in loads(project.snapshot) if one[1].entry.node == "app"]
        return [library.name for library in unknown_libraries(project.snapshot, *found)]

    return made


def test_what_is_absent_and_not_tried_is_named(unknown):
    assert unknown({"app.py": "import absent\n"}) == ["absent"]


def test_what_is_tried_costs_nothing_where_it_is_absent(unknown):
    assert unknown({"app.py": "try:\n    import absent\nexcept ImportError:\n    absent = None\n"}) == []


def test_what_an_importer_tries_costs_nothing_either(unknown):
    tried = "try:\n    from inner import x\nexcept ImportError:\n    x = None\n"
    assert unknown({"app.py": tried, "inner.py": "import absent\nx = 1\n"}) == []


def test_an_import_under_a_condition_that_text_cannot_decide_is_not_named(unknown):
    assert unknown({"app.py": "import os\nif os.sep == '!':\n    import absent\n"}) == []
