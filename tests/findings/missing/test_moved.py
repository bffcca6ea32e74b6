import subprocess

import pytest

from importgraph.findings.missing.unresolved import find_unresolved
from importgraph.fixes.proposals.missing_imports import propose_missing_imports

BODY = "def work():\n    return [number * number for number in range(10)]\n\n\ndef rest():\n    return 1\n"
START = {"app/__init__.py": "", "app/old.py": BODY, "app/use.py": "from app.old import work\n"}


@pytest.fixture
def moved(write_project, open_files):
    """Commit a first state, move or delete files, commit, and open what is left."""
    root = write_project(START)

    def git(*words):
        words = ["git", "-c", "user.name=n", "-c", "user.email=e", *words]
        return subprocess.run(words, cwd=root, check=True, capture_output=True, text=True).stdout.strip()

    def made(*steps):
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "first")
        for step in steps:
            git(*step)
            git("commit", "-qam", "next", "--allow-empty")
        return open_files({}), git("rev-parse", "--short", "HEAD"), git("log", "-1", "--format=%cs")

    return made


def test_a_rename_in_the_history_is_evidence(moved):
    project, commit, date = moved(["mv", "app/old.py", "app/new.py"])
    (found,) = find_unresolved(project.snapshot)
    assert found.suggestion == "app.new"
    assert found.evidence == f"it was renamed to `app.new` in commit {commit} ({date})"
    (fix,) = propose_missing_imports(project.snapshot)
    assert "-from app.old import work\n+from app.new import work\n" in fix.diff
    assert fix.reasons == (found.evidence,)


def test_several_renames_are_followed(moved):
    project, _, _ = moved(["mv", "app/old.py", "app/mid.py"], ["mv", "app/mid.py", "app/new.py"])
    assert [one.suggestion for one in find_unresolved(project.snapshot)] == ["app.new"]


def test_a_deletion_is_said(moved):
    project, commit, date = moved(["rm", "app/old.py"])
    (found,) = find_unresolved(project.snapshot)
    assert (found.suggestion, found.hint) == (None, None)
    assert found.evidence == f"it was deleted in commit {commit} ({date})"
    assert list(propose_missing_imports(project.snapshot)) == []


def test_a_removed_import_shows_where_the_name_came_from(moved, write_project):
    one, two = "class Thing:\n    kind = 1\n", "class Thing:\n    kind = 2\n"
    files = {"app/one.py": one, "app/two.py": two, "app/use.py": "from app.api import Thing\n"}
    write_project({**files, "app/old.py": "", "app/api.py": "from .two import (\n    Thing,\n)\n"})
    moved()
    write_project({"app/api.py": "x = 1\n"})
    project, commit, date = moved()
    (found,) = find_unresolved(project.snapshot)
    assert found.suggestion == "app.two.Thing"
    assert found.evidence == (
        f"its import from `app.two` was removed from app/api.py in commit {commit} ({date})"
    )


def test_a_definition_that_is_gone_is_said(moved, write_project):
    moved()
    write_project({"app/old.py": "def rest():\n    return 1\n"})
    project, commit, date = moved()
    (found,) = find_unresolved(project.snapshot)
    assert (found.suggestion, found.hint) == (None, None)
    assert found.evidence == f"it was removed from app/old.py in commit {commit} ({date})"


def test_a_project_inside_a_repository(moved, tmp_path):
    project, _, _ = moved(["mv", "app/old.py", "app/new.py"])
    assert project.snapshot.removed(["app/never.py"]) == {}


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        ("from p.gone import Thing", "from p.home import Thing"),
        ("from p.gone import Thing as T", "from p.home import Thing as T"),
        ("from .gone import Thing, Other", "from p.home import Thing\nfrom p.other import Other"),
        ("from p.thin import Thing", "from p.home import Thing"),
    ],
)
def test_a_statement_is_pointed_at_the_definition(open_files, statement, after):
    files = {
        "p/__init__.py": "",
        "p/thin.py": "",
        "p/home.py": "class Thing: ...",
        "p/other.py": "class Other: ...",
        "p/a.py": f"{statement}\nprint(1)\n",
    }
    fixes = list(propose_missing_imports(open_files(files).snapshot))
    added = [line[1:] for fix in fixes for line in fix.diff.splitlines() if line.startswith("+from")]
    assert sorted(set(added) - {statement, "from .gone import Other", "from .gone import Thing"}) == sorted(
        after.split("\n")
    )


def test_a_plain_import_of_a_renamed_module_follows_with_its_uses(moved, write_project):
    write_project({"app/use.py": "import app.old\napp.old.work()\n"})
    project, _, _ = moved(["mv", "app/old.py", "app/new.py"])
    (fix,) = propose_missing_imports(project.snapshot)
    assert fix.applicability.value == "unsafe"  # the history of git suggests the place
    assert [line for line in fix.diff.splitlines() if line[:1] in "+-"][2:] == [
        "-import app.old",
        "-app.old.work()",
        "+import app.new",
        "+app.new.work()",
    ]


def test_copies_and_likenesses_get_no_fix(open_files):
    files = {
        "p/__init__.py": "",
        "p/utils.py": "x = 1",
        "p/a.py": "import p.utills",
        "archive/b.py": "from p.gone import Thing",
        "p/home.py": "class Thing: ...",
    }
    assert list(propose_missing_imports(open_files(files).snapshot)) == []
