"""`importgraph fix` from the list to the written file, on a project whose import is slow."""

import json
import subprocess
import sys

import pytest
from git_repos import Repo
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.errors import UsageError

FILES = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n[project.scripts]\napp = "app.cli:main"\n',
    "app/__init__.py": "",
    "app/cli.py": "from app import graphs\n\n\ndef main():\n    return graphs.make()\n",
    "app/graphs.py": "from app import heavy  # slow\n\n\ndef make():\n    return heavy.N\n",
    "app/heavy.py": "import asyncio\nimport sqlite3\nimport unittest.mock\nimport xml.dom.minidom\nN = 3\n",
    "app/h1.py": "x = 1\n",
    "tests/test_graphs.py": "from app.graphs import make\n\n\ndef test_make():\n    assert make() == 3\n",
}
MOVED = "\n\ndef make():\n    from app import heavy  # slow\n    return heavy.N\n"


@pytest.fixture
def repo(tmp_path):
    made = Repo(tmp_path / "repo")
    made.commit(FILES)
    return made


@pytest.fixture
def run(repo, monkeypatch):
    monkeypatch.chdir(repo.folder)

    def command(*arguments):
        done = CliRunner().invoke(app, ["fix", *arguments, "--no-cache", "-q", "--python", sys.executable])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return command


def names(run):
    return [one["id"] for one in json.loads(run("--format", "json").stdout)["fixes"]]


def test_the_list_names_fixes_and_changes_nothing(run, repo):
    listed = run().stdout
    (name,) = [name for name in names(run) if name.startswith("defer-heavy-")]
    assert name in listed
    assert (repo.folder / "app/graphs.py").read_text() == FILES["app/graphs.py"]
    assert names(run) == names(run)


def test_a_patch_is_what_git_applies(run, repo):
    patch = run("defer-heavy", "--diff").stdout
    subprocess.run(["git", "apply"], cwd=repo.folder, input=patch.encode(), check=True)
    assert (repo.folder / "app/graphs.py").read_text().endswith(MOVED)


def test_writing_is_done_once_and_leaves_other_work_alone(run, repo):
    repo.write({"app/cli.py": FILES["app/cli.py"] + "# mine\n", "app/other.py": "mine = 1\n"})
    assert "wrote app/graphs.py" in run("defer-heavy", "--write").stdout
    assert (repo.folder / "app/graphs.py").read_text().endswith(MOVED)
    assert (repo.folder / "app/cli.py").read_text().endswith("# mine\n")
    with pytest.raises(UsageError, match="There is no fix defer-heavy"):
        run("defer-heavy", "--write")


def test_a_verified_fix_says_what_was_run_and_what_it_saves(run):
    done = run(
        "defer-heavy", "--verify", "--format", "json", "--test-command", f"{sys.executable} -m pytest -q"
    )
    document = json.loads(done.stdout)
    assert done.exit_code == 0, done.output
    (kept,) = document["verified"]["kept"]
    assert kept["saving"]["saved_us"] > kept["saving"]["noise_us"]
    assert [check.split()[0] for check in document["verified"]["checks"]][:2] == ["findings", "imports"]


@pytest.mark.thorough
def test_a_report_shows_before_and_after(run, repo, tmp_path):
    test = f"{sys.executable} -m pytest -q"
    done = run(
        "defer-heavy", "--verify", "--write", "--report", str(tmp_path / "out"), "--test-command", test
    )
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "out/migration.json").read_text())
    (entry,) = (one for one in document["summary"]["entries"] if one["name"] == "app.cli")
    assert "app.heavy" in entry["gone"]
    assert entry["modules_before"] > entry["modules_after"]
    assert entry["before_us"] - entry["after_us"] > entry["noise_us"]
    assert document["summary"]["tests_before"] == document["summary"]["tests_after"] == "1 passed"
    assert document["written"] == ["app/graphs.py"]
    page = (tmp_path / "out/migration.md").read_text()
    assert "1 of 1 fixes verified on 20" in page
    assert "no longer loads" in page


def test_a_fix_that_breaks_the_tests_is_withdrawn_with_the_reason(run, repo):
    test = "import sys\nfrom app import graphs\n\n\ndef test_it():\n    assert 'app.heavy' in sys.modules\n"
    repo.write({"tests/test_graphs.py": test})
    before = (repo.folder / "app/graphs.py").read_text()
    done = run("defer-heavy", "--verify", "--write", "--test-command", f"{sys.executable} -m pytest -q")
    assert done.exit_code == 1
    assert "withdrawn" in done.stdout
    assert "the tests ended otherwise" in done.stdout
    assert (repo.folder / "app/graphs.py").read_text() == before


def test_wrong_questions_are_one_line(run):
    with pytest.raises(UsageError, match="--report is written by --verify"):
        run("--report", "x")
    with pytest.raises(UsageError, match="--test-command is run by --verify"):
        run("--test-command", "x")
    with pytest.raises(UsageError, match="Nothing to fix is of IG999"):
        run("--select", "IG999")


def test_a_budget_takes_the_best_that_fit(run):
    assert "app/graphs.py" in run("--budget", "1", "--diff").stdout


@pytest.mark.thorough
def test_a_verdict_holds_until_a_file_changes(repo, monkeypatch, tmp_path):
    monkeypatch.chdir(repo.folder)
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))

    def listed():
        document = json.loads(
            CliRunner().invoke(app, ["fix", "-q", "--format", "json", "--python", sys.executable]).stdout
        )
        return {one["id"]: one["verification"] for one in document["fixes"]}

    (name,) = [name for name in listed() if name.startswith("defer-heavy")]
    assert listed()[name] is None
    assert CliRunner().invoke(app, ["fix", name, "--verify", "-q", "--python", sys.executable]).exit_code == 0
    assert listed()[name].startswith("verified (20")
    (kept,) = (tmp_path / "cache/verdicts").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole.replace(b"verified", b"falsified").replace(b"saves", b"saved"))
    assert listed()[name] is None  # damaged, so unknown
    kept.write_bytes(whole)
    assert listed()[name].startswith("verified (20")
    repo.write({"app/h1.py": "x = 'other'\n"})
    assert listed()[name] is None


def test_a_break_after_which_a_module_fails_is_left_with_the_reason(write_project, monkeypatch):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import x\nfrom p.second import two\ndef g():\n    return x, two\n",
        "p/b.py": "from p.first import one\nfrom p import a\nx = one\nkept = [a]\n",
        "p/first.py": "def one(): ...\nfrom p.second import two\n",
        "p/second.py": "from p.first import one\ndef two(): ...\n",
    }
    root = write_project(files)
    done = CliRunner().invoke(
        app, ["fix", "--select", "cycle-break", "--write", "--no-cache", "--path", str(root)]
    )
    assert "`import p.a` would fail" in done.stderr
    assert (root / "p/a.py").read_text() == files["p/a.py"]
