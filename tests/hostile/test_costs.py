"""Small trees that used to cost minutes or gigabytes: exact answers up to a budget, then good ones."""

import os
from pathlib import Path

import pytest
from hostile_commands import answer, run

from importgraph.findings.crash_order import import_order
from importgraph.graph import cycle_breaking


def ring_of(count, line):
    return {f"m{n}.py": line.format(next=(n + 1) % count, far=n * 37 % count) for n in range(count)}


def test_a_complete_tree_of_modules(write_project, monkeypatch):
    count = 30
    everything = "".join(f"import m{n}\n" for n in range(count))
    root = write_project({f"m{n}.py": everything for n in range(count)})
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["break"]) == count * (count - 1) // 2
    assert (cycle["is_smallest"], cycle["is_shortest"], cycle["untried"]) == (True, True, 0)
    monkeypatch.setattr(import_order.first_imports, "__kwdefaults__", {"steps": 5000})
    (cycle,) = answer("cycles", root)["cycles"]
    assert 0 < cycle["untried"] < count
    text = run("cycles", root, "--no-cache", "-q").stdout
    assert f"{cycle['untried']} of its {count} modules were not tried as the first import" in text


@pytest.mark.parametrize("steps", [0, 3000])
def test_a_tangle_with_two_imports_each(write_project, monkeypatch, steps):
    monkeypatch.setattr(cycle_breaking.cycle_breakers, "__defaults__", (steps,))
    root = write_project(ring_of(90, "import m{next}\nimport m{far}\n"))
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["modules"]) == 90
    assert not cycle["is_smallest"]
    assert "(fewer may do)" in run("cycles", root, "--no-cache", "-q").stdout


def test_a_ring_of_star_imports(write_project):
    root = write_project(ring_of(120, "from m{next} import *\nX{far} = 1\n"))
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["shortest"]) == 120
    assert len(cycle["break"]) == 1
    assert cycle["is_smallest"]
    assert "… 100 more" in " ".join(run("cycles", root, "--no-cache", "-q").stdout.split())


def test_ignore_patterns_that_match_for_ever(write_project):
    name = "a" * 200
    root = write_project({".gitignore": "*a" * 30 + "b\n*.pyc\\\n", f"{name}.py": "", f"{name}/x.py": ""})
    assert answer("graph", root)["ledger"]["found"] == 2


@pytest.fixture
def abyss(write_project):
    """A tree with 1,100 folders in each other; removed here, since shutil recurses as deep."""
    root = write_project({"a.py": "import b\n", "b.py": "", "test_a.py": "def test(): ...\n"})
    folders = [str(root) + "/d" * count for count in range(1, 1101)]
    for folder in folders:
        os.mkdir(folder)  # noqa: PTH102 -- paths are texts here
    last = Path(folders[-1], "test_deep.py")
    last.write_text("def test(): ...\n", encoding="utf-8")
    yield root
    last.unlink()
    for folder in reversed(folders):
        os.rmdir(folder)  # noqa: PTH106


@pytest.mark.parametrize("command", ["graph", "collect", "doctor", "analyze"])
def test_folders_nested_beyond_all_measure(abyss, tmp_path, monkeypatch, command):
    monkeypatch.chdir(abyss)
    if command == "graph":
        (link,) = answer("graph", ".")["ledger"]["links"]
        assert link == {"path": "/".join("d" * 101), "reason": "100 folders deep, not searched"}
    output = ["-o", tmp_path / "reports"] if command == "analyze" else []
    assert run(command, "--no-cache", "-q", *output).exit_code == 0
