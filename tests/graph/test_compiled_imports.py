"""What compiled modules import."""

import pytest

from importgraph.graph.views import certain_part, closure, modules_of, possible

SOURCE = '''"""Fast things.

import quoted
"""
# import commented
from libc.string cimport memcpy
from . cimport parts
from .shapes cimport (Shape,  # a type
                      Line)
import os, pkg.plain as plain
from .tools import (first,
    second)
from pkg import \\
    inner

cdef int later():
    import pkg.deferred
'''
NAMES = ("plain", "parts", "shapes", "tools", "inner", "deferred", "quoted", "commented", "app")


@pytest.fixture
def opened(open_files):
    def made(files):
        return open_files({"pkg/__init__.py": "", **{f"pkg/{name}.py": "" for name in NAMES}, **files})

    return made


def reached(view):
    loaded = modules_of(closure(view, ["pkg.app"])) - {"pkg", "pkg.app", "pkg.fast"}
    return {name.removeprefix("pkg.") for name in loaded}


def test_a_cython_source_says_what_its_module_imports(opened):
    project = opened({"pkg/app.py": "import pkg.fast", "pkg/fast.pyx": SOURCE})
    assert reached(certain_part(project.runtime)) == {"plain", "tools", "inner"}
    assert reached(project.runtime) == {"plain", "tools", "inner", "shapes", "parts"}
    assert reached(possible(project.graph)) == reached(project.runtime)


@pytest.mark.parametrize(("mark", "likely"), [("__pyx_", {"plain"}), ("", set())])
def test_names_in_an_extension_may_be_imported(opened, mark, likely):
    binary = f"\0{mark}\0pkg.plain\0pkg.gone\0see pkg.tools\0pkg.fast\0pkg\0"
    project = opened({"pkg/app.py": "import pkg.fast", "pkg/fast.abi3.so": binary})
    assert reached(certain_part(project.runtime)) == set()
    assert reached(project.runtime) == likely
    assert reached(possible(project.graph)) == {"plain"}
