"""Make the page `docs/first-fix.md`: a slow application from `analyze` to a verified, faster branch, as a transcript.

    python benchmarks/first_fix.py

The application is made in a temporary folder; each command is run there, and the page has what it printed.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "first-fix.md"
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\n\n[project.scripts]\nshop = "shop.cli:main"\n',
    "shop/__init__.py": "",
    "shop/cli.py": '''"""The command line of the shop."""

import argparse

from shop import report, server, stock


def main(argv=None):
    """List the stock, write a report, or serve it."""
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("command", choices=["list", "report", "serve"])
    options = parser.parse_args(argv)
    if options.command == "list":
        print("\\n".join(stock.names()))
    elif options.command == "report":
        print(report.as_xml(stock.names()))
    else:
        server.serve(stock.names())
''',
    "shop/stock.py": '"""What there is."""\n\n\ndef names():\n    """Return all names."""\n    return ["apple", "pear"]\n',
    "shop/report.py": '''"""Reports for people and for other programs."""

import statistics
from xml.dom import minidom


def as_xml(names):
    """Return names as XML."""
    document = minidom.Document()
    root = document.appendChild(document.createElement("stock"))
    root.setAttribute("mean", str(statistics.mean(map(len, names))))
    for name in names:
        root.appendChild(document.createElement(name))
    return document.toxml()
''',
    "shop/server.py": '''"""Serve the stock over HTTP."""

import asyncio
import http.server
import sqlite3
import xmlrpc.client


def serve(names):
    """Serve until somebody stops it."""
    print(asyncio, sqlite3, xmlrpc.client)
    http.server.HTTPServer(("localhost", 8000), http.server.BaseHTTPRequestHandler).serve_forever()
''',
    "tests/test_shop.py": """from shop import cli


def test_list(capsys):
    cli.main(["list"])
    assert capsys.readouterr().out == "apple\\npear\\n"


def test_report(capsys):
    cli.main(["report"])
    assert "<apple/>" in capsys.readouterr().out
""",
}
TEST = "python -m pytest -q"
STEPS: tuple[tuple[str, str], ...] = (
    ("Where does the time go, and what can be changed?", "importgraph analyze"),
    ("Each proposal has a name that stays the same from run to run.", "importgraph fix"),
    ("What would the first one change? Nothing is written.", "importgraph fix {first} --diff"),
    ("A branch, so that there is something to look at afterwards.", "git switch -q -c faster"),
    (
        "Prove all that are safe in a copy, and write what holds. This runs the project's own code and tests, there.",
        f'importgraph fix --verify --write --report {{report}} --test-command "{TEST}"',
    ),
    ("What was changed:", "git diff"),
    ("The page about before and after:", "cat {report}/migration.md"),
    ("And the application now:", "importgraph analyze"),
    ("Its tests still pass:", TEST),
)


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        shlex.split(command),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def make(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git = ["git", "-c", "user.name=you", "-c", "user.email=you@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "A shop"]):
        subprocess.run([*git, *words], cwd=folder, check=True)


def programs(folder: Path) -> None:
    """Put `importgraph` and `python` into a folder, so that the commands read as people type them."""
    folder.mkdir()
    for name, words in (("python", ""), ("importgraph", "-m importgraph ")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words}"$@"\n', encoding="utf-8")
        script.chmod(0o755)


def page() -> str:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        folder, tools = place / "shop", place / "bin"
        folder.mkdir()
        make(folder)
        programs(tools)
        environment = {
            k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
        }
        environment |= {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *(p for p in sys.path if "site-packages" in p)]),
            "IMPORTGRAPH_CACHE_DIR": str(place / "cache"),
            "COLUMNS": "100",
            "GIT_PAGER": "cat",
        }
        listed = run("importgraph fix --format json -q", folder, environment)
        first = re.search(r'"id": "(defer-[^"]+)"', listed)
        if first is None:
            raise SystemExit(f"nothing to defer was offered:\n{listed}")
        lines = [
            "# A first fix",
            "",
            "A small command line tool, `shop`, starts slowly: `shop list` loads what only `shop serve` and `shop report`",
            "need. This page goes from there to a faster branch. It is made by `benchmarks/first_fix.py`, which runs every",
            "command below and keeps what it prints; times are of the machine that made the page.",
        ]
        started = time.monotonic()
        for text, command in STEPS:
            words = command.format(first=first[1], report="../reports")
            output = (
                run(words, folder, environment).replace(str(place), "~").replace(sys.executable, "python")
            )
            lines += ["", text, "", "```console", f"$ {words}", *output.rstrip().splitlines(), "```"]
        minutes = (time.monotonic() - started) / 60
        lines += ["", f"All of it took {minutes:.1f} minutes.", ""]
        return "\n".join(lines)


def main() -> None:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
