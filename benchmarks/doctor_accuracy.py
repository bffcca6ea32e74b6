"""Compare `importgraph doctor` with pytest: 200 breaks of real suites, and repositories it was not built on.

Usage: python benchmarks/doctor_accuracy.py [--runs 200] [--store FILE] [--seconds S --done FILE]
       python benchmarks/doctor_accuracy.py --repository FOLDER ENVIRONMENT PYTEST-WORDS…
Needs .corpora with its environments (corpora.py --env); of those for these suites it makes what is absent. With --seconds it
stops after so many, and goes on from what --done holds when it is called again.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from doctor_mutations import MUTATIONS, Mutation, applied, mutate, without_distribution
from doctor_truth import Truth, collect, failing_files, packed, unpacked

from importgraph.collection_errors.model import Prediction
from importgraph.collection_errors.run import simulate

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / ".corpora"
SEED = 810
RESULTS = ROOT / "benchmarks" / "results" / "doctor_accuracy.md"
BEGIN, END = "<!-- breaks -->", "<!-- end of breaks -->"


@dataclass(frozen=True)
class Suite:
    """A suite, what of it is run, and where its code is."""

    name: str
    folder: str
    env: str
    words: tuple[str, ...]
    code: tuple[str, ...]
    """Folders in which something may be broken."""
    tests: tuple[str, ...]
    needs: tuple[str, ...] = ()
    """Distributions that may be removed."""


SUITES = (
    Suite("attrs", "attrs-26.1.0", "env-tests", ("tests", "-o", "pythonpath=src"), ("src", "tests"), ("tests",), ("hypothesis",)),
    Suite(
        "networkx", "networkx-3.6.1", "env",
        ("-c", "pyproject.toml", "networkx/classes", "networkx/utils", "networkx/readwrite"),
        ("networkx/classes", "networkx/utils", "networkx/readwrite", "networkx/generators", "networkx/convert.py"),
        ("networkx/classes", "networkx/utils", "networkx/readwrite", "networkx/generators"),
        ("numpy", "scipy", "lxml"),
    ),
    Suite(
        "celery", "celery-5.7.0", "env", ("-c", "pyproject.toml", "t/unit/app", "t/unit/utils"),
        ("celery/app", "celery/utils", "celery/backends", "celery", "t/unit"), ("t/unit",),
        ("kombu", "vine", "billiard", "click", "redis", "pymongo"),
    ),
    Suite("flask", "flask-3.1.3", "env-suites", ("tests", "-o", "pythonpath=src"), ("src", "tests"), ("tests",), ("werkzeug", "itsdangerous", "blinker", "click")),
    Suite("jinja2", "jinja2-3.1.6", "env-suites", ("tests", "-o", "pythonpath=src"), ("src", "tests"), ("tests",), ("markupsafe", "trio")),
    Suite("werkzeug", "werkzeug-3.1.9", "env-suites", ("tests", "-o", "pythonpath=src"), ("src", "tests"), ("tests",), ("markupsafe", "cryptography")),
    Suite("requests", "requests-2.34.2", "env-suites", ("tests", "-o", "pythonpath=src"), ("src", "tests"), ("tests",), ("urllib3", "certifi", "idna")),
    Suite("httpx", "httpx-0.28.1", "env-suites", ("-c", "pyproject.toml", "tests"), ("httpx", "tests"), ("tests",), ("httpcore", "anyio", "h2", "trio", "rich")),
)  # fmt: skip

ENVIRONMENTS = {
    "env-tests": ("pytest", "hypothesis", "cloudpickle", "attrs==26.1.0"),
    "env-suites": (
        "pytest", "flask==3.1.3", "jinja2==3.1.6", "trio", "werkzeug==3.1.9", "cryptography", "ephemeral-port-reserve",
        "pytest-timeout", "pytest-xprocess", "watchdog", "requests==2.34.2", "pytest-httpbin", "pytest-mock", "PySocks",
        "httpx==0.28.1", "h2", "brotli", "zstandard", "rich", "click", "chardet", "trustme", "uvicorn",
    ),
}  # fmt: skip
"""What the environments of the suites hold."""

TYPES = {
    "SyntaxError": {"syntax-error"}, "IndentationError": {"syntax-error"}, "TabError": {"syntax-error"},
    "ModuleNotFoundError": {"missing-module", "missing-distribution"},
    "ImportError": {"missing-name", "import-cycle", "raised", "missing-module"},
    "NameError": {"undefined-name", "import-cycle"},
    "AttributeError": {"missing-name", "import-cycle", "wrong-type", "wrong-fixture", "refused-attribute"},
    "FrozenInstanceError": {"refused-attribute"},
    "TypeError": {"wrong-type", "wrong-call", "class-conflict", "wrong-fixture", "wrong-parametrize"},
    "ImportPathMismatchError": {"file-mismatch"}, "CollectError": {"skip-outside-test", "file-mismatch"},
    "PytestUnknownMarkWarning": {"unknown-marker"}, "PytestCollectionWarning": {"wrong-test-class"},
    "Failed": {"unknown-marker", "mark-on-fixture", "wrong-fixture", "wrong-parametrize", "raised", "conftest"},
}  # fmt: skip
"""Which kinds of cause an exception may be reported as."""


@dataclass
class Score:
    """Counts of files."""

    runs: int = 0
    failing: int = 0
    flagged: int = 0
    hits: int = 0
    right: int = 0
    judged: int = 0
    """Hits whose exception pytest shows; where it does not start, there is none to compare with."""
    exact: int = 0
    """Runs whose set of failing files is right."""

    def add(self, other: dict[str, int]) -> None:
        self.runs += 1
        self.failing += other["failing"]
        self.flagged += other["flagged"]
        self.hits += other["hits"]
        self.right += other["right"]
        self.judged += other["judged"]
        self.exact += other["failing"] == other["flagged"] == other["hits"]

    def row(self, name: str) -> str:
        def share(part: int, whole: int) -> str:
            return f"{100 * part / whole:.1f} %" if whole else "-"

        return (
            f"| {name} | {self.runs} | {self.failing:,} | {self.flagged:,} | {share(self.hits, self.failing)} "
            f"| {share(self.hits, self.flagged)} | {share(self.right, self.judged)} | {share(self.exact, self.runs)} |"
        )


HEAD = (
    "| | runs | failing files | predicted | recall | precision | right cause | runs exact |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def judge(folder: Path, words: Sequence[str], env: Path, known: Truth | None = None) -> dict[str, object]:
    """Predict, ask pytest unless its answer is known, and compare."""
    begin = time.process_time()
    prediction, files = simulate(folder, words, env)
    seconds = time.process_time() - begin
    truth = known or collect(env / "bin" / "python", folder, words)
    root = prediction.root
    failing = {path.removeprefix(f"{root}/"): errors for path, errors in failing_files(truth, files).items()}
    flagged = {one.path: one for one in prediction.failing}
    hits = failing.keys() & flagged.keys()
    judged = [path for path in hits if failing[path][0]["type"] != "abort"]
    wrong = [path for path in judged if not is_right(prediction, path, failing[path])]
    return {
        "files": len(files), "failing": len(failing), "flagged": len(flagged), "hits": len(hits),
        "judged": len(judged), "right": len(judged) - len(wrong), "seconds": seconds, "truth": packed(truth), "pytest": truth.seconds,
        "missed": [(path, failing[path][-1]) for path in sorted(failing.keys() - hits)][:5],
        "false": [(path, flagged[path].causes[0], str(flagged[path].chain[-2:])) for path in sorted(flagged.keys() - hits)][:5],
        "wrong": [(path, failing[path], flagged[path].causes[0], str(flagged[path].chain[-1:])) for path in sorted(wrong)][:3],
    }  # fmt: skip


def is_right(prediction: Prediction, path: str, errors: list[dict[str, object]]) -> bool:
    """Tell whether the line and the kind of the cause are those of one of the exceptions behind a failure.

    An exception that is raised from another one has the cause of that one.
    """
    mine = next(one for one in prediction.failing if one.path == path)
    kind = mine.causes[0].partition(":")[0]
    last = mine.chain[-1]
    for error in errors:
        at = error["at"]
        same = at is None or (os.path.realpath(at[0]), at[1]) == (
            os.path.realpath(Path(prediction.root, last.path)),
            last.line,
        )
        if same and kind in TYPES.get(error["type"], {"raised"}):
            return True
    return False


def environment(name: str) -> Path:
    """Return an environment, made where it is absent."""
    folder = CORPORA / name
    if not folder.is_dir():
        subprocess.run(["python3.11", "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", *ENVIRONMENTS[name]], check=True)
    return folder


def mutation_runs(
    suites: Sequence[Suite], runs: int, store: Path, kept: Path, seconds: float
) -> list[dict[str, object]]:
    """Break suites, one break a run. What pytest says is kept, so that later calls ask for predictions alone."""
    made = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    end = time.monotonic() + seconds
    known = dict(json.loads(line) for line in store.read_text().splitlines()) if store.exists() else {}
    chance = random.Random(SEED)
    done = []
    with tempfile.TemporaryDirectory() as scratch:
        trees = {suite.name: copied(suite, Path(scratch)) for suite in suites}
        for number in range(runs):
            suite = suites[number % len(suites)]
            kind = MUTATIONS[(number // len(suites)) % len(MUTATIONS)]
            tree, inner = trees[suite.name], random.Random(chance.random())
            if number < len(made):
                done.append(made[number])
                continue
            if time.monotonic() > end:
                break
            truth = unpacked(known[number], tree) if number in known else None
            result = one_run(suite, kind, inner, tree, Path(scratch), truth)
            done.append({"number": number, "suite": suite.name, "kind": kind, **result})
            if truth is None:
                with store.open("a") as stream:
                    stream.write(json.dumps([number, result["truth"]]) + "\n")
            show(done[-1])
            with kept.open("a") as stream:
                stream.write(json.dumps(done[-1]) + "\n")
    return done


def copied(suite: Suite, scratch: Path) -> Path:
    """Copy a suite to where no other project's configuration stands above it."""
    target = scratch / suite.folder
    shutil.copytree(CORPORA / suite.folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def one_run(
    suite: Suite, kind: str, chance: random.Random, tree: Path, scratch: Path, known: Truth | None
) -> dict[str, object]:
    env = environment(suite.env) if suite.env in ENVIRONMENTS else CORPORA / suite.env
    if kind == "remove a dependency":
        present = {
            one.name.split("-")[0].lower() for one in env.glob("lib/python3.*/site-packages/*.dist-info")
        }
        name = chance.choice([one for one in suite.needs if one in present])
        shutil.rmtree(scratch / f"without-{name}", ignore_errors=True)
        return {"detail": name, **judge(tree, suite.words, without_distribution(env, scratch, name), known)}
    mutation: Mutation = mutate(kind, tree, suite.code, suite.tests, chance)
    words = (*suite.words, "--strict-markers") if kind == "misspell a marker" else suite.words
    with applied(mutation, tree):
        return {"detail": f"{mutation.path}: {mutation.detail}", **judge(tree, words, env, known)}


def show(result: dict[str, object]) -> None:
    counts = " ".join(f"{key}={result[key]}" for key in ("failing", "flagged", "hits", "right", "judged"))
    print(
        f"{result['number']:3} {result['suite']} {result['kind']}: {result['detail']}: {counts} {result['seconds']:.1f}/{result['pytest']:.1f}s",
        flush=True,
    )
    for name in ("missed", "false", "wrong"):
        for one in result[name]:
            print("      ", name, json.dumps(one)[:330], flush=True)


def table(results: Sequence[dict[str, object]]) -> str:
    """Write the table of the breaks by kind."""
    rows = [HEAD]
    for kind in (*MUTATIONS, "all"):
        score = Score()
        for one in results:
            if kind in {one["kind"], "all"}:
                score.add(one)
        rows.append(score.row(kind))
    return "\n".join(rows)


def write_results(results: Sequence[dict[str, object]]) -> None:
    """Replace the part of the result file that this script writes."""
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    ours, theirs = (sum(one[key] for one in results) for key in ("seconds", "pytest"))
    suites = ", ".join(
        f"{suite.folder} ({sum(one['suite'] == suite.name for one in results)})" for suite in SUITES
    )
    text = (
        f"{table(results)}\n\nRuns by suite: {suites}. Python {sys.version.split()[0]}, pytest in the suites' environments.\n"
        f"Processor time of all predictions {ours:.0f} s; time of pytest's runs {theirs:.0f} s (a shared machine: no ratio).\n"
    )
    RESULTS.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--store", type=Path, default=Path(tempfile.gettempdir(), "doctor_accuracy.jsonl"))
    parser.add_argument("--done", type=Path, default=Path(tempfile.mkdtemp(), "done.jsonl"))
    parser.add_argument("--seconds", type=float, default=1e6)
    parser.add_argument(
        "--repository", nargs=argparse.REMAINDER, help="FOLDER ENV WORDS: one repository as it is"
    )
    given = parser.parse_args()
    if given.repository:
        folder, env, *words = given.repository
        result = judge(Path(folder).resolve(), words, Path(env).resolve())
        show({"number": 0, "suite": folder, "kind": "as it is", "detail": env, **result})
        return
    results = mutation_runs(SUITES, given.runs, given.store, given.done, given.seconds)
    print(table(results))
    write_results(results)


if __name__ == "__main__":
    main()
