"""Generated files through `collect`, `doctor`, `cycles` and `why`, with pytest and fresh interpreters as the truth.

Usage: python benchmarks/differential.py [--files N] [--first SEED] [--session N] [--packages N] [--seconds S]
           [--add] [--keep]

Test files come from tests/differential/generated_files.py, a session of them in one folder; packages from
tests/findings/random_packages.py, as many to a session as --packages says. A disagreement among ours counts as much as one
with the truth; a file of which `collect` says that it does not know is an abstention. Writes results/differential.md; with
--add it goes on behind the seeds that stand there; with --keep the folders of sessions that disagree stay in
.corpora/differential.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "differential")]

from answers import disagreements, of_collect, of_doctor, of_pytest  # noqa: E402
from generated_files import generated  # noqa: E402
from import_answers import import_disagreements, package  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "differential.md"
BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"
KEPT = ROOT / ".corpora" / "differential"
COUNTED = KEPT / "counted.json"
"""The counts so far, to which --add adds."""


@dataclass
class Score:
    """What some sessions gave."""

    files: int = 0
    failing: int = 0
    undecided: int = 0
    false_alarms: int = 0
    missed: int = 0
    other: int = 0
    modules: int = 0
    raising: int = 0
    crashes: int = 0
    loads: int = 0
    seeds: list[list[int]] = field(default_factory=list)
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("pytest", "collect", "doctor", "cycles and why"), 0.0)
    )
    lines: list[str] = field(default_factory=list)


def timed(score: Score, who: str, run, folder: Path):  # noqa: ANN001, ANN201 -- any of three functions
    begin = time.perf_counter()
    answer = run(folder)
    score.seconds[who] += time.perf_counter() - begin
    return answer


def session(score: Score, first: int, count: int, *, keep: bool) -> None:
    """Write, collect and compare the files of some seeds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "suite"
        folder.mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for seed in range(first, first + count):
            for name, text in generated(seed).items():
                (folder / name).write_text(text, encoding="utf-8")
        truth = timed(score, "pytest", of_pytest, folder)
        collected = timed(score, "collect", of_collect, folder)
        doctor = timed(score, "doctor", of_doctor, folder)
        found = disagreements(truth, collected, doctor)
        score.files += count
        score.failing += len(truth.failing)
        score.undecided += len(collected.undecided)
        for line in found:
            path = line.partition(":")[0]
            if path not in truth.failing and path in {*doctor.failing, *collected.failing}:
                score.false_alarms += 1
            elif path in truth.failing and path not in {*doctor.failing, *collected.failing}:
                score.missed += 1
            else:
                score.other += 1
            score.lines.append(line)
        if found and keep:
            shutil.copytree(folder, KEPT / f"{first}", dirs_exist_ok=True)


def packages(score: Score, first: int, count: int) -> None:
    """Write packages, import each module of them first, and compare."""
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(first, first + count):
            for name, text in package(seed).items():
                target = Path(scratch, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
        truth, crashes, loads = timed(score, "cycles and why", import_disagreements, Path(scratch))
        score.modules += len(truth)
        score.raising += sum(bool(one.error) for one in truth.values())
        score.crashes += len(crashes)
        score.loads += len({line.partition(":")[0] for line in loads})
        score.lines += [*crashes, *loads]


def table(score: Score) -> str:
    """Return the scores as text."""
    rows = [
        ("files", score.files), ("that pytest fails to collect", score.failing), ("`collect` does not decide", score.undecided),
        ("one of ours finds an error where pytest finds none", score.false_alarms),
        ("neither of ours finds the error that pytest finds", score.missed), ("other disagreements, in ids or among ours", score.other),
        ("modules of packages, each imported first", score.modules), ("that fail", score.raising),
        ("`cycles` says something else of a module than Python does", score.crashes),
        ("modules of which `why` says something that Python does not do", score.loads),
    ]  # fmt: skip
    seeds = f"{min(first for first, _ in score.seeds)} to {max(last for _, last in score.seeds)}"
    lines = [f"Seeds {seeds}.", "", "| | |", "| --- | ---: |"]
    lines += [f"| {name} | {count:,} |" for name, count in rows]
    lines += [
        "",
        "Seconds of the sessions on a shared machine: "
        + ", ".join(f"{who} {s:.0f}" for who, s in score.seconds.items())
        + ".",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run sessions and write their scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--session", type=int, default=250)
    parser.add_argument("--packages", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=1e6, help="begin no session after these")
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    known = json.loads(COUNTED.read_text(encoding="utf-8")) if options.add and COUNTED.exists() else {}
    score = Score(**known)
    begin, end = (
        max([options.first, *(last + 1 for _, last in score.seeds)]),
        time.monotonic() + options.seconds,
    )
    for first in range(begin, options.first + options.files, options.session):
        if time.monotonic() > end:
            break
        count = min(options.session, options.first + options.files - first)
        session(score, first, count, keep=options.keep)
        packages(score, first, options.packages)
        score.seeds.append([first, first + count - 1])
        print(f"{score.files} files", *score.lines, sep="\n", flush=True)
        score.lines.clear()
        COUNTED.parent.mkdir(parents=True, exist_ok=True)
        COUNTED.write_text(json.dumps(asdict(score)), encoding="utf-8")
    print(table(score))
    head, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    RESULTS.write_text(f"{head}{BEGIN}\n{table(score)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
