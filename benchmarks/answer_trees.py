"""The twenty trees that benchmarks/answer.py asks `analyze` about, each with its environment.

    python benchmarks/answer_trees.py                   fetch and install all
    python benchmarks/answer_trees.py httpie pint       only these
    python benchmarks/answer_trees.py --mirror FOLDER   take git trees from FOLDER/OWNER+NAME/repo

Trees go to `.corpora/answer/NAME`, environments to `.corpora/answer-env/NAME` (the tree itself is installed
in place, as its developers do). Both appear only when they are complete. Sdists come from whatever index pip
is configured with, git trees from their public address at the named commit.

They were chosen before any of them was analysed: in none of our other benchmarks and not among the
distributions of benchmarks/cost_measure.py. The first ten served while the parts were built (`development`),
the other ten were left alone until then (`held out`). dbt-core was one of these and could not be installed;
csvkit took its place before anything was analysed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import CORPORA, last_line, unpack

TREES = CORPORA / "answer"
ENVIRONMENTS = CORPORA / "answer-env"


@dataclass(frozen=True)
class Tree:
    """A tree, where it comes from, and what its environment holds."""

    name: str
    kind: str
    """`application`, `library`, `monorepo` or `half-broken`."""
    role: str
    """`development` or `held out`."""
    source: str
    """`NAME==VERSION` of an sdist, or `OWNER/NAME@COMMIT` on GitHub."""
    in_place: tuple[str, ...] = (".",)
    """Folders of the tree that are installed in place, with extras."""
    besides: tuple[str, ...] = ()
    """More distributions of its environment."""

    @property
    def folder(self) -> Path:
        """Where the tree is."""
        return TREES / self.name

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return ENVIRONMENTS / self.name / "bin" / "python"


def app(name: str, version: str, role: str, *besides: str) -> Tree:
    return Tree(name, "application", role, f"{name}=={version}", besides=besides)


def library(name: str, version: str, role: str, *besides: str) -> Tree:
    return Tree(name, "library", role, f"{name}=={version}", besides=besides)


DEVELOPMENT, HELD_OUT = "development", "held out"
ALL = (
    app("httpie", "3.2.4", DEVELOPMENT, "pytest"),
    app("datasette", "0.65.5", DEVELOPMENT, "pytest"),
    app("sqlfluff", "4.5.0", DEVELOPMENT, "pytest"),
    app("pgcli", "4.7.1", DEVELOPMENT, "psycopg[binary]", "pytest"),
    app("cookiecutter", "2.7.1", DEVELOPMENT, "pytest"),
    app("locust", "2.47.0", DEVELOPMENT, "pytest"),
    library("authlib", "1.9.10", DEVELOPMENT, "requests", "httpx", "flask", "django", "pytest"),
    library("pint", "0.25.3", DEVELOPMENT, "numpy", "pytest"),
    Tree(
        "pydantic-ai",
        "monorepo",
        DEVELOPMENT,
        "pydantic/pydantic-ai@4fda38988f2939fa6ea9cdefcf120693e10ef491",
        ("pydantic_graph", "pydantic_evals", "pydantic_ai_slim[openai,anthropic,cli,evals]", "clai"),
        ("pytest",),
    ),
    Tree(
        "geekcomputers",
        "half-broken",
        DEVELOPMENT,
        "geekcomputers/Python@bfd7138f6205e73ba53b583198285952d5fd19a2",
        (),
        ("requests", "beautifulsoup4", "numpy", "flask", "pandas", "rich", "tqdm", "pillow", "openpyxl",
         "psutil", "fastapi", "django", "qrcode", "colorama", "tornado", "matplotlib", "pytest"),
    ),
    app("pelican", "4.12.0", HELD_OUT, "pytest"),
    app("snakemake", "9.27.1", HELD_OUT, "pytest"),
    app("csvkit", "2.2.0", HELD_OUT, "pytest"),
    app("copier", "9.19.1", HELD_OUT, "pytest"),
    app("esptool", "5.6.0", HELD_OUT, "pytest"),
    library("trimesh", "5.2.0", HELD_OUT, "scipy", "networkx", "shapely", "lxml", "pytest"),
    library("pydicom", "3.0.2", HELD_OUT, "numpy", "pillow", "pytest"),
    library("python-gitlab", "8.6.0", HELD_OUT, "pyyaml", "pytest"),
    Tree(
        "kedro-plugins",
        "monorepo",
        HELD_OUT,
        "kedro-org/kedro-plugins@cf25aaf3b0062f6161b59427df2f2556fa49c76a",
        ("kedro-datasets", "kedro-docker", "kedro-airflow", "kedro-telemetry"),
        ("pandas", "requests", "pyarrow", "networkx", "matplotlib", "plotly", "sqlalchemy", "pytest"),
    ),
    Tree(
        "clusterfuzz",
        "half-broken",
        HELD_OUT,
        "google/clusterfuzz@77584976329599df63bf3a0404fde0d1572e3712",
        (),
        ("cryptography", "future", "protobuf", "psutil", "google-cloud-ndb", "google-cloud-storage", "pyyaml",
         "flask", "redis", "requests", "google-api-python-client", "pytest"),
    ),
)  # fmt: skip


def fetch(tree: Tree, mirror: Path | None) -> None:
    """Bring the tree into its folder unless it is there."""
    if tree.folder.exists():
        return
    TREES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TREES, prefix=".fetching-") as scratch:
        content = (
            _sdist(tree, Path(scratch)) if "==" in tree.source else _checkout(tree, Path(scratch), mirror)
        )
        content.rename(tree.folder)


def _sdist(tree: Tree, scratch: Path) -> Path:
    options = ["--no-deps", f"--no-binary={tree.name}", "--dest", str(scratch / "archive")]
    run([sys.executable, "-m", "pip", "download", "-q", *options, tree.source])
    (archive,) = (scratch / "archive").iterdir()
    return unpack(archive, scratch / "unpacked")


def _checkout(tree: Tree, scratch: Path, mirror: Path | None) -> Path:
    repository, _, commit = tree.source.partition("@")
    address = f"https://github.com/{repository}"
    if mirror is not None:
        address = str(mirror / repository.replace("/", "+") / "repo")
    target = scratch / "checkout"
    run(["git", "clone", "-q", "--no-checkout", address, str(target)])
    run(["git", "-C", str(target), "checkout", "-q", commit])
    return target


def install(tree: Tree) -> None:
    """Make the environment unless it is complete."""
    marker = ENVIRONMENTS / tree.name / "complete.txt"
    if marker.exists():
        return
    shutil.rmtree(marker.parent, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(marker.parent)])
    pip = [str(tree.python), "-m", "pip", "install", "-q"]
    in_place = [part for folder in tree.in_place for part in ("-e", f"./{folder}")]
    run([*pip, *in_place, *tree.besides], cwd=tree.folder)
    frozen = run([str(tree.python), "-m", "pip", "list", "--format=freeze"])
    marker.write_text(frozen, encoding="utf-8")


def run(command: Sequence[str], cwd: Path | None = None) -> str:
    env = {**os.environ, "UV_DYNAMIC_VERSIONING_BYPASS": "1.0.0"}
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd, env=env).stdout


def chosen(names: Sequence[str]) -> list[Tree]:
    """Return the trees of these names or of these roles; all where none is named.

    Raises:
        SystemExit: If there is no such tree.
    """
    known = {tree.name for tree in ALL} | {DEVELOPMENT, HELD_OUT, "held-out"}
    if unknown := sorted(set(names) - known):
        raise SystemExit(f"unknown: {', '.join(unknown)}; there are {', '.join(t.name for t in ALL)}")
    wanted = {name.replace("held-out", HELD_OUT) for name in names}
    return [tree for tree in ALL if not wanted or {tree.name, tree.role} & wanted]


def main() -> int:
    parser = argparse.ArgumentParser(description="Fetch the trees of benchmarks/answer.py.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--mirror", type=Path)
    options = parser.parse_args()
    complete = True
    for tree in chosen(options.names):
        try:
            fetch(tree, options.mirror)
            install(tree)
        except subprocess.CalledProcessError as error:
            complete = False
            print(f"{tree.name:<16} not usable: {last_line(error.stderr)}", flush=True)
        else:
            files = sum(path.is_file() for path in tree.folder.rglob("*.py"))
            print(f"{tree.name:<16} {tree.kind:<12} {tree.role:<12} {files:>6} .py files", flush=True)
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
