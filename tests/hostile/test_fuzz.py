"""A few thousand fuzzed inputs in seconds, the same in every run; `benchmarks/fuzz.py` takes 200,000."""

from pathlib import Path

import pytest
from fuzz_checks import NEWER, check_graph, check_source, check_tree
from fuzz_inputs import MUTATIONS, mutated, random_arcs, settings

import importgraph

HERE = Path(importgraph.__file__).parent
FILES = [path.read_bytes() for path in sorted(HERE.glob("facts/*.py")) + sorted(HERE.glob("graph/*.py"))]


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutated_files_are_read_as_ast_reads_them(kind):
    problems = {seed: check_source(mutated(kind, FILES, seed, size=500)) for seed in range(700)}
    assert {seed: problem for seed, problem in problems.items() if problem not in {"", NEWER}} == {}


def test_cycles_of_random_graphs_are_broken_by_as_few_edges_as_is_said():
    assert {seed: problem for seed in range(60) if (problem := check_graph(random_arcs(seed)))} == {}


def test_mutated_settings_are_read_or_refused_with_a_reason(tmp_path):
    problems = {}
    for seed in range(60):
        root = tmp_path / str(seed)
        (root / "src" / "p").mkdir(parents=True)
        (root / "src" / "p" / "__init__.py").write_bytes(b"import p.cli\n")
        for name, text in settings(seed).items():
            (root / name).write_bytes(text)
        if problem := check_tree(root):
            problems[seed] = problem
    assert problems == {}
