import json
import shutil
import sys
from compileall import compile_file

import pytest

from importgraph.collection_errors.model import Prediction
from importgraph.collection_errors.predict import predict_session, read_line
from importgraph.outputs.answers.doctor_text import render_doctor, render_doctor_json


def causes(prediction: Prediction) -> list[str]:
    return [f"{cause.key} {cause.path}:{cause.line} {len(cause.files)}" for cause in prediction.causes]


def only(prediction: Prediction) -> str:
    (cause,) = causes(prediction)
    return cause


# -- what does not fail -------------------------------------------------------------------------

SOUND = {
    "optional import": "try:\n    import absent\nexcept ImportError:\n    absent = None\n",
    "import through suppress": "import contextlib\nwith contextlib.suppress(ImportError):\n    import absent\n",
    "flag of an optional import": (
        "try:\n    import absent\n    HAS = True\nexcept ImportError:\n    HAS = False\nif HAS:\n    absent.x\n"
    ),
    "importorskip": "import pytest\nabsent = pytest.importorskip('absent')\nfrom absent import x\n",
    "skip in front": "import pytest\npytest.skip('x', allow_module_level=True)\nimport absent\n",
    "skip that may come first": (
        "import os, pytest\nif os.getpid() > 5:\n    pytest.skip('x', allow_module_level=True)\nimport absent\n"
    ),
    "other platform": "import sys\nif sys.platform == 'win32':\n    import absent\n",
    "older version": "import sys\nif sys.version_info < (3, 0):\n    import absent\n",
    "type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import absent\n",
    "import in a function": "def test():\n    import absent\n",
    "name bound in a branch": "import os\nif os.environ:\n    x = 1\nprint(x)\n",
    "name in a comprehension": "xs = [x for x in range(3) if x]\n",
    "name used later": "def f():\n    return later\nlater = 1\nf()\n",
    "deferred annotation": "from __future__ import annotations\ndef f(a: Nowhere): ...\n",
    "written annotation": "def f(a: 'Nowhere'): ...\n",
    "names by globals": "globals()['made'] = 1\nprint(made)\n",
    "generator not consumed": "xs = (absent for _ in ())\n",
    "star from outside": "from os.path import *\nprint(join)\n",
    "module put into sys.modules": "import sys\nsys.modules['absent'] = object()\nimport absent\n",
    "class of unknown base": "import unittest\nclass TestX(unittest.TestCase):\n    x = 1\nprint(TestX.y)\n",
    "skip for want of an import": (
        "import unittest\ntry:\n    import absent\nexcept ImportError:\n    raise unittest.SkipTest('x')\n"
    ),
    "manager that swallows": (
        "class Try:\n    def __enter__(self):\n        return self\n"
        "    def __exit__(self, kind, error, trace):\n        return isinstance(error, ImportError)\n"
        "with Try():\n    import absent\n"
    ),
    "generator that swallows": (
        "import contextlib\n@contextlib.contextmanager\ndef trying():\n    try:\n        yield\n"
        "    except ImportError:\n        pass\nwith trying():\n    import absent\n"
    ),
    "failure that a body is there for": (
        "import contextvars\ndef fails():\n    1 / 0\n"
        "try:\n    contextvars.copy_context().run(fails)\nexcept ZeroDivisionError:\n    pass\n"
        "else:\n    raise RuntimeError('it did not fail')\n"
    ),
    "class that an instance makes": (
        "class Kind:\n    def __init__(self, name, bases=(), names=None): ...\n"
        "    def __call__(self, adapted): return adapted\n"
        "Interface = Kind('Interface')\nclass Reader(Interface):\n    def read(path): ...\n"
        "class File:\n    def read(self, path): ...\nReader(File()).read('x')\n"
    ),
    "keyword that a metaclass keeps": (
        "class Kind(type):\n    def __new__(mcs, name, bases, names, **more):\n"
        "        return super().__new__(mcs, name, bases, names)\n"
        "    def __init__(cls, name, bases, names, **more): ...\n"
        "class A(metaclass=Kind):\n    def __init_subclass__(cls, **more):\n"
        "        super().__init_subclass__(**more)\nclass B(A, init=False): ...\n"
    ),
    "attribute that a metaclass adds": (
        "class Kind(type):\n    def __new__(mcs, name, bases, names):\n"
        "        names['size'] = {'a': 1}\n        return super().__new__(mcs, name, bases, names)\n"
        "class A(metaclass=Kind):\n    size = None\nA.size['a']\n"
    ),
    "class made by type, of a metaclass": (
        "class Kind(type):\n    def __new__(mcs, name, bases, names, **more):\n"
        "        return super().__new__(mcs, name, bases, names)\n"
        "    def __init__(cls, name, bases, names, **more): ...\n"
        "class A(metaclass=Kind): ...\ntype('B', (A,), {}, init=False)\n"
    ),
    "annotated name that a __new__ sets": (
        "class A:\n    _args: tuple\n    def __new__(cls, *args):\n        made = object.__new__(cls)\n"
        "        made._args = args\n        return made\nA('a', 1)._args[1] + 1\n"
    ),
    "keyword that a branch takes out": (
        "import os\ndef called(*, b=0): ...\nnames = {'a': 1}\nif os.getpid() > 5:\n    del names['a']\ncalled(**names)\n"
    ),
    "argument passed on in a dictionary": (
        "def inner(a=None):\n    if a is None:\n        raise ValueError\ndef outer(**given):\n    inner(**given)\nouter(a=1)\n"
    ),
    "variable that is set": "import os\nos.environ['NOT_SET_HERE'] = 'x'\nprint(os.environ['NOT_SET_HERE'])\n",
    "mark without strictness": "import pytest\n@pytest.mark.odd\ndef test(): ...\n",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_sound_code_is_left_alone(doctor, text: str) -> None:
    assert causes(doctor({"test_a.py": text})) == []


# -- what fails ---------------------------------------------------------------------------------

FAILING = {
    "syntax error": ("x = (\n", "syntax-error:test_a.py test_a.py:1 1"),
    "missing distribution": ("import absent.x\n", "missing-distribution:absent test_a.py:1 1"),
    "undefined name": ("x = 1\nprint(y)\n", "undefined-name:y in test_a.py test_a.py:2 1"),
    "undefined annotation": ("def f(a: Nowhere): ...\n", "undefined-name:Nowhere in test_a.py test_a.py:1 1"),
    "deleted name": ("x = 1\ndel x\nprint(x)\n", "undefined-name:x in test_a.py test_a.py:3 1"),
    "class scope": (
        "class A:\n    x = 1\n    ys = [x for _ in (1, 2)]\n",
        "undefined-name:x in test_a.py test_a.py:3 1",
    ),
    "name gone from the library": (
        "from string import letters\n",
        "missing-name:string.letters test_a.py:1 1",
    ),
    "in a function called at import": (
        "def make():\n    import absent\n\napp = make()\n",
        "missing-distribution:absent test_a.py:2 1",
    ),
    "method called at import": (
        "class App:\n    def __init__(self):\n        self.start()\n    def start(self):\n        return nowhere\nApp()\n",
        "undefined-name:nowhere in test_a.py test_a.py:5 1",
    ),
    "wrong arguments": ("def f(a): ...\nf(b=1)\n", "wrong-call:test_a.f test_a.py:2 1"),
    "text in a union": ("def f(a: 'X' | None): ...\n", "wrong-type:| in test_a.py test_a.py:1 1"),
    "slot that nothing sets": (
        "class A:\n    __slots__ = ('x',)\nprint(A.x)\nprint(A().x)\n",
        "missing-name:test_a.A.x test_a.py:4 1",
    ),
    "attribute beside the slots": (
        "class A:\n    __slots__ = ('x',)\nA().y = 1\n",
        "refused-attribute:A.y in test_a.py test_a.py:3 1",
    ),
    "order of bases": (
        "class A: ...\nclass B(A): ...\nclass C(A, B): ...\n",
        "class-conflict:test_a.C test_a.py:3 1",
    ),
    "metaclasses": (
        "class M(type): ...\nclass N(type): ...\nclass A(metaclass=M): ...\nclass B(metaclass=N): ...\nclass C(A, B): ...\n",
        "class-conflict:test_a.C test_a.py:5 1",
    ),
    "skip outside of a test": (
        "import pytest\npytest.skip('x')\n",
        "skip-outside-test:test_a.py test_a.py:2 1",
    ),
    "mark on a fixture": (
        "import pytest\n@pytest.mark.slow\n@pytest.fixture\ndef f(): ...\n",
        "mark-on-fixture:f in test_a.py test_a.py:2 1",
    ),
    "fixture below a mark": (
        "import pytest\n@pytest.fixture\n@pytest.mark.slow\ndef f(): ...\n",
        "mark-on-fixture:f in test_a.py test_a.py:2 1",
    ),
    "scope as first argument": (
        "import pytest\n@pytest.fixture('session')\ndef f(): ...\n",
        "wrong-fixture:fixture in test_a.py test_a.py:2 1",
    ),
    "fixture without self": (
        "import pytest\nclass TestA:\n    @pytest.fixture\n    def f(): ...\n",
        "wrong-fixture:f in test_a.py test_a.py:4 1",
    ),
    "unknown scope": (
        "import pytest\n@pytest.fixture(scope='all')\ndef f(): ...\n",
        "wrong-fixture:f in test_a.py test_a.py:3 1",
    ),
    "values that do not fit": (
        "import pytest\n@pytest.mark.parametrize('a, b', [(1, 2), (1,)])\ndef test(a, b): ...\n",
        "wrong-parametrize:test in test_a.py test_a.py:2 1",
    ),
    "variable that is not set": (
        "import os\nx = os.environ['NOT_SET_HERE']\n",
        "raised:NOT_SET_HERE in test_a.py test_a.py:2 1",
    ),
    "branch of a variable": (
        "import os\nif os.getenv('NOT_SET_HERE', 'Yes').lower() == 'yes':\n    import absent\n",
        "missing-distribution:absent test_a.py:3 1",
    ),
    "syntax error in a body": (
        "def f():\n    x = (\n\ndef g(): ...\n",
        "syntax-error:test_a.py test_a.py:2 1",
    ),
    "manager that does not swallow": (
        (
            "class Try:\n    def __enter__(self):\n        return self\n"
            "    def __exit__(self, *rest):\n        self.done = True\nwith Try():\n    import absent\n"
        ),
        "missing-distribution:absent test_a.py:7 1",
    ),
    "name that a swallowed import leaves out": (
        (
            "class Try:\n    def __enter__(self):\n        return self\n    def __exit__(self, *rest):\n        return True\n"
            "with Try():\n    from absent import x\nprint(x)\n"
        ),
        "undefined-name:x in test_a.py test_a.py:8 1",
    ),
    "class that the code's own filters refuse": (
        "import warnings\nwarnings.simplefilter('error')\nclass TestError(Exception): ...\n",
        "wrong-test-class:TestError in test_a.py test_a.py:3 1",
    ),
    "raised": ("raise RuntimeError('no')\n", "raised:RuntimeError in test_a.py test_a.py:1 1"),
}


@pytest.mark.parametrize(("text", "expected"), FAILING.values(), ids=FAILING)
def test_a_failing_file_has_its_cause(doctor, text: str, expected: str) -> None:
    assert only(doctor({"test_a.py": text})) == expected


def test_unknown_marks_fail_where_marks_are_strict(doctor) -> None:
    text = "import pytest\n@pytest.mark.{}\ndef test(): ...\n"
    files = {
        "pytest.ini": "[pytest]\nmarkers =\n    slow: x\n",
        "conftest.py": "def pytest_configure(config):\n    config.addinivalue_line('markers', 'quick: x')\n",
        "test_a.py": text.format("slow"),
        "test_b.py": text.format("slwo"),
        "test_c.py": text.format("quick"),
    }
    assert only(doctor(files, "--strict-markers")) == "unknown-marker:slwo test_b.py:2 1"


def test_a_plugin_that_a_conftest_names_registers_marks(doctor) -> None:
    files = {
        "pytest.ini": "[pytest]\nfilterwarnings = error\n",
        "plug/__init__.py": "",
        "plug/marks.py": "def pytest_configure(config):\n    config.addinivalue_line('markers', 'quick: x')\n",
        "conftest.py": "pytest_plugins = 'plug.marks'\n",
        "test_a.py": "import pytest\n@pytest.mark.quick\ndef test(): ...\n",
        "test_b.py": "import pytest\n@pytest.mark.qiuck\ndef test(): ...\n",
    }
    assert only(doctor(files)) == "unknown-marker:qiuck test_b.py:2 1"


def test_filters_make_an_unknown_mark_an_error(doctor) -> None:
    files = {
        "pytest.ini": "[pytest]\nfilterwarnings =\n    error\n    ignore::pytest.PytestUnknownMarkWarning:test_b\n",
        "test_a.py": "import pytest\n@pytest.mark.odd\ndef test(): ...\n",
        "test_b.py": "import pytest\n@pytest.mark.odd\ndef test(): ...\n",
    }
    assert only(doctor(files)) == "unknown-marker:odd test_a.py:2 1"


# -- causes in other files ----------------------------------------------------------------------


def test_one_cause_gathers_the_files_it_fails(doctor) -> None:
    files = {
        "app/__init__.py": "",
        "app/limits.py": "def limit(client: redis.Redis): ...\n",
        "app/main.py": "def create():\n    from app import limits\n\napp = create()\n",
        **{f"test_{n}.py": "import app.main\n" for n in range(3)},
        "test_sound.py": "import app\n",
    }
    prediction = doctor(files)
    assert only(prediction) == "undefined-name:redis in app/limits.py app/limits.py:1 3"
    chain = [f"{step.path}:{step.line}" for step in prediction.causes[0].chain]
    assert chain == ["test_0.py:1", "app/main.py:4", "app/main.py:2", "app/limits.py:1"]


def test_a_moved_module_is_found_again(doctor) -> None:
    files = {
        "app/__init__.py": "",
        "app/core/__init__.py": "",
        "app/core/tools.py": "",
        "test_a.py": "import app.tools\n",
    }
    prediction = doctor(files)
    assert only(prediction) == "missing-module:app.tools test_a.py:1 1"
    assert "app/core/tools.py" in prediction.causes[0].edit


def test_a_renamed_name_is_one_cause_for_all_who_import_it(doctor) -> None:
    files = {
        "app.py": "def new(): ...\n",
        "test_a.py": "from app import old\n",
        "test_b.py": "import app\n\nx = app.old\n",
    }
    assert only(doctor(files)) == "missing-name:app.old test_a.py:1 2"


def test_a_package_that_shadows_a_module(doctor) -> None:
    files = {"tools.py": "x = 1\n", "tools/__init__.py": "", "test_a.py": "from tools import x\n"}
    assert only(doctor(files)) == "missing-name:tools.x test_a.py:1 1"


def test_a_cycle_that_crashes(doctor) -> None:
    files = {
        "one.py": "import two\n\ndef f(): ...\n",
        "two.py": "from one import f\n",
        "test_a.py": "import one\n",
        "test_b.py": "import two\n",
    }
    assert only(doctor(files)) == "import-cycle:one.f two.py:1 1"


def test_a_conftest_at_the_top_ends_the_session(doctor) -> None:
    prediction = doctor({"conftest.py": "import absent\n", "test_a.py": "", "tests/test_b.py": ""})
    assert prediction.aborts == "missing-distribution:absent"
    assert [one.path for one in prediction.failing] == ["test_a.py", "tests/test_b.py"]


def test_a_conftest_below_fails_what_stands_below_it(doctor) -> None:
    files = {
        "a/b/conftest.py": "import absent\n",
        "a/b/test_b.py": "",
        "a/b/c/test_c.py": "",
        "a/test_a.py": "",
    }
    prediction = doctor(files)
    assert not prediction.aborts
    assert [one.path for one in prediction.failing] == ["a/b/c/test_c.py", "a/b/test_b.py"]


def test_two_files_of_one_name(doctor) -> None:
    assert only(doctor({"a/test_x.py": "", "b/test_x.py": ""})) == "file-mismatch:test_x b/test_x.py:1 1"


def test_two_files_of_one_name_in_packages(doctor) -> None:
    assert (
        causes(doctor({"a/__init__.py": "", "a/test_x.py": "", "b/__init__.py": "", "b/test_x.py": ""})) == []
    )


def test_plugins_named_below_the_root(doctor) -> None:
    files = {"a/b/conftest.py": "pytest_plugins = []\n", "a/b/test_x.py": ""}
    assert only(doctor(files)) == "conftest:pytest_plugins in a/b/conftest.py a/b/conftest.py:1 1"


def test_a_library_whose_requirement_is_gone(doctor) -> None:
    installed = {
        "lib/__init__.py": "import base\n",
        "lib-1.0.dist-info/METADATA": "Name: lib\nRequires-Dist: base\n\n",
        "lib-1.0.dist-info/RECORD": "lib/__init__.py,,\n",
    }
    prediction = doctor({"test_a.py": "import lib\n"}, installed=installed)
    assert prediction.causes[0].key == "missing-distribution:base"
    assert prediction.causes[0].path.endswith("lib/__init__.py")


# -- configuration ------------------------------------------------------------------------------

REFUSED = {
    "option of an absent plugin": ("[pytest]\naddopts = --cov=app\n", "missing-plugin:--cov"),
    "required plugin": ("[pytest]\nrequired_plugins = pytest-django\n", "missing-plugin:pytest-django"),
    "named plugin": ("[pytest]\naddopts = -p absent_plugin\n", "missing-plugin:absent_plugin"),
    "newer pytest": ("[pytest]\nminversion = 99\n", "configuration:minversion"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_configuration_that_pytest_refuses(doctor, text: str, expected: str) -> None:
    installed = {"_pytest/__init__.py": "x = '--strict-config', 'addopts', 'minversion'\n"}
    assert doctor({"pytest.ini": text, "test_a.py": ""}, installed=installed).aborts == expected


def test_an_unknown_setting_is_refused_when_all_is_collected(doctor) -> None:
    installed = {"_pytest/__init__.py": "x = '--strict-config', 'addopts'\n"}
    text = "[pytest]\naddopts = --strict-config\nodd = 1\n"
    found = doctor({"pytest.ini": text, "test_a.py": ""}, installed=installed)
    assert [(one.key, one.files) for one in found.causes] == [("configuration:odd", ())]
    assert (found.failing, found.aborts) == ((), "")
    assert "1 test file and ends with an error" in render_doctor(found, lambda _: "")


def test_two_tables_for_pytest(doctor, tmp_path) -> None:
    text = "[tool.pytest]\naddopts = []\n[tool.pytest.ini_options]\naddopts = '-q'\n"
    (tmp_path / "project").mkdir()
    prediction = doctor({"pytest.ini": "", "pyproject.toml": text, "test_a.py": ""}, "-c", "pyproject.toml")
    assert prediction.aborts == "configuration:pyproject.toml"
    assert [cause.line for cause in prediction.causes] == [1]
    assert "(addopts)" in prediction.causes[0].message


def test_an_option_that_two_conftests_add(doctor) -> None:
    text = "def pytest_addoption(parser):\n    parser.addoption('--fast')\n"
    files = {"conftest.py": text, "tests/conftest.py": text, "tests/test_a.py": ""}
    assert doctor(files).aborts == "conftest:--fast"


# -- outputs ------------------------------------------------------------------------------------


def test_the_first_line_says_where_to_look(doctor) -> None:
    prediction = doctor({"app.py": "print(x)\n", "test_a.py": "import app\n", "test_b.py": ""})
    first, _, second, code, *_ = render_doctor(
        prediction, lambda step: read_line(prediction, step)
    ).splitlines()
    assert first == (
        "1 of 2 test files would fail to collect; 1 of them comes from app.py:1: name 'x' is not defined."
    )
    assert second == "1. app.py:1: name 'x' is not defined  [undefined-name, 1 file]"
    assert code.strip() == "print(x)"


def test_control_characters_are_written_out(doctor) -> None:
    prediction = doctor({"test_a.py": "print(x)  # \x1b[31m\n"})
    assert "\x1b" not in render_doctor(prediction, lambda step: read_line(prediction, step))


def test_the_json_has_the_promised_members(doctor) -> None:
    document = json.loads(render_doctor_json(doctor({"test_a.py": "import absent\n"})))
    assert document["schema"] == "importgraph/doctor/1"
    (failing,) = document["failing"]
    (cause,) = document["causes"]
    assert failing["path"] == "test_a.py"
    assert failing["causes"] == [cause["key"]]
    assert {"key", "kind", "path", "line", "message", "files", "chain", "edit"} <= cause.keys()
    assert cause["files"] == 1


def test_what_a_branch_does_to_a_list_is_not_taken_for_sure(doctor) -> None:
    text = "import os\nmissing = []\nfor one in os.environ:\n    missing.append(one)\nif missing:\n    raise KeyError\n"
    assert causes(doctor({"test_a.py": text})) == []


def test_an_example_of_that_name_is_not_the_module_that_is_missing(doctor) -> None:
    files = {"examples/pydantic/__init__.py": "", "test_a.py": "import pydantic\n"}
    assert only(doctor(files)) == "missing-distribution:pydantic test_a.py:1 1"


def test_a_module_from_another_folder_of_the_project(doctor) -> None:
    prediction = doctor({"backend/helpers.py": "", "tests/test_a.py": "import helpers\n"})
    assert only(prediction) == "missing-module:helpers tests/test_a.py:1 1"
    assert "backend/helpers.py" in prediction.causes[0].edit


def test_doctest_modules_are_imported_too(doctor) -> None:
    files = {"app.py": "import absent\n", "test_a.py": ""}
    assert causes(doctor(files)) == []
    assert only(doctor({}, "--doctest-modules")) == "missing-distribution:absent app.py:1 1"


def test_without_an_environment_only_the_project_is_checked(tmp_path, monkeypatch) -> None:
    from importgraph.collection_errors.predict import predict_session

    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_a.py").write_text("import absent\nimport app\n", encoding="utf-8")
    prediction = predict_session(tmp_path)
    assert causes(prediction) == []
    assert prediction.notes


def test_an_environment_without_pytest_is_named(doctor, environment) -> None:
    shutil.rmtree(next(environment.glob("lib/*/site-packages/pytest")))
    (note,) = doctor({"test_a.py": "def test_x(): ...\n"}).notes
    assert "pytest is not installed in" in note
    assert note.endswith("Name the environment that runs the tests with --python.")


def test_a_package_that_fills_sys_modules_is_still_checked(doctor) -> None:
    files = {
        "app/__init__.py": "from . import packages\n\nprint(nowhere)\n",
        "app/packages.py": "import sys\n\nfor one in list(sys.modules):\n    sys.modules[f'app.packages.{one}'] = sys\n",
        "test_a.py": "import app\n",
    }
    assert only(doctor(files)) == "undefined-name:nowhere in app/__init__.py app/__init__.py:3 1"


def test_a_module_that_answers_for_some_names_refuses_the_others(doctor) -> None:
    text = "def __getattr__(name):\n    if name == 'old':\n        return 1\n    raise AttributeError(name)\n"
    files = {"app.py": text, "test_a.py": "from app import old\n", "test_b.py": "from app import older\n"}
    assert only(doctor(files)) == "missing-name:app.older test_b.py:1 1"


def test_where_no_environment_is_known_any_plugin_may_be_there(tmp_path, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "p"\ndependencies = ["surely-not-installed"]\n'
        '[tool.pytest]\naddopts = ["--strict-markers", "--strict-config", "--ds=p", "-p", "some_plugin"]\n'
        'required_plugins = ["pytest-other"]\nodd = "1"\n'
    )
    (tmp_path / "test_a.py").write_text("import pytest\n@pytest.mark.odd\ndef test_a(): ...\n")
    found = predict_session(tmp_path)
    assert (found.causes, found.aborts) == ((), "")
    assert "surely-not-installed is not installed here" in found.notes[0]


def test_where_no_environment_is_known_the_declared_python_reads_the_files(tmp_path, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (tmp_path / "test_a.py").write_text("class A[T]: ...\ntype B = int\ndef test_a(): ...\n")
    text = '[project]\nname = "p"\ndependencies = ["surely-not-installed"]\nrequires-python = ">=3.{}"\n'
    (tmp_path / "pyproject.toml").write_text(text.format(12))
    assert predict_session(tmp_path).causes == ()


def test_code_that_stubs_modules_hides_no_others(doctor) -> None:
    stubbing = "import sys\nfor name in ['stubbed']:\n    sys.modules[name] = object()\nexec(compile('', '', 'exec'))\n"
    prediction = doctor(
        {"test_a.py": stubbing, "test_b.py": "import stubbed\n", "test_c.py": "import absent\n"}
    )
    assert only(prediction) == "missing-distribution:absent test_c.py:1 1"


def test_a_path_that_text_does_not_tell_may_lead_to_modules_of_the_project(doctor) -> None:
    prediction = doctor(
        {
            "conftest.py": "import sys\nsys.path.insert(0, sys.argv[0])\n",
            "tools/helper.py": "",
            "test_a.py": "import helper\n",
            "test_b.py": "import absent\n",
        }
    )
    assert only(prediction) == "missing-distribution:absent test_b.py:1 1"


def test_a_package_may_be_filled_by_its_submodule(doctor) -> None:
    installed = {
        "filled/__init__.py": "from . import _fill\n",
        "filled/_fill.py": "import sys\nsys.modules['filled'].__dict__.update(x=1)\n",
    }
    assert causes(doctor({"test_a.py": "from filled import x\nimport filled.y\n"}, installed=installed)) == []


def test_a_plugin_named_with_a_blank_is_found(doctor) -> None:
    ini = '[pytest]\naddopts = "-p plug"\n'
    assert causes(doctor({"pytest.ini": ini, "plug.py": "", "test_a.py": ""})) == []
    assert (
        only(doctor({"pytest.ini": ini, "plug.py": "import absent\n"}))
        == "missing-distribution:absent plug.py:1 1"
    )


def test_the_edit_names_the_group_that_wants_a_distribution(doctor) -> None:
    project = "[project]\nname = 'x'\n[project.optional-dependencies]\ntests = ['PyYAML>=6']\n"
    (cause,) = doctor({"pyproject.toml": project, "test_a.py": "import yaml\n"}).causes
    assert cause.edit.startswith("Install `PyYAML` in this environment (the extra `tests` names it)")
    (cause,) = doctor({"pyproject.toml": project, "conftest.py": "import yaml\n"}).causes
    assert cause.edit.endswith("(the extra `tests` names it).")


def test_bytecode_vouches_for_syntax_until_the_file_changes(doctor, tmp_path) -> None:
    doctor({"test_a.py": "def f():\n    return 1\n"})
    path = tmp_path / "project" / "test_a.py"
    compile_file(path, quiet=1)
    assert causes(predict_session(path.parent, python=tmp_path / "environment")) == []
    path.write_text("def f():\n    return (\n\nx = 1\n", encoding="utf-8")
    assert only(predict_session(path.parent, python=tmp_path / "environment")).startswith("syntax-error")


def test_code_that_is_not_read_may_set_variables(doctor) -> None:
    text = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nos.environ['NOT_SET_HERE']\n"
    assert causes(doctor({"test_a.py": text}, installed={"dotenv.py": "def load_dotenv(): ...\n"})) == []


@pytest.mark.parametrize(("patch", "fails"), [("7", False), ("2", True), ("", False)])
def test_a_test_of_the_patch_release_is_decided_by_what_the_environment_states(
    doctor, environment, patch, fails
):
    version = ".".join(map(str, sys.version_info[:2]))
    stated = f"{version}.{patch}".rstrip(".")
    (environment / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\nversion = {stated}\n")
    text = f"import sys\nif sys.version_info < {(*sys.version_info[:2], 3)}:\n    import absent\n"
    found = doctor({"test_a.py": text})
    assert causes(found) == (["missing-distribution:absent test_a.py:3 1"] if fails else [])


@pytest.mark.parametrize(
    "conftest",
    [
        "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), 'tools'))\n",
        "import sys\nsys.path.extend(['tools'])\n",
    ],
)
def test_what_is_appended_to_the_path_stands_behind_what_is_installed(doctor, conftest) -> None:
    files = {
        "conftest.py": conftest,
        "tools/json.py": "",
        "tools/mine.py": "",
        "test_a.py": "import mine, json\njson.loads\n",
    }
    assert causes(doctor(files)) == []


def test_append_mode_finds_test_files_behind_what_is_installed(doctor) -> None:
    ini = "[pytest]\npython_files = *.py\naddopts = --import-mode=append\n"
    found = doctor({"pytest.ini": ini, "checks/absent_here.py": "", "checks/json.py": ""})
    assert only(found) == "file-mismatch:json checks/json.py:1 1"


def test_what_calling_a_class_of_unknown_kind_gives_may_have_other_methods(doctor) -> None:
    text = "from others import Interface\nclass Reader(Interface):\n    def read(path): ...\nReader(None).read('x')\n"
    made = {
        "others/__init__.py": "Interface = type('Kind', (type,), {'__call__': len})('Interface', (), {})\n"
    }
    assert causes(doctor({"test_a.py": text}, installed=made)) == []


def test_a_finder_of_a_package_may_bring_what_no_file_holds(doctor) -> None:
    finder = "import sys\nclass Finder:\n    def find_spec(self, name, path, target=None): ...\n"
    extern = {"pk/__init__.py": "", "pk/extern/__init__.py": f"{finder}sys.meta_path.append(Finder())\n"}
    assert causes(doctor({**extern, "test_a.py": "from pk.extern import packaging\n"})) == []
