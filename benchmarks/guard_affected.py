"""Break every module in turn, and ask whether the tests that fail then were selected by `affected`.

    python benchmarks/guard_affected.py CLONE PACKAGE --python PYTHON [--keep FILE] [--result FILE]

CLONE is a git clone that may be written to (each change is taken back); PYTHON has the package's
dependencies and pytest and, to ask them about some modules, tach (with a committed `tach.toml`) and
pytest-impacted, which collect what they would run. `raise RuntimeError` goes before the
first statement that may stand there (after the docstring and `from __future__` imports). With `--keep` what
was found is kept, a line for each module, and a run that is ended (`--seconds`) is gone on with by the next.
"""

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from importgraph.config import from_options
from importgraph.regressions.impact.affected_tests import affected_tests

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
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    bytecode = str(clone.parent / "bytecode")  # a broken text has another size: nothing stale is read
    return {
        **kept,
        "PYTHONPATH": f"{clone}:{HERE}",
        "PYTHONPYCACHEPREFIX": bytecode,
        "GUARD_OUTCOMES": str(outcomes),
    }


def run_tests(clone: Path, python: str, tests: list[str]) -> frozenset[str] | None:
    """Run the whole suite; return the failing node ids, or None where pytest could not even start."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes"
        command = [python, "-m", "pytest", "-q", "--tb=no", "-p", "guard_outcomes", "-p", "no:cacheprovider"]
        command += ["--continue-on-collection-errors", *tests]
        subprocess.run(command, cwd=clone, env=environment(clone, outcomes), capture_output=True, check=False)
        if not outcomes.exists():
            return None
        return frozenset(outcomes.read_text(encoding="utf-8").split("\n")) - {""}


def files_of(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(one.partition("::")[0] for one in ids if one.partition("::")[0].endswith(".py"))


def collected(clone: Path, python: str, command: list[str]) -> frozenset[str] | None:
    """Return the test files that a peer's selection touches, those it fails to collect included."""
    path = f"{Path(python).parent}:{os.environ['PATH']}"
    env = {
        **os.environ,
        "PYTHONPATH": str(clone),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": path,
        "NO_COLOR": "1",
    }
    done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
    found = set()
    for line in done.stdout.splitlines():
        word = line.removeprefix("ERROR ").partition("::")[0].partition(" - ")[0].strip()
        if word.endswith(".py") and (clone / word).is_file():
            found.add(word)
    return frozenset(found) if found or done.returncode in {0, 5} else None


def peers(clone: Path, arguments: argparse.Namespace) -> dict[str, frozenset[str] | None]:
    python = arguments.python
    listing = ["--collect-only", "-q", "--continue-on-collection-errors", *tests_of(arguments)]
    impacted = [python, "-m", "pytest", "-p", "no:cacheprovider", "--impacted"]
    impacted += [f"--impacted-module={arguments.package}", f"--impacted-tests-dir={arguments.tests}"]
    impacted += ["--impacted-git-mode=unstaged", *listing]
    tach = [str(Path(python).parent / "tach"), "test", "--base", "HEAD", "--disable-cache", "--", *listing]
    return {
        "pytest-impacted": collected(clone, python, impacted),
        "tach test": collected(clone, python, tach),
    }


def tests_of(arguments: argparse.Namespace) -> list[str]:
    return [arguments.tests, *(f"--ignore={folder}" for folder in arguments.ignore)]


def test_files(clone: Path, arguments: argparse.Namespace) -> frozenset[str]:
    found = (p.relative_to(clone).as_posix() for p in (clone / arguments.tests).rglob("test_*.py"))
    return frozenset(p for p in found if not any(p.startswith(f"{folder}/") for folder in arguments.ignore))


def known_outcomes(keep: Path | None) -> dict[str, Outcome]:
    """Return what earlier runs have found, by module."""
    lines = keep.read_text(encoding="utf-8").splitlines() if keep is not None and keep.exists() else []
    found = {}
    for one in map(json.loads, lines):
        chosen = {name: None if some is None else frozenset(some) for name, some in one["chosen"].items()}
        found[one["module"]] = Outcome(one["module"], frozenset(one["failing"]), chosen)
    return found


def kept_line(one: Outcome) -> str:
    chosen = {name: None if some is None else sorted(some) for name, some in one.chosen.items()}
    return json.dumps({"module": one.module, "failing": sorted(one.failing), "chosen": chosen}) + "\n"


