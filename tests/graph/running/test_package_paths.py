"""Packages that set their own `__path__`."""

import pytest

from importgraph.graph.views import closure, modules_of

ASSIGNED = "from app.places import FOLDERS\n__path__ = FOLDERS\n"
APPENDED = (
    "import os\n__path__.append(os.path.join(os.path.dirname(os.path.dirname(__file__)), 'core', 'more'))\n"
)
ADDED = """\
from os.path import abspath, dirname, join
__path__ += [abspath(join(dirname(__file__), "..", "core", "more"))]
"""
PLACES = """\
import os
FOLDERS = [
    os.path.abspath(os.path.join(os.path.dirname(__file__), "plugins")),
    os.path.abspath(os.path.join(os.path.dirname(__file__), "core", "more")),
]
"""
FILES = {
    "app/__init__.py": "",
    "app/places.py": PLACES,
    "app/core/__init__.py": "",
    "app/core/more/__init__.py": "",
    "app/core/more/tool.py": "from . import inner\n",
    "app/core/more/inner.py": "import app.plugins.own\n",
    "app/plugins/own.py": "",
    "start.py": "from app.plugins import tool\n",
}


def loaded(project, module):
    return modules_of(closure(project.runtime, [module])) - {module, "app.places"}


@pytest.mark.parametrize("text", [ASSIGNED, APPENDED, ADDED])
def test_modules_are_found_in_the_folders_that_a_package_adds_to_its_path(open_files, text):
    project = open_files({**FILES, "app/plugins/__init__.py": text})
    below = {"app.plugins.tool", "app.plugins.inner", "app.plugins.own"}
    assert loaded(project, "start") == {"app", "app.plugins", *below}
    assert project.graph.modules["app.plugins.tool"].path == "app/core/more/tool.py"


def test_a_file_that_is_asked_for_by_the_name_of_its_place_keeps_that(open_files):
    files = {**FILES, "app/plugins/__init__.py": ASSIGNED, "other.py": "import app.core.more.tool\n"}
    project = open_files(files)
    assert project.graph.modules["app.core.more.tool"].path == "app/core/more/tool.py"
    assert "app.core.more.tool" in loaded(project, "start")


def test_what_is_not_known_of_a_path_changes_no_name(open_files):
    text = "import os\n__path__ = os.environ['PLACES'].split(':')\n"
    modules = open_files({**FILES, "app/plugins/__init__.py": text}).graph.modules
    assert "app.core.more.tool" in modules
    assert "app.plugins.tool" not in modules
