"""Tell whether another checkout of importgraph prints the same, byte by byte.

    python benchmarks/same_output.py CHECKOUT TREE... [--commands graph,cycles]

It is for changes that only save time. For each tree and command, CHECKOUT answers once, with an empty cache
and one worker. This checkout answers five times: cold with one worker, cold with two, with the facts of the
tree known, with its graph kept, and once more as the answer is kept. Prints a line for each and exits with
1 if one differs.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
_COMMANDS = (
    "graph,analyze --all,analyze --format json,cycles --format json,unresolved,fragmentation,duplicates"
)


def answer(checkout: Path, words: list[str], cache: Path) -> str:
    """Return a digest of what a command prints, with its exit code."""
    environment = {**os.environ, "IMPORTGRAPH_CACHE_DIR": str(cache), "COLUMNS": "100"}
    command = [sys.executable, "-m", "importgraph", *words]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        return f"exit code {done.returncode}: {done.stderr.decode()[-300:]}"
    return f"{hashlib.sha256(done.stdout).hexdigest()[:16]} {len(done.stdout)} {done.returncode}"


def answers(command: str, tree: Path, scratch: Path) -> Iterator[tuple[str, str]]:
    """Yield what this checkout answers in each state of its cache."""
    words = [*command.split(), str(tree), "-q"]
    for name, workers in (("cold, 1 worker", "1"), ("cold, 2 workers", "2")):
        shutil.rmtree(scratch / "cache", ignore_errors=True)
        yield name, answer(HERE, [*words, "--workers", workers], scratch / "cache")
    alone = [*words, "--workers", "1"]
    shutil.rmtree(scratch / "cache" / "replies", ignore_errors=True)
    yield "graph kept", answer(HERE, alone, scratch / "cache")
    for kept in (scratch / "cache").iterdir():
        if kept.is_dir():  # answers and graphs; facts are a file
            shutil.rmtree(kept)
    yield "facts known", answer(HERE, alone, scratch / "cache")
    yield "kept", answer(HERE, alone, scratch / "cache")


def main() -> int:
    """Compare what the command line asks for."""
    parser = argparse.ArgumentParser(description="Compare the output of two checkouts of importgraph.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("trees", type=Path, nargs="+", metavar="TREE")
    parser.add_argument("--commands", default=_COMMANDS, help="With commas between them.")
    options = parser.parse_args()
    differs = False
    for tree in map(Path.resolve, options.trees):
        for command in options.commands.split(","):
            with tempfile.TemporaryDirectory() as name:
                words = [*command.split(), str(tree), "-q", "--workers", "1"]
                expected = answer(options.checkout.resolve(), words, Path(name) / "other")
                for state, found in answers(command, tree, Path(name)):
                    is_same = found == expected and found[:4] != "exit"
                    differs = differs or not is_same
                    verdict = "same" if is_same else f"{found} is not {expected}"
                    print(f"{tree.name} {command}, {state}: {verdict}", flush=True)
    return int(differs)


if __name__ == "__main__":
    raise SystemExit(main())
