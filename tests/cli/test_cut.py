"""`importgraph cut` and `analyze --profile` as a user runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "app/__init__.py": "",
    "app/main.py": "from app import heavy, light\n\ndef run():\n    return heavy, light\n",
    "app/heavy.py": "import json\n\ndef f():\n    return json\n",
    "app/light.py": "import string\n\ndef g():\n    return string\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile in which `app.heavy` takes most of the time."""
    times = {"app": 100, "app.main": 200, "app.heavy": 60_000, "json": 5_000}
    modules = [
        {"name": name, "self_us": us, "cumulative_us": us, "retained_us": us, "loaded_by": by}
        for (name, us), by in zip(
            times.items(), ("__main__", "__main__", "app.main", "app.heavy"), strict=True
        )
    ]
    profile = {"schema": "importgraph/profile/1", "entry": "app.main", "kind": "module", "python": "3.11.0"}
    path = tmp_path_factory.mktemp("saved") / "profile.json"
    path.write_text(
        json.dumps(profile | {"total_us": 65_300, "spread_us": 0, "modules": modules}), encoding="utf-8"
    )
    return path


def importgraph(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "importgraph", *arguments, "--no-cache", "-q"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def test_a_library_is_cut_off(tree: Path) -> None:
    done = importgraph("cut", "app.main", "json", "--format", "json", cwd=tree)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["gain_us"] > 0
    assert document["unknown"] == []
    assert len(document["edits"]) == 1
    assert "json" in document["removed"]


def test_a_profile_turns_the_gain_into_time(tree: Path, saved: Path) -> None:
    done = importgraph("cut", "app.main", "app.heavy", "--profile", str(saved), "--format", "json", cwd=tree)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["gain_us"] == 65_000
    assert document["unmeasured"] == 1
    text = importgraph("cut", "app.main", "app.heavy", "--profile", str(saved), cwd=tree).stdout
    assert "65.3 → 0.3 ms, measured" in text
    assert "does not know 1 module of ours" in text


def test_analyze_ranks_by_the_profile_and_says_so(tree: Path, saved: Path, tmp_path: Path) -> None:
    done = importgraph(
        "analyze", str(tree), "--profile", str(saved), "--no-report", "--format", "json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    summary = report["summary"]
    assert summary["unit"] == "us"
    entry = summary["entry_points"][0]
    assert (entry["entry"], entry["reason"], entry["modules"]) == ("app.main", "profiled", 3)
    assert (entry["cost_us"], entry["estimated"]) == (65_300, False)
    assert "1 of 4 modules are unknown" in summary["weights"]
    heavy = next(finding for finding in report["findings"] if finding["code"] == "IG101")
    assert (heavy["subject"], heavy["weight"]) == ("app.heavy", 65_000)
    assert "measured" in heavy["message"]
    assert report["fixes"][0]["gain"]["unit"] == "us"


def test_a_module_that_the_profile_never_saw_is_told(tree: Path, saved: Path) -> None:
    command = [sys.executable, "-m", "importgraph", "cut", "app.main", "app.light"]
    command += ["--profile", str(saved), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tree)
    assert done.returncode == 0
    assert "did not load app.light" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cut", "app.main"), "a MODULE or a --budget"),
        (("cut", "app.main", "app.mian"), "Did you mean app.main"),
        (("cut", "app.light", "app.heavy"), "does not load app.heavy"),
        (("cut", "app.main", "json", "--profile", "none.json"), "none.json"),
    ],
)
def test_a_wrong_question_is_explained(tree: Path, arguments: tuple[str, ...], message: str) -> None:
    done = importgraph(*arguments, cwd=tree)
    assert done.returncode == 2
    assert message in done.stderr
