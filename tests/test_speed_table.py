import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def speed_table(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("speed_table", BENCHMARKS / "speed_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("process_tree", None)


def test_a_table_takes_the_place_of_its_corpus_and_the_rest_stays(speed_table):
    sections = (
        "# Speed\n\nwords",
        "a: 1 files\n\n| a |",
        "b: 2 files\n\n| b |",
        "What is in the way\n\nmuch\n",
    )
    before = "\n\n## ".join(sections)
    after = speed_table.written(before, "a", ["## a: 3 files", "", "| new |", ""])
    kept = speed_table.written(after, "c", ["## c: 4 files", ""])
    heads = [line for line in kept.splitlines() if line.startswith("## ")]
    assert heads == ["## a: 3 files", "## b: 2 files", "## c: 4 files", "## What is in the way"]
    assert "| new |" in kept
    assert "| b |" in kept
    assert "| a |" not in kept
    assert "words" not in kept
    assert kept.endswith("\nmuch\n")


def test_a_run_that_was_ended_says_so(speed_table, tmp_path):
    (tmp_path / "a.py").write_text("pass\n", encoding="utf-8")
    run = speed_table.Run
    runs = {"ruff": [run(1.0, 2.0, 3, 0)], "graph cold": [run(2.5, 4.0, 10, 0), run(2.0, 5.0, 12, 124)]}
    rows = [line for line in speed_table.table("x", tmp_path, runs, "said") if line.startswith("| graph")]
    assert rows == ["| graph cold, not done | 2.00 | 4.00 | 12 | 2.00 | 2.00 |"]
