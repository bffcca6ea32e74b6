"""Kill each command that writes at random moments, and damage its caches: whole files or none, never a wrong answer.

    python benchmarks/kills.py [--only analyze,baseline,…] [--kills 50] [--first SEED]

Every file that a killed command leaves must be the one of before, or the one of a run that nobody killed; the next
run must give what a cold one gives. `corruption` flips each byte of a small cache; `shared` runs four at once on one
cache, two trees of equal files among them, and sets the clock back. Adds or replaces rows in results/kills.md.
"""

import argparse
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from importgraph.config import from_options  # noqa: E402 -- found through the path above
from importgraph.facts.cache import Cache  # noqa: E402
from importgraph.outputs.documents import json_graph  # noqa: E402
from importgraph.project import open_project  # noqa: E402

RESULTS = HERE / "results" / "kills.md"
Contents = Mapping[str, bytes]


@dataclass(frozen=True)
class Subject:
    """A command, where it writes, and with which words."""

    words: tuple[str, ...]
    kept: str
    """The folder whose files are compared, relative to the work folder."""
    fresh: bool = True
    """The files are set back before each kill."""


SUBJECTS = {
    "analyze": Subject(("analyze", "tree", "--no-cache", "-q", "-o", "out/reports"), "out"),
    "baseline": Subject(("baseline", "tree", "--no-cache", "-q", "-o", "out/baseline.json"), "out"),
    "diff": Subject(("diff", "HEAD~1", "--path", "tree", "--no-cache", "--picture", "out/change.svg"), "out"),
    "fix": Subject(("fix", "--path", "tree", "--select", "IG401", "--write", "--no-cache", "-q"), "tree"),
    "cache": Subject(("graph", "tree", "-q", "--format", "json"), "", fresh=False),
    "collect": Subject(("collect", "tree", "-q"), "", fresh=False),
}


def make_tree(root: Path) -> None:
    """Make a repository of two commits with cycles, missing modules and tests."""
    (root / "p").mkdir(parents=True)
    (root / "p" / "__init__.py").write_text("", encoding="utf-8")
    for number in range(60):
        text = f"import p.m{(number * 7 + 1) % 60}\nfrom p.util import slug\n\n\ndef f{number}():\n    return slug\n"
        (root / "p" / f"m{number}.py").write_text(text, encoding="utf-8")
        test = f"from p import m{number}\n\n\ndef test_{number}():\n    assert m{number}\n"
        (root / f"test_{number}.py").write_text(test, encoding="utf-8")
    git(root, "init", "-q")
    commit(root)
    (root / "p" / "utils.py").write_text("def slug():\n    pass\n", encoding="utf-8")
    (root / "p" / "m3.py").write_text("import p.m9\nimport json\n", encoding="utf-8")
    commit(root)


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words], cwd=root, check=True
    )


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "state")


