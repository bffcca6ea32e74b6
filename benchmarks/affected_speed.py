"""Time `affected` on one package: first, asked again, a function edited, a name added to its core, and more.

    python benchmarks/affected_speed.py PACKAGE FILE [--folder FOLDER] [--steps first,again,function,name,…]

A copy of PACKAGE from `.corpora` is committed below FOLDER, where its cache stays, too; FILE is what is
edited, relative to the package. Further steps: `added` (a function more), `signature` (a method takes one
parameter more), `import` (a library more), `docstring`, `method` (one more), `commit` (what was edited is
committed, and a function edited). Prints a line for each step: processor time of all processes, wall time,
and the most memory they held together. The generated repositories are taken by `growth.py`, in its steps
`affected`, `affected-warm` and `affected-edited`.
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from affected_equality import HERE, IDENTITY, committed
from process_tree import run

_METHOD = re.compile(r"(?m)^    def \w+\(self[^\n]*\):\n        (?![\"'])")


_EDITS = {
    "name": (r"\Z", r"\nADDED = {}\n"),
    "added": (r"\Z", r"\n\ndef added_{}(value):\n    return value.split()\n"),
    "signature": (r"(?m)^(    def \w+\(self)\)", r"\1, more_{}=None)"),
    "method": (r"\n\n(    def \w+\(self)", r"\n\n    def more_{}(self):\n        pass\n\n\1"),
    "import": (r"(?m)^(from \.)", r"import textwrap as text_{}\n\1"),
    "docstring": (r'(?m)^(    """)', r"\1Said {}. "),
}
"""What is looked for, and what is put there with the moment."""


def edited(text: str, step: str) -> str:
    """Return the text of the file as a step finds it; each time another one."""
    moment = time.time_ns()
    if step in _EDITS:
        pattern, new = _EDITS[step]
        return re.sub(pattern, new.format(moment), text, count=1)
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
        if step == "commit":
            subprocess.run(["git", *IDENTITY, "commit", "-qam", "edited"], cwd=tree, check=True)
        if step != "again":
            path.write_text(edited(original, step), encoding="utf-8")
        took = run(command, cache, folder=HERE)
        print(f"| {step} | {took.processor:.2f} | {took.wall:.1f} | {took.peak_mb} |", flush=True)
    path.write_text(original, encoding="utf-8")


if __name__ == "__main__":
    main()
