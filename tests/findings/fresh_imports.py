"""Import modules first, each in a fresh fork of a bare interpreter, and say how that ends."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from importgraph.config import from_options
from importgraph.findings.crash_order.import_order import Failure, first_imports
from importgraph.project import open_project

Files = Mapping[str, str]
Outcome = str
"""The name of the exception, empty where the import succeeds."""

FORKER = """
import json, os, sys
class Recorder:
    started = []
    @classmethod
    def find_spec(cls, name, *_):
        cls.started.append(name)
def attempt(root, name):
    sys.path.insert(0, root)
    before = set(sys.modules)
    sys.meta_path.insert(0, Recorder)
    try:
        __import__(name)
    except BaseException as error:
        return type(error).__name__, str(error), [], Recorder.started
    return "", "", sorted(set(sys.modules) - before), Recorder.started
for line in sys.stdin:
    root, name = json.loads(line)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, json.dumps(attempt(root, name)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        print(answer.read())
    os.wait()
"""


def write_package(root: Path, files: Files) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def real_outcomes(cases: Sequence[tuple[Path, str]]) -> list[tuple[Outcome, str, list[str], list[str]]]:
    """Return for each (folder, module) exception, message, what is loaded then and what was looked for."""
    asked = "".join(json.dumps([str(root), name]) + "\n" for root, name in cases)
    command = [sys.executable, "-I", "-S", "-B", "-c", FORKER]
    finished = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return [tuple(json.loads(line)) for line in finished.stdout.splitlines()]


def predicted(root: Path) -> tuple[list[str], dict[str, Failure]]:
    """Return the modules of a folder and those that we say fail when imported first."""
    project = open_project(root, from_options(workers=1))
    names = list(project.graph.modules)
    return names, first_imports(project.graph, project.resolver, names, project.read_text).failures


def disagreements(folder: Path, packages: Mapping[str, Files]) -> tuple[int, int, list[str]]:
    """Compare prediction and truth over all modules of all packages.

    Returns:
        The number of modules, of those that really fail, and a description of each disagreement.
    """
    cases: list[tuple[Path, str]] = []
    said: dict[tuple[Path, str], Failure | None] = {}
    for label, files in packages.items():
        root = write_package(folder / label, files)
        names, failures = predicted(root)
        for name in names:
            cases.append((root, name))
            said[root, name] = failures.get(name)
    wrong = []
    failing = 0
    for case, (kind, message, *_) in zip(cases, real_outcomes(cases), strict=True):
        failing += bool(kind)
        failure = said[case]
        half = "partially initialized" in message
        ours = failure.kind if failure is not None else ""
        if ours != kind or (kind == "ImportError" and failure is not None and failure.circular and not half):
            detail = (
                f"{failure.kind}: {failure.message} (line {failure.line} of {failure.module})"
                if failure
                else "succeeds"
            )
            wrong.append(f"{case[0].name}: import {case[1]}: really {kind}: {message}; we say {detail}")
    return len(cases), failing, wrong
