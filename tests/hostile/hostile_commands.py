"""Run commands in this process, so that a whole command costs milliseconds; an internal error is raised."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from importgraph.cli import app

READING = ("graph", "cycles", "unresolved", "fragmentation", "duplicates")
"""The commands that take a folder and answer in JSON."""


def run(*arguments: str | Path) -> Result:
    """Run a command to its end; what it does not expect is raised here."""
    words = [
        str(one) for one in arguments if arguments[0] != "doctor" or one != "--no-cache"
    ]  # it keeps none
    result = CliRunner().invoke(app, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answer(*arguments: str | Path) -> Any:
    """Run a command that answers in JSON and exits with 0."""
    result = run(*arguments, "--format", "json", "--no-cache", "--quiet")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def adds_up(ledger: dict[str, Any]) -> bool:
    """Tell whether every file found is analysed, broken or excluded."""
    return bool(ledger["found"] == ledger["analysed"] + len(ledger["broken"]) + len(ledger["excluded"]))
