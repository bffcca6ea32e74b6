import pytest

from importgraph.graph.roots import configured_roots


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
    assert configured_roots(write_project({file: text, "code/app/__init__.py": ""})) == roots
