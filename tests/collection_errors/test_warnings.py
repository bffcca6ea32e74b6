"""Warnings at import where `filterwarnings` makes errors of them."""

import pytest

INI = "[pytest]\nfilterwarnings =\n    error\n    ignore:fine:DeprecationWarning\n    ignore::UserWarning:quiet\n"
TEST = "\ndef test_it(): pass\n"


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("import warnings\nwarnings.warn('old', DeprecationWarning)", True),
        ("from warnings import warn\nwarn('old')", True),
        ("import warnings\nclass Old(UserWarning): ...\nwarnings.warn('old', Old)", True),
        ("import warnings\nwarnings.warn('fine so far', DeprecationWarning)", False),
        ("import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    warnings.warn('x')", False),
        ("import warnings\ntry:\n    warnings.warn('x')\nexcept UserWarning:\n    pass", False),
        ("import warnings, json\nwarnings.warn('fine', json.loads('1'))", False),
        ("import warnings\ndef f():\n    warnings.warn('x')", False),
        ("import quiet", False),
    ],
)  # fmt: skip
def test_a_warning_at_import(doctor, text, fails):
    files = {
        "pytest.ini": INI,
        "test_a.py": text + TEST,
        "quiet.py": "import warnings\nwarnings.warn('x')\n",
    }
    assert bool(doctor(files).failing) is fails


def test_warnings_are_no_errors_by_themselves(doctor):
    assert not doctor({"test_a.py": "import warnings\nwarnings.warn('old')" + TEST}).failing


def test_a_module_outside_that_warns_when_it_is_imported(doctor):
    installed = {"old/__init__.py": "", "old/older.py": "import warnings\nwarnings.warn('use new')\n"}
    files = {"pytest.ini": INI, "test_a.py": "from old import older" + TEST, "test_b.py": "import old" + TEST}
    assert [one.path for one in doctor(files, installed=installed).failing] == ["test_a.py"]


@pytest.mark.parametrize("ini", ["[pytest]\nfilterwarnings = error\n", "[pytest]\n"])
def test_fixtures_that_nobody_names(doctor, ini):
    files = {"pytest.ini": ini, "test_a.py": "import pytest\n@pytest.mark.usefixtures()" + TEST}
    assert bool(doctor(files).failing) is ("error" in ini)


PLUGIN = """
import warnings, pytest
def pytest_addoption(parser):
    parser.addini("new_scope", "x", type="string", default=None)
def pytest_configure(config):
    if not config.getini("new_scope"):
        warnings.warn(pytest.PytestDeprecationWarning("unset"))
"""


@pytest.mark.parametrize(
    ("ini", "words", "fails"),
    [
        ("filterwarnings = error", (), True),
        ("", ("-W", "error::DeprecationWarning"), True),
        ("filterwarnings = error\nnew_scope = all", (), False),
        ("filterwarnings = error", ("-o", "new_scope=all"), False),
        ("filterwarnings =\n    error\n    ignore::DeprecationWarning", (), False),
        ("filterwarnings = error::RuntimeWarning", (), False),
        ("", (), False),
    ],
)
def test_a_plugin_that_warns_when_it_starts(doctor, ini, words, fails):
    installed = {
        "lib_plugin.py": PLUGIN,
        "lib-1.0.dist-info/METADATA": "Name: lib\nVersion: 1.0\n",
        "lib-1.0.dist-info/entry_points.txt": "[pytest11]\nlib = lib_plugin\n",
    }
    found = doctor({"pytest.ini": f"[pytest]\n{ini}\n", "test_a.py": TEST}, *words, installed=installed)
    assert bool(found.aborts) is fails
