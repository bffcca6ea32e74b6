"""Tell whether `affected` of another checkout of importgraph answers the same after random edits.

    python benchmarks/affected_equality.py CHECKOUT PACKAGE... [--edits 6] [--seed 1] [--write]

It is for changes that only save time. Of each package of `.corpora` a copy is committed; each round changes
one to four files (a line in a function, a name at module level, an import more, a function renamed, a file
gone, a test changed) and both checkouts say, each with a cache of its own that stays, which tests are
affected and by which chains. "same" is: every byte of the JSON answer, and of what is said beside it; "same
tests": the same tests of as many, reached by other chains, each link of which goes on from the one before.
Processor times are of all processes of a command. With `--write` the table goes to
`benchmarks/results/affected_equality.md`.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from process_tree import Run, run

HERE = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).with_name("results") / "affected_equality.md"
IDENTITY = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost")
_FUNCTION = re.compile(r"(?m)^( *)def (\w+)\(.*\)[^:\n]*:\n\1    (?![\"'])")


@dataclass(frozen=True)
class Answer:
    """What one checkout says, and what it took."""

    said: tuple[bytes, bytes]
    took: Run


def committed(package: str, folder: Path) -> Path:
    """Copy a package, and commit it."""
    (source,) = (HERE / ".corpora").glob(f"{package}-[0-9]*")
    tree = folder / package
    shutil.copytree(source, tree, symlinks=True)
    for words in (("init", "-q"), ("add", "-A"), (*IDENTITY, "commit", "-q", "-m", package)):
        subprocess.run(["git", *words], cwd=tree, check=True)
    return tree


def in_function(chance: random.Random, text: str) -> str:
    """Add a statement to the body of a function."""
    match = chance.choice(list(_FUNCTION.finditer(text)) or [None])
    if match is None:
        return f"{text}\nADDED = 1\n"
    return f"{text[: match.end()]}str(0)\n{match[1]}    {text[match.end() :]}"


def renamed(chance: random.Random, text: str) -> str:
    """Give a function another name where it is defined."""
    names = [match[2] for match in _FUNCTION.finditer(text)]
    name = chance.choice(names) if names else ""
    return text.replace(f"def {name}(", f"def {name}_renamed(", 1) if name else f"{text}\nADDED = 2\n"


def at_end(chance: random.Random, text: str) -> str:
    """Add a function, a class, an import or a name at the end."""
    what = (
        "def added(value):\n    return value.split()\n",
        "class Added(Exception):\n    def run(self): ...\n",
    )
    return f"{text}\n\n{chance.choice((*what, 'import textwrap', f'ADDED = {chance.random()}'))}\n"


def edit(chance: random.Random, tree: Path) -> str:
    """Change some files; return what was done."""
    files = [path for path in sorted(tree.rglob("*.py")) if path.stat().st_size]
    done = []
    for path in chance.sample(files, chance.randint(1, 4)):
        if chance.random() < 0.1:
            path.unlink()
            done.append("gone")
            continue
        change = chance.choices((in_function, at_end, renamed), (5, 2, 1))[0]
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        path.write_bytes(change(chance, text).encode("utf-8", "surrogateescape"))
        done.append(change.__name__)
    return ", ".join(done)


def answer(checkout: Path, tree: Path, cache: Path) -> Answer:
    """Ask one checkout."""
    words = ["-m", "importgraph", "affected", str(tree), "--since", "HEAD", "--format", "json"]
    variables = {"IMPORTGRAPH_CACHE_DIR": str(cache), "PYTHONHASHSEED": "0"}
    folder = cache.with_suffix(".said")
    folder.mkdir(exist_ok=True)
    script = '"$@" >"$OUT/out" 2>"$OUT/err"'
    command = ["sh", "-c", script, "sh", sys.executable, *words]
    took = run(command, {**variables, "OUT": str(folder)}, folder=checkout)
    return Answer(((folder / "out").read_bytes(), (folder / "err").read_bytes()), took)


def rounds(
    package: str, other: Path, edits: int, chance: random.Random
) -> Iterator[tuple[str, Answer, Answer]]:
    """Yield what was done, and what both checkouts say."""
    with tempfile.TemporaryDirectory(prefix="affected-") as scratch:
        tree = committed(package, Path(scratch))
        for _ in range(edits):
            done = edit(chance, tree)
            old, new = (
                answer(checkout, tree, Path(scratch) / name) for checkout, name in ((other, "a"), (HERE, "b"))
            )
            yield done, old, new
            if chance.random() < 0.5:
                subprocess.run(["git", "checkout", "-q", "."], cwd=tree, check=True)


def compared(old: Answer, new: Answer) -> str:
    """Return how two answers differ."""
    if old.said == new.said:
        return "same"
    before, now = json.loads(old.said[0] or "{}"), json.loads(new.said[0] or "{}")
    tests = [[(one["path"], one.get("id")) for one in side.get("tests", ())] for side in (before, now)]
    if not before or tests[0] != tests[1]:
        return "**differs**"
    chains = [one["chain"] for one in now["tests"]]
    torn = sum(a["target"] != b["source"] for chain in chains for a, b in pairwise(chain))
    return "same tests" if not torn else f"**{torn} torn chains**"


def rows(package: str, other: Path, edits: int, seed: int) -> Iterator[str]:
    """Yield one line of the table for each round."""
    for number, (done, old, new) in enumerate(
        rounds(package, other, edits, random.Random(f"{seed} {package}"))
    ):
        verdict = compared(old, new)
        tests = old.said[0].count(b'"cause"')
        times = f"{old.took.processor:.1f} | {new.took.processor:.1f}"
        yield f"| {package} | {number + 1} | {done} | {tests} | {verdict} | {times} |"
        if verdict not in {"same", "same tests"}:
            for name, one in (("old", old), ("new", new)):
                place = Path(tempfile.gettempdir()) / f"affected-{package}-{number + 1}.{name}"
                place.write_bytes(b"\n".join(one.said))


def main() -> int:
    """Compare what the command line asks for."""
    parser = argparse.ArgumentParser(description="Compare `affected` of two checkouts of importgraph.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("packages", nargs="+", metavar="PACKAGE")
    parser.add_argument("--edits", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="Add the rows to the table of results.")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    made = []
    for package in options.packages:
        for row in rows(package, options.checkout.resolve(), options.edits, options.seed):
            print(row, flush=True)
            made.append(row)
    if options.write:
        before = RESULT.read_text(encoding="utf-8") if RESULT.exists() else _HEAD
        RESULT.write_text(before + "".join(f"{row}\n" for row in made), encoding="utf-8")
    return int(any("differs" in row for row in made))


_HEAD = """# The same tests, chains and notes before and after `affected` was made fast

From `benchmarks/affected_equality.py`, on a machine of two processors that others used too. The other
checkout has the search, the units and the mentions of commit 991af00. Seconds are of processor time.

| package | round | edits | tests affected | answer | before | now |
| --- | --: | --- | --: | --- | --: | --: |
"""


if __name__ == "__main__":
    sys.exit(main())
