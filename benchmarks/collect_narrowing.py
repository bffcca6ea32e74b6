"""Narrowing against plain pytest: random selections on real suites, the same tests in the same order or not, and time.

    python benchmarks/collect_narrowing.py [SUITE...]       sessions of one process
    python benchmarks/collect_narrowing.py --xdist          runs on two workers of pytest-xdist
    python benchmarks/collect_narrowing.py --write          the result file, from what the runs above left

Selections are of four kinds: -k, -m, --deselect, and paths and node ids with or without -k. Every narrowed session is a real
one. What plain pytest selects is computed by pytest's own matchers on one whole collection for -k, -m and --deselect, and by a
real session for node ids and for some of the others (the table says how many), exit codes with them. Without a real session,
the exit code expected is 5 for no test, 2 where the whole collection has errors, else 0.

Needs .corpora (corpora.py), a folder of wheels for the plugin (.corpora/plugin-site), and for --xdist the environment
.corpora/env-xdist with pytest, pytest-xdist and msgspec.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collect_exactness import CORPORA, ROOT, SUITES, Suite
from collect_truth import environment

KINDS = {"-k": 16, "-m": 8, "--deselect": 8, "ids": 8}
OTHER_COUNTS = {"attrs": 40, "celery": 10, "sympy": 10}
"""Selections of each kind on a suite that collects fast enough for more, and on those that take too long."""
REAL = 2
"""Of the kinds that are computed: how many are run through plain pytest as well."""
WANTED = ("attrs", "networkx", "celery", "sympy")
STORE = CORPORA / "narrowing"
RESULTS = ROOT / "benchmarks" / "results" / "collect_narrowing.md"
RECORDER = """
import json, os

def pytest_collection_finish(session):
    name = os.environ["RECORD"] + os.environ.get("PYTEST_XDIST_WORKER", "")
    if hasattr(session.config, "workerinput") or not session.config.pluginmanager.hasplugin("dsession"):
        with open(name, "w") as stream:
            json.dump([item.nodeid for item in session.items], stream)
"""
ORACLE = """
import json, os
import pytest
from _pytest.mark import KeywordMatcher, MarkMatcher
from _pytest.mark.expression import Expression

def matches(item, kind, text):
    if kind == "-m":
        return Expression.compile(text).evaluate(MarkMatcher.from_markers(item.iter_markers()))
    return Expression.compile(text).evaluate(KeywordMatcher.from_item(item))

@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    items = session.items
    marks = sorted({mark.name for item in items for mark in item.iter_markers()})
    with open(os.environ["QUESTIONS"]) as stream:
        questions = json.load(stream)
    answers = []
    for kind, words in questions:
        if kind == "--deselect":
            prefixes = tuple(words[1::2])
            answers.append([item.nodeid for item in items if not item.nodeid.startswith(prefixes)])
        elif kind in {"-k", "-m"}:
            answers.append([item.nodeid for item in items if matches(item, kind, words[1])])
        else:
            answers.append(None)
    with open(os.environ["RECORD"], "w") as stream:
        json.dump({"answers": answers, "marks": marks, "ids": [item.nodeid for item in items]}, stream)
"""
NARROW = ("-p", "importgraph.pytest_plugin", "--importgraph-narrow")


@dataclass(frozen=True)
class Session:
    """How one session of pytest came out."""

    record: Any
    """Node ids in order; by worker where there are several."""
    code: int
    seconds: float
    """Processor time of the process and its workers."""


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(suite: Suite, scratch: Path, words: list[str], plugin: str = RECORDER, workers: int = 0) -> Session:
    (scratch / "narrow_recorder.py").write_text(plugin, encoding="utf-8")
    for old in scratch.glob("record.json*"):
        old.unlink()
    record = scratch / "record.json"
    settings = {
        **environment(),
        "PYTHONPATH": os.pathsep.join([str(scratch), str(ROOT), str(CORPORA / "plugin-site")]),
        "RECORD": str(record),
        "QUESTIONS": str(scratch / "questions.json"),
        "IMPORTGRAPH_CACHE_DIR": str(scratch / "cache"),
    }
    how = ["-n", str(workers)] if workers else ["--collect-only"]
    command = [
        str(suite.python),
        "-m",
        "pytest",
        *how,
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "narrow_recorder",
    ]
    begin = processor_seconds()
    done = subprocess.run(command + words, cwd=suite.path, env=settings, capture_output=True, check=False)
    seconds = processor_seconds() - begin
    found: Any = None
    if workers:
        found = {file.name: json.loads(file.read_text()) for file in sorted(scratch.glob("record.json*"))}
    elif record.exists():
        found = json.loads(record.read_text())
    return Session(found, done.returncode, seconds)


def names_in(ids: list[str]) -> list[str]:
    """Return pieces of the suite's own names, to select by."""
    pieces: Counter[str] = Counter()
    for node in ids:
        base = node.split("[")[0]
        pieces.update(set(base.replace("/", "::").replace(".py", "").split("::")))
        pieces.update(word for word in base.rpartition("::")[2].split("_") if len(word) > 3)
    return sorted(name for name in pieces if name.isidentifier() and name not in {"and", "or", "not"})


