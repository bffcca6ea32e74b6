"""Compare `importgraph collect` with pytest on real suites: node ids per file, and time.

Rtest and pytest-fastcollect beside it.

Usage: python benchmarks/collect_exactness.py [--exactness] [--exact] [--times] [--speed] [--tables] [SUITE...]

Needs .corpora (see corpora.py and results/collect_exactness.md). What was measured is kept in .corpora/measured-collect;
`--tables` prints it without measuring.
"""

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from collect_truth import PLUGIN, environment, run_pytest, truth

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / ".corpora"
STORE = CORPORA / "truth-collect"
MEASURED = CORPORA / "measured-collect"
_MOST_DYNAMIC = 0.05
"""A suite of which more is dynamic does not count as answered."""
VERSION = re.compile(r"(?<=-)\d[\d.]*$")


@dataclass(frozen=True)
class Suite:
    """A test suite, and how pytest is called on it."""

    name: str
    folder: str
    words: tuple[str, ...]
    env: str = "env"
    held_out: bool = False

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return CORPORA / self.env / "bin" / "python"

    @property
    def path(self) -> Path:
        """Its folder."""
        return CORPORA / self.folder


def library(name: str, version: str, tests: str, *, ini: str = "pyproject.toml") -> Suite:
    """Return the suite of a source distribution, run beside the other libraries."""
    words = ("-c", ini) if ini else ("-c", "/dev/null", "--rootdir", ".")
    return Suite(name, f"{name}-{version}", (*words, tests), "env-libraries", held_out=True)


def installed(name: str, package: str = "") -> Suite:
    """Return the suite that an installed package carries along."""
    words = ("-c", "/dev/null", "--rootdir", ".", package or name)
    return Suite(name, "env-libraries/lib/python3.11/site-packages", words, "env-libraries", held_out=True)


