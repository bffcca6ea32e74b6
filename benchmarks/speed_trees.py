"""The trees that `benchmarks/speed.py` measures on: copies that may be edited."""

import os
import random
import shutil
import subprocess
import sysconfig
from pathlib import Path

from corpora import CORPORA
from monorepo import make

PACKAGES = {"homeassistant": "homeassistant", "django": "django"}
DEFAULT = (*PACKAGES, "sympy", "tangle-10000", "monorepo-25000")
CENTRAL = {"sympy": "sympy/core/basic.py", "monorepo": "area00/pkg0000/mod00.py"}
"""By corpus, the file that most others need."""
_IDENTITY = ("-c", "user.name=speed", "-c", "user.email=speed@example.com")


def tree_of(corpus: str, scratch: Path, *, is_commit: bool = False) -> Path:
    """Return a copy of a corpus that may be edited.

    Args:
        corpus: Its name.
        scratch: A folder of ours.
        is_commit: It is to be a commit since which ten files changed.
    """
    copy = scratch / corpus
    kind, _, count = corpus.partition("-")
    if kind == "monorepo":
        make(copy, int(count))
    elif kind == "tangle":
        tangle(copy, int(count))
    else:
        found = next(CORPORA.glob(f"{corpus}-*"), None)
        if corpus == "stdlib":
            found = Path(sysconfig.get_path("stdlib"))
        if found is None:
            raise SystemExit(f"{corpus} is not there: python benchmarks/corpora.py {corpus}")
        aside = shutil.ignore_patterns("site-packages", "__pycache__", ".git")
        shutil.copytree(found, copy, symlinks=True, ignore=aside)
    if is_commit:
        for words in (
            ("init", "-q"),
            ("add", "-A"),
            (*_IDENTITY, "commit", "-q", "-m", "A tree to measure on"),
        ):
            subprocess.run(["git", *words], cwd=copy, check=True)
        edit(copy, 0)
    return copy


def tangle(folder: Path, modules: int, seed: int = 3) -> None:
    """Write so many small modules of one package, each of which leads to all others."""
    chance = random.Random(seed)
    package = folder / "app"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    for number in range(modules):
        others = [int(modules * chance.random() ** 3) for _ in range(chance.randint(1, 5))]
        lines = [
            f"from app import m{n}" if chance.random() < 0.5 else f"from app.m{n} import f{n}"
            for n in dict.fromkeys([(number + 1) % modules, *others])
            if n != number
        ]
        text = "\n".join([*lines, "", f"def f{number}():", "    return 1", ""])
        (package / f"m{number}.py").write_text(text, encoding="utf-8")


def edit(tree: Path, number: int, corpus: str = "") -> None:
    """Change ten files: a comment at the end, a statement at the end, a name at the end.

    Args:
        tree: The tree.
        number: The round, so that each change is another.
        corpus: A corpus whose central file is changed instead, by a name at its end.
    """
    every = sorted(tree.rglob("*.py"))
    files = [path for path in every if path.stat().st_size > 1000] or every
    chosen = list(enumerate(files[:: max(len(files) // 10, 1)][:10]))
    if corpus:
        chosen = [(2, tree / CENTRAL[corpus.partition("-")[0]])]
    for position, path in chosen:
        text = ("# edited {}\n", "import string  # {}\n", "edited_{} = 1\n")[position % 3]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + text.format(f"{os.getpid()}{number}"))
