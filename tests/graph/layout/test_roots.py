import pytest

from importgraph.graph.layout.roots import SourceRoot, chosen_roots, configured_roots


@pytest.mark.parametrize(
    ("file", "text", "roots"),
    [
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "code"\n', (("code", "setuptools"),)),
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["code"]\n', (("code", "setuptools"),)),
        (
            "pyproject.toml",
            '[tool.poetry]\npackages = [{include = "a", from = "code"}]\n',
            (("code", "poetry"),),
        ),
        (
            "pyproject.toml",
            '[tool.hatch.build.targets.wheel]\npackages = ["code/app"]\n',
            (("code", "hatch"),),
        ),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["app"]\n', (("", "hatch"),)),
        ("pyproject.toml", '[tool.pdm.build]\npackage-dir = "code"\n', (("code", "pdm"),)),
        ("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "code"\n', (("code", "uv"),)),
        ("pyproject.toml", '[tool.maturin]\npython-source = "code"\n', (("code", "maturin"),)),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\npythonpath = ["code", "."]\n',
            (("code", "pytest pythonpath"), ("", "pytest pythonpath")),
        ),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\npythonpath = "./code"\n',
            (("code", "pytest pythonpath"),),
        ),
        ("setup.cfg", "[options]\npackage_dir =\n    = code\n", (("code", "setup.cfg"),)),
        ("setup.cfg", "[options.packages.find]\nwhere = code\n", (("code", "setup.cfg"),)),
        ("pytest.ini", "[pytest]\npythonpath = code\n", (("code", "pytest pythonpath"),)),
        ("tox.ini", "[pytest]\npythonpath = code\n", (("code", "pytest pythonpath"),)),
        ("setup.cfg", "[tool:pytest]\npythonpath = code nowhere\n", (("code", "pytest pythonpath"),)),
        ("pyproject.toml", "[tool\n", ()),
        ("pyproject.toml", "tool = 3\n", ()),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = [".."]\n', ()),
        ("setup.cfg", "nonsense\n", ()),
        ("src/app/m.py", "", (("src", "src layout"),)),
        ("src/__init__.py", "", ()),
    ],
)
def test_source_roots_that_configuration_names(write_project, file, text, roots):
    found = configured_roots(write_project({file: text, "code/app/__init__.py": ""}))
    assert tuple((root.folder, root.reason) for root in found) == roots


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("setup.py", 'setup(package_dir={"": "code"})', "setup.py"),
        ("setup.py", 'setup(packages=setuptools.find_packages(where="code"))', "setup.py"),
        ("setup.py", 'setup(packages=find_namespace_packages("code"))', "setup.py"),
        ("pyproject.toml", '[tool.scikit-build]\nwheel.packages = ["code/app"]\n', "scikit-build"),
        ("pyproject.toml", '[tool.scikit-build.wheel.packages]\n"app" = "code/app"\n', "scikit-build"),
        ("pyproject.toml", '[tool.hatch.build.targets.wheel.sources]\n"code" = ""\n', "hatch"),
        ("pyproject.toml", '[tool.hatch.build]\npackages = ["code/app"]\n', "hatch"),
    ],
)
def test_what_a_build_backend_is_told_is_settled(write_project, file, text, reason):
    (root,) = configured_roots(write_project({file: text, "code/app/__init__.py": ""}))
    assert root == SourceRoot("code", reason, settled=True)


def test_uv_builds_from_src_by_default(write_project):
    files = {"pyproject.toml": '[build-system]\nbuild-backend = "uv_build"\n', "src/app/m.py": ""}
    assert configured_roots(write_project(files)) == (SourceRoot("src", "uv", settled=True),)


@pytest.mark.parametrize("text", ["setup(package_dir=folders)", "setup(package_dir=", "x = 1"])
def test_a_setup_file_that_says_nothing(write_project, text):
    assert configured_roots(write_project({"setup.py": text, "code/app/__init__.py": ""})) == ()


def test_projects_in_sub_folders(write_project):
    files = {
        "libs/one/pyproject.toml": '[tool.poetry]\npackages = [{include = "a", from = "code"}]\n',
        "libs/one/code/a.py": "",
        "libs/two/setup.py": "",
        "libs/two/b.py": "",
        "numeric/setup.py": "",
        "numeric/__init__.py": "",
    }
    root = write_project(files)
    assert configured_roots(root, sorted(files)) == (
        SourceRoot("libs/one/code", "poetry", settled=True),
        SourceRoot("libs/one", "project folder"),
        SourceRoot("libs/two", "project folder"),
    )


def test_chosen_roots_are_final():
    assert chosen_roots(["./src/", "."]) == (
        SourceRoot("src", "configured", settled=True),
        SourceRoot("", "configured", settled=True),
    )


FINDS = "setup(name='app', packages=setuptools.find_packages(exclude=['tests']))\n"
LISTS = "from setuptools import setup\nsetup(name='app', packages=['app', 'app.inner'])\n"
OWN = "from setuptools import setup\nsetup(name='src', packages=['src'], package_dir={'src': '.'})\n"
CONFIGURES = "def configuration(): ...\nsetup(configuration=configuration)\n"


@pytest.mark.parametrize(
    ("text", "name"), [(FINDS, "app.a"), (LISTS, "app.a"), (OWN, "src.app.a"), (CONFIGURES, "src.app.a")]
)
def test_a_project_whose_folder_is_a_package_by_mistake(open_files, text, name):
    files = {"src/__init__.py": "", "src/setup.py": text, "src/app/__init__.py": "", "src/app/b.py": ""}
    project = open_files({**files, "src/app/a.py": "import app.b\n", "docs/conf.py": ""})
    modules = {module.path: module.name for module in project.graph.modules.values()}
    assert modules["src/app/a.py"] == name
    assert ("app.b" in project.graph.modules) == (name == "app.a")
