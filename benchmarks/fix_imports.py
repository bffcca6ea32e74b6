"""Apply every proposal of `analyze` as it stands, without --verify, and import every module first.

    python benchmarks/fix_imports.py [NAME...]          trees of answer_trees.py; adds to fix_imports.jsonl
    python benchmarks/fix_imports.py NAME=TREE=PYTHON   another tree, with the interpreter it is installed in
    python benchmarks/fix_imports.py --table            write results/fix_imports.md

For each proposal a copy of the tree is edited as `importgraph fix ID --write` would, and each module that can
reach an edited file is imported first in a process of its own. A module that worked before and fails then
counts: *said* where a reason of the proposal says that an import can fail, else *not said*. Processes are
forked from one that has loaded what the modules load from outside the tree, so that each costs milliseconds;
the trees' code is executed.

The first run of each tree is kept; later runs of the same tree stand below it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from answer_trees import ALL

from importgraph.config import from_options
from importgraph.edits.changes import plan
from importgraph.edits.identity import NamedFix, named
from importgraph.edits.writing import write_changes
from importgraph.fixes.rewriting.tree_copies import Tree, copy_tree
from importgraph.graph.model import Kind
from importgraph.graph.views import closure, possible
from importgraph.project import Project, open_project

RESULTS = Path(__file__).parent / "results"
LINES = RESULTS / "fix_imports.jsonl"
TABLE = RESULTS / "fix_imports.md"
PROBE = """
import json, os, signal, sys
preload, names, roots = json.load(sys.stdin)
null = os.open(os.devnull, os.O_RDWR)
answer = os.dup(1)
for one in (0, 1, 2):
    os.dup2(null, one)
def ours(module):
    path = getattr(module, "__file__", None) or ""
    return any(path.startswith(root + os.sep) for root in roots)
def child(work, seconds=8):
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        signal.alarm(seconds)
        try:
            result = work()
        except BaseException as error:
            result = f"{type(error).__name__}: {str(error)[:200]}"
        with os.fdopen(writing, "w") as file:
            json.dump(result, file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else "it ended the interpreter"
def outside(names):
    for name in names:
        try:
            __import__(name)
        except BaseException:
            pass
    return [n for n, m in sys.modules.items() if m is not None and not ours(m)]
if preload:
    tops = {n.partition(".")[0] for n in names}
    found = child(lambda: outside(names), 120)
    wanted = set(found if isinstance(found, list) else ())
    for name in sorted(wanted - {"__main__"}):
        if name.partition(".")[0] not in tops and not name.startswith("pytest"):
            clean = child(lambda: (__import__(name), [n for n, m in sys.modules.items() if ours(m)])[1])
            if clean == []:
                try:
                    __import__(name)
                except BaseException:
                    pass
def load(name):
    __import__(name)
    return ""
results = {name: child(lambda: load(name)) for name in names}
os.write(answer, json.dumps(results).encode())
"""


def imported(python: str, folder: Path, roots: Collection[str], names: list[str]) -> dict[str, str]:
    """Return by module the error of importing it first in a copy, empty where there is none."""
    paths = [str(folder / root) if root else str(folder) for root in roots]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [python, "-c", PROBE],
        input=json.dumps([True, names, [str(folder)]]),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if not done.stdout:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def importable(project: Project) -> list[str]:
    """Return the modules that a statement can name, those of tests and scripts left out."""
    kinds = {Kind.PACKAGE, Kind.MODULE}
    found = {m.importable_as for m in project.graph.modules.values() if m.kind in kinds}
    return sorted(name for name in found if all(part.isidentifier() for part in name.split(".")))


def reaching(project: Project, fix: NamedFix) -> set[str]:
    """Return the modules whose import may execute a file that a proposal edits."""
    graph = project.graph
    paths = {edit.path for edit in fix.fix.edits}
    edited = {name for name, module in graph.modules.items() if module.path in paths}
    view = possible(graph)
    return {m.importable_as for n, m in graph.modules.items() if edited & closure(view, [n])}


def run(name: str, folder: Path, python: str) -> Mapping[str, object]:
    """Apply the proposals of one tree."""
    project = open_project(folder, from_options(python=python))
    fixes = named(project.proposals.fixes)
    roots = [root for root, _ in project.graph.roots]
    names = importable(project)
    broken: list[dict[str, object]] = []
    applied: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        copy = copy_tree(Tree(project.root, project.within), Path(place).resolve() / "copy")
        before = imported(python, copy, roots, names)
        working = {one for one, error in before.items() if not error}
        for fix in fixes:
            made = plan(project.root, [fix], project.read_text)
            if not made.fixes:
                continue
            applied[fix.fix.kind] += 1
            write_changes(copy, made.changes)
            asked = sorted(working & reaching(project, fix))
            after = imported(python, copy, roots, asked) if asked else {}
            failing = {one: error for one, error in after.items() if error}
            for change in made.changes:
                if change.before is None:
                    (copy / change.path).unlink()
                else:
                    (copy / change.path).write_bytes(change.before)
            if failing:
                said = [one for one in fix.fix.reasons if "fail" in one]
                broken.append({"fix": fix.name, "kind": fix.fix.kind, "failing": failing, "said": said})
    return {
        "tree": name,
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "modules": len(names),
        "working": len(working),
        "proposals": len(fixes),
        "applied": dict(sorted(applied.items())),
        "broken": broken,
    }


def main() -> None:
    """Run the trees that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    trees = {tree.name: (tree.folder, str(tree.python)) for tree in ALL}
    for asked in options.names:
        name, *place = asked.split("=")
        folder, python = (Path(place[0]), place[1]) if place else trees[name]
        row = run(name, folder, python)
        with LINES.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row, indent=1))
    if options.table:
        TABLE.write_text(table(), encoding="utf-8")


def table() -> str:
    """Return the rows as a page."""
    rows = [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]
    head = "| tree | commit | modules | import today | proposals | applied | newly failing, not said | said |"
    lines = [TITLE, head, "| --- | --- | ---: | ---: | ---: | --- | ---: | ---: |"]
    for row in rows:
        said = [
            sum(len(one["failing"]) for one in row["broken"] if bool(one["said"]) is is_said)
            for is_said in (0, 1)
        ]
        kinds = ", ".join(f"{count} {kind}" for kind, count in row["applied"].items()) or "-"
        cells = [row["tree"], row["commit"], row["modules"], row["working"], row["proposals"], kinds, *said]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    applied = sum(sum(row["applied"].values()) for row in rows)
    broken = sum(len(row["broken"]) for row in rows)
    lines += [
        "",
        f"{applied} proposals applied in {len(rows)} trees; after {broken} of them a module fails first.",
    ]
    return "\n".join(lines) + "\n"


def _failing(row: Mapping[str, list[dict[str, list[str]]]], *, is_said: bool) -> int:
    """Count the modules that newly fail, where a reason says so or where none does."""
    return sum(len(one["failing"]) for one in row["broken"] if bool(one["said"]) is is_said)


TITLE = """# Proposals applied without --verify: does every module still import first?

`python benchmarks/fix_imports.py`. All rows are first runs; the trees are those of `answer_trees.py`, which
served while other parts were built. tox and pelican did not end in the time there was on a busy machine and
are not counted; a dozen trees were wanted, the others were not run.
"""


if __name__ == "__main__":
    sys.exit(main())
