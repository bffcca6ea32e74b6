"""Generated test files through `collect` and `doctor`, with pytest as the truth: who says what differently.

Usage: python benchmarks/differential.py [--files N] [--first SEED] [--session N] [--keep]

Files come from tests/differential/generated_files.py, a session of them in one folder. A disagreement among ours counts as
much as one with pytest; a file of which `collect` says that it does not know is an abstention. Writes
results/differential.md; with --keep the folders of sessions that disagree stay in .corpora/differential.
"""

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "differential")]

from answers import disagreements, of_collect, of_doctor, of_pytest  # noqa: E402
from generated_files import generated  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "differential.md"
KEPT = ROOT / ".corpora" / "differential"


@dataclass
class Score:
    """What some sessions gave."""

    files: int = 0
    failing: int = 0
    undecided: int = 0
    false_alarms: int = 0
    missed: int = 0
    other: int = 0
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("pytest", "collect", "doctor"), 0.0)
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


def table(score: Score, first: int) -> str:
    """Return the scores as text."""
    rows = [
        ("files", score.files), ("that pytest fails to collect", score.failing), ("`collect` does not decide", score.undecided),
        ("one of ours finds an error where pytest finds none", score.false_alarms),
        ("neither of ours finds the error that pytest finds", score.missed), ("other disagreements, in ids or among ours", score.other),
    ]  # fmt: skip
    lines = [f"Seeds {first} to {first + score.files - 1}.", "", "| | |", "| --- | ---: |"]
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
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    score = Score()
    for first in range(options.first, options.first + options.files, options.session):
        session(score, first, min(options.session, options.first + options.files - first), keep=options.keep)
        print(f"{score.files} files, {len(score.lines)} disagreements", flush=True)
    print("\n".join(line[:300] for line in score.lines))
    print(table(score, options.first))
    begin, end = "<!-- scores -->", "<!-- end of scores -->"
    text = (
        RESULTS.read_text(encoding="utf-8")
        if RESULTS.exists()
        else f"# Ours against pytest on generated files\n\n{begin}\n{end}\n"
    )
    head, _, rest = text.partition(begin)
    RESULTS.write_text(
        f"{head}{begin}\n{table(score, options.first)}\n{end}{rest.partition(end)[2]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
