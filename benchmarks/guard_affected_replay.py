"""What share of the test files do real commits (merges left out) select, each compared with its parent?

    python benchmarks/guard_affected_replay.py CLONE --commits 50 [--peer PYTHON --package NAME]

CLONE is a git clone; the work is done in a copy. Commits that change no Python file are left out. With
`--peer`, pytest-impacted of that interpreter is asked about the same commits (it needs the dependencies).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from importgraph.config import from_options
from importgraph.regressions.impact.affected_tests import affected_tests

OPTIONS = from_options(workers=1)


@dataclass(frozen=True)
class Replayed:
    """One commit."""

    commit: str
    selected: int
    total: int
    seconds: float
    peer: int | None
    """Test files that pytest-impacted selects; None where it was not asked or did not answer."""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def python_commits(clone: Path, count: int) -> list[str]:
    listed = git(clone, "rev-list", "--no-merges", f"-{20 * count}", "HEAD").split()
    found = []
    for commit in listed:
        names = git(clone, "diff", "--name-only", f"{commit}~1", commit).splitlines()
        if any(name.endswith(".py") for name in names):
            found.append(commit)
        if len(found) == count:
            break
    return found


def impacted(clone: Path, python: str, package: str, tests: str) -> int | None:
    """Return how many test files pytest-impacted would run for the last commit."""
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "--impacted", f"--impacted-module={package}"]
    command += [
        f"--impacted-tests-dir={tests}",
        "--impacted-git-mode=branch",
        "--impacted-base-branch=HEAD~1",
    ]
    command += ["--collect-only", "-q", "--continue-on-collection-errors", tests]
    env = {**os.environ, "PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
    words = (
        line.removeprefix("ERROR ").partition("::")[0].split(" - ")[0] for line in done.stdout.splitlines()
    )
    found = {word.strip() for word in words if word.strip().endswith(".py")}
    return len(found) if found or done.returncode in {0, 5} else None


def replay(clone: Path, commit: str, arguments: argparse.Namespace) -> Replayed:
    git(clone, "checkout", "-q", "--force", "--detach", commit)
    start = time.process_time()
    impact = affected_tests(clone, "HEAD~1", OPTIONS, arguments.cache)
    seconds = time.process_time() - start
    peer = None
    if arguments.peer:
        peer = impacted(clone, arguments.peer, arguments.package, arguments.tests)
    return Replayed(commit, len(impact.selection.tests), impact.selection.total, seconds, peer)


def report(name: str, found: list[Replayed]) -> str:
    shares = [one.selected / one.total for one in found if one.total]
    lines = [
        f"## {name}: the last {len(found)} commits that change Python files (up to {found[0].commit[:9]})",
        "",
        "| selector | commits | mean share | median share | everything | nothing | seconds (CPU, median) |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        row("importgraph", shares, statistics.median(one.seconds for one in found)),
    ]
    asked = [(one.peer, one.total) for one in found if one.peer is not None]
    if asked:
        lines.append(row("pytest-impacted", [peer / total for peer, total in asked], None))
    return "\n".join(lines) + "\n"


def row(name: str, shares: list[float], seconds: float | None) -> str:
    cells = [name, str(len(shares)), f"{statistics.mean(shares):.1%}", f"{statistics.median(shares):.1%}"]
    cells += [str(sum(one == 1 for one in shares)), str(sum(one == 0 for one in shares))]
    return f"| {' | '.join([*cells, '' if seconds is None else f'{seconds:.1f}'])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--commits", type=int, default=50)
    parser.add_argument("--package", default="")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--peer", help="An interpreter with pytest-impacted.")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    source = arguments.clone.resolve()
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(shutil.copytree(source, Path(folder) / source.name, symlinks=True))
        found = []
        for commit in python_commits(clone, arguments.commits):
            found.append(replay(clone, commit, arguments))
            print(found[-1], flush=True)
    text = report(source.name, found)
    print(text)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