SITE = "env-tests/lib/python3.11/site-packages"
# `-c FILE`: the suites stand inside another repository, whose configuration pytest would find where they have none.
SUITES = (
    Suite("networkx", "networkx-3.6.1", ("-c", "pyproject.toml", "networkx")),
    Suite("sympy", "sympy-1.14.0", ("sympy",)),
    Suite("pandas", "pandas-3.1.1", ("-c", "pandas/pyproject.toml", "--rootdir", ".", "pandas/tests")),
    Suite("celery", "celery-5.7.0", ("-c", "pyproject.toml", "t/unit")),
    Suite("sqlalchemy", "sqlalchemy-2.1.9", ("test",)),
    Suite("attrs", "attrs-26.1.0", ("tests",), "env-tests", held_out=True),
    Suite("pytest", "pytest-9.2.0", ("testing",), "env-tests", held_out=True),
    Suite("numpy", SITE, ("-c", "/dev/null", "--rootdir", ".", "numpy"), "env-tests", held_out=True),
    Suite("scipy", SITE, ("-c", "/dev/null", "--rootdir", ".", "scipy"), "env-tests", held_out=True),
    Suite("aiohttp", "aiohttp-3.14.5", ("tests",), "env-plugins", held_out=True),
    Suite("click", "click-8.5.1", ("tests",), "env-suites", held_out=True),
    Suite("dulwich", "dulwich-1.2.21", ("-c", "pyproject.toml", "tests"), "env-plugins", held_out=True),
    Suite("flask", "flask-3.1.3", ("tests",), "env-plugins", held_out=True),
    Suite("httpx", "httpx-0.28.1", ("-c", "pyproject.toml", "tests"), "env-suites", held_out=True),
    Suite(
        "hypothesis",
        "hypothesis-6.165.10",
        ("-c", "pyproject.toml", "hypothesis/tests"),
        "env-tests",
        held_out=True,
    ),
    Suite("jinja2", "jinja2-3.1.6", ("tests",), "env-suites", held_out=True),
    Suite("packaging", "packaging-26.3", ("tests",), "env-plugins", held_out=True),
    Suite("pluggy", "pluggy-1.7.0", ("testing",), "env-suites", held_out=True),
    Suite("pydantic", "pydantic-2.14.3", ("tests",), "env-plugins", held_out=True),
    Suite("requests", "requests-2.34.2", ("tests",), "env-suites", held_out=True),
    Suite("sqlglot", "sqlglot-30.30.0", ("-c", "setup.cfg", "tests"), "env-plugins", held_out=True),
    Suite("tornado", "tornado-6.6.1", ("-c", "setup.cfg", "tornado/test"), "env-suites", held_out=True),
    Suite("werkzeug", "werkzeug-3.1.9", ("tests",), "env-suites", held_out=True),
    Suite("dask", "dask-2026.8.0", ("-c", "pyproject.toml", "dask"), "env-fresh", held_out=True),
    Suite("fastapi", "fastapi-0.165.0", ("-c", "pyproject.toml", "tests"), "env-fresh", held_out=True),
    Suite("starlette", "starlette-1.10.0", ("-c", "pyproject.toml", "tests"), "env-fresh", held_out=True),
    Suite(
        "mitmproxy",
        "mitmproxy-11.0.2",
        ("-c", "/dev/null", "--rootdir", ".", "test"),
        "env-mitmproxy",
        held_out=True,
    ),
    library("weasyprint", "70.0", "tests"),
    installed("scikit-learn", "sklearn"),
    installed("astropy"),
    installed("statsmodels"),
    installed("shapely"),
    library("jedi", "0.20.1", "test", ini="pytest.ini"),
    library("boltons", "26.2.0", "tests"),
    library("babel", "2.18.0", "tests"),
    library("structlog", "26.1.0", "tests"),
    library("jsonschema", "4.26.0", "jsonschema"),
    library("sanic", "25.12.1", "tests"),
    library("oauthlib", "4.0.1", "tests", ini=""),
    library("h2", "4.4.1", "tests"),
    installed("joblib"),
    library("arrow", "1.4.0", "tests"),
    library("marshmallow", "4.4.0", "tests"),
    library("cachetools", "8.0.0", "tests"),
    library("pyflakes", "4.1.0", "pyflakes", ini=""),
    Suite(
        "toolz",
        "toolz-1.2.0",
        ("-c", "pyproject.toml", "-p", "no:asyncio", "toolz"),
        "env-libraries",
        held_out=True,
    ),
    library("wrapt", "2.5.2", "tests"),
    library("glom", "25.12.0", "glom", ini="pytest.ini"),
    library("more-itertools", "11.2.1", "tests"),
    library("voluptuous", "0.16.0", "voluptuous/tests/tests.py", ini=""),
    library("lark", "1.3.1", "tests"),
    library("tinydb", "4.9.0", "tests"),
    library("dnspython", "2.9.2", "tests"),
    library("mako", "1.4.3", "test"),
    library("natsort", "8.4.0", "tests", ini=""),
    library("tenacity", "9.2.1", "tests"),
    library("w3lib", "2.5.0", "tests"),
)


@dataclass
class Verdict:
    """How a suite came out."""

    files: int = 0
    dynamic: int = 0
    failing: int = 0
    """Of the dynamic ones: those that pytest fails to collect as well, or that hold no tests."""
    wrong: int = 0
    base: int = 0
    full: int = 0
    expanding: int = 0
    problems: tuple[str, ...] = ()
    ordered: bool = False
    """All base ids of the files that are not dynamic stand in pytest's order."""
    errors: int = 0
    """Files of which we say that pytest fails to collect them."""


def base_of(node: str) -> str:
    return node.split("[", maxsplit=1)[0]


def judge(ids: list[str], answer: dict[str, object]) -> Verdict:
    """Compare pytest's node ids with ours, file by file."""
    expected: dict[str, list[str]] = defaultdict(list)
    for node in ids:
        expected[node.split("::")[0]].append(node)
    ours: dict[str, list[dict[str, object]]] = defaultdict(list)
    for item in answer["items"]:
        ours[item["path"]].append(item)
    dynamic = {entry["path"] for entry in answer["dynamic"]}
    verdict = Verdict(
        files=answer["files"],
        dynamic=len(dynamic),
        errors=len(answer["failing"]),
        failing=sum(path not in expected for path in dynamic),
    )
    problems = []
    for path in sorted(set(expected) | set(ours)):
        if path in dynamic:
            continue
        expands = {item["id"] for item in ours[path] if item["expands"]}
        full = [item["id"] for item in ours[path] if not item["expands"]]
        bases = list(dict.fromkeys(base_of(node) for node in expected[path]))
        fixed = [node for node in expected[path] if base_of(node) not in expands]
        verdict.base += len(bases)
        verdict.full += len(full)
        verdict.expanding += len(expands)
        if bases != list(dict.fromkeys(base_of(item["id"]) for item in ours[path])) or fixed != full:
            problems.append(path)
    verdict.wrong = len(problems)
    verdict.problems = tuple(problems)
    theirs = [base_of(node) for node in ids if node.split("::")[0] not in dynamic]
    own = [base_of(item["id"]) for item in answer["items"]]
    verdict.ordered = list(dict.fromkeys(theirs)) == list(dict.fromkeys(own))
    return verdict


