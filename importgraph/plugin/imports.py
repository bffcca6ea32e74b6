"""Have the trace of imports analysed by a process of its own: nothing of ours loads into the session."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 120.0


def digest_imports(record: Path, root: Path) -> dict[str, Any]:
    """Return ``{"modules", "groups", "problem"}``; the problem says why the lists are empty if they are.

    Args:
        record: The trace.
        root: What paths are relative to.
    """
    ours = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-P", "-m", "importgraph.plugin.digest", str(record), str(root)]
    try:
        done = subprocess.run(  # noqa: S603 -- this interpreter, our own module
            command,
            cwd=record.parent,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        problem = said or f"the analysis ended with code {done.returncode}"
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        problem = f"{type(error).__name__}: {error}"
    return {"modules": [], "groups": [], "problem": problem}
