"""Commands as a user runs them: real processes on small trees."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "app/__init__.py": "",
    "app/core.py": "from app.models import User\n\ndef start():\n    return User\n",
    "app/models/__init__.py": "from app.models.user import User\n",
    "app/models/user.py": "class User:\n    name = ''\n",
    "app/views.py": "from app.models import User\nimport app.cycle_a\n",
    "app/admin.py": "from app.models.user import User\n",
    "app/cycle_a.py": "from app.cycle_b import g\n\ndef f():\n    return 1\n",
    "app/cycle_b.py": "from app.cycle_a import f\n\ndef g():\n    return f()\n",
    "app/lost.py": "from app.modles import User\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def importgraph(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "importgraph", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def answer(*arguments: str, cwd: Path) -> dict:
    done = importgraph(*arguments, "--format", "json", "--no-cache", "-q", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_analyze_writes_a_report_and_says_what_to_change(tree: Path, tmp_path: Path) -> None:
    done = importgraph("analyze", str(tree), "--no-cache", "-o", str(tmp_path / "reports"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("What it costs")
    assert "9 files found = 9 analysed + 0 broken + 0 excluded" in done.stdout
    names = {path.name for path in (tmp_path / "reports").iterdir()}
    assert {"report.html", "report.md", "report.json", "overview.svg", "cycle-1.svg"} <= names
    report = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert report["schema"] == "importgraph/analyze/1"
    assert {"IG201", "IG401"} <= {finding["code"] for finding in report["findings"]}
    first = report["fixes"][0]
    assert (first["id"], first["kind"]) == ("F1", "missing-import")
    assert first["edits"][0]["after"] == "from app.models import User"


def test_analyze_writes_no_folder_unless_asked(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "tree")
    done = importgraph("analyze", "tree", "--no-cache", cwd=tmp_path)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert not re.search(" $", done.stdout, re.MULTILINE)
    assert {path.name for path in tmp_path.rglob("*") if path.suffix != ".py"} == {"tree", "app", "models"}
    settings = "[tool.importgraph]\nreports = 'out/imports'\n"
    (tmp_path / "tree" / "pyproject.toml").write_text(settings, encoding="utf-8")
    done = importgraph("analyze", "tree", "--no-cache", cwd=tmp_path)
    assert "imports/report.html, report.md" in done.stdout
    assert (tmp_path / "tree" / "out" / "imports" / "report.json").is_file()


def test_json_is_the_same_twice_and_for_any_number_of_workers(tree: Path) -> None:
    one = importgraph("graph", ".", "--no-cache", "--workers", "1", cwd=tree)
    two = importgraph("graph", ".", "--no-cache", "--workers", "2", cwd=tree)
    assert one.stdout == two.stdout
    assert one.stdout


def test_graph_has_implicit_parents_and_lines(tree: Path) -> None:
    imports = answer("graph", ".", cwd=tree)["imports"]
    statement = next(i for i in imports if i["importer"] == "app.admin" and i["origin"] == "statement")
    assert (statement["imported"], statement["name"], statement["line"]) == ("app.models.user", "User", 1)
    parents = {
        i["imported"] for i in imports if i["importer"] == "app.models.user" and i["origin"] == "parent"
    }
    assert parents == {"app.models"}


def test_cycles_tell_what_crashes(tree: Path) -> None:
    cycles = answer("cycles", ".", cwd=tree)["cycles"]
    assert cycles[0]["class"] == "crashes"
    assert cycles[0]["crashes_from"] == ["app.cycle_a", "app.cycle_b"]
    assert len(cycles[0]["break"]) == 1
    for module in cycles[0]["crashes_from"]:
        done = subprocess.run(
            [sys.executable, "-c", f"import {module}"], capture_output=True, check=False, cwd=tree
        )
        assert done.returncode == 1


def test_fragmentation_under_two_policies(tree: Path) -> None:
    public = answer("fragmentation", ".", cwd=tree)
    assert public["policy"] == "public"
    assert public["definitions"][0]["canonical"] == "app.models"
    assert public["definitions"][0]["paths"] == {"app.models": 2, "app.models.user": 1}
    born = answer("fragmentation", ".", "--policy", "definition", cwd=tree)
    assert born["definitions"][0]["canonical"] == "app.models.user"
    assert born["definitions"][0]["canonical_usage"] == pytest.approx(1 / 3, abs=1e-4)


def test_unresolved_suggests_the_right_path(tree: Path) -> None:
    found = answer("unresolved", ".", cwd=tree)["imports"]
    assert [(one["path"], one["line"], one["target"], one["suggestion"]) for one in found] == [
        ("app/lost.py", 1, "app.modles", "app.models")
    ]


def test_why_shows_each_line(tree: Path) -> None:
    done = importgraph("why", "app.views", "app.models.user", "--no-cache", cwd=tree)
    assert done.stdout.splitlines() == [
        "app.views",
        "  -> app.models    app/views.py:1: from app.models import User",
        "  -> app.models.user    app/models/__init__.py:1: from app.models.user import User",
        "Importing app.views loads 5 modules of the project (5 surely).",
    ]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["graph", "nowhere"], "There is no folder nowhere"),
        (["graph", "app/core.py"], "is a file"),
        (["why", "app.veiws", "app.models"], "Did you mean app.views"),
        (["analyze", ".", "--select", "IG999"], "There is no rule IG999"),
        (["explain", "heavy-imports"], "heavy-import"),
        (["diagram", ".", "--cycle", "99"], "There is no cycle 99"),
        (["diagram", ".", "-o", "x.gif"], "x.gif names no picture that can be drawn"),
        (["diagram", ".", "-o", "x.svg", "--format", "dot"], "x.svg is no name for dot"),
        (["unresolved", "nowhere", "--format", "sarif"], "There is no folder nowhere"),
        (["graph", ".", "--python-version", "three"], "is no version"),
        (["graph", ".", "-o", "no/such/folder.json"], "cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tree: Path, arguments: list[str], hint: str) -> None:
    done = importgraph(*arguments, cwd=tree)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert hint in done.stderr


def test_a_folder_without_python_and_a_broken_configuration(tmp_path: Path) -> None:
    done = importgraph("graph", ".", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    refused = importgraph("analyze", ".", "--select", "IG999", cwd=tmp_path)
    assert "There is no rule IG999" in refused.stderr  # before any file was looked for
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.importgraph]\nsourceroots = ['.']\n", encoding="utf-8")
    done = importgraph("graph", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown key `sourceroots`, did you mean `source-roots`?" in done.stderr
    (tmp_path / "pyproject.toml").write_text("[tool\n", encoding="utf-8")
    done = importgraph("graph", ".", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_fail_on_gates(tree: Path) -> None:
    assert importgraph("analyze", ".", "--no-report", "--fail-on", "error", cwd=tree).returncode == 1
    clean = importgraph("analyze", ".", "--no-report", "--select", "IG601", "--fail-on", "error", cwd=tree)
    assert clean.returncode == 0


def test_explain_all_rules(tree: Path) -> None:
    done = importgraph("explain", "all", cwd=tree)
    assert done.returncode == 0
    assert "IG101 heavy-import" in done.stdout


def test_diagrams_of_every_kind(tree: Path, tmp_path: Path) -> None:
    for number, options in enumerate(
        [[], ["--focus", "app.models"], ["--chain", "app.views", "app.models.user"], ["--cycle", "1"]]
    ):
        target = tmp_path / f"{number}.svg"
        done = importgraph("diagram", ".", "-o", str(target), "--no-cache", *options, cwd=tree)
        assert done.returncode == 0, done.stderr
        assert b"<svg" in target.read_bytes()


def test_analyze_writes_one_page(tree: Path, tmp_path: Path) -> None:
    done = importgraph("analyze", str(tree), "--no-cache", "-q", "--html", "page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "app.cycle_a" in page
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_before_needs_a_measurement(tree: Path, tmp_path: Path) -> None:
    done = importgraph("analyze", str(tree), "--html", "page.html", "--before", "old.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "--profile FILE or --measure" in done.stderr
