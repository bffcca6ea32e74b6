"""Replay consecutive commits: what `check` flags, and whether `diff` equals two analyses subtracted.

    python benchmarks/guard_replay.py CLONE --commits 200 [--result FILE]

Each commit is compared with its first parent. "Full" analyses use a plain `git worktree` and no cache; their
edges, cycles, loads and findings are subtracted as sets, without any of the code that compares digests.
"""

import argparse
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from importgraph.config import from_options
from importgraph.git.repository import open_repository
from importgraph.regressions.analysis import analyse, analysed_revision
from importgraph.regressions.compare import compare
from importgraph.regressions.difference import difference
from importgraph.regressions.gates import NO_GATES
from importgraph.regressions.model import Digest, Regression
from importgraph.regressions.moves import rename, renamed_modules

OPTIONS = from_options(workers=1, python_version=(3, 12))


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def full(worktree: Path, commit: str) -> Digest:
    """Analyse a commit in a work tree, reading every file anew."""
    git(worktree, "checkout", "-q", "--force", "--detach", commit)
    return analyse(worktree, OPTIONS).digest


def naive(before: Digest, after: Digest) -> dict[str, object]:
    """Subtract two analyses as sets."""
    before = rename(before, renamed_modules(before.modules, after.modules))

    def edges(digest: Digest) -> set[tuple[str, str, str]]:
        return {(a, b, n) for a, found in digest.edges.items() for b, names in found.items() for n in names}

    def findings(digest: Digest) -> set[object]:
        return set(digest.findings)

    both = {e.name for e in before.entry_points} & {e.name for e in after.entry_points}
    loads = {}
    for name in both:
        old = next(e for e in before.entry_points if e.name == name)
        new = next(e for e in after.entry_points if e.name == name)
        one, two = {*old.modules, *old.external}, {*new.modules, *new.external}
        if one != two:
            loads[name] = (tuple(sorted(two - one)), tuple(sorted(one - two)))
    return {
        "edges_added": edges(after) - edges(before),
        "edges_removed": edges(before) - edges(after),
        "cycles_added": set(after.cycles) - set(before.cycles),
        "cycles_removed": set(before.cycles) - set(after.cycles),
        "findings_added": findings(after) - findings(before),
        "findings_removed": findings(before) - findings(after),
        "loads": loads,
    }


def differs(before: Digest, after: Digest, told: object) -> list[str]:
    """Return the parts in which a diff and the naive subtraction disagree."""
    expected = naive(before, after)
    wrong = [key for key, value in expected.items() if key != "loads" and set(getattr(told, key)) != value]
    loads = {one.entry: (one.added, one.removed) for one in told.loads}  # type: ignore[attr-defined]
    asked = expected["loads"]
    wrong += [f"loads {name}" for name, value in asked.items() if loads.get(name) != value]  # type: ignore[attr-defined]
    return wrong


def text_of(one: Regression) -> str:
    edge = f" [{one.edge.source} -> {one.edge.target}, {one.edge.path}:{one.edge.line}]" if one.edge else ""
    return f"{one.gate}: {one.message}{edge}"


def replay(clone: Path, count: int, worktree: Path, cache: Path) -> tuple[list[str], Counter[str], list[str]]:
    repository = open_repository(clone)
    commits = git(clone, "rev-list", "--first-parent", f"--max-count={count + 1}", "HEAD").split()[::-1]
    flagged, gates, wrong = [], Counter[str](), []
    before = full(worktree, commits[0])
    with analysed_revision(repository, commits[0], clone, OPTIONS, cache) as analysis:
        base = analysis.digest
    for number, commit in enumerate(commits[1:]):
        after = full(worktree, commit)
        with analysed_revision(repository, commit, clone, OPTIONS, cache) as analysis:
            head = analysis.digest
            found = compare(base, head, NO_GATES, analysis.places, analysis.view).regressions
        disagreements = differs(before, after, difference(base, head))
        wrong += [f"{commit[:12]}: {', '.join(disagreements)}"] if disagreements else []
        gates.update({one.gate for one in found})
        if found:
            subject = git(clone, "log", "-1", "--format=%s", commit).strip()
            edges = {(one.gate, one.edge): one for one in found}
            flagged.append(f"- {commit[:12]} {subject}")
            flagged += [f"    - {text_of(one)}" for one in edges.values()]
        if number % 20 == 0:
            print(f"{number}/{count}: {len(flagged)} lines flagged, {len(wrong)} diffs differ")
        before, base = after, head
    return flagged, gates, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    clone = arguments.clone.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        worktree = Path(temporary) / "worktree"
        git(clone, "worktree", "add", "-q", "--detach", str(worktree), "HEAD")
        try:
            flagged, gates, wrong = replay(clone, arguments.commits, worktree, Path(temporary) / "cache")
        finally:
            git(clone, "worktree", "remove", "--force", str(worktree))
    commits = sum(line.startswith("- ") for line in flagged)
    lines = [f"## {clone.name}: {arguments.commits} consecutive commits", ""]
    lines += [
        f"Diffs that differ from the difference of two full analyses: {len(wrong)} of {arguments.commits}.",
        "",
    ]
    lines += [f"- {one}" for one in wrong]
    lines += [
        f"Commits flagged: {commits} ({', '.join(f'{g} {n}' for g, n in sorted(gates.items())) or 'none'}).",
        "",
    ]
    text = "\n".join([*lines, *flagged]) + "\n"
    print(text)
    if arguments.result is not None:
        with arguments.result.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


if __name__ == "__main__":
    main()
