"""Measure `importgraph doctor` cold: processor time and memory of the command, one process for each suite.

Usage: python benchmarks/doctor_speed.py
Needs .corpora with its environments (corpora.py). Writes its part of results/doctor_accuracy.md.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / ".corpora"
RESULTS = ROOT / "benchmarks" / "results" / "doctor_accuracy.md"
BEGIN, END = "<!-- speed -->", "<!-- end of speed -->"
TESTS = 1600
SUITES = (
    ("pandas-3.1.1", "pandas"),
    ("sympy-1.14.0", "sympy"),
    ("networkx-3.6.1", "networkx"),
    ("django-5.2.19", "tests"),
)


def generated(scratch: Path) -> Path:
    """Make a project of many tests, each of which imports another module of homeassistant."""
    folder = scratch / "generated"
    source = CORPORA / "homeassistant-2026.2.3" / "homeassistant"
    shutil.copytree(source, folder / "homeassistant", ignore=shutil.ignore_patterns("__pycache__"))
    modules = sorted(source.rglob("*.py"))
    settings = '[project]\nname = "generated"\nrequires-python = ">=3.13"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / "tests").mkdir()
    for number, path in enumerate(modules[:: len(modules) // TESTS][:TESTS]):
        name = ".".join(path.relative_to(source.parent).with_suffix("").parts).removesuffix(".__init__")
        text = f"import {name}\n\n\ndef test_it():\n    assert {name}\n"
        (folder / "tests" / f"test_{number}.py").write_text(text, encoding="utf-8")
    return folder


def without_bytecode(name: str, scratch: Path) -> Path:
    """Copy a suite to where nothing is compiled."""
    folder = scratch / name
    shutil.copytree(CORPORA / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def measure(folder: Path, words: str, env: str) -> tuple[int, float, int]:
    """Return the number of test files, processor seconds and megabytes of one prediction."""
    python = ["--python", env] if env else []
    command = [sys.executable, "-m", "importgraph", "doctor", "--format", "json", *python, words]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=variables, cwd=folder)
    output = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"{folder.name} failed")
    answer = json.loads(output)
    print(f"{folder.name}: {len(answer['failing'])} of {answer['files']} fail", file=sys.stderr)
    return answer["files"], used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def row(name: str, folder: Path, words: str, env: str = str(CORPORA / "env")) -> str:
    runs = [measure(folder, words, env) for _ in range(3)]
    seconds = min(one[1] for one in runs)
    text = f"| {name} | {runs[0][0]:,} | {seconds:.1f} s | {runs[0][2]:,} MB |"
    print(text, flush=True)
    return text


def main() -> None:
    rows = ["| | test files | processor time | memory |", "| --- | ---: | ---: | ---: |"]
    with tempfile.TemporaryDirectory() as scratch:
        name = f"tests that import homeassistant 2026.2.3, {TESTS:,} made"
        rows.append(row(f"{name}, environment not known", generated(Path(scratch)), "tests", ""))
        for suite, words in SUITES:
            rows.append(row(f"{suite}, never compiled", without_bytecode(suite, Path(scratch)), words))
            rows.append(row(f"{suite}, as found (compiled by an earlier run)", CORPORA / suite, words))
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join(rows)
    RESULTS.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