def questions(
    ids: list[str], marks: list[str], counts: dict[str, int], chance: random.Random
) -> list[tuple[str, list[str]]]:
    """Make selections from the suite's own names, marks and node ids; most select little, as people's do."""
    names = names_in(ids)
    places = sorted({place for node in ids for place in places_of(node)})
    shapes = ("{0}", "{0}", "{0} or {1}", "{0} and not {1}", "{0} and {1}")

    def expression(words: list[str]) -> str:
        return chance.choice(shapes).format(chance.choice(words), chance.choice(words))

    made: list[tuple[str, list[str]]] = []
    for kind, count in counts.items():
        for _ in range(count):
            if kind == "-k":
                made.append((kind, ["-k", expression(names)]))
            elif kind == "-m":
                made.append((kind, ["-m", chance.choice(["", "", "not "]) + chance.choice(marks)]))
            elif kind == "--deselect":
                chosen = chance.sample(places, chance.randint(1, 60))
                made.append((kind, [word for place in chosen for word in ("--deselect", place)]))
            else:
                chosen = chance.sample(places, chance.randint(1, 4))
                made.append((kind, [*chosen, *(["-k", expression(names)] if chance.random() < 0.7 else [])]))
    return made


def places_of(node: str) -> list[str]:
    """Return a node's file, class and own id, without parameters and with them, and its folder."""
    path, *rest = node.split("::")
    base = "::".join([path, *rest]).split("[")[0]
    return [path.rpartition("/")[0], path, base.rpartition("::")[0], base, node]


def words_of(suite: Suite, kind: str, words: list[str]) -> list[str]:
    """Return pytest's words for a selection: node ids in place of the suite's own paths."""
    # sympy's own -m in its settings gives way to ours on the command line
    extra = ["-m", ""] if suite.name == "sympy" and kind != "-m" else []
    if kind != "ids":
        return [*suite.words, *words, *extra]
    options = [
        word
        for word in suite.words
        if word.startswith("-") or suite.words[suite.words.index(word) - 1].startswith("-")
    ]
    return [*options, *words, *extra]


def measure(suite: Suite) -> dict[str, Any]:
    counts = dict.fromkeys(KINDS, OTHER_COUNTS[suite.name]) if suite.name in OTHER_COUNTS else KINDS
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "questions.json").write_text("[]")
        whole = words_of(suite, "all", [])
        known = run(suite, scratch, whole, ORACLE)
        asked = questions(known.record["ids"], known.record["marks"], counts, random.Random(suite.name))
        (scratch / "questions.json").write_text(json.dumps(asked))
        oracle = run(suite, scratch, whole, ORACLE)
        errors = oracle.code != 0
        plain = sorted(
            run(suite, scratch, words_of(suite, "-k", ["-k", "nothing_is_called_this"])).seconds
            for _ in range(3)
        )[1]
        first = run(suite, scratch, words_of(suite, "-k", ["-k", "nothing_is_called_this", *NARROW])).seconds
        seen: Counter[str] = Counter()
        rows = []
        for (kind, words), answer in zip(asked, oracle.record["answers"], strict=True):
            seen[kind] += 1
            narrowed = run(suite, scratch, [*words_of(suite, kind, words), *NARROW])
            expected, code, took = answer, 2 if errors else 0 if answer else 5, plain
            real = kind == "ids" or seen[kind] <= REAL
            if real:
                session = run(suite, scratch, words_of(suite, kind, words))
                expected, code, took = session.record, session.code, session.seconds
            same = (narrowed.record or [], narrowed.code) == (expected or [], code)
            if not same:
                print(
                    f"  {suite.name}: {words} differs: exit {code} and {narrowed.code}",
                    file=sys.stderr,
                    flush=True,
                )
            rows.append(
                {"kind": kind, "same": same, "real": real, "plain": took, "narrowed": narrowed.seconds}
            )
            if seen[kind] % 8 == 0:
                print(f"  {suite.name} {kind}: {seen[kind]} of {counts[kind]}", file=sys.stderr, flush=True)
    return {
        "suite": suite.name,
        "tests": len(known.record["ids"]),
        "errors": errors,
        "plain": plain,
        "first": first,
        "rows": rows,
    }


