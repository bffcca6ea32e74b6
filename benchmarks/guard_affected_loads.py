"""Is every test file selected that loads a changed module? Each test file is run alone, once, to see.

    python benchmarks/guard_affected_loads.py CLONE PACKAGE --python PYTHON [--tests tests] [--result FILE]

A test file whose run loads module M fails when M raises, unless something catches that; so the pairs (M,
test file) that really occur are a stricter truth than breaking M and running the whole suite, where one
file's import can hide another's. What subprocesses load is not seen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from importgraph.config import from_options
from importgraph.project import Project, open_project
from importgraph.regressions.mentions import mentions, modules_with_tests
from importgraph.selection.affected import select_tests
from importgraph.selection.changes import changed_modules

HERE = Path(__file__).parent


def loaded_by(clone: Path, python: str, test: str) -> frozenset[str] | None:
    """Run one test file alone; return the names of all modules loaded then, or None if it did not end."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "loaded"
        env = {**os.environ, "PYTHONPATH": f"{clone}:{HERE}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        env |= {"GUARD_LOADED": str(answer), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [python, "-m", "pytest", "-q", "-p", "guard_loaded", "-p", "no:cacheprovider", test]
        try:
            subprocess.run(command, cwd=clone, env=env, capture_output=True, check=False, timeout=300)
        except subprocess.TimeoutExpired:
            return None
        return frozenset(answer.read_text(encoding="utf-8").split("\n")) if answer.exists() else None


def selections(project: Project, package: str) -> dict[str, frozenset[str]]:
    """Return for each module of the package the test files selected when it alone changes."""
    graph = project.graph
    tests = modules_with_tests(project)
    further = list(mentions(project, tests))
    found = {}
    for module in graph.modules.values():
        if module.path.startswith(f"{package}/") and not tests[module.name]:
            changed = changed_modules(graph, [module.path])
            chosen = select_tests(graph, changed, tests, further)
            found[module.name] = frozenset(test.path for test in chosen.tests)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("package")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--skip", default="-", help="Leave out test files whose path holds this.")
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    clone = arguments.clone.resolve()
    project = open_project(clone, from_options(workers=1))
    chosen = selections(project, arguments.package)
    tests = modules_with_tests(project)
    graph = project.graph
    files = sorted(graph.modules[name].path for name, is_one in tests.items() if is_one)
    files = [path for path in files if path.startswith(f"{arguments.tests}/") and arguments.skip not in path]
    missed, real, silent = [], 0, 0
    for number, test in enumerate(files):
        loaded = loaded_by(clone, arguments.python, test)
        silent += loaded is None
        hit = [name for name in chosen if loaded is not None and name in loaded]
        real += len(hit)
        missed += [(name, test) for name in hit if test not in chosen[name]]
        print(
            f"{number + 1}/{len(files)} {test}: loads {len(hit)} of {len(chosen)}, missed {len(missed)}",
            flush=True,
        )
    pairs = len(files) * len(chosen)
    inside = sum(len({*files} & found) for found in chosen.values())
    lines = [
        f"## {arguments.package}: {len(chosen)} modules, {len(files)} test files alone, {silent} without end",
        "",
        "| pairs (module, test file) | really loaded | selected | saved | missed |",
        "| ---: | ---: | ---: | ---: | ---: |",
        f"| {pairs} | {real / pairs:.1%} | {inside / pairs:.1%} | {1 - inside / pairs:.1%} | {len(missed)} |",
        "",
        *(f"- {test} loads {name} and is not selected" for name, test in missed[:20]),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
