import gc
import weakref

import pytest

from importgraph.config import from_options
from importgraph.errors import ConfigError
from importgraph.language_server.deferral import defer
from importgraph.language_server.refreshing import Folder, Problem
from importgraph.project import open_project


@pytest.fixture
def folder(write_project):
    root = write_project({"a.py": "import b\n\n\ndef f():\n    return b.X\n", "b.py": "X = 1\n"})
    yield Folder(root, lambda path: open_project(path, from_options(workers=1)), lambda *_: None)
    gc.unfreeze()


def test_an_analysis_that_was_replaced_is_freed(folder):
    first = folder.analyse()
    for edges in first.edges.values():
        defer(first, edges)
    seen = weakref.ref(first)
    del first
    assert seen() is folder.analysis
    second = folder.analyse()
    assert folder.analysis is second
    assert seen() is None
    assert gc.isenabled()


@pytest.mark.parametrize("error", [ConfigError("wrong."), ValueError("odd")])
def test_what_fails_leaves_what_was_known(folder, error):
    known = folder.analyse()

    def refuse(_):
        raise error

    folder.open_project = refuse
    problem = folder.analyse()
    assert isinstance(problem, Problem)
    assert str(error) in problem.message
    assert folder.analysis is known
