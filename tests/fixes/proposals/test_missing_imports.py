"""Imports that fail, pointed at where the module went."""

import pytest
from git_repos import Repo

from importgraph.config import from_options
from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.fixes.model import Applicability
from importgraph.fixes.proposals.missing_imports import propose_missing_imports
from importgraph.project import open_project


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import app.old\nx = app.old.Thing(app.old.y)\n", "import app.new\nx = app.new.Thing(app.new.y)\n"),
        ("import app.old as o\nx = o.y\n", "import app.new as o\nx = o.y\n"),
        ("from app.old import Thing as T\n", "from app.new import Thing as T\n"),
        ("from app import old\nx = old.y\n", "from app import new as old\nx = old.y\n"),
        ("import app.old\n\ndef f(app):\n    return app.old\n", None),
    ],
)
def test_a_module_that_was_renamed_is_found_in_every_form(tmp_path, before, after):
    repo = Repo(tmp_path / "repo")
    text = "class Thing: ...\ny = 1\n" * 20
    repo.commit({"app/__init__.py": "", "app/old.py": text, "use.py": before})
    (repo.folder / "app/old.py").rename(repo.folder / "app/new.py")
    repo.commit({"app/new.py": text})
    project = open_project(repo.folder, from_options(workers=1))
    (fix,) = propose_missing_imports(project.snapshot)
    made = plan(project.root, named([fix]), project.read_text)
    changed = {one.path: one.after.decode() for one in made.changes}
    assert changed.get("use.py", before) == (after or before)
    assert (fix.applicability is Applicability.MANUAL) is (after is None)