@dataclass(frozen=True, order=True)
class Seconds:
    """What a program took; ordered by wall time."""

    wall: float
    processor: float
    """User and system time of all its processes: unlike wall time, it bears a busy machine."""

    @classmethod
    def since(cls, begin: "Seconds | None" = None) -> "Seconds":
        """Return what finished children took since a reading; without one, a reading."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall, processor = time.perf_counter(), used.ru_utime + used.ru_stime
        return cls(wall - begin.wall, processor - begin.processor) if begin else cls(wall, processor)

    def shown(self, other: "Seconds") -> str:
        """Show both times, with how many times shorter than another's they are."""
        return f"{self.wall:.3f} ({other.wall / self.wall:.1f} x; {other.processor / self.processor:.1f} x)"


def ours(suite: Suite, store: Path, *, warm: bool) -> tuple[dict[str, object], Seconds]:
    """Run our command line; return its JSON and the time."""
    variables = {**environment(), "IMPORTGRAPH_CACHE_DIR": str(store), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "importgraph", "collect", *suite.words, "--python", str(suite.python)]
    if not warm:
        shutil.rmtree(store, ignore_errors=True)
    begin = Seconds.since()
    done = subprocess.run(
        [*command, "--format", "json"], cwd=suite.path, env=variables, capture_output=True, check=False
    )
    seconds = Seconds.since(begin)
    if done.returncode:
        raise RuntimeError(done.stderr.decode()[-2000:])
    return json.loads(done.stdout), seconds


def text_time(suite: Suite, store: Path) -> Seconds:
    """Return the time of a warm run that prints node ids, best of five."""
    variables = {**environment(), "IMPORTGRAPH_CACHE_DIR": str(store), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "importgraph", "collect", *suite.words, "--python", str(suite.python)]
    seconds = []
    for _ in range(6):
        begin = Seconds.since()
        subprocess.run(command, cwd=suite.path, env=variables, capture_output=True, check=True)
        seconds.append(Seconds.since(begin))
    return min(seconds[1:])


def peer(suite: Suite, command: list[str], ids: list[str]) -> tuple[Seconds, str]:
    """Time a peer (best of three) and count the files whose node ids differ from pytest's."""
    paths = [word for word in suite.words if (suite.path / word).is_dir() and word != "."]
    seconds = []
    for _ in range(3):
        begin = Seconds.since()
        done = subprocess.run(
            [*command, *paths], cwd=suite.path, env=environment(), capture_output=True, text=True, check=False
        )
        seconds.append(Seconds.since(begin))
    printed = [line.strip() for line in done.stdout.splitlines() if re.match(r"\S+\.py::", line.strip())]
    return min(seconds), _differing(printed, ids)


def fastcollect(suite: Suite, ids: list[str]) -> tuple[Seconds, str]:
    """Time pytest with pytest-fastcollect (one run, bytecode warm) and count the files whose node ids differ."""
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "importgraph_truth.py").write_text(PLUGIN, encoding="utf-8")
        answer = Path(scratch, "ids.json")
        path = os.pathsep.join((scratch, str(CORPORA / "fastcollect-site")))
        variables = {**environment(), "PYTHONPATH": path, "IMPORTGRAPH_TRUTH": str(answer)}
        command = [
            str(suite.python),
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "importgraph_truth",
            *suite.words,
        ]
        begin = Seconds.since()
        subprocess.run(command, cwd=suite.path, env=variables, capture_output=True, check=False)
        seconds = Seconds.since(begin)
        found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None
    return seconds, "gave no ids" if found is None else _differing(found, ids)


