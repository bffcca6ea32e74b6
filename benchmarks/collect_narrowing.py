"""Narrowing against plain pytest.

Random -k and -m selections on real suites, the same tests in the same order or not, and time.

What plain pytest selects is computed by pytest's own matchers on one whole collection. Every narrowed
session is a real one.

Usage: python benchmarks/collect_narrowing.py [SUITE...]
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from collect_exactness import CORPORA, ROOT, SUITES, Suite
from collect_truth import environment

SELECTIONS = 40
RECORDER = """
import json, os, time

begin = time.perf_counter()

def pytest_collection_finish(session):
    with open(os.environ["RECORD"], "w") as stream:
        json.dump([item.nodeid for item in session.items], stream)
"""
ORACLE = """
import json, os
import pytest
from _pytest.mark import KeywordMatcher, MarkMatcher
from _pytest.mark.expression import Expression

@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    items = session.items
    marks = sorted({mark.name for item in items for mark in item.iter_markers()})
    answers = []
    for kind, text in json.load(open(os.environ["QUESTIONS"])):
        if kind == "-m":
            expression = Expression.compile(text)
            chosen = [i.nodeid for i in items if expression.evaluate(MarkMatcher.from_markers(i.iter_markers()))]
        else:
            expression = Expression.compile(text)
            chosen = [i.nodeid for i in items if expression.evaluate(KeywordMatcher.from_item(i))]
        answers.append(chosen)
    with open(os.environ["RECORD"], "w") as stream:
        json.dump({"answers": answers, "marks": marks}, stream)
"""


def run(
    suite: Suite, scratch: Path, words: list[str], plugin: str, variables: dict[str, str]
) -> tuple[object, float, int]:
    (scratch / "narrow_recorder.py").write_text(plugin, encoding="utf-8")
    record = scratch / "record.json"
    record.unlink(missing_ok=True)
    paths = os.pathsep.join([str(scratch), str(ROOT), str(CORPORA / "plugin-site")])
    settings = {**environment(), "PYTHONPATH": paths, "RECORD": str(record), **variables}
    command = [
        str(suite.python),
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "narrow_recorder",
    ]
    begin = time.perf_counter()
    done = subprocess.run(
        [*command, *suite.words, *words], cwd=suite.path, env=settings, capture_output=True, check=False
    )
    seconds = time.perf_counter() - begin
    return (json.loads(record.read_text()) if record.exists() else None), seconds, done.returncode


def questions(suite: Suite, chance: random.Random) -> list[tuple[str, str]]:
    """Make selections from pieces of the suite's own names; most select little, as people's do."""
    ids = json.loads((CORPORA / "truth-collect" / f"{suite.name}.json").read_text())["ids"]
    pieces = Counter()
    for node in ids:
        base = node.split("[")[0]
        pieces.update(set(base.replace("/", "::").replace(".py", "").split("::")))
        pieces.update(word for word in base.rpartition("::")[2].split("_") if len(word) > 3)
    names = sorted(name for name in pieces if name.isidentifier() and name not in {"and", "or", "not"})
    made = []
    for _ in range(SELECTIONS):
        one, other = chance.choice(names), chance.choice(names)
        shape = chance.choice(["{0}", "{0}", "{0} or {1}", "{0} and not {1}", "{0} and {1}"])
        made.append(("-k", shape.format(one, other)))
    for index in range(0, SELECTIONS, 8):
        made[index] = (
            "-m",
            chance.choice(["slow", "not slow", "parametrize", "skip or skipif", "usefixtures and slow"]),
        )
    return made


def measure(suite: Suite) -> str:
    chance = random.Random(suite.name)
    asked = questions(suite, chance)
    plain = spared = 0.0
    different = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "questions.json").write_text(json.dumps(asked))
        variables = {
            "QUESTIONS": str(scratch / "questions.json"),
            "IMPORTGRAPH_CACHE_DIR": str(scratch / "cache"),
        }
        oracle, _, _ = run(suite, scratch, ["-m", ""] if suite.name == "sympy" else [], ORACLE, variables)
        _, first, _ = run(
            suite,
            scratch,
            ["-k", "nothing_is_called_this", "-p", "importgraph.pytest_plugin", "--importgraph-narrow"],
            RECORDER,
            variables,
        )
        times = sorted(
            run(suite, scratch, ["-k", "nothing_is_called_this"], RECORDER, variables)[1] for _ in range(3)
        )
        plain = times[1]
        narrowed = []
        for (kind, text), expected in zip(asked, oracle["answers"], strict=True):
            # sympy's own -m in its settings gives way to ours on the command line
            words = [kind, text] if kind == "-m" or suite.name != "sympy" else [kind, text, "-m", ""]
            found, seconds, _ = run(
                suite,
                scratch,
                [*words, "-p", "importgraph.pytest_plugin", "--importgraph-narrow"],
                RECORDER,
                variables,
            )
            narrowed.append(seconds)
            if found != expected:
                different.append((kind, text))
    for kind, text in different:
        print(f"  {suite.name}: {kind} {text!r} differs", file=sys.stderr)
    narrowed.sort()
    spared = 1 - sum(narrowed) / len(narrowed) / plain
    return (
        f"| {suite.name} | {len(asked)} | {len(different)} | {plain:.2f} | {first:.2f} | {narrowed[0]:.2f} | "
        f"{narrowed[len(narrowed) // 2]:.2f} | {narrowed[-1]:.2f} | {spared:.0%} |"
    )


def main() -> None:
    wanted = sys.argv[1:] or ["networkx", "celery", "attrs", "sympy"]
    rows = [measure(suite) for suite in SUITES if suite.name in wanted]
    print(
        "| suite | selections | not identical | plain s | narrowed s: first run | best | median | worst | time spared, mean |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
