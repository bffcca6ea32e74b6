"""Is every test file selected that loads a changed module or runs a changed function? Each file is run alone.

    python benchmarks/guard_affected_loads.py CLONE PACKAGE --python PYTHON [--tests tests] [--result FILE]

A test file fails when a module that its run loads raises at the top, or a function that its run calls raises
at its start, unless something catches that. So the pairs (module, test file) and (function, test file) that
really occur are a stricter truth than breaking one after the other, and cover all functions. What
subprocesses load and call is not seen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from importgraph.affected.reachability import Reach
from importgraph.affected.search import search
from importgraph.affected.targets import Reached
from importgraph.config import from_options
from importgraph.graph.calls import function_node
from importgraph.graph.views import is_function
from importgraph.project import Project, open_project
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

HERE = Path(__file__).parent


def traced(clone: Path, python: str, test: str, keep: Path | None) -> frozenset[str] | None:
    """Run one test file alone; return what was loaded and called, or None if it did not end."""
    with tempfile.TemporaryDirectory() as folder:
        answer = (keep or Path(folder)) / test.replace("/", "__")
        if answer.exists():
            return frozenset(answer.read_text(encoding="utf-8").split("\n"))
        env = {**os.environ, "PYTHONPATH": f"{clone}:{HERE}", "PYTHONDONTWRITEBYTECODE": "1"}
        env |= {"GUARD_LOADED": str(answer), "GUARD_ROOT": str(clone)}
        command = [python, "-m", "pytest", "-q", "-p", "guard_loaded", "-p", "no:cacheprovider", test]
        try:
            subprocess.run(command, cwd=clone, env=env, capture_output=True, check=False, timeout=300)
        except subprocess.TimeoutExpired:
            return None
        return frozenset(answer.read_text(encoding="utf-8").split("\n")) if answer.exists() else None


def real_nodes(project: Project, reach: Reach, seen: frozenset[str]) -> frozenset[str]:
    """Return the modules and functions, as nodes, that a run loaded and called."""
    by_path = {module.path: module.name for module in project.graph.modules.values() if module.path}
    found = {name for name in seen if name in project.graph.modules}
    for name in seen:
        path, colon, qualname = name.partition(":")
        if colon and path in by_path:
            found.add(function_node(by_path[path], qualname.partition(".<locals>")[0]))
    return frozenset(node for node in found if not is_function(node) or reach.lookup.has(node))


def chosen_nodes(found: Reached) -> frozenset[str]:
    return frozenset(found.loaded) | frozenset(found.run)


def rows(
    subjects: dict[str, frozenset[str]],
    real: dict[str, frozenset[str]],
    chosen: dict[str, frozenset[str]],
) -> list[str]:
    lines = []
    for what, nodes in subjects.items():
        pairs = len(nodes) * len(real)
        hits = sum(len(nodes & one) for one in real.values())
        selected = sum(len(nodes & chosen[test]) for test in real)
        missed = sum(len((nodes & one) - chosen[test]) for test, one in real.items())
        cells = [what, str(len(nodes)), str(pairs), f"{hits / pairs:.1%}", f"{selected / pairs:.1%}"]
        lines.append(f"| {' | '.join([*cells, f'{1 - selected / pairs:.1%}', str(missed)])} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("package")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--skip", default="-", help="Leave out test files whose path holds this.")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="A folder to keep what runs did, and to take it from.")
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    clone = arguments.clone.resolve()
    project = open_project(clone, from_options(workers=1))
    tests = modules_with_tests(project)
    modules = project.graph.modules
    start = time.process_time()
    reach = make_reach(project, tests)
    by_path = {modules[name].path: name for name, is_one in tests.items() if is_one}
    files = sorted(p for p in by_path if p.startswith(f"{arguments.tests}/") and arguments.skip not in p)
    chosen = {path: chosen_nodes(search(reach, by_path[path])) for path in files}
    seconds = time.process_time() - start
    with ThreadPoolExecutor(arguments.workers) as pool:
        seen = dict(
            zip(
                files,
                pool.map(lambda path: traced(clone, arguments.python, path, arguments.keep), files),
                strict=True,
            )
        )
    real = {path: real_nodes(project, reach, one) for path, one in seen.items() if one is not None}
    inside = {
        m.name for m in modules.values() if m.path.startswith(f"{arguments.package}/") and not tests[m.name]
    }
    functions = frozenset(n for m in inside for n in reach.lookup.names_of(m).units if is_function(n))
    subjects = {"modules": frozenset(inside), "functions": functions}
    missed = [
        (path, node, nodes)
        for path, one in sorted(real.items())
        for nodes in subjects.values()
        for node in sorted((nodes & one) - chosen[path])
    ]
    lines = [
        f"## {arguments.package}: {len(real)} test files alone, {len(files) - len(real)} without end",
        "",
        "| what changes | of them | pairs with a test file | really reached | selected | saved | missed |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows(subjects, real, chosen),
        "",
        f"Reading the tree and searching from {len(files)} test files took {seconds:.1f} s of CPU.",
        *(f"- {path} reaches {node} and is not selected" for path, node, _ in missed[:20]),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    for path, node, _ in missed:
        print("missed", path, node)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
