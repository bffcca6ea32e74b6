"""What decides about imports of computed names: entry points of the environment, files by package name."""

import pytest
from environment_folders import make_environment, make_python

from importgraph.config import from_options
from importgraph.graph.views import certain_part, closure, modules_of, possible
from importgraph.project import open_project

DECLARED = """
    [app.plugins]
    zeta = plug.z:run
    alpha = plug.a:run [extra]
    absent = plug.gone:run

    [console_scripts]
    app = plug.never:main
    """
STANDARD = {f"importlib/{name}.py": "" for name in ("__init__", "metadata", "resources")}
PLUGINS = {
    "plug/__init__.py": "",
    **{f"plug/{name}.py": "def run(): ...\n" for name in ("a", "z", "never")},
}


@pytest.fixture
def reach(write_project, tmp_path):
    """Return what surely loads, and what may, with `DECLARED` installed."""

    def found(text, version="3.12", files=PLUGINS, entry="app"):
        installed = {"plug-1.0.dist-info/entry_points.txt": DECLARED}
        base = make_python(tmp_path / "base", STANDARD, version=version)
        installed |= {"pkg_resources/__init__.py": ""}
        environment = make_environment(tmp_path / "env", installed, home=base, version=version)
        root = write_project({**files, "app.py": text}) if text else write_project(files)
        project = open_project(root, from_options(workers=1, python=str(environment)))
        views = (certain_part(project.runtime), possible(project.graph))
        return tuple(modules_of(closure(view, [entry])) - {entry} for view in views)

    return found


SELECTED = """
    from importlib.metadata import entry_points
    for point in entry_points(group="app.plugins"):
        try:
            point.load()
        except ImportError:
            pass
    """
SELECTED_IN_A_FUNCTION = """
    import importlib.metadata as metadata
    def plugins():
        points = metadata.entry_points()
        if hasattr(points, "select"):
            return points.select(group="app.plugins")
        return points["app.plugins"]
    loaded = [point.load() for point in plugins() if point.name != "absent"]
    """
ITERATED = """
    import pkg_resources
    for point in pkg_resources.iter_entry_points("app.plugins"):
        if point.module_name != "plug.gone":
            point.load()
    """
OF_GROUPS = """
    import importlib.metadata
    for point in importlib.metadata.entry_points().get("app.plugins", ()):
        if point.attr == "run" and point.value != "plug.gone:run":
            point.load()
    """


@pytest.mark.parametrize("text", [SELECTED, SELECTED_IN_A_FUNCTION])
def test_entry_points_load_what_is_installed(reach, text):
    assert reach(text) == ({"plug", "plug.a", "plug.z"},) * 2


def test_entry_points_of_old_pythons_are_a_dictionary_of_groups(reach):
    assert reach(OF_GROUPS, "3.9")[0] == {"plug", "plug.a", "plug.z"}


def test_a_group_nobody_declares_loads_nothing(reach):
    assert reach(SELECTED.replace("app.plugins", "other")) == (set(), set())


def test_pkg_resources_gives_the_same(reach):
    assert reach(ITERATED)[1] == {"plug", "plug.a", "plug.z"}


def test_the_first_by_a_key_that_can_be_loaded(reach):
    text = """
        from importlib.metadata import entry_points
        ORDER = {"absent": 0, "zeta": 1}
        def find():
            points = entry_points(group="app.plugins")
            for point in sorted(points, key=lambda point: ORDER.get(point.name, 2)):
                try:
                    return point.load()
                except ImportError:
                    pass
        run = find()
        """
    assert reach(text) == ({"plug", "plug.z"},) * 2


LISTED_BY_RESOURCES = """
    import sys
    from importlib.resources import files
    for name in [file.name for file in files("plug").joinpath("more").iterdir() if file.is_file()]:
        if name.find("__") < 0 and name.endswith(".py"):
            __import__(__spec__.name + "." + name.removesuffix(".py"))
    """
LISTED_BY_CONTENTS = """
    import importlib
    import importlib.resources as resources
    for name in resources.contents(__name__):
        if not name.startswith("_"):
            importlib.import_module(f".{name[:-3]}", __package__)
    """
LISTED_BY_PKG_RESOURCES = """
    import importlib
    import pkg_resources
    for name in pkg_resources.resource_listdir("plug", "more"):
        if name != "__init__.py":
            importlib.import_module(f"{__name__}.{name[:-3]}")
    """


@pytest.mark.parametrize("text", [LISTED_BY_RESOURCES, LISTED_BY_CONTENTS, LISTED_BY_PKG_RESOURCES])
def test_files_of_a_package_by_its_name(reach, text):
    files = {"plug/__init__.py": "", "plug/more/__init__.py": text}
    files |= {"plug/more/one.py": "", "plug/more/two.py": "", "plug/other.py": ""}
    assert reach("", files=files, entry="plug.more")[1] == {"plug", "plug.more.one", "plug.more.two"}
