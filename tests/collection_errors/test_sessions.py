"""Which module a session finds under a name: conftests by their bare name, folders under `importlib` mode, doctests."""

import sys
from pathlib import Path

import pytest

from importgraph.environment.locate import find_environment
from importgraph.simulation.installed import Installed
from importgraph.simulation.search import Search
from importgraph.text.sources import Sources

ROOT = {"conftest.py": "ROOT = 1\n"}
INNER = {"tests/conftest.py": "T = 1\n"}
TEST = "\ndef test_it(): pass\n"


@pytest.mark.parametrize(
    ("files", "failing"),
    [
        ({**ROOT, **INNER, "tests/test_a.py": "from conftest import T" + TEST}, []),
        ({**ROOT, **INNER, "tests/test_a.py": "from conftest import ROOT" + TEST}, ["tests/test_a.py"]),
        ({**ROOT, **INNER, "tests/test_a.py": "import conftest\nconftest.T" + TEST}, []),
        ({**ROOT, "tests/test_a.py": "from conftest import ROOT" + TEST}, []),
        ({**ROOT, **INNER, "tests/__init__.py": "", "tests/test_a.py": "from conftest import ROOT" + TEST}, []),
        ({**ROOT, **INNER, "tests/__init__.py": "", "tests/test_a.py": "from .conftest import T" + TEST}, []),
        (
            {**ROOT, "a/conftest.py": "A = 1\n", "b/conftest.py": "B = 1\n", "a/test_a.py": "from conftest import A" + TEST,
             "b/test_b.py": "from conftest import B" + TEST, "b/test_c.py": "from conftest import A" + TEST},
            ["b/test_c.py"],
        ),
        (
            {**ROOT, "pytest.ini": "[pytest]\ntestpaths = b a\n", "a/conftest.py": "A = 1\n", "b/conftest.py": "B = 1\n",
             "a/test_a.py": "from conftest import B" + TEST, "b/test_b.py": "from conftest import A" + TEST},
            ["a/test_a.py"],
        ),
        (
            {**ROOT, **INNER, "pytest.ini": "[pytest]\naddopts = --import-mode=append\n", "tests/test_a.py": TEST},
            ["tests/test_a.py"],
        ),
    ],
)  # fmt: skip
def test_the_last_conftest_has_the_bare_name(doctor, files, failing):
    assert [one.path for one in doctor(files).failing] == failing


@pytest.mark.parametrize(
    ("files", "failing"),
    [
        (
            {
                "mypkg/mypkg/__init__.py": "size = 3\n",
                "mypkg/tests/test_a.py": "from mypkg import size" + TEST,
            },
            True,
        ),
        (
            {"mypkg/mypkg/__init__.py": "size = 3\n", "tests/test_a.py": "from mypkg import size" + TEST},
            False,
        ),
        ({"mypkg/mypkg/__init__.py": "size = 3\n", "mypkg/test_a.py": "from mypkg import size" + TEST}, True),
        ({"mypkg/mypkg/__init__.py": "size = 3\n", "test_a.py": "from mypkg import size" + TEST}, False),
    ],
)
def test_folders_around_a_test_become_modules_under_importlib_mode(doctor, files, failing):
    settings = {"pytest.ini": "[pytest]\naddopts = --import-mode=importlib\npythonpath = mypkg\n"}
    assert bool(doctor({**settings, **files}).failing) is failing


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("from setuptools import setup\nimport os.gone_thing\n", False),
        ("import distutils_of_mine, os.gone_thing\n", False),
        ("import os.gone_thing\n", True),
    ],
)
def test_a_setup_script_that_says_so_is_no_doctest_module(doctor, text, failing):
    files = {"pytest.ini": "[pytest]\naddopts = --doctest-modules\n", "sub/setup.py": text}
    assert bool(doctor(files).failing) is failing


def test_a_module_of_the_standard_library_is_not_to_be_installed(doctor):
    (cause,) = doctor({"test_a.py": "import os.gone_thing" + TEST}).causes
    assert cause.message == "No module named 'os.gone_thing'; 'os' is not a package"
    assert cause.edit.startswith("The standard library has no `os.gone_thing`")


@pytest.mark.parametrize(
    "name",
    ["os", "collections", "typing", "json", "re", "inspect", "turtle", "socket", "ssl", "subprocess", "enum", "ast"],
)  # fmt: skip
def test_no_name_of_the_standard_library_is_said_to_be_missing(name):
    module = pytest.importorskip(name)
    search = Search(find_environment(Path(sys.executable), Path(sys.prefix)), [])
    spec = search.top(name)
    installed = Installed(search, Sources())
    assert [
        one
        for one in dir(module)
        if installed.has_name(f"again.{name}", spec.path, spec.folders, one) is False
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "import os\nglobals()[os.getlogin()] = 1\nglobals()['a']\na\n",
        "import os, json\ndef fill(it):\n    for x in os.listdir():\n        setattr(it, x, 1)\nfill(json.loads('1'))\na\n",
    ],
)
def test_names_that_code_sets_by_computed_keys_may_be_there(doctor, text):
    assert not doctor({"test_a.py": text + TEST}).failing


