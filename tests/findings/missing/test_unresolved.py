import pytest

from importgraph.findings.missing.failing_imports import check_unresolved
from importgraph.findings.missing.unresolved import find_unresolved
from importgraph.findings.model import Severity


def only(project):
    (found,) = find_unresolved(project.snapshot)
    return found


def test_what_is_there_is_not_reported(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from . import b\nfrom .b import x\nimport p.b\nimport requests",
        "p/b.py": "x = 1",
    }
    assert find_unresolved(open_files(files).snapshot) == ()


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): ...",
        "globals().update(x=1)",
        "from numpy import *",
        "exec('x = 1')",
    ],
)
def test_names_that_text_cannot_rule_out_are_not_reported(open_files, source):
    assert find_unresolved(open_files({"a.py": source, "b.py": "from a import x"}).snapshot) == ()


def test_a_name_set_from_outside_is_not_reported(open_files):
    files = {"a.py": "", "b.py": "import a\nclass X: ...\na.X = X\n", "c.py": "from a import X"}
    assert find_unresolved(open_files(files).snapshot) == ()


def test_missing_module_with_the_one_of_that_name(open_files):
    files = {
        "app/__init__.py": "",
        "app/core/utils.py": "x = 1",
        "app/core/__init__.py": "",
        "app/a.py": "from app.utils import x",
    }
    found = only(open_files(files))
    assert (found.code, found.target, found.name) == ("IG401", "app.utils", None)
    assert (found.suggestion, found.hint) == ("app.core.utils.x", None)
    assert found.evidence == "`x` is defined in `app.core.utils` (app/core/utils.py:1)"
    assert (found.path, found.line) == ("app/a.py", 1)


def test_a_suggested_module_offers_the_name_that_is_taken(open_files):
    files = {
        "app/__init__.py": "",
        "app/a/__init__.py": "",
        "app/a/models.py": "class Account: ...",
        "app/b/__init__.py": "",
        "app/b/models.py": "from app.base import Channel",
        "app/c/__init__.py": "",
        "app/c/models.py": "class Thing: ...",
        "app/base.py": "class Channel: ...",
    }
    defined = open_files({**files, "app/use.py": "from app.models import Thing"})
    assert only(defined).suggestion == "app.c.models.Thing"
    passed_on = open_files({**files, "app/use.py": "from app.models import Channel"})
    assert only(passed_on).suggestion == "app.base.Channel"


def test_an_import_for_type_checkers_that_fails_is_a_note(open_files):
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.gone import X\n"
    (found,) = check_unresolved(open_files({"p/__init__.py": "", "p/a.py": guarded}).snapshot)
    assert found.severity is Severity.NOTE
    assert "under TYPE_CHECKING" in found.message


def test_missing_module_that_is_misspelt(open_files):
    files = {"app/__init__.py": "", "app/utils.py": "x = 1", "app/a.py": "import app.utills"}
    found = only(open_files(files))
    assert (found.suggestion, found.hint) == (None, "app.utils")


def test_missing_name_that_moved(open_files):
    files = {
        "p/__init__.py": "",
        "p/old.py": "",
        "p/new.py": "class Thing: ...",
        "p/a.py": "from p.old import Thing",
    }
    found = only(open_files(files))
    assert (found.code, found.target, found.name) == ("IG402", "p.old", "Thing")
    assert found.suggestion == "p.new.Thing"


def test_missing_name_that_was_renamed(open_files):
    files = {"a.py": "class UserModel: ...", "b.py": "from a import UserModle"}
    found = only(open_files(files))
    assert (found.suggestion, found.hint) == (None, "a.UserModel")


def test_nothing_to_suggest(open_files):
    assert only(open_files({"a.py": "", "b.py": "from a import zebra"})).suggestion is None


def test_past_the_top(open_files):
    files = {"p/__init__.py": "", "p/a.py": "from .....x import y"}
    found = only(open_files(files))
    assert (found.code, found.target) == ("IG403", ".....x")


def test_optional(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "try:\n    from p import _fast\nexcept ImportError:\n    _fast = None",
    }
    found = only(open_files(files))
    assert (found.code, found.reason) == ("IG404", "optional, missing")


def test_a_test_may_expect_a_failure(open_files):
    files = {"p/__init__.py": "", "test_p.py": "try:\n    import p.nothing\nexcept ImportError:\n    pass"}
    assert find_unresolved(open_files(files).snapshot) == ()


def test_compiled_packages_may_be_built_later(open_files):
    files = {"p/__init__.py": "", "p/_fast.pyx": "", "p/a.py": "from p import _other\nfrom p._fast import x"}
    assert find_unresolved(open_files(files).snapshot) == ()