def contents(folder: Path) -> dict[str, bytes]:
    """Read the files of a folder, those of git left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def restore(folder: Path, files: Contents) -> None:
    """Put files back, and take away all others."""
    for name in contents(folder).keys() - files.keys():
        (folder / name).unlink()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def start(work: Path, subject: Subject) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(work / "cache"), "PYTHONHASHSEED": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "importgraph", *subject.words],
        cwd=work,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(work: Path, subject: Subject) -> bytes:
    """Run a command to its end; return what it printed."""
    process = start(work, subject)
    output, errors = process.communicate()
    fine = {0, 1, 2} if subject.words[0] == "fix" else {0, 1}  # 2: nothing is left to fix
    if process.returncode not in fine or b"Traceback" in errors:
        raise RuntimeError(f"{subject.words}: exit {process.returncode}: {errors[-500:]!r}")
    return output


def old_state(work: Path, subject: Subject) -> Contents:
    """Make the files that stand there before: those of an earlier state of the tree."""
    folder = work / subject.kept
    if subject.kept != "out":
        return contents(folder) if subject.kept else {}
    folder.mkdir(exist_ok=True)
    extra = work / "tree" / "p" / "extra.py"
    extra.write_text("import p.m1\nimport p.m2\n", encoding="utf-8")
    finished(work, subject)
    extra.unlink()
    return contents(folder)


def killed(name: str, kills: int, first: int) -> str:
    """Return the row of a command."""
    subject, torn, differing, left, interrupted = SUBJECTS[name], 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        make_tree(work / "tree")
        old = old_state(work, subject)
        begun = time.monotonic()
        cold = finished(work, subject)
        seconds = time.monotonic() - begun
        new = contents(work / subject.kept) if subject.kept else {}
        for number in range(kills):
            chance = random.Random(f"{name} {first + number}")
            if subject.fresh:
                restore(work / subject.kept, old)
            elif chance.random() < 0.5:
                shutil.rmtree(work / "cache", ignore_errors=True)
            process = start(work, subject)
            time.sleep(chance.uniform(0.3, 1.1) * seconds)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                interrupted += 1
            process.communicate()
            found = contents(work / subject.kept) if subject.kept else {}
            temporary = {path for path in found if path.endswith(".tmp")}
            left += len(temporary)
            whole = all(
                data in (old.get(path), new.get(path))
                for path, data in found.items()
                if path not in temporary
            )
            torn += not whole
            again = finished(work, subject)
            after = (
                {
                    path: data
                    for path, data in contents(work / subject.kept).items()
                    if not path.endswith(".tmp")
                }
                if subject.kept
                else {}
            )
            same = after == new and (name in {"fix", "analyze"} or again == cold)
            differing += not same
    return f"| kill -9 during {name} | {interrupted} of {kills} | {torn} | {differing} | {left} |"


def corrupted(*_: int) -> str:
    """Flip every byte of a small database of facts; each time all entries are right, or missing."""
    entries = {bytes([number]) * 16: b"value %d" % number * 20 for number in range(6)}
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        Cache(folder).put(entries)
        (database,) = folder.glob("*.sqlite3")
        whole = database.read_bytes()
        for at in range(len(whole)):
            database.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
            wrong += not Cache(folder).get(entries).items() <= entries.items()
    return f"| each byte of a cache flipped | {len(whole):,} | 0 | {wrong} | 0 |"


def shared(*_: int) -> str:
    """Run four at once on one cache, on two trees of equal files; then with a clock that was set back."""
    differing = runs = 0
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        trees = [work / "tree", work / "other" / "tree"]
        for tree in trees:
            make_tree(tree)
        cold = [rendered(tree, None) for tree in trees]
        words = [sys.executable, "-m", "importgraph", "graph", ".", "-q", "--format", "json"]
        environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(work / "cache"), "PYTHONPATH": str(ROOT)}
        for _ in range(5):
            shutil.rmtree(work / "cache", ignore_errors=True)
            at_once = [
                subprocess.Popen(
                    words, cwd=trees[number % 2], env=environment, stdout=subprocess.PIPE, text=True
                )
                for number in range(4)
            ]
            for number, process in enumerate(at_once):
                output, _ = process.communicate()
                differing += output.strip() != cold[number % 2].strip()
                runs += 1
        (trees[0] / "p" / "m5.py").write_text("import p.m6\n", encoding="utf-8")
        for path in [trees[0] / "p" / "m5.py", *(work / "cache").iterdir()]:
            os.utime(path, (0, 0))
        differing += rendered(trees[0], work / "cache") != rendered(trees[0], None)
    return f"| four at once on one cache; equal files of two trees; clock set back | {runs + 1} | 0 | {differing} | 0 |"


def rendered(root: Path, cache: Path | None) -> str:
    return json_graph.render(open_project(root, from_options(workers=1), cache_folder=cache).graph)


HEAD = f"""# Kills and damage

`python benchmarks/kills.py`, CPython {platform.python_version()}. *Torn*: a file that is neither the old nor the new
one. *Differs*: the next run, or an answer from the cache, is not what a cold run gives. *Left*: temporary files.

| what | times | torn | differs | left |
| --- | --- | --- | --- | --- |
"""


def record(row: str) -> None:
    known = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    rows = [one for one in known if one.startswith("| ") and one.split("|")[1] != row.split("|")[1]][2:]
    RESULTS.write_text(HEAD + "\n".join(sorted([*rows, row])) + "\n", encoding="utf-8")


def main() -> int:
    others: dict[str, Callable[..., str]] = {"corruption": corrupted, "shared": shared}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join([*SUBJECTS, *others]))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    failed = False
    for name in options.only.split(","):
        row = others[name]() if name in others else killed(name, options.kills, options.first)
        record(row)
        print(row, flush=True)
        torn, differs = row.split("|")[3:5]
        failed = failed or torn.strip() != "0" or differs.strip() != "0"
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