PARAMETRIZE = "import pytest\n@pytest.mark.parametrize("


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("'a', [1])\ndef test_p(b): pass\n", True),
        ("'a', [1])\ndef test_p(a=2): pass\n", True),
        ("'a', [1], ids=['x', 'y'])\ndef test_p(a): pass\n", True),
        ("'a')\ndef test_p(a): pass\n", True),
        ("'a', [1], scope='nope')\ndef test_p(a): pass\n", True),
        ("'a', [1])\n@pytest.mark.parametrize('a', [1])\ndef test_p(a): pass\n", True),
        ("'a', [1], ids=['x'])\ndef test_p(a): pass\n", False),
        ("'a', [1])\n@pytest.mark.usefixtures('b')\ndef test_p(): pass\n", False),
        ("'a', [1])\ndef test_p(b): pass\n@pytest.fixture\ndef b(a): return a\n", False),
        ("'c', [1])\ndef test_p(): pass\n", False),
    ],
)
def test_parametrize_and_the_arguments_of_a_test(doctor, text, failing):
    conftest = "import pytest\n@pytest.fixture(autouse=True)\ndef always(c): return c\n"
    assert bool(doctor({"conftest.py": conftest, "test_a.py": PARAMETRIZE + text}).failing) is failing


@pytest.mark.parametrize(("marks", "failing"), [("1", True), ("[pytest.mark.x, 'y']", True), ("[]", False)])
def test_what_pytestmark_holds(doctor, marks, failing):
    text = f"import pytest\npytestmark = {marks}\n{TEST}"
    assert bool(doctor({"test_a.py": text}).failing) is failing


def test_a_guarded_import_of_what_lacks_a_library_itself_may_fail(doctor):
    installed = {"lib/__init__.py": "", "lib/extra.py": "import absent_thing\n"}
    text = "try:\n    from lib import extra\nexcept ImportError:\n    extra = None\nelse:\n    import absent_thing\n"
    assert not doctor({"test_a.py": text + TEST}, installed=installed).failing


def test_marks_that_a_conftest_takes_from_the_settings_are_registered(doctor):
    conftest = "def pytest_configure(config):\n    for one in config.getini('extra'):\n        config.addinivalue_line('markers', one)\n"
    ini = "[pytest]\naddopts = --strict-markers\nextra = ssh: needs it\n"
    text = "import pytest\n@pytest.mark.{}\ndef test_it(): pass\n"
    files = {"test_a.py": text.format("ssh"), "test_b.py": text.format("sudo")}
    found = doctor({"pytest.ini": ini, "conftest.py": conftest, **files})
    assert [one.path for one in found.failing] == ["test_b.py"]


def test_a_package_that_gives_the_name_of_a_submodule_to_something_else(doctor):
    files = {
        "p/__init__.py": "from p.local import local\n",
        "p/local.py": "class Machine:\n    path = 1\nlocal = Machine()\n",
    }
    assert not doctor(
        {**files, "test_a.py": "import p.local\nfrom p import local\nlocal.path\n" + TEST}
    ).failing


def test_a_decorator_that_a_library_makes_with_options_and_then_of_a_function(doctor):
    text = (
        "import wrapt\n@wrapt.decorator(proxy=object)\ndef counted(wrapped, instance, args, kwargs): pass\n"
    )
    wrapt = {"wrapt.py": "def decorator(*args, **options): ...\n"}
    use = "@counted\ndef f(): pass\nf()\n"
    assert not doctor({"test_a.py": text + use + TEST}, installed=wrapt).failing


EXITS = "import sys\nsys.exit()\n"


@pytest.mark.parametrize(
    ("files", "failing"),
    [
        ({"test_b.py": EXITS}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "import helper", "helper.py": EXITS}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "class E(SystemExit): ...\nraise E"}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "raise KeyboardInterrupt"}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "import pytest\npytest.exit('x')"}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "import unittest\nunittest.main()"}, ["test_a.py", "test_b.py"]),
        ({"test_b.py": "class E(BaseException): ...\nraise E"}, ["test_b.py"]),
        ({"test_b.py": "import sys\nif __name__ == '__main__':\n    sys.exit()"}, []),
        ({"test_b.py": "import sys\ntry:\n    sys.exit()\nexcept SystemExit:\n    pass"}, []),
    ],
)
def test_a_file_that_exits_ends_the_session(doctor, files, failing):
    tests = {name: text + TEST if name.startswith("test_") else text for name, text in files.items()}
    found = doctor({"test_a.py": TEST, **tests})
    assert [one.path for one in found.failing] == failing
    assert bool(found.aborts) is (len(failing) > 1)


def test_before_version_8_2_a_file_that_exits_fails_alone(doctor, environment):
    site = next(environment.glob("lib/*/site-packages"))
    (site / "pytest-9.2.0.dist-info").rename(site / "pytest-7.4.4.dist-info")
    found = doctor({"test_a.py": TEST, "test_b.py": EXITS + TEST})
    assert [one.path for one in found.failing] == ["test_b.py"]


def test_a_name_that_every_file_lacks_again_is_missed_in_each(doctor):
    package = "def __getattr__(name):\n    raise AttributeError(name)\n"
    tests = {f"test_{n}.py": "from p import absent" + TEST for n in range(45)}
    assert len(doctor({"p/__init__.py": package, **tests}).failing) == 45