def _differing(found: list[str], ids: list[str]) -> str:
    files: dict[str, set[str]] = defaultdict(set)
    expected: dict[str, set[str]] = defaultdict(set)
    for node in found:
        files[node.split("::")[0]].add(node)
    for node in ids:
        expected[node.split("::")[0]].add(node)
    every = set(files) | set(expected)
    return f"{sum(files.get(path) != expected.get(path) for path in every)} of {len(every)}"


def exactly(suite: Suite, ids: list[str]) -> str:
    """Compare `--exact` with pytest: every node id, in order."""
    command = [sys.executable, "-m", "importgraph", "collect", *suite.words, "--python", str(suite.python)]
    variables = {**environment(), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--exact", "--no-cache"],
        cwd=suite.path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    found = done.stdout.splitlines()
    asked = re.search(r"pytest imported (\d+) files", done.stderr)
    if found == ids:
        return f"equal; {asked[1] if asked else 0} files asked"
    missing, more = len(set(ids) - set(found)), len(set(found) - set(ids))
    common = set(ids) & set(found)
    ordered = [node for node in ids if node in common] == [node for node in found if node in common]
    return f"{missing} missing, {more} too many, order {'equal' if ordered else 'differs'}; {asked[1] if asked else 0} files asked"


def measure_exactness(suite: Suite) -> dict[str, object]:
    """Return a suite's exactness."""
    ids = truth(suite.name, suite.python, suite.path, list(suite.words), STORE)["ids"]
    with tempfile.TemporaryDirectory() as scratch:
        answer, _ = ours(suite, Path(scratch, "cache"), warm=False)
    verdict = judge(ids, answer)
    for path in verdict.problems:
        print(f"  wrong: {path}", file=sys.stderr)
    share = verdict.dynamic / max(verdict.files, 1)
    return {
        "files": verdict.files,
        "dynamic": f"{verdict.dynamic} ({share:.1%})",
        "errors": verdict.errors,
        "wrong": verdict.wrong,
        "ordered": "yes" if verdict.ordered else "no",
        "ids": len(ids),
        "base": verdict.base,
        "full": verdict.full,
        "expanding": verdict.expanding,
    }


def measure_exact(suite: Suite) -> dict[str, object]:
    """Return how `--exact` came out."""
    ids = truth(suite.name, suite.python, suite.path, list(suite.words), STORE)["ids"]
    return {"ids": len(ids), "exact": exactly(suite, ids)}


def measure_times(suite: Suite) -> dict[str, object]:
    """Return a suite's times, taken one after the other: best of two for pytest, of three for ours, of six warm."""
    ids = truth(suite.name, suite.python, suite.path, list(suite.words), STORE)["ids"]
    pytest_times = []
    for _ in range(2):
        begin = Seconds.since()
        run_pytest(suite.python, suite.path, list(suite.words))
        pytest_times.append(Seconds.since(begin))
    theirs = min(pytest_times)
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch, "cache")
        cold = min(ours(suite, store, warm=False)[1] for _ in range(3))
        warm = text_time(suite, store)
    rtest_time, rtest_wrong = peer(suite, [str(CORPORA / "env-peers/bin/rtest"), "--collect-only"], ids)
    fast_time, fast_wrong = fastcollect(suite, ids)
    return {
        "pytest": f"{theirs.wall:.2f}",
        "cold": cold.shown(theirs),
        "warm": warm.shown(theirs),
        "rtest": f"{rtest_time.wall:.3f}",
        "rtest_wrong": rtest_wrong,
        "fastcollect": f"{fast_time.wall:.2f}",
        "fastcollect_wrong": fast_wrong,
        "load": f"{os.getloadavg()[0]:.0f}",
    }


