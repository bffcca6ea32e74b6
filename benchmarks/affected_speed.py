"""Time `affected` on one package: first, asked again, a function edited, a name added to its core.

    python benchmarks/affected_speed.py PACKAGE FILE [--folder FOLDER] [--steps first,again,function,name]

A copy of PACKAGE from `.corpora` is committed below FOLDER, where its cache stays, too; FILE is what is
edited, relative to the package. Prints a line for each step: processor time of all processes, wall time, and
the most memory they held together. The generated repositories are taken by `growth.py`, in its steps
`affected`, `affected-warm` and `affected-edited`.
"""

import argparse
import re
import sys
import time
from pathlib import Path

from affected_equality import HERE, committed
from process_tree import run

_METHOD = re.compile(r"(?m)^    def \w+\(self[^\n]*\):\n        (?![\"'])")


def edited(text: str, step: str) -> str:
    """Return the text of the file as a step finds it; each time another one."""
    moment = time.time_ns()
    if step == "name":
        return f"{text}\nADDED = {moment}\n"
    methods = list(_METHOD.finditer(text))
    place = methods[moment // 1000 % len(methods)].end()
    return f"{text[:place]}str({moment})\n        {text[place:]}"


def main() -> None:
    """Take the steps that the command line asks for."""
    parser = argparse.ArgumentParser(description="Time `affected` on one package.")
    parser.add_argument("package")
    parser.add_argument("file")
    parser.add_argument("--folder", type=Path, default=Path("affected-speed"))
    parser.add_argument("--steps", default="first,again,function,name")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not (folder / options.package).exists():
        folder.mkdir(parents=True, exist_ok=True)
        committed(options.package, folder)
    tree = folder / options.package
    path = tree / options.file
    original, cache = path.read_text(encoding="utf-8"), {"IMPORTGRAPH_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-m", "importgraph", "affected", str(tree), "--since", "HEAD", "-q"]
    for step in options.steps.split(","):
        if step != "again":
            path.write_text(edited(original, step), encoding="utf-8")
        took = run(command, cache, folder=HERE)
        print(f"| {step} | {took.processor:.2f} | {took.wall:.1f} | {took.peak_mb} |", flush=True)
    path.write_text(original, encoding="utf-8")


if __name__ == "__main__":
    main()
