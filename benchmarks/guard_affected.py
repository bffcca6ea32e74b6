"""Break every module in turn, and ask whether the tests that fail then were selected by `affected`.

    python benchmarks/guard_affected.py CLONE PACKAGE --python PYTHON [--peers] [--result FILE]

CLONE is a git clone that may be written to (each change is taken back); PYTHON has the package's
dependencies and pytest, and with `--peers` tach and pytest-impacted. `raise RuntimeError` goes before the
first statement that may stand there (after the docstring and `from __future__` imports).
"""

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from importgraph.config import from_options
from importgraph.regressions.impact import affected_tests

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What breaking one module did."""

    module: str
    failing: frozenset[str]
    chosen: dict[str, frozenset[str] | None]
    """Test files by selector; None where it failed."""


def broken(source: str) -> str:
    """Return a module's text with a statement that raises before all that may follow one."""
    line = 0
    for node in ast.parse(source).body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (is_docstring or is_future):
            break
        line = node.end_lineno or 0
    lines = source.splitlines(keepends=True)
    return "".join([*lines[:line], "\nraise RuntimeError('broken by guard_affected')\n", *lines[line:]])


def environment(clone: Path, outcomes: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": f"{clone}:{HERE}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "GUARD_OUTCOMES": str(outcomes),
    }


def run_tests(clone: Path, python: str, tests: str) -> frozenset[str] | None:
    """Run the whole suite; return the failing node ids, or None where pytest could not even start."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes"
        command = [python, "-m", "pytest", "-q", "-p", "guard_outcomes", "-p", "no:cacheprovider"]
        command += ["--continue-on-collection-errors", tests]
        subprocess.run(command, cwd=clone, env=environment(clone, outcomes), capture_output=True, check=False)
        if not outcomes.exists():
            return None
        return frozenset(outcomes.read_text(encoding="utf-8").split("\n")) - {""}


def files_of(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(one.partition("::")[0] for one in ids if one.partition("::")[0].endswith(".py"))


def collected(clone: Path, command: list[str]) -> frozenset[str] | None:
    """Return the test files that a peer's selection touches, those it fails to collect included."""
    env = {**os.environ, "PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
    found = set()
    for line in done.stdout.splitlines():
        word = line.removeprefix("ERROR ").partition("::")[0].partition(" - ")[0].strip()
        if word.endswith(".py") and (clone / word).is_file():
            found.add(word)
    return frozenset(found) if found or done.returncode in {0, 5} else None


def peers(clone: Path, python: str, package: str, tests: str) -> dict[str, frozenset[str] | None]:
    bin_ = Path(python).parent
    impacted = [
        python,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--impacted",
        f"--impacted-module={package}",
    ]
    impacted += [
        f"--impacted-tests-dir={tests}",
        "--impacted-git-mode=unstaged",
        "--collect-only",
        "-q",
        tests,
    ]
    tach = [
        str(bin_ / "tach"),
        "test",
        "--base",
        "HEAD",
        "--disable-cache",
        "--",
        "--collect-only",
        "-q",
        tests,
    ]
    return {"pytest-impacted": collected(clone, impacted), "tach test": collected(clone, tach)}


def measure(clone: Path, arguments: argparse.Namespace) -> tuple[list[Outcome], int, float]:
    root = clone / arguments.package
    modules = sorted(root.rglob("*.py"))
    before = run_tests(clone, arguments.python, arguments.tests) or frozenset()
    everything = frozenset(str(p.relative_to(clone)) for p in (clone / arguments.tests).rglob("test_*.py"))
    found, seconds = [], 0.0
    for number, path in enumerate(modules):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(clone).as_posix()
        try:
            path.write_text(broken(source), encoding="utf-8")
            start = time.perf_counter()
            impact = affected_tests(clone, "HEAD", from_options(workers=1), Path(arguments.cache))
            seconds += time.perf_counter() - start
            ours = frozenset(test.path for test in impact.selection.tests)
            now = run_tests(clone, arguments.python, arguments.tests)
            failing = everything if now is None else files_of(now - before)
            chosen: dict[str, frozenset[str] | None] = {"importgraph": ours}
            if arguments.peers:
                chosen |= peers(clone, arguments.python, arguments.package, arguments.tests)
        finally:
            path.write_text(source, encoding="utf-8")
        found.append(Outcome(name, failing & everything, chosen))
        missed = sorted(found[-1].failing - ours)
        print(
            f"{number + 1}/{len(modules)} {name}: {len(failing)} fail, {len(ours)} selected, missed {missed}"
        )
    return found, len(everything), seconds / len(modules)


def report(outcomes: list[Outcome], total: int, seconds: float, arguments: argparse.Namespace) -> str:
    lines = [
        f"## {arguments.package}: {len(outcomes)} modules broken in turn, {total} test files",
        "",
        "| selector | misses (files) | modules with a miss | selected | saved | no answer |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    failing = sum(len(one.failing) for one in outcomes)
    for name in outcomes[0].chosen:
        answered = [(one, one.chosen[name]) for one in outcomes]
        misses = [len(one.failing - chosen) for one, chosen in answered if chosen is not None]
        selected = sum(total if chosen is None else len(chosen) for _, chosen in answered)
        share = selected / (total * len(outcomes))
        silent = sum(chosen is None for _, chosen in answered)
        row = [
            name,
            str(sum(misses)),
            str(sum(map(bool, misses))),
            f"{share:.1%}",
            f"{1 - share:.1%}",
            str(silent),
        ]
        lines.append(f"| {' | '.join(row)} |")
    lines += ["", (f"Really failing: {failing / (total * len(outcomes)):.1%} of the files. "
              f"One selection takes {seconds:.2f} s (cache warm).")]  # fmt: skip
    missing = [
        (one.module, sorted(one.failing - (one.chosen["importgraph"] or frozenset()))) for one in outcomes
    ]
    lines += [f"- missed after breaking {module}: {', '.join(files)}" for module, files in missing if files]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("package")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--cache", default=tempfile.gettempdir() + "/importgraph-guard-cache")
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    outcomes, total, seconds = measure(arguments.clone.resolve(), arguments)
    text = report(outcomes, total, seconds, arguments)
    print(text)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
