"""Throw mutated and generated inputs at us, with a limit of memory and time for each, and count what breaks.

    python benchmarks/fuzz.py [--only bytes,tokens,…] [--times 1] [--first SEED] [--seconds 420]

Inputs are the same for the same seed; they and the checks are those of tests/hostile, where a few thousand run
in every test run. Files to mutate come from the standard library and site-packages. A disagreement with ast or
pytest is a failure. `programs` needs hypothesmith (pip install hypothesmith) and is left out without it.
`--newest "chroot FOLDER python3.15"` names a newer interpreter, which then judges what the host's ast rejects and
we take. Each kind adds or replaces its row in benchmarks/results/fuzz.md.
"""

import argparse
import base64
import json
import multiprocessing
import os
import platform
import random
import resource
import shlex
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "hostile")]

import fuzz_checks  # noqa: E402 -- found through the path above
import fuzz_inputs  # noqa: E402

RESULTS = HERE / "results" / "fuzz.md"
COUNTS = {
    "bytes": 66_000,
    "tokens": 66_000,
    "lines": 66_000,
    "programs": 300,
    "graphs": 8_000,
    "settings": 2_000,
    "trees": 150,
    "tests": 600,
}
MEMORY = 1 << 30
SECONDS = 20
"""For one input; a whole command gets three times as long."""
BATCH = {"programs": 10, "trees": 5, "tests": 30, "settings": 100}
COMMANDS = ("graph", "cycles", "unresolved", "analyze", "collect", "doctor", "fragmentation", "duplicates")
Problem = tuple[int, str]


@cache
def corpus() -> list[bytes]:
    folders = [Path(sysconfig.get_path("stdlib")), *(Path(one) for one in sys.path if "site-packages" in one)]
    paths = [
        path for folder in folders for path in sorted(folder.glob("*.py")) + sorted(folder.glob("*/*.py"))
    ]
    chosen = random.Random(0).sample(paths, min(800, len(paths)))
    return [path.read_bytes() for path in chosen if path.stat().st_size < 200_000]


def check_source(kind: str, seeds: Sequence[int]) -> Iterator[Problem]:
    for seed in seeds:
        yield seed, fuzz_checks.check_source(fuzz_inputs.mutated(kind, corpus(), seed))


def check_programs(_: str, seeds: Sequence[int]) -> Iterator[Problem]:
    import hypothesmith
    from hypothesis import HealthCheck, given, seed, settings

    found: list[str] = []
    strategies = (hypothesmith.from_grammar(), hypothesmith.from_node())

    @seed(seeds[0])
    @settings(max_examples=len(seeds), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies[seeds[0] // len(seeds) % 2])
    def run(program: str) -> None:
        try:
            source = program.encode()
        except UnicodeEncodeError:
            return
        found.append(fuzz_checks.check_source(source))

    run()
    yield from zip(seeds, found[: len(seeds)], strict=False)


def check_graphs(_: str, seeds: Sequence[int]) -> Iterator[Problem]:
    for seed in seeds:
        yield seed, fuzz_checks.check_graph(fuzz_inputs.random_arcs(seed))


def check_settings(_: str, seeds: Sequence[int]) -> Iterator[Problem]:
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            files = {
                "src/p/__init__.py": b"import p.cli\n",
                "src/p/cli.py": b"",
                "tests/test_a.py": b"import p\n",
            }
            write(Path(folder), {**files, **fuzz_inputs.settings(seed)})
            problems = [fuzz_checks.check_tree(Path(folder))]
            if seed % 10 == 0:
                problems += [command(name, Path(folder)) for name in ("collect", "doctor")]
            yield seed, "; ".join(filter(None, problems))


def check_trees(_: str, seeds: Sequence[int]) -> Iterator[Problem]:
    for seed in seeds:
        chance = random.Random(f"tree {seed}")
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), dict(tree_files(chance)))
            problems = [command(name, Path(folder)) for name in COMMANDS]
            yield seed, "; ".join(filter(None, problems))


