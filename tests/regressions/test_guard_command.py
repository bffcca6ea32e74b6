import json
import os

import pytest
from git_repos import git
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.errors import ConfigError, ImportgraphError, UsageError

FILES = {
    "pyproject.toml": "[project]\nname = 'app'\nrequires-python = '>=3.11'\n",
    "app/__init__.py": "from app.core import run\n",
    "app/core.py": "def run(): ...\n",
    "app/heavy.py": "def heavy(): ...\n",
    "tests/test_core.py": "from app.core import run\n",
}
HEAVY = "import os\nimport app.heavy\ndef run(): ...\n"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a command in a folder; errors that the command line prints in one line are raised."""
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    def command(folder, *words):
        monkeypatch.chdir(folder)
        done = CliRunner().invoke(app, [*words])
        if isinstance(done.exception, ImportgraphError):
            raise done.exception
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return command


@pytest.fixture
def saved(repo, run):
    """A repository with a saved baseline."""
    repo.commit(FILES, "Start")
    run(repo.folder, "baseline")
    repo.commit({}, "Save a baseline")
    return repo


def test_a_saved_baseline_is_clean_and_stable(saved, run):
    path = saved.folder / "importgraph-baseline.json"
    before = path.read_bytes()
    assert json.loads(before)["schema"] == "importgraph/baseline/1"
    done = run(saved.folder, "check")
    assert (done.exit_code, done.stdout) == (0, "Clean against importgraph-baseline.json.\n")
    done = run(saved.folder, "baseline", "--update")
    assert done.stdout == ""
    assert path.read_bytes() == before
    assert b"core.py" not in before


def test_a_regression_names_edge_chain_and_commit(saved, run):
    commit = saved.commit({"app/core.py": HEAVY}, "Make it heavy")
    done = run(saved.folder, "check", "--format", "json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert (report["schema"], report["verdict"]) == ("importgraph/check/1", "regressed")
    one = next(one for one in report["regressions"] if one["subject"] == "app")
    assert (one["gate"], one["before"], one["after"]) == ("loads", 2, 3)
    assert one["edge"] == {"source": "app.core", "target": "app.heavy", "path": "app/core.py", "line": 2}
    assert [step["line"] for step in one["chain"]] == [1, 2]
    assert one["commit"] == {"id": commit, "author": "Ada", "date": "2026-01-31", "summary": "Make it heavy"}


def test_a_line_that_is_not_committed_has_no_commit(saved, run):
    saved.write({"app/core.py": HEAVY})
    report = json.loads(run(saved.folder, "check", "--format", "json").stdout)
    assert report["regressions"][0]["commit"] is None


def test_update_shows_what_it_accepts(saved, run):
    saved.write({"app/core.py": HEAVY, "app/__init__.py": "import app.gone\nfrom app.core import run\n"})
    shown = run(saved.folder, "baseline", "--update").stdout
    assert "accepted: loads: `import app` newly loads `app.heavy`" in shown
    assert "accepted: unresolved: IG401 for `app.gone` is new in `app`." in shown
    assert run(saved.folder, "check").exit_code == 0
    saved.write({"app/__init__.py": "from app.core import run\n"})
    done = run(saved.folder, "check")
    assert done.exit_code == 0
    assert "stale finding: IG401 app.gone: It is not found any more." in done.stdout
    assert run(saved.folder, "check", "--strict").exit_code == 1


def test_a_baseline_is_not_replaced_by_accident(saved, run):
    with pytest.raises(UsageError, match="There is a baseline already"):
        run(saved.folder, "baseline")


def test_against_a_revision_leaves_the_work_tree_alone(repo, run):
    repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY}, "Make it heavy")
    repo.write({"app/new.py": "import gone_\n"})
    before = git(repo.folder, "status", "--porcelain")
    done = run(repo.folder, "check", "--against", "HEAD~1")
    assert done.exit_code == 1
    assert "  > app.core -> app.heavy  app/core.py:2\n" in done.stdout
    assert "Make it heavy" in done.stdout
    assert run(repo.folder, "check", "--against", "HEAD").exit_code == 0
    git(repo.folder, "checkout", "-q", "--detach", "HEAD~0")
    assert run(repo.folder, "check", "--against", "main").exit_code == 0
    assert git(repo.folder, "status", "--porcelain") == before
    assert git(repo.folder, "worktree", "list").count("\n") == 0


def test_the_platform_and_version_of_the_baseline_decide(repo, run):
    guarded = "import sys\nif sys.platform == 'win32':\n    import app.heavy\n"
    guarded += "if sys.version_info >= (3, 13):\n    import app.heavier\ndef run(): ...\n"
    repo.commit({**FILES, "pyproject.toml": "", "app/core.py": guarded, "app/heavier.py": ""})
    run(repo.folder, "baseline", "--python-version", "3.11")
    assert run(repo.folder, "check").exit_code == 0
    path = repo.folder / "importgraph-baseline.json"
    saved = path.read_text()
    path.write_text(saved.replace('"platform": "linux"', '"platform": "win32"'))
    assert "newly loads `app.heavy`:" in run(repo.folder, "check").stdout
    path.write_text(saved.replace('"python_version": "3.11"', '"python_version": "3.14"'))
    assert "newly loads `app.heavier`:" in run(repo.folder, "check").stdout


@pytest.mark.parametrize("answer", ["text", "json", "markdown", "sarif", "github", "gitlab", "junit"])
def test_every_format_is_written_and_the_same_twice(saved, run, answer):
    saved.write({"app/core.py": HEAVY})
    one, two = (run(saved.folder, "check", "--format", answer) for _ in range(2))
    assert one.exit_code == two.exit_code == 1
    assert one.stdout == two.stdout
    assert "app.heavy" in one.stdout


def test_annotations_count_paths_from_the_top_of_the_repository(repo, run):
    repo.commit({f"service/{path}": text for path, text in FILES.items()})
    repo.write({"service/app/core.py": HEAVY})
    done = run(repo.folder, "check", "service", "--against", "HEAD", "--format", "github")
    assert done.stdout.startswith("::error file=service/app/core.py,line=2,")
    text = run(repo.folder / "service", "check", "--against", "HEAD").stdout
    assert "app/core.py:2" in text
    assert "service/app/core.py" not in text


def test_what_is_gone_since_a_revision_is_no_debt(repo, run):
    repo.commit({**FILES, "app/core.py": HEAVY})
    repo.write({"app/core.py": FILES["app/core.py"]})
    done = run(repo.folder, "check", "--against", "HEAD", "--strict")
    assert (done.exit_code, done.stdout) == (0, "Clean against HEAD.\n")
    with pytest.raises(UsageError, match="name two things"):
        run(repo.folder, "check", "--against", "HEAD", "--baseline", "x.json")
    run(repo.folder, "baseline")
    with pytest.raises(UsageError, match="--measure compares with a revision"):
        run(repo.folder, "check", "--measure")


def test_measure_adds_time_to_the_report(repo, run):
    spin = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
    repo.commit({"app/__init__.py": spin.format(0.01)})
    repo.write({"app/__init__.py": spin.format(0.03)})
    words = ["check", "--against", "HEAD", "--measure", "--budget-seconds", "60", "--format", "json"]
    done = run(repo.folder, *words)
    report = json.loads(done.stdout)
    assert (done.exit_code, report["verdict"]) == (1, "regressed")
    assert [one["gate"] for one in report["regressions"]] == ["time"]


def test_diff_names_both_sides_and_is_stable(repo, run):
    repo.commit({**FILES, "app/old.py": "import app.core\n"})
    repo.commit({"app/core.py": HEAVY}, "<b> @team `x`\n", deleted=["app/old.py"])
    document = json.loads(run(repo.folder, "diff", "HEAD~1", "HEAD", "--format", "json").stdout)
    assert document["schema"] == "importgraph/diff/1"
    assert document["modules_removed"] == ["app.old"]
    assert ["app.core", "app.heavy", ""] in document["edges_added"]
    assert document["edges_removed"] == [["app.old", "app.core", ""]]
    comment = run(repo.folder, "diff", "HEAD~1", "--format", "markdown").stdout
    assert comment == run(repo.folder, "diff", "HEAD~1", "--format", "markdown").stdout
    assert comment.startswith("<!-- importgraph -->\n")
    assert "&#60;b&#62; &#64;&#8203;team &#96;x&#96;" in comment
    assert "| `app` | 2 | 3 | `app.heavy`, `os` |" in comment
    assert "nothing" not in run(repo.folder, "diff", "HEAD", "HEAD").stdout


def test_affected_prints_paths_and_reasons(repo, run):
    repo.commit({**FILES, "tests/test_other.py": "def test(): ...\n"})
    repo.write({"app/core.py": HEAVY})
    told = run(repo.folder, "affected", "--since", "HEAD").stderr
    assert told.startswith("1 of 2 test files can be affected by 1 changed file.")
    done = run(repo.folder, "affected", "--since", "HEAD", "--quiet")
    assert done.stdout == "tests/test_core.py\n"
    why = run(repo.folder, "affected", "--since", "HEAD", "--explain", "tests/test_core.py::test_run").stdout
    assert why.splitlines()[1].strip() == "test_core -> app.core (imports)  tests/test_core.py:1"
    document = json.loads(run(repo.folder, "affected", "--since", "HEAD", "--format", "json").stdout)
    assert (document["schema"], document["total"]) == ("importgraph/affected/1", 2)
    assert [test["path"] for test in document["tests"]] == ["tests/test_core.py"]
    with pytest.raises(UsageError, match="is not selected"):
        run(repo.folder, "affected", "--since", "HEAD", "--explain", "tests/test_other.py")


def test_affected_lists_node_ids_and_ends_lines_with_nul(repo, run):
    calls = "from app.core import run\ndef test_run():\n    run()\n"
    repo.commit({**FILES, "tests/test_core.py": calls, "tests/test_other.py": "def test(): ...\n"})
    repo.write({"app/core.py": HEAVY})
    done = run(repo.folder, "affected", "--since", "HEAD", "--ids", "--null", "--quiet")
    assert done.stdout == "tests/test_core.py::test_run\0"
    document = json.loads(run(repo.folder, "affected", "--since", "HEAD", "--ids", "--format", "json").stdout)
    assert [test["id"] for test in document["tests"]] == ["tests/test_core.py::test_run"]
    assert document["dynamic"] == []
    why = run(repo.folder, "affected", "--since", "HEAD", "--explain", "tests/test_core.py::test_run").stdout
    assert why.startswith("tests/test_core.py::test_run is selected because app/core.py changed:")


# -- what a user can mend: one line, exit code 2 ----------------------------------------------------


def test_unknown_revisions_are_named(repo, run):
    repo.commit(FILES)
    for words in (["check", "--against", "nope"], ["diff", "nope"], ["affected", "--since", "nope"]):
        with pytest.raises(UsageError, match="There is no revision `nope`"):
            run(repo.folder, *words)
    with pytest.raises(UsageError, match="is no revision"):
        run(repo.folder, "check", "--against", "--upload-pack=x")


def test_a_shallow_clone_is_a_reason(repo, run, tmp_path):
    first = repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo.folder}", str(shallow))
    with pytest.raises(UsageError, match="shallow"):
        run(shallow, "check", "--against", first)
    run(shallow, "baseline")
    (shallow / "app/__init__.py").write_text("from app.core import run\nimport pandas\n")
    git(shallow, "commit", "-qam", "More")
    report = json.loads(run(shallow, "check", "--format", "json").stdout)
    assert {one["commit"]["summary"] for one in report["regressions"]} == {"More"}


def test_no_repository_is_enough_for_a_baseline(run, tmp_path):
    from git_repos import write_files

    folder = write_files(tmp_path / "plain", FILES)
    run(folder, "baseline")
    write_files(folder, {"app/core.py": HEAVY})
    report = json.loads(run(folder, "check", "--format", "json").stdout)
    assert {one["commit"] for one in report["regressions"]} == {None}
    with pytest.raises(UsageError, match="is not in a git repository"):
        run(folder, "check", "--against", "HEAD")


def test_no_git_is_one_line(saved, run, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="There is no `git` on PATH"):
        run(saved.folder, "diff", "HEAD")
    assert run(saved.folder, "check").exit_code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a baseline"),
        ('{"schema": "importgraph/graph/1"}', "is not a baseline"),
        ('{"schema": "importgraph/baseline/99"}', "was written by a newer importgraph"),
        ('{"schema": "importgraph/baseline/1"}', "does not hold what a baseline holds"),
        ("\udcff", "is not JSON"),
    ],
)
def test_bad_baselines_are_one_line(saved, run, content, message):
    path = saved.folder / "importgraph-baseline.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=message) as caught:
        run(saved.folder, "check")
    assert "\n" not in str(caught.value)


def test_nothing_to_compare_with_is_one_line(repo, run):
    repo.commit(FILES)
    with pytest.raises(UsageError, match="There is no baseline"):
        run(repo.folder, "check")


def test_limits_work_without_a_baseline(repo, run):
    repo.commit({**FILES, "pyproject.toml": '[tool.importgraph.check]\nforbid-loaded = ["app.core"]\n'})
    done = run(repo.folder, "check")
    assert done.exit_code == 1
    assert "forbid-loaded: `import app` loads `app.core`, which is forbidden." in done.stdout


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("max-module = 3", "unknown key `max-module`, did you mean `max-modules`"),
        ("max-modules = -1\nratchet = ['all']", "`max-modules` should be .*; `ratchet` should be"),
        ("max-growth = 'much'", "`max-growth` should be a whole number or a share"),
        ("max-cycles = {crash = 1}", "`max-cycles` should be"),
        ("max-modules = {ap = 3}", "names `ap`, which is no module here. Did you mean `app`"),
        ("min-canonical = 95", "`min-canonical` should be a share from 0 to 1"),
    ],
)
def test_bad_gates_are_one_line(saved, run, table, message):
    saved.write({"pyproject.toml": f"[tool.importgraph.check]\n{table}\n"})
    with pytest.raises(ConfigError, match=message):
        run(saved.folder, "check")


def test_broken_configuration_is_one_line(saved, run):
    saved.write({"pyproject.toml": "["})
    with pytest.raises(ConfigError, match="cannot be read"):
        run(saved.folder, "check")


GUARDS = (
    ["check", "--against", "HEAD~1"],
    ["diff", "HEAD~1"],
    ["affected", "--since", "HEAD~1"],
    ["baseline"],
)
SETTINGS = [
    ("pyproject.toml", "[", "pyproject.toml cannot be read"),
    ("pyproject.toml", "[tool.importgraph]\nsource-root = ['x']\n", "did you mean `source-roots`"),
]
GATES = [
    ("pyproject.toml", "[tool.importgraph.check]\nmax-module = 3\n", "did you mean `max-modules`"),
    ("pyproject.toml", "[[tool.importgraph.rules]]\ncode = 'A'\nkind = 'x'\n", "`kind` should be one of"),
    (".importlinter", "[importlinter\n", r".importlinter cannot be read: .* Mend the file"),
]


def test_broken_settings_are_one_line_for_every_command(repo, run):
    repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY})
    for file, text, message in (*SETTINGS, *GATES):
        repo.write({"pyproject.toml": FILES["pyproject.toml"], file: text})
        for words in GUARDS:
            if (file, text, message) in GATES and words[0] == "affected":
                continue  # it asks no gate
            with pytest.raises(ConfigError, match=message) as caught:
                run(repo.folder, *words)
            assert "\n" not in str(caught.value)


def test_settings_that_were_broken_then_name_the_revision(repo, run):
    repo.commit({**FILES, "pyproject.toml": "["})
    repo.commit({"pyproject.toml": FILES["pyproject.toml"]})
    for words in GUARDS[:3]:
        with pytest.raises(ConfigError, match=r"At revision \w{12}: pyproject.toml cannot.* Compare with"):
            run(repo.folder, *words)


def test_a_detached_head_works(repo, run):
    repo.commit(FILES)
    repo.commit({"app/core.py": "def run(): ...\nx = 1\n"})
    git(repo.folder, "checkout", "-q", "--detach")
    for words in GUARDS:
        assert run(repo.folder, *words).exit_code == 0


def test_no_repository_no_git_and_a_shallow_clone_are_one_line(repo, run, tmp_path, monkeypatch):
    from git_repos import write_files

    repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo.folder}", str(shallow))
    for words in GUARDS[:3]:
        with pytest.raises(UsageError, match=r"^`.` is not in a git repository. Name"):
            run(write_files(tmp_path / "plain", FILES), *words)
        with pytest.raises(UsageError, match="This clone is shallow"):
            run(shallow, *words)
    monkeypatch.setenv("PATH", str(tmp_path))
    for words in GUARDS[:3]:
        with pytest.raises(UsageError, match="There is no `git` on PATH"):
            run(repo.folder, *words)


def test_a_folder_that_is_not_there_is_one_line(repo, run):
    repo.commit(FILES)
    for words in (
        ["check", "gone"],
        ["baseline", "gone"],
        ["diff", "HEAD", "--path", "gone"],
        ["diff", "HEAD", "--path", "pyproject.toml"],
        ["check", "gone", "--against", "HEAD"],
        ["affected", "gone", "--since", "HEAD"],
    ):
        with pytest.raises(UsageError, match="There is no folder"):
            run(repo.folder, *words)


def test_a_baseline_that_cannot_be_read_is_not_replaced_unseen(saved, run):
    (saved.folder / "importgraph-baseline.json").write_text('{"schema": "importgraph/baseline/99"}')
    with pytest.raises(UsageError, match=r"was written by a newer importgraph .* delete the file"):
        run(saved.folder, "baseline", "--update")


def test_diff_draws_the_change(repo, run):
    repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY})
    for name in ("one.svg", "two.svg"):
        run(repo.folder, "diff", "HEAD~1", "HEAD", "--picture", name)
    one, two = ((repo.folder / name).read_bytes() for name in ("one.svg", "two.svg"))
    assert one == two
    assert b"app.heavy" in one
    with pytest.raises(UsageError, match="names no picture that can be drawn"):
        run(repo.folder, "diff", "HEAD~1", "HEAD", "--picture", "change.gif")


def test_variables_of_a_git_hook_do_not_lead_astray(repo, run, monkeypatch):
    repo.commit(FILES)
    repo.commit({"app/core.py": HEAVY})
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/nowhere")
    assert run(repo.folder / "app", "check", "--against", "HEAD~1").exit_code == 1