def measure_speed(suite: Suite) -> dict[str, object]:
    """Return a suite's times, cold, in turns with pytest's: best of two rounds, bytecode warm."""
    ids = truth(suite.name, suite.python, suite.path, list(suite.words), STORE)["ids"]
    pytest_times, cold_times = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(2):
            begin = Seconds.since()
            run_pytest(suite.python, suite.path, list(suite.words))
            pytest_times.append(Seconds.since(begin))
            answer, seconds = ours(suite, Path(scratch, "cache"), warm=False)
            cold_times.append(seconds)
    theirs = [min(getattr(one, part) for one in pytest_times) for part in ("wall", "processor")]
    own = [min(getattr(one, part) for one in cold_times) for part in ("wall", "processor")]
    return {
        "files": answer["files"],
        "dynamic": len(answer["dynamic"]),
        "ids": len(ids),
        "pytest_wall": round(theirs[0], 2),
        "cold_wall": round(own[0], 2),
        "wall": round(theirs[0] / own[0], 1),
        "pytest_processor": round(theirs[1], 2),
        "cold_processor": round(own[1], 2),
        "processor": round(theirs[1] / own[1], 1),
    }


COLUMNS = {
    "exactness": {
        "files": "files", "dynamic": "dynamic", "errors": "errors, surely", "wrong": "wrong files", "ordered": "order",
        "ids": "pytest's ids", "base": "base ids checked", "full": "full ids given", "expanding": "tests that expand",
    },
    "exact": {"ids": "pytest's ids", "exact": "`--exact`, every id in order"},
    "speed": {
        "files": "files", "dynamic": "dynamic", "ids": "pytest's ids",
        "pytest_wall": "pytest, wall", "cold_wall": "cold", "wall": "times faster",
        "pytest_processor": "pytest, processor", "cold_processor": "cold", "processor": "times faster",
    },
    "times": {
        "pytest": "pytest", "cold": "cold", "warm": "warm", "rtest": "rtest 0.0.47", "rtest_wrong": "rtest: files not exact",
        "fastcollect": "pytest-fastcollect 0.5.2", "fastcollect_wrong": "fastcollect: files not exact", "load": "load",
    },
}  # fmt: skip


def table(kind: str) -> str:
    """Render what was measured so far as a table."""
    columns = COLUMNS[kind]
    lines = ["| suite | " + " | ".join(columns.values()) + " |", "|---" * (len(columns) + 1) + "|"]
    for suite in SUITES:
        path = MEASURED / f"{suite.name}.{kind}.json"
        if path.exists():
            row = json.loads(path.read_text(encoding="utf-8"))
            cells = (str(row[name]) for name in columns)
            lines.append(
                f"| {suite.name} {VERSION.search(suite.folder)[0] if VERSION.search(suite.folder) else ''} | {' | '.join(cells)} |"
            )
    return "\n".join(lines)


def speed_summary() -> str:
    """Say how often a cold run is how many times faster, over the suites that are answered."""
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(MEASURED.glob("*.speed.json"))]
    answered = [row for row in rows if row["dynamic"] <= _MOST_DYNAMIC * row["files"]]
    lines = [f"{len(answered)} of {len(rows)} suites are answered (at most 5 % of their files dynamic)."]
    for part in ("wall", "processor"):
        ratios = sorted(row[part] for row in answered)
        often = {bound: sum(ratio >= bound for ratio in ratios) for bound in (10, 5)}
        lines.append(
            f"{part}: median {statistics.median(ratios):.1f}, least {ratios[0]:.1f}, most {ratios[-1]:.1f}; "
            f"ten times or more {often[10]}, five times or more {often[5]} of {len(ratios)}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure the suites named, all without names; `--tables` prints what was measured so far."""
    words = sys.argv[1:]
    kinds = [word.removeprefix("--") for word in words if word.removeprefix("--") in COLUMNS] or list(COLUMNS)
    wanted = {word for word in words if not word.startswith("--")}
    MEASURED.mkdir(parents=True, exist_ok=True)
    measures = {
        "exactness": measure_exactness,
        "exact": measure_exact,
        "times": measure_times,
        "speed": measure_speed,
    }
    for suite in () if "--tables" in words else SUITES:
        for kind in kinds:
            if not wanted or suite.name in wanted:
                row = measures[kind](suite)
                (MEASURED / f"{suite.name}.{kind}.json").write_text(json.dumps(row), encoding="utf-8")
                print(suite.name, row, file=sys.stderr, flush=True)
    for kind in kinds:
        print(f"{table(kind)}\n")
    if "speed" in kinds:
        print(speed_summary())


if __name__ == "__main__":
    main()
