"""Put a heavy import into random reachable modules, and ask whether `check` names it.

    python benchmarks/guard_injection.py FOLDER... [--times 10] [--result FILE]

Half of the injected imports are of an external package that nothing loads yet, half of a module of the tree
that loads at least five others which the entry points around the place do not load yet. An injection counts
as caught when, for every entry point that reaches the place, a regression names the injected statement (file
and line) and a chain of statements from the entry point through it to what it brings.
"""

import argparse
import ast
import random
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

from importgraph.config import from_options
from importgraph.graph.views import closure, modules_of
from importgraph.regressions.analysis import Analysis, analyse
from importgraph.regressions.compare import compare
from importgraph.regressions.gates import NO_GATES
from importgraph.regressions.loading import is_module
from importgraph.regressions.model import Regression

OPTIONS = from_options(workers=1)
EXTERNAL = "heavy_external_package"
LEAST = 5


def reaching(analysis: Analysis, module: str) -> dict[str, frozenset[str]]:
    """Return the entry points that load a module, with all that each loads."""
    loads = {entry.name: closure(analysis.view, [entry.name]) for entry in analysis.digest.entry_points}
    return {entry: loaded for entry, loaded in loads.items() if module in loaded}


def choose_target(analysis: Analysis, place: str, rng: random.Random) -> str | None:
    loads = reaching(analysis, place)
    candidates = [
        m.name for m in analysis.project.graph.modules.values() if m.path and m.importable_as == m.name
    ]
    rng.shuffle(candidates)
    for target in candidates:
        brought = [n for n in modules_of(closure(analysis.view, [target])) if is_module(n)]
        fresh = [len([n for n in brought if n not in loaded]) for loaded in loads.values()]
        if min(fresh) >= LEAST and all(target not in loaded for loaded in loads.values()):
            return target
    return None


def inject(path: Path, statement: str) -> int:
    """Put a statement before all code of a file; return its line."""
    source = path.read_text(encoding="utf-8")
    line = 0
    for node in ast.parse(source).body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        line = node.end_lineno or 0
    lines = source.splitlines(keepends=True)
    path.write_text("".join([*lines[:line], f"{statement}\n", *lines[line:]]), encoding="utf-8")
    return line + 1


def is_right(one: Regression, place: str, target: str, where: tuple[str, int]) -> bool:
    edge, chain = one.edge, one.chain
    if edge is None or (edge.path, edge.line) != where or edge.source != place or edge.target != target:
        return False
    joined = all(first.target == second.source for first, second in pairwise(chain))
    return bool(chain) and chain[0].source == one.subject and edge in chain and joined


def attempt(before: Analysis, root: Path, place: str, target: str) -> list[str]:
    """Inject, check and take back; return what is wrong with the answer."""
    module = before.project.graph.modules[place]
    path = root / module.path
    original = path.read_bytes()
    try:
        line = inject(path, f"import {target}")
        after = analyse(root, OPTIONS, root.parent / "cache")
        found = compare(before.digest, after.digest, NO_GATES, after.places, after.view).regressions
    finally:
        path.write_bytes(original)
    wrong = []
    for entry in reaching(before, place):
        named = [one for one in found if one.subject == entry and one.gate in {"loads", "external"}]
        if not any(is_right(one, place, target, (module.path, line)) for one in named):
            wrong.append(f"{entry}: {len(named)} regressions, none right")
    return wrong


def measure(folder: Path, times: int, rng: random.Random) -> tuple[int, int, list[str]]:
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / folder.name
        shutil.copytree(folder, root, ignore=shutil.ignore_patterns(".git", "*.so"))
        before = analyse(root, OPTIONS, root.parent / "cache")
        places = sorted({m for entry in before.digest.entry_points for m in entry.modules})
        places = [
            p
            for p in places
            if before.project.graph.modules[p].path and not before.project.graph.modules[p].broken
        ]
        caught, entries, wrong = 0, 0, []
        for number in range(times):
            place = rng.choice(places)
            target = EXTERNAL if number % 2 == 0 else choose_target(before, place, rng) or EXTERNAL
            problems = attempt(before, root, place, target)
            entries += len(reaching(before, place))
            caught += not problems
            wrong += [f"{place} -> {target}: {problem}" for problem in problems]
            print(f"{folder.name} {number + 1}/{times} {place} -> {target}: {problems or 'caught'}")
    return caught, entries, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    lines = [
        "| tree | injections | caught | entry points asked | wrong |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for folder in arguments.folders:
        caught, entries, wrong = measure(folder, arguments.times, rng)
        lines.append(
            f"| {folder.name} | {arguments.times} | {caught} | {entries} | {'; '.join(wrong) or '-'} |"
        )
    text = (
        "# Injected heavy imports\n\n" + (__doc__ or "").split("\n\n")[2] + "\n\n" + "\n".join(lines) + "\n"
    )
    print(text)
    if arguments.result is not None:
        arguments.result.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