BUILT = "from app.deep._made import run"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", "setup(ext_modules=[Extension('app.deep._made', sources=['csrc/x.cpp'])])"),
        ("setup.py", "ext = Extension(name='app.deep._made', sources=[])"),
        ("setup.py", "setup(rust_extensions=[RustExtension('app.deep._made')])"),
        ("setup.py", "write_to('app/deep/_made.py')"),
        ("setup.py", "setup(cffi_modules=['build_it.py:ffi'])\n# app.deep._made\nx = 'app.deep._made'"),
        ("csrc/x.cpp", "PYBIND11_MODULE(_made, m) {}"),
        ("csrc/x.c", "PyMODINIT_FUNC PyInit__made(void) { return 0; }"),
        ("csrc/x.cc", "NB_MODULE(_made, m) {}"),
        ("csrc/made.i", '%module(package="app.deep") _made'),
        ("native/src/lib.rs", "#[pymodule]\nfn _made(m: &Bound<PyModule>) {}"),
        ("native/Cargo.toml", '[lib]\nname = "_made"\n'),
        ("pyproject.toml", '[tool.maturin]\nmodule-name = "app.deep._made"\n'),
        ("pyproject.toml", '[tool.setuptools_scm]\nwrite_to = "app/deep/_made.py"\n'),
        ("pyproject.toml", '[tool.hatch.build.hooks.vcs]\nversion-file = "app/deep/_made.py"\n'),
        ("pyproject.toml", '[tool.versioningit.write]\nfile = "app/deep/_made.py"\n'),
        ("meson.build", "py.extension_module('_made', 'x.c', install: true)"),
        ("CMakeLists.txt", "pybind11_add_module(_made src/x.cpp)"),
        ("CMakeLists.txt", "python_add_library(_made MODULE src/x.c)"),
        ("tools/build_ffi.py", "ffi.set_source('app.deep._made', '')"),
        ("cython/_made.pyx", ""),
        ("app/deep/_made.pyi", ""),
        ("setup.py", "ext = [Extension('app.deep.' + name, []) for name in ['_made']]"),
        ("CMakeLists.txt", "set(TARGET _made)\npython_add_library(${TARGET} MODULE x.c)"),
        ("native/src/lib.rs", '#[pymodule]\n#[pyo3(name = "_made")]\nfn module() {}'),
        ("csrc/made.i", "%module made"),
        ("csrc/made.pyf", "python module _made ! in\nend python module _made"),
        ("app/deep/setup.py", "config.add_extension('_made', sources=['x.f'])"),
        ("Makefile", "app/deep/_made.py: grammar.y\n\tparser $<\n"),
        ("Makefile", "all:\n\tparser grammar.y > app/deep/_made.py\n"),
        ("hatch_build.py", "TARGET = 'app/deep/_made.py'"),
        (".gitignore", "app/deep/_made/\n"),
        (".gitignore", "app/deep/_made.py\n"),
        (".gitignore", "_made.*\n"),
    ],
)
def test_what_the_build_makes_is_not_reported(open_files, path, text):
    files = {"app/__init__.py": "", "app/deep/__init__.py": BUILT}
    assert only(open_files(files)).target == "app.deep._made"
    assert find_unresolved(open_files({**files, path: text}).snapshot) == ()


@pytest.mark.parametrize("proto", [True, False])
def test_a_service_needs_a_description(open_files, proto):
    files = {"app/__init__.py": "import app.msg_grpc", **({"protos/msg.proto": ""} if proto else {})}
    assert len(find_unresolved(open_files(files).snapshot)) == (0 if proto else 1)


@pytest.mark.parametrize("name", ["msg_pb2", "msg_pb2_grpc"])
def test_what_protobuf_makes_is_not_reported(open_files, name):
    asking = f"from app import {name}\nfrom app.{name} import Thing\nfrom app.gen.v1 import {name}"
    files = {"app/__init__.py": asking}
    assert find_unresolved(open_files(files).snapshot) == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", "setup(py_modules=['gone'], packages=['app'])"),
        ("pyproject.toml", '[project]\nname = "gone"\n'),
        ("csrc/x.cpp", "PYBIND11_MODULE(other, m) { gone(); }"),
        ("setup.py", "setup(ext_modules=[Extension('app._other', [])])  # gone"),
        ("pyproject.toml", '[tool.coverage.run]\nomit = ["app/gone.py"]\n'),
        ("pyproject.toml", '[tool.ruff]\nexclude = ["app/gone.py"]\n[tool.hatch]\nx = 1\n'),
        ("pyproject.toml", '[project.scripts]\ngo = "app.gone:main"\n'),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    go = app.gone:main\n"),
        ("Makefile", "run:\n\tpython app/gone.py\n"),
        (".gitignore", "*.so\n__pycache__/\n"),
    ],
)
def test_a_build_that_makes_something_else(open_files, path, text):
    files = {"app/__init__.py": "", "app/a.py": "from app.gone import x", path: text}
    assert only(open_files(files)).target == "app.gone"


def test_a_file_that_the_changed_path_may_lead_to(open_files):
    files = {
        "app/__init__.py": "",
        "vendored/app/extra.py": "x = 1",
        "run.py": "import sys\nsys.path.insert(0, 'vendored')\nfrom app.extra import x\nimport app.gone",
    }
    assert only(open_files(files)).target == "app.gone"


