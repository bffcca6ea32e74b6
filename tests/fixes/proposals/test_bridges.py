import subprocess
import sys

from git_repos import Repo
from own_rules import rules

from importgraph.config import from_options
from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.edits.writing import write_changes
from importgraph.fixes.proposals.bridges import propose_bridges
from importgraph.project import open_project

PROBE = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import app.old
    from app.old import Thing
import app.new
assert Thing is app.new.Thing and app.old.Thing is app.new.Thing and app.old.other is app.new.other
print([(w.category.__name__, str(w.message), w.filename.rpartition("/")[2]) for w in caught])
"""
NEW = "class Thing: ...\ndef other(): ...\n"


def bridged(project):
    fixes = tuple(propose_bridges(project.snapshot))
    write_changes(project.root, plan(project.root, named(fixes), project.read_text).changes)
    return fixes


def test_a_moved_module_gives_the_same_objects_and_warns(tmp_path):
    repo = Repo(tmp_path / "repo")
    repo.commit({"app/__init__.py": "", "app/old.py": NEW, "use.py": "from app.old import Thing\n"})
    (repo.folder / "app/old.py").rename(repo.folder / "app/new.py")
    repo.commit({"app/new.py": NEW})
    options = from_options(workers=1)
    (fix,) = bridged(open_project(repo.folder, options))
    assert fix.findings == ("IG401 app.old",)
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=repo.folder, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[('DeprecationWarning', 'app.old has moved to app.new', '<string>')]\n"
    after = open_project(repo.folder, options)
    assert not [one for one in after.findings if one.code.startswith("IG4")]
    assert tuple(propose_bridges(after.snapshot)) == ()


def test_a_rule_of_the_project_says_what_moved(open_files):
    rule = {"code": "APP1", "kind": "deprecated-import", "name": "app.old", "replacement": "app.new"}
    files = {"pyproject.toml": rules(rule), "app/__init__.py": "", "app/new.py": NEW}
    assert [fix.edits[0].path for fix in bridged(open_files(files))] == ["app/old.py"]
    assert bridged(open_files({**files, "app/old.py": "mine = 1\n"})) == ()
