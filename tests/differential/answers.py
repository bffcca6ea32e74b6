"""What pytest, `collect` and `doctor` say of the files of one folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from importgraph.collection.collect import Request, collect
from importgraph.collection_errors.predict import predict_session

_PLUGIN = """
import json, os

errors = []

def pytest_collectreport(report):
    if report.failed:
        errors.append(report.nodeid)

def pytest_collection_finish(session):
    with open(os.environ["TRUTH"], "w") as stream:
        json.dump({"ids": [item.nodeid for item in session.items], "errors": errors}, stream)
"""


@dataclass
class Answer:
    """What one of them says, by file relative to the folder."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    """The tests, in order."""
    failing: set[str] = field(default_factory=set)
    """Files that cannot be collected."""
    undecided: set[str] = field(default_factory=set)
    """Files of which it says that it does not know."""
    why: dict[str, str] = field(default_factory=dict)
    expanding: set[str] = field(default_factory=set)
    """Ids of tests whose parameters it does not give."""


def of_pytest(folder: Path, *words: str) -> Answer:
    """Run pytest."""
    beside = folder.parent / f"{folder.name}-pytest"
    beside.mkdir(exist_ok=True)
    (beside / "truth_of_session.py").write_text(_PLUGIN, encoding="utf-8")
    result = beside / "truth.json"
    result.unlink(missing_ok=True)
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    variables |= {"PYTHONPATH": str(beside), "TRUTH": str(result), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--continue-on-collection-errors"]
    command += ["-p", "truth_of_session", "-p", "no:cacheprovider", "-p", "no:randomly", *words]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if not result.exists():
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    found = json.loads(result.read_text(encoding="utf-8"))
    answer = Answer(failing={error.split("::")[0] for error in found["errors"]})
    for node in found["ids"]:
        answer.ids.setdefault(node.split("::")[0], []).append(node)
    return answer


def of_collect(folder: Path, *words: str) -> Answer:
    """Run `collect` for the interpreter at hand."""
    found = collect(Request(folder, (*words, "-p", "no:randomly"), Path(sys.executable), 1))
    answer = Answer(
        failing={one.path for one in found.failing}, undecided={one.path for one in found.dynamic}
    )
    answer.why = {one.path: one.reason for one in (*found.failing, *found.dynamic)}
    for item in found.items:
        answer.ids.setdefault(item.path, []).append(item.id)
        if item.expands:
            answer.expanding.add(item.id)
    return answer


def of_doctor(folder: Path, *words: str) -> Answer:
    """Run `doctor` for the interpreter at hand."""
    found = predict_session(folder, words, python=Path(sys.executable))
    messages = {cause.key: f"{cause.path}:{cause.line}: {cause.message}" for cause in found.causes}
    answer = Answer(failing={one.path for one in found.failing})
    answer.why = {one.path: messages[one.causes[0]] for one in found.failing if one.causes}
    return answer


def disagreements(truth: Answer, collected: Answer, doctor: Answer) -> list[str]:
    """Return where answers differ: one line each, sorted by file."""
    found = []
    for path in sorted({*truth.ids, *truth.failing, *collected.ids, *collected.failing, *doctor.failing}):
        says = {
            "pytest": "fails" if path in truth.failing else f"{truth.ids.get(path, [])}",
            "collect": collected.why.get(path) or f"{collected.ids.get(path, [])}",
            "doctor": doctor.why.get(path, "finds nothing"),
        }
        if not _agree(path, truth, collected, doctor):
            found.append(f"{path}: {', '.join(f'{who}: {what}' for who, what in says.items())}")
    return found


def _agree(path: str, truth: Answer, collected: Answer, doctor: Answer) -> bool:
    fails, predicted = path in truth.failing, path in doctor.failing
    if path in collected.undecided:
        return fails or not predicted
    if len({fails, predicted, path in collected.failing}) > 1:
        return False
    return fails or _same(truth.ids.get(path, []), collected, path)


def _same(ids: list[str], collected: Answer, path: str) -> bool:
    """Tell whether two lists of tests agree; of a test that expands, in its name."""
    named = [node if node.split("[")[0] not in collected.expanding else node.split("[")[0] for node in ids]
    return list(dict.fromkeys(named)) == list(dict.fromkeys(collected.ids.get(path, [])))
