"""What pytest itself collects from a suite.

Node ids in order, and the time it took. Kept, because some suites take minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLUGIN = """
import json, os

def pytest_collection_finish(session):
    ids = [item.nodeid for item in session.items]
    with open(os.environ["IMPORTGRAPH_TRUTH"], "w") as stream:
        json.dump(ids, stream)
"""


def environment() -> dict[str, str]:
    """Return the environment for a measured pytest: bytecode may be written, sets keep their order from run to run."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": kept.get("TRUTH_PATH", ""), "PYTHONHASHSEED": "0"}


def run_pytest(python: Path, folder: Path, words: list[str]) -> tuple[list[str], float, int, str]:
    """Let pytest collect; return its node ids in order, the seconds.

    The exit code and the end of its output.
    """
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "importgraph_truth.py").write_text(PLUGIN, encoding="utf-8")
        answer = Path(scratch, "ids.json")
        variables = {**environment(), "PYTHONPATH": scratch, "IMPORTGRAPH_TRUTH": str(answer)}
        command = [
            str(python),
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "importgraph_truth",
        ]
        begin = time.perf_counter()
        done = subprocess.run(
            [*command, *words], cwd=folder, env=variables, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - begin
        ids = json.loads(answer.read_text()) if answer.exists() else []
        return ids, seconds, done.returncode, done.stdout[-3000:] + done.stderr[-2000:]


def truth(name: str, python: Path, folder: Path, words: list[str], store: Path) -> dict[str, object]:
    """Return the recorded truth of a suite, recording it first where that is missing.

    A cold and a warm run.
    """
    path = store / f"{name}.json"
    if not path.exists():
        _, cold, _, _ = run_pytest(python, folder, words)
        ids, warm, code, tail = run_pytest(python, folder, words)
        store.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"ids": ids, "cold": cold, "warm": warm, "code": code, "tail": tail}))
    return json.loads(path.read_text())


if __name__ == "__main__":
    ids, seconds, code, tail = run_pytest(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    print(len(ids), round(seconds, 2), code)
    print(tail)