def measure(clone: Path, arguments: argparse.Namespace) -> tuple[list[Outcome], int]:
    """Break all modules, in a random order, each in one of several copies of the clone."""
    modules = [p.relative_to(clone) for p in (clone / arguments.package).rglob("*.py")]
    modules = sorted(path for path in modules if ast.parse((clone / path).read_bytes()).body)
    random.Random(0).shuffle(modules)
    known = known_outcomes(arguments.keep)
    found = list(known.values())
    asked = set(modules[: arguments.peers])
    left = [path for path in modules if path.as_posix() not in known]
    for one in broken_in_turn(clone, left, asked, arguments):
        found.append(one)
        told = {
            name: "no answer" if files is None else f"{len(files)} selected, {len(lost)} missed"
            for name, files in one.chosen.items()
            for lost in [one.failing - (files or frozenset())]
        }
        print(f"{len(found)}/{len(modules)} {one.module}: {len(one.failing)} fail, {told}", flush=True)
        if arguments.keep is not None:
            with arguments.keep.open("a", encoding="utf-8") as stream:
                stream.write(kept_line(one))
    return found, len(test_files(clone, arguments))


def broken_in_turn(
    clone: Path, modules: list[Path], asked: set[Path], arguments: argparse.Namespace
) -> Iterator[Outcome]:
    """Yield what breaking each module did, as long as there is time; peers are asked about some."""
    end = time.monotonic() + arguments.seconds
    everything = test_files(clone, arguments)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(arguments.workers) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(arguments.workers):
            copies.put(Path(shutil.copytree(clone, Path(folder) / f"{number}" / clone.name, symlinks=True)))
        first = Path(folder) / "0" / clone.name
        before = run_tests(first, arguments.python, tests_of(arguments)) or frozenset()

        def one(path: Path) -> Outcome | None:
            if time.monotonic() > end:
                return None
            copy = copies.get()
            try:
                return outcome(copy, path, before, everything, arguments, ask_peers=path in asked)
            finally:
                copies.put(copy)

        yield from (done for done in pool.map(one, modules) if done is not None)


def outcome(  # noqa: PLR0913 -- what one run needs
    clone: Path,
    path: Path,
    before: frozenset[str],
    everything: frozenset[str],
    arguments: argparse.Namespace,
    *,
    ask_peers: bool,
) -> Outcome:
    """Break one module: who selects what, and what fails. Peers see a harmless change in its place."""
    target = clone / path
    source = target.read_text(encoding="utf-8")
    chosen: dict[str, frozenset[str] | None] = {}
    try:
        target.write_text(broken(source), encoding="utf-8")
        impact = affected_tests(clone, "HEAD", from_options(workers=1), Path(arguments.cache))
        chosen["importgraph"] = frozenset(test.path for test in impact.selection.tests) & everything
        now = run_tests(clone, arguments.python, tests_of(arguments))
        if ask_peers:
            target.write_text(f"{source}\n_guard_affected = None\n", encoding="utf-8")
            chosen |= peers(clone, arguments)
    finally:
        target.write_text(source, encoding="utf-8")
    failing = everything if now is None else files_of(now - before)
    return Outcome(path.as_posix(), failing & everything, chosen)


def report(outcomes: list[Outcome], total: int, arguments: argparse.Namespace) -> str:
    sample = [one for one in outcomes if len(one.chosen) > 1]
    lines = [
        f"## {arguments.package}: {len(outcomes)} modules broken in turn, {total} test files",
        "",
        "| selector | modules | pairs that fail | missed | selected | saved | no answer |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *table(outcomes, total, ["importgraph"]),
        *(table(sample, total, list(sample[0].chosen)) if sample else []),
        "",
    ]
    missing = [
        (one.module, sorted(one.failing - (one.chosen["importgraph"] or frozenset()))) for one in outcomes
    ]
    lines += [f"- missed after breaking {module}: {', '.join(files)}" for module, files in missing if files]
    return "\n".join(lines) + "\n"


def table(outcomes: list[Outcome], total: int, names: list[str]) -> list[str]:
    """Make one row for each selector; a selector that fails to answer counts as running everything."""
    rows = []
    failing = sum(len(one.failing) for one in outcomes)
    for name in names:
        answered = [(one, one.chosen[name]) for one in outcomes]
        missed = sum(len(one.failing - chosen) for one, chosen in answered if chosen is not None)
        selected = sum(total if chosen is None else len(chosen) for _, chosen in answered)
        share = selected / (total * len(outcomes))
        silent = sum(chosen is None for _, chosen in answered)
        cells = [
            name,
            str(len(outcomes)),
            str(failing),
            str(missed),
            f"{share:.1%}",
            f"{1 - share:.1%}",
            str(silent),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("package")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--ignore", action="append", default=[], help="A folder of tests to leave out.")
    parser.add_argument("--peers", type=int, default=0, metavar="N", help="Ask the peers about N modules.")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--cache", default=tempfile.gettempdir() + "/importgraph-guard-cache")
    parser.add_argument("--keep", type=Path, help="A file of what was found, to go on from.")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="Start no module after so long.")
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    outcomes, total = measure(arguments.clone.resolve(), arguments)
    text = report(outcomes, total, arguments)
    print(text)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
