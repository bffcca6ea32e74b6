"""Whether a wheel and an sdist, built in a clean clone, hold what the HTML report is made of.

    python benchmarks/wheel_contents.py

Clones this repository, builds both with the build backend alone, where `node` fails, looks inside, and
installs the sdist in a fresh environment, whose `importgraph analyze --html` then makes a page.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from importgraph.report.page import SCRIPTS  # noqa: E402

ASSETS = {f"importgraph/report/assets/{name}" for name in ("page.html", "page.css", *SCRIPTS)}
TREE = {"app/__init__.py": "", "app/__main__.py": "import asyncio\n"}


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command; a `node` that fails stands before any other."""
    environment = {**os.environ, "PATH": f"{cwd / 'failing'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([str(word) for word in command], check=True, cwd=cwd, env=environment)


def check(*, holds: bool, what: str) -> None:
    print(f"{'yes' if holds else 'NO'}: {what}")
    if not holds:
        raise SystemExit(1)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for name in ("node", "npm", "npx"):
            program = place / "failing" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text("#!/bin/sh\necho no node here >&2\nexit 1\n", encoding="utf-8")
            program.chmod(0o755)
        run("git", "clone", "-q", ROOT, "clone", cwd=place)
        run(sys.executable, "-m", "venv", "build", cwd=place)
        pip = place / "build" / "bin" / "pip"
        run(pip, "install", "-q", "hatchling", cwd=place)
        run(place / "build" / "bin" / "hatchling", "build", "-d", place / "dist", cwd=place / "clone")
        [wheel] = (place / "dist").glob("*.whl")
        [sdist] = (place / "dist").glob("*.tar.gz")
        inside = set(zipfile.ZipFile(wheel).namelist())
        with tarfile.open(sdist) as archive:
            packed = {name.partition("/")[2] for name in archive.getnames()}
        for kind, names in (("wheel", inside), ("sdist", packed)):
            missing = sorted(ASSETS - names)
            check(holds=not missing, what=f"the {kind} holds all {len(ASSETS)} assets {missing or ''}")
        run(sys.executable, "-m", "venv", "user", cwd=place)
        run(place / "user" / "bin" / "pip", "install", "-q", sdist, cwd=place)
        for name, text in TREE.items():
            target = place / "tree" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        command = place / "user" / "bin" / "importgraph"
        run(command, "analyze", "tree", "--html", "page.html", "-q", "--no-cache", cwd=place)
        page = (place / "page.html").read_text(encoding="utf-8")
        made = "Content-Security-Policy" in page
        check(holds=made, what=f"installed from the sdist it makes a page of {len(page):,} characters")


if __name__ == "__main__":
    main()
