"""What importing a module loads, where evaluation decides it: one test for each kind of real package."""

import pytest
from environment_folders import make_environment, make_python

from importgraph.config import from_options
from importgraph.graph.views import certain_part, closure, modules_of, possible
from importgraph.project import open_project


@pytest.fixture
def project_of(write_project, tmp_path):
    """Open a project in an environment that has a standard library and what is named."""

    def made(files, installed=None, standard=None):
        base = make_python(tmp_path / "base", standard or {})
        environment = make_environment(tmp_path / "env", installed or {}, home=base)
        return open_project(write_project(files), from_options(workers=1, python=str(environment)))

    return made


def loaded(project, module):
    return modules_of(closure(project.runtime, [module])) - {module}


def surely(project, module):
    return modules_of(closure(certain_part(project.runtime), [module])) - {module}


def perhaps(project, module):
    return modules_of(closure(possible(project.graph), [module])) - {module}


# -- optional libraries -----------------------------------------------------------------------------


TRIED_BY_NAME = (
    "try:\n    __import__('fast')\nexcept ImportError:\n    import slow\nelse:\n    import quick\n"
)
TRIED_THEN_ASKED = """
    try:
        import fast.inner
        FAST = True
    except ImportError:
        FAST = False
    if FAST:
        import quick
    else:
        import slow
    """


@pytest.mark.parametrize("text", [TRIED_BY_NAME, TRIED_THEN_ASKED])
@pytest.mark.parametrize("installed", [True, False])
def test_a_library_that_is_tried_decides_what_comes_behind(project_of, text, installed):
    files = {"app.py": text, "slow.py": "", "quick.py": ""}
    library = {"fast/__init__.py": "", "fast/inner.py": ""} if installed else {}
    project = project_of(files, library)
    expected = {"quick"} if installed else {"slow"}
    assert loaded(project, "app") == surely(project, "app") == perhaps(project, "app") == expected
