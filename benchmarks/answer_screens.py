"""Write the first screens of the trees of benchmarks/answer.py to benchmarks/results/first_screens/.

    python benchmarks/answer_screens.py [NAME...]

What `importgraph analyze TREE --python ENVIRONMENT` prints at 80 columns, as text. The judgement of each
first line stands in benchmarks/results/first_screens/README.md, written by hand.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from answer import RESULTS
from answer_trees import Tree, chosen

SCREENS = RESULTS / "first_screens"
CODE = "import sys; from importgraph.__main__ import main; sys.exit(main())"


def screen(tree: Tree) -> str:
    """Return what a user sees first."""
    environment = str(tree.python.parent.parent)
    env = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", CODE, "analyze", str(tree.folder), "--python", environment, "--quiet"],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        cwd=tree.folder,
    )
    return done.stdout if done.returncode == 0 else f"exit code {done.returncode}\n{done.stderr}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the first screens of the trees.")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    SCREENS.mkdir(parents=True, exist_ok=True)
    for tree in chosen(options.names):
        if tree.python.exists():
            text = screen(tree)
            (SCREENS / f"{tree.name}.txt").write_text(text, encoding="utf-8")
            print(f"== {tree.name}\n{text}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
