"""What stands below an import that may fail, where somebody catches that, need not run."""

import pytest

from importgraph.graph.model import AtImport
from importgraph.graph.views import certain_part, closure, modules_of, possible


def sure(project, module):
    return modules_of(closure(certain_part(project.runtime), [module])) - {module}


def perhaps(project, module):
    return modules_of(closure(possible(project.graph), [module])) - {module}


def kind_of(project, importer, imported):
    return next(
        e.at_import for e in project.graph.imports if (e.importer, e.imported) == (importer, imported)
    )


LATE = {
    "first.py": "import second\nfrom late import x\nclass K: pass\n",
    "second.py": "import early\nfrom first import K\nimport below\n",
    "early.py": "",
    "below.py": "",
    "late.py": "x = 1\n",
}
CAUGHT = "try:\n    import first\n    import after\nexcept ImportError:\n    import instead\n"


def test_a_caught_failure_of_a_cycle_leaves_out_what_stands_below(open_files):
    project = open_files({**LATE, "app.py": CAUGHT, "after.py": "", "instead.py": ""})
    assert sure(project, "app") == {"first", "second", "early"}
    assert {"below", "late", "after", "instead"} <= perhaps(project, "app")


def test_a_failure_that_nobody_catches_ends_everything(open_files):
    project = open_files({**LATE, "app.py": "import first\n"})
    assert sure(project, "app") == {"first", "second", "early", "below", "late"}


@pytest.mark.parametrize(
    "way_in",
    [
        "try:\n    import second\nexcept ImportError:\n    pass\n",
        "import second\ntry:\n    import first\nexcept ImportError:\n    pass\n",
    ],
)
def test_a_cycle_that_is_begun_elsewhere_does_not_fail(open_files, way_in):
    project = open_files({**LATE, "app.py": way_in})
    assert sure(project, "app") == {"first", "second", "early", "below", "late"}


def test_a_cycle_whose_package_catches_its_failure(open_files):
    files = {
        "p/__init__.py": "try:\n    from p.one import f\nexcept ImportError:\n    pass\ndef g(): pass\n",
        "p/one.py": "import p.early\nfrom p import g\nimport p.below\ndef f(): pass\n",
        "p/early.py": "",
        "p/below.py": "",
    }
    project = open_files(files)
    assert sure(project, "p") == {"p.one", "p.early"}
    assert kind_of(project, "p.one", "p.below") is AtImport.MAY


def test_a_module_below_a_package_that_fails_is_not_begun(open_files):
    files = {
        "p/__init__.py": "try:\n    from p.q.inner import f\nexcept Exception:\n    pass\ndef g(): pass\n",
        "p/q/__init__.py": "from p.early import f\n",
        "p/q/inner.py": "def f(): pass\n",
        "p/early.py": "from p import g\ndef f(): pass\n",
    }
    project = open_files(files)
    assert "p.q.inner" not in sure(project, "p")
    assert {"p.q", "p.early", "p.q.inner"} <= perhaps(project, "p")


def test_a_name_that_is_never_bound_ends_its_taker_and_who_imports_it(open_files):
    project = open_files(
        {
            "app.py": "try:\n    import taker\nexcept ImportError:\n    pass\nimport behind\n",
            "taker.py": "import broken\nimport below\n",
            "broken.py": "from plain import nothing\nimport below2\n",
            "plain.py": "x = 1\n",
            "below.py": "",
            "below2.py": "",
            "behind.py": "",
        }
    )
    assert sure(project, "app") == {"taker", "broken", "plain", "behind"}


def test_a_call_below_is_not_sure(open_files):
    second = LATE["second.py"] + "def go():\n    import called\ngo()\n"
    project = open_files(
        {**LATE, "second.py": second, "called.py": "", "app.py": CAUGHT, "after.py": "", "instead.py": ""}
    )
    assert "called" not in sure(project, "app")
    assert "called" in perhaps(project, "app")


def test_a_star_of_a_package_that_is_still_running_brings_what_it_has_so_far(open_files):
    files = {
        "p/__init__.py": "from p import one\ndef f():\n    import p.wrong\n",
        "p/one.py": "def f():\n    import p.own\nfrom p import *\nf()\n",
        "p/own.py": "",
        "p/wrong.py": "",
    }
    project = open_files(files)
    assert "p.wrong" not in sure(project, "p")
    assert "p.own" in perhaps(project, "p")