def measure_workers() -> dict[str, Any]:
    """Run small selections of networkx's tests on two workers, and the same alone."""
    (found,) = [suite for suite in SUITES if suite.name == "networkx"]
    suite = Suite(found.name, found.folder, found.words, "env-xdist")
    chance = random.Random("workers")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "questions.json").write_text("[]")
        known = run(suite, scratch, [*suite.words], ORACLE)
        names = names_in(known.record["ids"])
        rows = []
        run(suite, scratch, [*suite.words, "-k", "nothing_is_called_this", *NARROW])
        for _ in range(10):
            words = [*suite.words, "-k", " and ".join(chance.sample(names, 1))]
            alone, alone_narrowed = run(suite, scratch, words), run(suite, scratch, [*words, *NARROW])
            two, two_narrowed = (run(suite, scratch, [*words, *extra], workers=2) for extra in ((), NARROW))
            same = (two.record, two.code) == (two_narrowed.record, two_narrowed.code)
            ids = set(map(tuple, two_narrowed.record.values()))
            same = same and (ids == {tuple(alone.record or [])}) and alone.record == alone_narrowed.record
            if not same:
                print(f"  -n 2: {words} differs", file=sys.stderr, flush=True)
            rows.append({
                "same": same, "alone": alone.seconds, "alone_narrowed": alone_narrowed.seconds,
                "two": two.seconds, "two_narrowed": two_narrowed.seconds, "tests": len(alone.record or []),
            })  # fmt: skip
    return {"rows": rows}


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def table(found: dict[str, Any]) -> list[str]:
    """Return a suite's lines, one for each kind of selection."""
    lines = []
    for kind in KINDS:
        rows = [row for row in found["rows"] if row["kind"] == kind]
        narrowed = sorted(row["narrowed"] for row in rows)
        plain = mean([row["plain"] for row in rows])
        lines.append(
            f"| {found['suite']} | {kind} | {len(rows)} | {sum(row['real'] for row in rows)} | "
            f"{sum(not row['same'] for row in rows)} | {plain:.2f} | {narrowed[0]:.2f} | {narrowed[len(narrowed) // 2]:.2f} | "
            f"{narrowed[-1]:.2f} | {1 - mean(narrowed) / plain:.0%} |"
        )
    return lines


def report() -> str:
    suites = [
        json.loads((STORE / f"{name}.json").read_text())
        for name in WANTED
        if (STORE / f"{name}.json").exists()
    ]
    lines = [
        "# Narrowing against plain pytest 9.2.0",
        "",
        "`python benchmarks/collect_narrowing.py`, then `--xdist`, then `--write`. CPython 3.11, the suites of `corpora.py` as shipped,",
        "bytecode warm. Processor seconds (user and system) of `--collect-only` sessions on a busy machine with two processors: compare",
        "within a row only. A selection is *identical* if the selected node ids, their order and the exit code are plain pytest's.",
        "*Real* counts selections that plain pytest was run on; for the others its answer was computed by its own matchers on one",
        "whole collection. Node ids come with -k in seven of ten cases: alone, they leave narrowing nothing to do.",
        "",
        "| suite | selection | selections | real | not identical | plain s | narrowed s: best | median | worst | spared, mean |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(line for found in suites for line in table(found)),
        "",
        *(
            f"- {found['suite']}: {found['tests']:,} tests{', some files fail to collect' if found['errors'] else ''}; the first narrowed session, "
            f"which reads every file, took {found['first']:.2f} s, plain pytest {found['plain']:.2f} s."
            for found in suites
        ),
    ]
    if (STORE / "xdist.json").exists():
        rows = json.loads((STORE / "xdist.json").read_text())["rows"]
        means = {
            key: mean([row[key] for row in rows])
            for key in ("alone", "alone_narrowed", "two", "two_narrowed")
        }
        lines += [
            "",
            f"## Under pytest-xdist: networkx, {len(rows)} selections by -k, run (not only collected)",
            "",
            f"Not identical (node ids in every worker, exit codes): {sum(not row['same'] for row in rows)}. Mean processor seconds:",
            "",
            "| | plain | narrowed | spared |",
            "|---|---|---|---|",
            *(
                f"| {title} | {means[key]:.2f} | {means[key + '_narrowed']:.2f} | {1 - means[key + '_narrowed'] / means[key]:.0%} |"
                for title, key in (("collected alone", "alone"), ("run with -n 2", "two"))
            ),
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    STORE.mkdir(parents=True, exist_ok=True)
    words = sys.argv[1:]
    if "--xdist" in words:
        (STORE / "xdist.json").write_text(json.dumps(measure_workers()))
    elif "--write" in words:
        RESULTS.write_text(report(), encoding="utf-8")
    else:
        by_name = {suite.name: suite for suite in SUITES}
        for name in words or WANTED:
            (STORE / f"{name}.json").write_text(json.dumps(measure(by_name[name])))


if __name__ == "__main__":
    main()
