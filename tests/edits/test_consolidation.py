"""A consolidation module end to end: proposed, proven in a copy, and written."""

import subprocess
import sys

from importgraph.config import from_options
from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.edits.questions import How
from importgraph.edits.verification import verify
from importgraph.edits.writing import write_changes
from importgraph.graph.views import closure, modules_of
from importgraph.project import open_project

HOMES = {f"app/h{n}.py": f"def name{n}():\n    return {n}\n" for n in range(3)}
USER = """from app.h0 import name0
from .h1 import name1 as one
from app.h2 import (
    name2,
)


def run():
    return name0(), one(), name2()
"""
USERS = {f"app/u{n}.py": USER for n in range(9)}
PROBE = """
import sys
before = set(sys.modules)
import app.u1
assert all(name.startswith("app") for name in set(sys.modules) - before)
assert sorted(m for m in sys.modules if m.startswith("app.h")) == ["app.h0", "app.h1", "app.h2"]
assert app.u1.run() == (0, 1, 2)
import app.common_imports as common, app.h1
assert common.name1 is app.h1.name1 and app.u1.one is app.h1.name1
"""


def test_no_importer_loads_more_and_all_get_the_same_objects(open_files):
    project = open_files({"app/__init__.py": "", **HOMES, **USERS})
    (fix,) = named(one for one in project.proposals.fixes if one.kind == "consolidation")
    how = How(sys.executable, "3", from_options(workers=1))
    found = verify(project, [fix], how, lambda *_: None)
    assert not found.withdrawn, found.withdrawn[0].reason
    made = plan(project.root, [fix], project.read_text)
    assert write_changes(project.root, made.changes).left == ()
    after = open_project(project.root, from_options(workers=1))
    text = after.read_text("app/u1.py")
    assert text.startswith("from app.common_imports import name0, name1 as one, name2\n") or (
        text.count("from app.common_imports import") <= 3 and "app.h" not in text
    )
    for user in ("app.u1", "app.u8"):
        now, before = (modules_of(closure(one.runtime, [user])) for one in (after, project))
        assert now <= before | {"app.common_imports"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
