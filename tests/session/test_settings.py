"""Configuration from every place pytest reads it, compared with real pytest."""

import pytest
from pytest_trees import run_ours, run_pytest, write_tree

from importgraph.errors import ConfigError, UsageError
from importgraph.session.pytest_version import reads_native_tables
from importgraph.session.settings import read_settings

FILES = {
    "tests/test_a.py": "import pytest\n@pytest.mark.slow\ndef test_one(): pass\ndef check_two(): pass\nclass CheckThree:\n"
    "    def test_in(self): pass\n    def check_in(self): pass\nclass TestFour:\n    def test_x(self): pass\n",
    "tests/sub/check_b.py": "def test_b(): pass\ndef check_b2(): pass\n",
    "tests/sub/deeper/test_c.py": "import pytest\n@pytest.mark.parametrize('v', [1, 2])\ndef test_c(v): pass\n",
    "other/test_d.py": "def test_d(): pass\n",
}
CHECKS = "python_files = check_*.py test_*.py\npython_classes = Check\npython_functions = check test_x\n"
CONFIGURATIONS = {
    "pytest.ini": f"[pytest]\n{CHECKS}testpaths = tests\n",
    "tox.ini": f"[tox]\nenvlist = x\n[pytest]\n{CHECKS}norecursedirs = deeper\n",
    "setup.cfg": f"[metadata]\nname = x\n[tool:pytest]\n{CHECKS}",
    "pyproject.toml": '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\ntestpaths = ["tests/*"]\naddopts = "-k b"\n',
}
WORDS = (
    (),
    ("tests",),
    ("tests/test_a.py::TestFour", "other"),
    ("other", "tests/sub", "tests/sub/deeper"),
    ("tests/sub/deeper/test_c.py::test_c[2]",),
    ("-k", "not one and (four or c)"),
    ("-m", "slow"),
    ("--ignore", "tests/sub", "--deselect", "tests/test_a.py::test_one"),
    ("--ignore-glob=*deeper*",),
    ("-o", "python_functions=check", "tests"),
)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_each_kind_of_configuration_file(tmp_path, name):
    folder = tmp_path / "suite"
    write_tree(folder, {**FILES, name: CONFIGURATIONS[name]})
    assert [item.id for item in run_ours(folder).items] == run_pytest(folder)


@pytest.mark.thorough
def test_paths_node_ids_and_options(tmp_path):
    folder = tmp_path / "suite"
    write_tree(folder, {**FILES, "pytest.ini": "[pytest]\nmarkers =\n    slow: slow\n"})
    for words in WORDS:
        assert [item.id for item in run_ours(folder, *words).items] == run_pytest(folder, *words), words


def test_two_files_of_one_module_name_are_a_mismatch(tmp_path):
    folder = tmp_path / "suite"
    files = {"one/test_same.py": "def test_a(): pass", "two/test_same.py": "def test_b(): pass"}
    write_tree(folder, {"pytest.ini": "[pytest]", **files})
    found = run_ours(folder)
    assert [item.id for item in found.items] == run_pytest(folder) == ["one/test_same.py::test_a"]
    assert [d.path for d in found.dynamic] == ["two/test_same.py"]


def test_settings_that_pytest_refuses_are_an_error(tmp_path):
    both = '[tool.pytest]\ntestpaths = ["x"]\n[tool.pytest.ini_options]\naddopts = ""\n'
    write_tree(tmp_path, {"pyproject.toml": both})
    with pytest.raises(ConfigError, match="both"):
        read_settings(tmp_path, ())


NATIVE = '[tool.pytest]\ntestpaths = ["x"]\n'
INI = '[tool.pytest.ini_options]\naddopts = "-k b"\n'


@pytest.mark.parametrize(
    ("installed", "pyproject", "arguments", "keyword"),
    [
        ("8.4.2", NATIVE + INI, (), "b"),
        ("8.4.2", NATIVE, (), ""),
        ("9.0.0", NATIVE, ("x",), ""),
        ("9.0.0", INI, (), "b"),
    ],
)
def test_native_tables_are_read_since_pytest_9(tmp_path, installed, pyproject, arguments, keyword):
    python = tmp_path / "env"
    write_tree(
        tmp_path,
        {"suite/pyproject.toml": pyproject, "suite/x/a.py": "", "env/pyvenv.cfg": "home = /nowhere/bin"},
    )
    (python / "lib/python3.11/site-packages" / f"pytest-{installed}.dist-info").mkdir(parents=True)
    settings = read_settings(tmp_path / "suite", (), python)
    expected = tuple(str(tmp_path / "suite" / name) for name in arguments) or (str(tmp_path / "suite"),)
    assert settings.arguments == expected
    assert settings.keyword == keyword


@pytest.mark.parametrize(
    ("requirement", "native"),
    [
        ("pytest==8.4.2", False),
        ("pytest>=7,<9", False),
        ("pytest~=8.2", False),
        ("pytest>=8", True),
        ("pytest==9.0.1", True),
    ],
)
def test_the_requirement_tells_where_no_environment_does(tmp_path, monkeypatch, requirement, native):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    write_tree(
        tmp_path, {"pyproject.toml": f'[dependency-groups]\ndev = ["{requirement}", "pytest-cov==1.0"]\n'}
    )
    assert reads_native_tables(tmp_path) is native


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    write_tree(tmp_path, {"pytest.ini": "[pytest]"})
    with pytest.raises(UsageError, match="no_such"):
        run_ours(tmp_path, "no_such")


@pytest.mark.parametrize("word", ["-m=not slow", "-mnot slow", "-o=addopts=-m 'not slow'"])
def test_an_equals_sign_behind_an_option_of_one_letter(tmp_path, word):
    assert read_settings(tmp_path, (word,)).markers == "not slow"
