"""What pytest itself fails to collect: files, the exceptions behind them, and the lines they come from."""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PLUGIN = """
import json, os, traceback
import pytest

FOUND = []

def line_of(error):
    if isinstance(error, SyntaxError) and error.filename:
        return [error.filename, error.lineno]
    lines = [(one.filename, one.lineno) for one in traceback.extract_tb(error.__traceback__)]
    hidden = ("/_pytest/", "/pluggy/", "/importlib/", "<frozen", "/_hypothesis_pytestplugin.py")
    lines = [one for one in lines if not any(part in one[0] for part in hidden)]
    return list(lines[-1]) if lines else None

def links(error):
    found = []
    while error is not None and len(found) < 12:
        found.append({"type": type(error).__name__, "message": str(error)[:300], "at": line_of(error)})
        error = error.__cause__ or error.__context__
    return found

@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.outcome == "failed":
        call = getattr(report, "call", None)
        error = call.excinfo.value if call is not None and call.excinfo is not None else None
        FOUND.append({"path": str(collector.path), "errors": links(error), "text": str(report.longrepr)[-600:]})
    return report

def pytest_sessionfinish(session):
    with open(os.environ["DOCTOR_TRUTH"], "w") as stream:
        json.dump(FOUND, stream)
"""


@dataclass(frozen=True)
class Truth:
    """What one run of pytest said."""

    failing: dict[str, list[dict[str, object]]]
    """By path, absolute: the exception and what it was raised from, outermost first."""
    aborted: bool
    """pytest did not start, so that no file is collected."""
    seconds: float
    tail: str
    folder: Path


def collect(python: Path, folder: Path, words: Sequence[str], timeout: int = 240) -> Truth:
    """Let pytest collect.

    Raises:
        TimeoutExpired: If it takes too long.
    """
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "doctor_truth_plugin.py").write_text(PLUGIN, encoding="utf-8")
        answer = Path(scratch, "answer.json")
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        variables = {**kept, "PYTHONPATH": scratch, "DOCTOR_TRUTH": str(answer)}
        command = [str(python), "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
        begin = time.perf_counter()
        done = subprocess.run(
            [*command, "-p", "doctor_truth_plugin", *words],
            cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=timeout,
        )  # fmt: skip
        seconds = time.perf_counter() - begin
        found = json.loads(answer.read_text()) if answer.exists() else []
        exited = "caught unexpected SystemExit" in done.stderr  # errors of files before that do not show it
        aborted = not answer.exists() or exited or (done.returncode in {3, 4} and not found)
        failing: dict[str, list[dict[str, object]]] = {
            one["path"]: one["errors"] or [{"type": "?", "message": one["text"], "at": None}] for one in found
        }
        return Truth(failing, aborted, seconds, (done.stdout + done.stderr)[-3000:], folder)


def packed(truth: Truth) -> str:
    """Write a truth as one line of text that does not name the folder the tree stood in."""
    values = [truth.failing, truth.aborted, truth.seconds, truth.tail]
    return json.dumps(values).replace(str(truth.folder), "{tree}")


def unpacked(text: str, folder: Path) -> Truth:
    """Read a packed truth for a tree that stands in another folder."""
    return Truth(*json.loads(text.replace("{tree}", str(folder))), folder)


def failing_files(truth: Truth, files: Iterable[str]) -> dict[str, list[dict[str, object]]]:
    """Spread errors of folders, and of a session that did not start, over the test files below them."""
    found: dict[str, list[dict[str, object]]] = {}
    names = list(files)
    if truth.aborted:
        return dict.fromkeys(names, printed_errors(truth))
    for path, errors in truth.failing.items():
        below = [name for name in names if name.startswith(f"{path}/")]
        found.update(dict.fromkeys(below or [path], errors))
    return found


def printed_errors(truth: Truth) -> list[dict[str, object]]:
    """Read the exceptions that pytest prints where it does not start: the last one, and its last line."""
    lines = re.findall(
        r"^([^\s:]+\.py):(\d+): in |^E +File \"([^\"]+)\", line (\d+)", truth.tail, re.MULTILINE
    )
    raised = re.findall(
        r"^E   (?:\w+\.)*(\w*(?:Error|Exception|Exit|Failed|Skipped))\b:? ?(.*)", truth.tail, re.MULTILINE
    )
    if not lines or not raised:
        return [{"type": "abort", "message": truth.tail[-300:], "at": None}]
    shown, line, file, other = lines[-1]
    place = [str((truth.folder / (shown or file)).resolve()), int(line or other)]
    return [{"type": raised[-1][0], "message": raised[-1][1], "at": place}]
