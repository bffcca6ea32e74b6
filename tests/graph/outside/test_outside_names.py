"""Which names of modules from outside are surely missing, and what follows from it."""

import pytest
from environment_folders import make_environment, make_python

from importgraph.config import from_options
from importgraph.environment.finder import EnvironmentFinder
from importgraph.graph.outside.outside_names import OutsideNames
from importgraph.graph.views import certain_part, closure, modules_of
from importgraph.project import open_project

STANDARD = {
    "plain.py": "import os as system\ndef f():\n    global late\n    late = 1\nif f:\n    cond: int = 1\n",
    "starred.py": "from plain import *\nown = 1\n",
    "filled.py": "for name in ('a', 'b'):\n    globals()[name] = 1\n",
    "answering.py": "def __getattr__(name): return 1\n",
    "pack/__init__.py": "",
    "pack/inner.py": "",
}
LIBRARIES = {"lib.py": "setattr_all(globals())\n", "closed.py": "# removed\nkept = 1\n"}


@pytest.fixture
def open_in(write_project, tmp_path):
    def made(files):
        base = make_python(tmp_path / "base", STANDARD)
        environment = make_environment(tmp_path / "env", LIBRARIES, home=base)
        return open_project(write_project(files), from_options(workers=1, python=str(environment)))

    return made


@pytest.mark.parametrize(
    ("module", "name", "lacks"),
    [
        ("plain", "nothing", True),
        ("plain", "late", False),
        ("plain", "cond", False),
        ("plain", "system", False),
        ("plain", "os", True),
        ("starred", "cond", False),
        ("starred", "nothing", True),
        ("filled", "nothing", False),
        ("answering", "nothing", False),
        ("pack", "inner", False),
        ("pack", "outer", True),
        ("lib", "nothing", False),
        ("closed", "removed", True),
        ("closed", "kept", False),
        ("absent", "nothing", False),
        ("plain", "__doc__", False),
    ],
)
def test_a_name_is_missing_only_where_text_shows_it(open_in, module, name, lacks):
    names = OutsideNames(EnvironmentFinder(open_in({"app.py": ""}).environment))
    assert names.lacks_name(module, name) is lacks


TRIED = """
    try:
        from plain import {name}
    except ImportError:
        from own import {name}
    """
ASKED = """
    import plain
    if not hasattr(plain, "{name}"):
        import own
    """


@pytest.mark.parametrize("text", [TRIED, ASKED])
@pytest.mark.parametrize(("name", "sure"), [("nothing", {"own"}), ("f", set())])
def test_a_name_that_the_library_lacks_decides(open_in, text, name, sure):
    project = open_in({"app.py": text.format(name=name), "own.py": f"{name} = 1\n"})
    assert modules_of(closure(certain_part(project.runtime), ["app"])) - {"app"} == sure


@pytest.mark.parametrize(("built", "sure"), [(b"\0__pyx_capi__\0", {"helper"}), (b"\0rust\0", set())])
def test_an_extension_beside_a_text_need_not_import_what_the_text_imports(open_in, built, sure):
    project = open_in({"app.py": "import fast\n", "fast.py": "import helper\n", "helper.py": ""})
    (project.root / "fast.cpython-312-x86_64-linux-gnu.so").write_bytes(built)
    loaded = modules_of(closure(certain_part(project.runtime), ["app"])) - {"app"}
    assert loaded == modules_of(closure(project.runtime, ["app"])) - {"app"} == {"fast", *sure}
