import importlib.util
import sys

import pytest

from importgraph.config import from_options
from importgraph.errors import UsageError
from importgraph.project import open_project

ONE_PROCESS = from_options(workers=1)


def test_a_folder_inside_a_package_keeps_the_full_names(write_project):
    root = write_project(
        {
            "shop/__init__.py": "",
            "shop/web/__init__.py": "",
            "shop/web/views.py": "from .. import models",
            "shop/models.py": "",
        }
    )
    project = open_project(root / "shop" / "web", ONE_PROCESS)
    assert project.root == root.resolve()
    assert project.within == "shop/web"
    assert list(project.graph.modules) == ["shop", "shop.web", "shop.web.views"]
    assert [module.path for module in project.graph.modules.values() if module.path] == [
        "shop/web/__init__.py",
        "shop/web/views.py",
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [("nowhere", "There is no folder"), ("file.txt", "is a file"), ("empty", "holds no Python files")],
)
def test_bad_paths_are_one_line(write_project, path, message):
    root = write_project({"file.txt": "", "empty/readme.md": ""})
    with pytest.raises(UsageError, match=message):
        _ = open_project(root / path, ONE_PROCESS).graph


def test_the_target_comes_from_the_configuration(open_files):
    project = open_files({"pyproject.toml": '[tool.importgraph]\npython-version = "3.15"\n', "a.py": ""})
    assert project.graph.target.version == (3, 15)
    assert open_files({"pyproject.toml": ""}).graph.target.version == sys.version_info[:2]


def test_stages_run_once(open_files):
    project = open_files({"a.py": "import b", "b.py": ""})
    assert project.graph is project.graph
    assert project.runtime is project.runtime
    assert project.resolver.lookup("a", "b").module == "b"


def test_text_of_a_file_never_fails(open_files):
    assert open_files({"a.py": b"x = '\xff'"}).read_text("a.py") == "x = '\N{REPLACEMENT CHARACTER}'"


@pytest.mark.parametrize("name", ["networkx", "rich", "msgspec", "importgraph"])
def test_a_checkout_of_a_package_that_we_import_is_read_from_the_checkout(open_files, name):
    assert importlib.util.find_spec(name) is not None
    project = open_files(
        {f"{name}/__init__.py": f"from {name}.only_here import X", f"{name}/only_here.py": "X = 1"}
    )
    assert {module.name: module.path for module in project.graph.modules.values()} == {
        name: f"{name}/__init__.py",
        f"{name}.only_here": f"{name}/only_here.py",
    }
    (edge,) = project.graph.imports
    assert (edge.imported, edge.missing, edge.external) == (f"{name}.only_here", "", False)
