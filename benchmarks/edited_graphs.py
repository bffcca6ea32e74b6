"""Edit files of real trees at random; compare the graph that starts from the kept one with one built anew.

    python benchmarks/edited_graphs.py [CORPUS...] [--rounds N] [--seed N] [--files N]

Each round edits some files of a copy, asks for the graph as the command line does, and builds it without any
cache. The two are compared byte by byte as JSON, and their facts, calls and functions one by one. Printed:
how many rounds were answered from the kept graph, why others were not, and the processor time of both. Any
difference ends the run with the seed and the edits.
"""

# ruff: noqa: E402 -- the tests are no part of the program

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from corpora import CORPORA

from importgraph import reads
from importgraph.config import Partial
from importgraph.graph.model import Graph
from importgraph.outputs.documents import json_graph
from importgraph.project import Project, open_project
from tests.random_edits import edit_text


@dataclass
class Tally:
    """What came of the rounds on one tree."""

    local: int = 0
    rebuilt: Counter[str] = field(default_factory=Counter)
    edited_s: list[float] = field(default_factory=list)
    built_s: list[float] = field(default_factory=list)


def watched(tree: Path, home: Path) -> Project:
    """Ask for a graph as the command line does."""
    project = open_project(tree, Partial({"workers": 1}), cache_folder=home)
    reads.watch(str(home))
    try:
        _ = project.graph
    finally:
        reads.stop()
    return project


def fingerprint(graph: Graph) -> list[object]:
    """Return all of a graph, so that two of them can be compared."""
    return [
        json_graph.render(graph),
        graph.imports,
        graph.calls,
        graph.ran,
        graph.run_at_import,
        dict(graph.facts),
        graph.roots,
        graph.notebook_imports,
    ]


def play(tree: Path, scratch: Path, rounds: int, files: int, seed: int) -> Tally:
    """Run the rounds on one tree; each starts from the tree as the round before left it, kept anew."""
    tally, home, empty = Tally(), scratch / "home", scratch / "facts"
    watched(tree, home)
    chance = random.Random(seed)
    paths = sorted(path for path in tree.rglob("*.py") if path.is_file())
    for number in range(rounds):
        chosen = chance.sample(paths, chance.randint(1, files))
        before = {path: path.read_bytes() for path in chosen}
        said = []
        for path in chosen:
            text, what = edit_text(before[path].decode("utf-8", "replace"), chance)
            path.write_text(text, encoding="utf-8")
            said.append(f"{path.relative_to(tree)}: {what}")
        began = time.process_time()
        project = watched(tree, home)
        tally.edited_s.append(time.process_time() - began)
        began = time.process_time()
        anew = open_project(tree, Partial({"workers": 1}), cache_folder=empty)
        _ = anew.graph
        tally.built_s.append(time.process_time() - began)
        reason = vars(project).get("rebuilt", "" if project.from_kept else "more than texts changed")
        for one, other in zip(fingerprint(project.graph), fingerprint(anew.graph), strict=True):
            if one != other:
                raise SystemExit(f"round {number} of seed {seed} differs after\n" + "\n".join(said))
        tally.local += not reason
        tally.rebuilt[reason.partition(": ")[2] or reason] += bool(reason)
        if number % 3:
            for path, text in before.items():
                path.write_bytes(text)
    return tally


def main() -> None:
    """Play on each corpus and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["celery", "django"])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--files", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print("| tree | rounds | from the kept graph | s, edited | s, built anew |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for corpus in chosen.corpora:
        found = next(CORPORA.glob(f"{corpus}-*"))
        with tempfile.TemporaryDirectory() as name:
            tree = Path(name) / found.name
            shutil.copytree(found, tree)
            tally = play(tree, Path(name), chosen.rounds, chosen.files, chosen.seed)
        times = [f"{sorted(some)[len(some) // 2]:.2f}" for some in (tally.edited_s, tally.built_s)]
        print(f"| {corpus} | {chosen.rounds} | {tally.local} | {times[0]} | {times[1]} |", flush=True)
        for reason, count in tally.rebuilt.most_common():
            print(f"  {count} times: {reason}" if count else "", file=sys.stderr)


if __name__ == "__main__":
    main()
