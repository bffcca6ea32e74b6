"""Write the parts of the documentation that programs know better than people.

    python docs/generate.py               run the commands again and write what they print
    python docs/generate.py --measured    also those whose output is measured, which differs between runs
    python docs/generate.py --check       change nothing; exit with 1 if a page is not current

A page has regions, each between `<!-- KIND: ARGUMENT -->` and `<!-- end -->`:

    run: COMMAND        the command and what it prints, in a fresh copy of docs/example/shop, which is a git
                        repository of one commit; commands of one page follow each other there
    run 12: COMMAND     its first 12 lines
    measured: COMMAND   the same for a command that measures; made only with --measured
    and those of docs/tables.py: tables of commands, options, rules and settings

`<!-- do: COMMAND -->` alone runs a command there without showing it.

What commands print depends on the standard library that they read, so outputs are made and checked under
one version of Python; under another, tables alone are.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

from tables import TABLES  # noqa: E402

EXAMPLE = DOCS / "example" / "shop"
PYTHON = (3, 11)
"""The version whose outputs the pages show."""
_REGION = re.compile(
    r"<!-- (?P<kind>(?!do\b|end\b)[a-z]+)(?: (?P<lines>\d+))?(?:: (?P<text>[^\n]*?))? -->\n.*?<!-- end -->\n",
    re.DOTALL,
)
_STEP = re.compile(r"<!-- do: (?P<text>[^\n]*?) -->")
_LONGEST = 120
"""Seconds that a command may take."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A command that ended in another way than it should."""

    page: str
    command: str
    said: str


class Shell:
    """Runs commands in a copy of the example."""

    def __init__(self, scratch: Path) -> None:
        self.folder = scratch / "shop"
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(scratch),
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "IMPORTGRAPH_CACHE_DIR": str(scratch.parent / "cache"),
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()},
        }
        shutil.copytree(EXAMPLE, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.run("git init -q -b main && git add -A && git commit -q -m 'Open the shop'")

    def run(self, command: str) -> tuple[int, str]:
        """Return the exit code and what was printed, to standard output and standard error."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        said = done.stdout.replace(str(self.folder), "/path/to/shop")
        return done.returncode, said.replace(sys.executable, ".venv/bin/python")


_WHO = {"NAME": "A Maintainer", "EMAIL": "maintainer@example.org", "DATE": "2026-11-30T09:00:00+0000"}


def pages() -> list[Path]:
    """Return the pages, sorted."""
    return sorted(page for page in DOCS.rglob("*.md") if EXAMPLE not in page.parents)


def tables_of(text: str) -> str:
    """Return a page with its tables as the code has them now."""

    def made(region: re.Match[str]) -> str:
        if region["kind"] not in TABLES:
            return region[0]
        return _region(region, TABLES[region["kind"]](region["text"] or ""))

    return _REGION.sub(made, text)


def _region(region: re.Match[str], body: str) -> str:
    head = region[0].partition("\n")[0]
    return f"{head}\n{body.rstrip()}\n<!-- end -->\n"


def outputs_of(page: Path, text: str, scratch: Path, *, measured: bool) -> tuple[str, list[Failed]]:
    """Return a page with what its commands print, and the commands that failed."""
    kinds = {"run", "measured"} if measured else {"run"}
    if not any(region["kind"] in kinds for region in _REGION.finditer(text)):
        return text, []
    shell = Shell(scratch)
    failed: list[Failed] = []
    parts: list[str] = []
    for step in _steps(text):
        region = step if isinstance(step, re.Match) and step.re is _REGION else None
        if isinstance(step, str) or (region is not None and region["kind"] not in kinds):
            parts.append(step if isinstance(step, str) else step[0])
            continue
        code, said = shell.run(step["text"])
        if code > 1 or (code and region is None):
            failed.append(Failed(page.name, step["text"], said))
        parts.append(step[0] if region is None else _region(region, _shown(region, said)))
    return "".join(parts), failed


def _steps(text: str) -> Iterator[str | re.Match[str]]:
    """Yield the text between commands, and the commands, in order."""
    place = 0
    found = [*_REGION.finditer(text), *_STEP.finditer(text)]
    for match in sorted(found, key=lambda one: one.start()):
        yield text[place : match.start()]
        yield match
        place = match.end()
    yield text[place:]


def _shown(region: re.Match[str], said: str) -> str:
    lines = said.rstrip("\n").split("\n")
    most = int(region["lines"]) if region["lines"] else len(lines)
    if most < len(lines):
        lines = [*lines[:most], f"… {len(lines) - most} more lines"]
    shown = "\n".join([f"$ {region['text']}", *lines]).rstrip()
    return f"\n```text\n{shown}\n```\n"


def main() -> int:
    """Write or check all pages; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measured", action="store_true")
    chosen = parser.parse_args()
    runs = sys.version_info[:2] == PYTHON
    if not runs:
        print(f"outputs are those of Python {PYTHON[0]}.{PYTHON[1]}, and left alone here", file=sys.stderr)
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, page in enumerate(pages()):
            before = page.read_text(encoding="utf-8")
            after, failed = tables_of(before), []
            if runs:
                folder = Path(scratch) / str(number)
                after, failed = outputs_of(page, after, folder, measured=chosen.measured)
            problems += [f"{one.page}: `{one.command}` failed:\n{one.said}" for one in failed]
            if after != before and chosen.check:
                problems.append(f"{page.relative_to(DOCS)} is not current: run python docs/generate.py")
            elif after != before and not failed:
                page.write_text(after, encoding="utf-8")
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