def test_names_that_a_helper_puts_into_the_frame_of_its_caller(open_files):
    files = {
        "p/__init__.py": "",
        "p/compat.py": "import sys\ndef fallback(c):\n    sys._getframe(1).f_globals[c.__name__ + 'Py'] = c",
        "p/a.py": "from p.compat import fallback\n@fallback\nclass Base: ...",
        "use.py": "from p.a import BasePy",
    }
    assert find_unresolved(open_files(files).snapshot) == ()


def test_names_for_type_checkers(open_files):
    checking = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
    files = {
        "a.py": f"{checking}from p._built import T",
        "p/__init__.py": "",
        "p/_built.pyx": "",
        "b.py": f"{checking}from a import T",
        "c.py": "from a import T",
    }
    found = only(open_files(files))
    assert (found.path, found.code, found.name) == ("c.py", "IG402", "T")


def test_a_folder_of_examples_named_as_a_library_is_not_meant(open_files):
    files = {
        "app/__init__.py": "",
        "examples/pydantic/__init__.py": "",
        "examples/pydantic/tasks.py": "from pydantic import BaseModel",
    }
    assert find_unresolved(open_files(files).snapshot) == ()


@pytest.mark.parametrize("place", ["alembic", "tools/alembic", "launcher/db/alembic"])
def test_a_folder_named_as_a_declared_distribution_is_not_meant(open_files, place):
    files = {
        "requirements.txt": "Alembic>=1\n",
        f"{place}/__init__.py": "",
        f"{place}/env.py": "from alembic import context\nimport alembic.config\n",
        "launcher/__init__.py": "import alembic.config\nfrom alembic import command",
    }
    assert find_unresolved(open_files(files).snapshot) == ()


def test_the_package_that_a_project_ships_is_meant_whatever_it_requires(open_files):
    files = {
        "pyproject.toml": "[project]\nname = 'app'\noptional-dependencies.test = ['app[all]']\n",
        "app/__init__.py": "",
        "app/a.py": "import app.gone",
    }
    assert only(open_files(files)).target == "app.gone"


@pytest.mark.parametrize(
    ("path", "statement", "fails"),
    [
        ("tests/test_x.py", "from .helpers import x", True),
        ("deep/tests/test_x.py", "from ..helpers import x", False),
        ("deep/tests/test_x.py", "from ..nothing import x", True),
        ("my-tool/run.py", "from ....nothing import x", True),
    ],
)
def test_dots_from_a_folder_that_is_no_package(open_files, path, statement, fails):
    files = {path: statement, "tests/helpers.py": "x = 1", "deep/helpers.py": "x = 1"}
    found = find_unresolved(open_files(files).snapshot)
    assert [one.code for one in found] == (["IG403"] if fails else [])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("p/other.py", "def __getattr__(name):\n    import outside\n    return getattr(outside, name)\n"),
        ("p/other.py", "import sys\nsys.modules[__name__ + '.deep'] = object()\n"),
        ("p/other/__init__.py", "import sys\nsys.modules[__name__ + '.deep'] = object()\n"),
    ],
)
def test_modules_below_one_that_answers_for_them(open_files, name, source):
    files = {"p/__init__.py": "", name: source, "p/a.py": "from p.other.deep import x"}
    assert find_unresolved(open_files(files).snapshot) == ()


def test_one_finding_for_each_target(open_files):
    files = {"p/__init__.py": "", "p/a.py": "import p.gone", "p/b.py": "from p.gone import x"}
    (finding,) = check_unresolved(open_files(files).snapshot)
    assert (finding.code, finding.subject, finding.weight) == ("IG401", "p.gone", 2)
    assert finding.message == "There is no module `p.gone`: 2 import statements."
    assert [place.path for place in finding.locations] == ["p/a.py", "p/b.py"]


@pytest.mark.parametrize("name", ["main.gone", "x", "Thing"])
def test_a_likeness_in_another_package_is_no_hint(open_files, name):
    files = {
        "p/__init__.py": "",
        "p/a.py": f"from p.gone import {name.rpartition('.')[2]}",
        "q/__init__.py": "",
        "q/gone.py": "def x(): ...\nclass Thing: ...\ngone = 1",
    }
    found = only(open_files(files))
    assert (found.suggestion, found.hint) == (None, None)


def test_a_name_with_several_homes_is_not_told_apart(open_files):
    files = {
        "p/__init__.py": "",
        "p/one.py": "class Thing: ...",
        "p/two.py": "class Thing: ...",
        "p/a.py": "from p.gone import Thing",
    }
    assert only(open_files(files)).suggestion is None


def test_what_no_statement_can_import_is_not_suggested(open_files):
    files = {"p/__init__.py": "", "p/my-tool.py": "class Thing: ...", "p/a.py": "from p.gone import Thing"}
    found = only(open_files(files))
    assert (found.suggestion, found.hint) == (None, None)
