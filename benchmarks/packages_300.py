"""Run six commands on the most downloaded packages: no traceback, ledgers that add up, 60 s and 1 GB each.

    python benchmarks/packages_300.py --ranks FILE.tsv FOLDER… [--most 300] [--seconds 450]

FOLDERs are site-packages folders; each distribution in them that came as a wheel is copied, file by file of its RECORD,
into a folder of its own. FILE has a column of names and one of ranks by downloads, as the fourth. Each command runs in a
fork of this process. Rows are kept in results/packages_300.jsonl, so that a run goes on where the last one ended;
results/packages_300.md sums them up.
"""

import argparse
import contextlib
import csv
import json
import os
import platform
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import importgraph.cli  # noqa: E402 -- loaded before the forks
import importgraph.fixes.propose  # noqa: E402
import importgraph.outputs.documents.json_report  # noqa: E402
import importgraph.project  # noqa: E402, F401

ROWS = HERE / "results" / "packages_300.jsonl"
RESULTS = HERE / "results" / "packages_300.md"
SECONDS, MEMORY_KB = 60, 1 << 20
JSON = ("--format", "json")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "graph": ("graph", ".", "--no-cache", "-q", *JSON),
    "cycles": ("cycles", ".", "--no-cache", "-q", *JSON),
    "unresolved": ("unresolved", ".", "--no-cache", "-q", *JSON),
    "analyze": ("analyze", ".", "--no-cache", "-q", "-o", "../report"),
    "doctor": ("doctor", "-q", *JSON),
    "collect": ("collect", "--no-cache", "-q", *JSON),
}


def ranks(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8") as stream:
        rows = csv.reader(stream, delimiter="\t")
        return {normal(row[0]): int(row[3]) for row in rows if len(row) > 3 and row[3].isdigit()}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def found_in(folders: list[Path]) -> dict[str, Path]:
    """Return the metadata folder of each distribution that has files of its own."""
    found: dict[str, Path] = {}
    for folder in folders:
        for info in sorted(folder.glob("*.dist-info")):
            if (info / "RECORD").exists() and (info / "WHEEL").exists():
                found.setdefault(normal(info.name.partition("-")[0]), info)
    return found


def copied(info: Path, target: Path) -> int:
    """Copy the files of a distribution; return how many are Python files."""
    count = 0
    with (info / "RECORD").open(encoding="utf-8", newline="") as stream:
        for name, *_ in csv.reader(stream):
            source = info.parent / name
            if name.startswith("..") or "__pycache__" in name or not source.is_file():
                continue
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
            count += name.endswith(".py")
    return count


def run(words: tuple[str, ...], folder: Path) -> dict[str, object]:
    """Run a command in a fork; return how it ended, what it took and what is wrong."""
    output, errors = folder.parent / "output", folder.parent / "errors"
    start = time.monotonic()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        in_child(words, folder, output, errors)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(2 * SECONDS)
    _, status, used = os.wait4(child, 0)
    signal.alarm(0)
    seconds = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    said = errors.read_text(encoding="utf-8", errors="replace")
    problem = ""
    if code not in {0, 1} or "Traceback" in said or "please report" in said.lower():
        problem = f"exit {code}: {said[-300:]}"
    elif words[0] in {"graph", "cycles", "unresolved"}:
        problem = ledger_problem(output.read_text(encoding="utf-8"))
    processor = used.ru_utime + used.ru_stime
    return {
        "problem": problem,
        "seconds": round(seconds, 1),
        "processor": round(processor, 1),
        "kb": used.ru_maxrss,
    }


def in_child(words: tuple[str, ...], folder: Path, output: Path, errors: Path) -> None:
    """Become the command; does not return."""
    code = 3
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(folder)
        for stream, path in ((1, output), (2, errors)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), stream)
        sys.argv = ["importgraph", *words]
        from importgraph.__main__ import main

        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def ledger_problem(text: str) -> str:
    ledger = json.loads(text)["ledger"]
    parts = ledger["analysed"] + len(ledger["broken"]) + len(ledger["excluded"])
    reported = [one["reason"] for one in ledger["broken"] if "please report" in one["reason"]]
    return (
        ""
        if ledger["found"] == parts and not reported
        else f"ledger: {ledger['found']} found, {parts}; {reported}"
    )


def rows() -> list[dict[str, object]]:
    return (
        [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()] if ROWS.exists() else []
    )


def measured(info: Path) -> dict[str, object] | None:
    with tempfile.TemporaryDirectory(prefix="importgraph-") as scratch:
        folder = Path(scratch, "tree")
        folder.mkdir()
        files = copied(info, folder)
        if not files:
            return None
        results = {name: run(words, folder) for name, words in COMMANDS.items()}
    name, version, *_ = info.name.removesuffix(".dist-info").split("-")
    return {"name": normal(name), "version": version, "files": files, "commands": results}


def summary(found: list[dict[str, object]]) -> Iterator[str]:
    files = sum(one["files"] for one in found)  # type: ignore[misc]
    yield f"""# The most downloaded packages that install as wheels

`python benchmarks/packages_300.py`, CPython {platform.python_version()}, two processors shared with other work: {len(found)} packages, {files:,} Python
files, those that stood on the machine, by rank of downloads. *Failed*: a traceback, an internal error, a ledger that does not add up.
A command may take {SECONDS} s of processor time and 1 GB.

| command | packages | failed | over 60 s | over 1 GB | longest | most memory |
| --- | --- | --- | --- | --- | --- | --- |"""
    for name in COMMANDS:
        each = [(one["commands"][name], one["name"]) for one in found]  # type: ignore[index]
        failed = sum(bool(result["problem"]) for result, _ in each)
        slow = sum(result["processor"] > SECONDS for result, _ in each)
        large = sum(result["kb"] > MEMORY_KB for result, _ in each)
        longest = max((result["processor"], who) for result, who in each)
        most = max((result["kb"], who) for result, who in each)
        yield (
            f"| {name} | {len(each)} | {failed} | {slow} | {large} | {longest[0]} s ({longest[1]}) "
            f"| {most[0] / 1024:,.0f} MB ({most[1]}) |"
        )
    wrong = [
        f"- {one['name']} {one['version']}, `{name}`: {result['problem'] or 'limit'} ({result['processor']} s, {result['kb'] // 1024} MB)"
        for one in found
        for name, result in one["commands"].items()  # type: ignore[attr-defined]
        if result["problem"] or result["processor"] > SECONDS or result["kb"] > MEMORY_KB
    ]
    yield "\n".join(["", *wrong]) if wrong else ""
    yield "Packages: " + ", ".join(f"{one['name']} {one['version']}" for one in found) + "."


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--ranks", type=Path, required=True)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=450)
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    known = ranks(options.ranks)
    infos = found_in(options.folders)
    names = sorted((name for name in infos if name in known), key=lambda name: (known[name], name))
    done = {one["name"] for one in rows()}
    for name in names[: options.most]:
        if time.monotonic() > end:
            break
        if name in done:
            continue
        row = measured(infos[name])
        if row is None:
            continue
        with ROWS.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
        problems = {command: one["problem"] for command, one in row["commands"].items() if one["problem"]}  # type: ignore[attr-defined]
        print(name, row["files"], problems or "", flush=True)
    found = sorted(rows(), key=lambda one: known.get(str(one["name"]), 0))
    RESULTS.write_text("\n".join(summary(found)) + "\n", encoding="utf-8")
    return int(any(result["problem"] for one in found for result in one["commands"].values()))  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