def tree_files(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Make a package whose modules import each other, each file mutated once or not at all."""
    names = [f"m{number}" for number in range(12)]
    for name in [*names, "sub/__init__", "sub/a", "test_a", "test_b", "conftest", "__init__"]:
        imports = "".join(
            chance.choice(
                ["import p.{0}\n", "from p import {0}\n", "from p.{0} import x\n", "from .{0} import *\n"]
            ).format(chance.choice(names))
            for _ in range(chance.randrange(4))
        )
        text = imports.encode() + fuzz_inputs.pieces(chance.choice(corpus()), 1500, chance)
        kind = chance.choice(sorted(fuzz_inputs.MUTATIONS))
        if chance.random() < 0.5:
            text = fuzz_inputs.MUTATIONS[kind](text, chance.choice(corpus()), chance)
        yield f"p/{name}.py", text


def check_tests(_: str, seeds: Sequence[int]) -> Iterator[Problem]:
    """Collect a folder of generated test files with real pytest and with ours, and compare file by file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {f"test_{seed}.py": fuzz_inputs.generated_tests(seed).encode() for seed in seeds}
        write(
            folder, {"app.py": fuzz_inputs.APP.encode(), "pytest.ini": b"[pytest]\nmarkers = slow\n", **files}
        )
        options = ["--collect-only", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
        real = subprocess.run(
            [sys.executable, "-m", "pytest", *options],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        ids, failing = fuzz_checks.collected_by_pytest(real.stdout)
        ours = json.loads(answer("collect", folder))
        doctor = json.loads(answer("doctor", folder))
        said = {one["path"] for one in doctor["failing"]}
        dynamic = {one["path"] for one in ours["dynamic"]}
        listed: dict[str, list[str]] = {}
        for item in ours["items"]:
            listed.setdefault(item["path"], []).append(item["id"])
        expands = {item["path"] for item in ours["items"] if item["expands"]}
        for seed in seeds:
            path = f"test_{seed}.py"
            problems = []
            if path not in dynamic | failing | expands and listed.get(path, []) != ids.get(path, []):
                problems.append(f"collect {path}: {listed.get(path)} instead of {ids.get(path)}")
            if (path in said) != (path in failing):
                problems.append(f"doctor {path}: says {path in said}, fails {path in failing}")
            yield seed, "; ".join(problems)


CHECKS: dict[str, Callable[[str, Sequence[int]], Iterator[Problem]]] = {
    **dict.fromkeys(fuzz_inputs.MUTATIONS, check_source),
    "programs": check_programs,
    "graphs": check_graphs,
    "settings": check_settings,
    "trees": check_trees,
    "tests": check_tests,
}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)


def answer(name: str, folder: Path) -> str:
    options = ["--format", "json", "-q"]
    options += ["--python", sys.executable] if name == "doctor" else ["--no-cache"]
    command = [sys.executable, "-m", "importgraph", name, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def command(name: str, folder: Path) -> str:
    """Run a command on a folder, in a process of its own with limits; tell what is wrong."""
    words = [sys.executable, "-m", "importgraph", name, *(["."] if name not in {"collect", "doctor"} else [])]
    words += [
        *(["--no-cache"] if name != "doctor" else []),
        "-q",
        *(["-o", "reports"] if name == "analyze" else ["--format", "json"]),
    ]
    try:
        done = subprocess.run(
            words, cwd=folder, capture_output=True, timeout=3 * SECONDS, preexec_fn=limited, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{name}: more than {3 * SECONDS} s"
    if (
        done.returncode not in {0, 1, 2}
        or b"Traceback" in done.stderr
        or b"please report" in done.stdout.lower()
    ):
        return f"{name}: exit {done.returncode}: {done.stderr[-300:].decode(errors='replace')}"
    return ""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def batch(kind: str, seeds: Sequence[int], channel: multiprocessing.connection.Connection) -> None:
    """Check some inputs in a process with limits, and say of each what is wrong."""
    limited()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # an input that hangs ends the process
    os.environ["PYTHONHASHSEED"] = "0"
    signal.alarm(6 * SECONDS if kind in BATCH else SECONDS)
    for seed, problem in CHECKS[kind](kind, seeds):
        channel.send((seed, problem))
        signal.alarm(6 * SECONDS if kind in BATCH else SECONDS)
    channel.close()


def checked(kind: str, seeds: Sequence[int]) -> Iterator[Problem]:
    """Check a batch; where its process ends too early, the input it was at is the problem."""
    while seeds:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=batch, args=(kind, seeds, theirs))
        child.start()
        theirs.close()
        done = 0
        try:
            while True:
                yield ours.recv()
                done += 1
        except EOFError:
            pass
        child.join()
        if child.exitcode and done < len(seeds):
            yield seeds[done], f"its process ended with {child.exitcode}"
            done += 1
        seeds = seeds[done:] if child.exitcode else ()


def judged_by(newest: str, kind: str, seeds: Sequence[int]) -> list[Problem]:
    """Ask a newer Python about what only we take."""
    code = (
        "import ast,base64,json,sys,warnings; warnings.simplefilter('ignore')\n"
        "def ok(t):\n"
        "    try: ast.parse(base64.b64decode(t)); return True\n"
        "    except (SyntaxError, ValueError, RecursionError, MemoryError): return False\n"
        "print(json.dumps([ok(t) for t in json.load(sys.stdin)]))"
    )
    texts = [base64.b64encode(fuzz_inputs.mutated(kind, corpus(), seed)).decode() for seed in seeds]
    done = subprocess.run(
        [*shlex.split(newest), "-c", code],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    verdicts = json.loads(done.stdout)
    return [(s, "no Python takes it, and we do") for s, fine in zip(seeds, verdicts, strict=True) if not fine]


def run(kind: str, seeds: range, newest: str, end: float) -> tuple[str, list[Problem]]:
    """Return the row of a kind and its problems; no batch begins after the end."""
    start, problems, newer, count = time.monotonic(), list[Problem](), list[int](), 0
    size = BATCH.get(kind, 500)
    for first in range(seeds.start, seeds.stop, size):
        if time.monotonic() > end:
            break
        for seed, problem in checked(kind, range(first, min(first + size, seeds.stop))):
            count += 1
            if problem == fuzz_checks.NEWER:
                newer.append(seed)
            elif problem:
                problems.append((seed, problem))
    judge = "not judged"
    if newest and newer and kind in fuzz_inputs.MUTATIONS:
        problems += judged_by(newest, kind, newer)
        judge = "judged"
    seconds = time.monotonic() - start
    said = f"{len(newer):,} {judge}" if newer else "0"
    return f"| {kind} | {seeds.start:,} | {count:,} | {said} | {len(problems):,} | {seconds:,.0f} |", problems


HEAD = f"""# Fuzzing

`python benchmarks/fuzz.py`, CPython {platform.python_version()}: each input within {MEMORY >> 20} MB and {SECONDS} s
(whole commands {3 * SECONDS} s). *Newer*: the host's ast rejects it, we take it as syntax of a newer Python; with `--newest` that
Python judged. *Failures*: exceptions, processes that ended, disagreements with ast or pytest.

| kind | first seed | inputs | newer | failures | seconds |
| --- | --- | --- | --- | --- | --- |
"""


def record(row: str) -> None:
    known = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    key = row.split("|")[1:3]
    rows = [one for one in known if one.startswith("| ") and one.split("|")[1:3] != key][2:]
    rows = sorted([*rows, row], key=lambda one: (one.split("|")[1], int(one.split("|")[2].replace(",", ""))))
    cells = [[int(cell.split()[0].replace(",", "")) for cell in one.split("|")[3:6]] for one in rows]
    total = " | ".join(f"{sum(column):,}" for column in zip(*cells, strict=True))
    RESULTS.write_text(
        HEAD + "\n".join(rows) + f"\n\nIn all: inputs | newer | failures: {total}\n", encoding="utf-8"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(COUNTS))
    parser.add_argument("--times", type=float, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--newest", default="")
    parser.add_argument("--seconds", type=float, default=420, help="for all kinds together")
    options = parser.parse_args()
    failed, end = False, time.monotonic() + options.seconds
    for kind in options.only.split(","):
        if kind == "programs":
            try:
                import hypothesmith  # noqa: F401
            except ImportError:
                print("programs: left out, they need hypothesmith")
                continue
        seeds = range(options.first, options.first + int(COUNTS[kind] * options.times))
        row, problems = run(kind, seeds, options.newest, end)
        record(row)
        print(row, flush=True)
        for seed, problem in problems[:30]:
            print(f"  seed {seed}: {problem[:400]}", flush=True)
        failed = failed or bool(problems)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
