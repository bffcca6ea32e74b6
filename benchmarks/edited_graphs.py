"""Change real trees at random; compare the graph that starts from the kept one with one built anew.

    python benchmarks/edited_graphs.py [CORPUS...] [--rounds N] [--seed N] [--files N] [--limit SECONDS]

Each round edits some files of a copy, or renames one, moves a folder, or changes settings; it asks for the
graph, its findings and what `check` compares as the command line does, and finds them without anything kept.
The two are compared byte by byte as JSON, and their facts, calls, functions and findings one by one. Printed:
how many rounds were answered from the kept graph, why others were not, and the processor time of both. Any
difference ends the run with the seed and what was changed. A row is added to
`benchmarks/results/edited_graphs.md`.
"""

# ruff: noqa: E402 -- the tests are no part of the program

import argparse
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from corpora import CORPORA
from growth import commit

from importgraph import reads
from importgraph.config import Partial
from importgraph.findings.cycles import find_cycles
from importgraph.outputs.documents import json_graph
from importgraph.project import Project, open_project
from importgraph.regressions.analysis import Analysis
from tests.random_edits import edit_text

RESULT = HERE / "results" / "edited_graphs.md"


@dataclass
class Tally:
    """What came of the rounds on one tree."""

    rounds: int = 0
    local: int = 0
    rebuilt: Counter[str] = field(default_factory=Counter)
    edited_s: list[float] = field(default_factory=list)
    built_s: list[float] = field(default_factory=list)


def watched(tree: Path, home: Path) -> Project:
    """Ask for a graph as the command line does."""
    project = open_project(tree, Partial({"workers": 1}), cache_folder=home)
    reads.watch(str(home))
    try:
        _ = (
            json_graph.render(project.graph, project.since),
            find_cycles(project.snapshot),
            project.ignores,
            Analysis(project).digest,
        )
    finally:
        reads.stop()
    return project


def fingerprint(project: Project) -> list[object]:
    """Return all of a graph and what is kept about it, so that two of them can be compared."""
    graph = project.graph
    return [
        find_cycles(project.snapshot),
        project.ignores.comments,
        project.compared_findings,
        Analysis(project).digest,
        json_graph.render(graph, project.since),
        graph.imports,
        graph.calls,
        graph.ran,
        graph.run_at_import,
        dict(graph.facts),
        graph.roots,
        graph.notebook_imports,
    ]


def changed(tree: Path, chance: random.Random, files: int) -> tuple[list[str], dict[Path, bytes | None]]:
    """Change a tree; return what was done, and what stood in each file before, None for nothing."""
    paths = sorted(path for path in tree.rglob("*.py") if path.is_file())
    how = chance.random()
    if how < 0.05:
        return moved(tree, {(path := chance.choice(paths)): path.with_name(f"renamed_{path.name}")})
    if how < 0.1:
        folder = chance.choice(paths).parent
        if folder != tree:
            inside = [path for path in folder.rglob("*") if path.is_file()]
            to = folder.with_name(f"{folder.name}_moved")
            return moved(tree, {path: to / path.relative_to(folder) for path in inside})
    if how < 0.2:
        settings = tree / "pyproject.toml"
        before = settings.read_bytes() if settings.is_file() else None
        tables = ("\n[tool.other]\nlimit = 1\n", "\n[tool.pytest.ini_options]\n")
        new = [one for one in tables if one.split("\n")[1].encode() not in (before or b"")]
        added = chance.choice(("# later\n", *new))
        settings.write_bytes((before or b"") + added.encode())
        return [f"pyproject.toml: {added!r}"], {settings: before}
    chosen = chance.sample(paths, chance.randint(1, files))
    old: dict[Path, bytes | None] = {}
    said = []
    for path in chosen:
        text = old[path] = path.read_bytes()
        new, what = edit_text(text.decode("utf-8", "replace"), chance)
        path.write_text(new, encoding="utf-8")
        said.append(f"{path.relative_to(tree)}: {what}")
    return said, old


def moved(tree: Path, places: Mapping[Path, Path]) -> tuple[list[str], dict[Path, bytes | None]]:
    """Move files."""
    old: dict[Path, bytes | None] = {}
    for path, to in places.items():
        old[path], old[to] = path.read_bytes(), None
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
    return [f"{path.relative_to(tree)} moved" for path in places], old


def restore(old: Mapping[Path, bytes | None]) -> None:
    """Take a change back."""
    for path, data in old.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for path in {path.parent for path, data in old.items() if data is None}:
        with contextlib.suppress(OSError):
            path.rmdir()


def play(tree: Path, scratch: Path, chosen: argparse.Namespace) -> Tally:
    """Run the rounds on one tree; each starts from the tree as the round before left it, kept anew."""
    ends = time.process_time() + chosen.limit
    tally, home, facts = Tally(), scratch / "home", scratch / "facts"
    watched(tree, home)
    chance = random.Random(chosen.seed)
    for number in range(chosen.rounds):
        if time.process_time() > ends:
            break
        tally.rounds += 1
        said, old = changed(tree, chance, chosen.files)
        began = time.process_time()
        project = watched(tree, home)
        tally.edited_s.append(time.process_time() - began)
        began = time.process_time()
        anew = open_project(tree, Partial({"workers": 1}), cache_folder=facts)
        _ = anew.graph
        tally.built_s.append(time.process_time() - began)
        reason = vars(project).get("rebuilt", "" if project.from_kept else "more than texts changed")
        for one, other in zip(fingerprint(project), fingerprint(anew), strict=True):
            if one != other:
                raise SystemExit(f"round {number} of seed {chosen.seed} differs after\n" + "\n".join(said))
        tally.local += not reason
        tally.rebuilt[reason.partition(": ")[2] or reason] += bool(reason)
        if number % 3:
            restore(old)
    return tally


def main() -> None:
    """Play on each corpus and add a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["celery", "django"])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--files", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1e9, help="processor seconds after which it ends")
    chosen = parser.parse_args()
    for corpus in chosen.corpora:
        found = next(CORPORA.glob(f"{corpus}-*"))
        with tempfile.TemporaryDirectory() as name:
            tree = Path(name) / found.name
            shutil.copytree(found, tree)
            tally = play(tree, Path(name), chosen)
        times = [f"{sorted(some)[len(some) // 2]:.2f}" for some in (tally.edited_s, tally.built_s)]
        reasons = "; ".join(f"{count} {reason}" for reason, count in tally.rebuilt.most_common() if count)
        row = (found.name, chosen.seed, tally.rounds, 0, tally.local, *times, reasons, commit())
        line = f"| {' | '.join(map(str, row))} |"
        print(line, flush=True)
        with RESULT.open("a", encoding="utf-8") as table:
            table.write(f"{line}\n")


if __name__ == "__main__":
    main()
