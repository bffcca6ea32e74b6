"""Compare `importgraph doctor` with pytest on repositories it was not built on, and keep what the first run said.

Usage: python benchmarks/doctor_held_out.py [--base FOLDER] [NAME…]
Makes what is absent in the base (.corpora/held-out): sdists and environments from the package registry. A repository of the
list without a distribution is a clone, which has to stand in the base already. Needs python3.11 to python3.13 on PATH.
Writes its part of results/doctor_accuracy.md: the latest run of each, kept in the base as now.json, and which were not run there.
First runs are kept in results/doctor_held_out.json and never replaced.
"""

import argparse
import gc
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from doctor_accuracy import RESULTS, ROOT, judge, show
from doctor_truth import Truth, unpacked

FIRST = RESULTS.with_name("doctor_held_out.json")
BEGIN, END = "<!-- held out -->", "<!-- end of held out -->"
COUNTS = ("failing", "flagged", "hits", "judged", "right")


@dataclass(frozen=True)
class Repository:
    """One repository, its environment, and what pytest is given."""

    batch: int
    """The predictor was mended for what one batch showed before the next one ran."""
    name: str
    python: str
    distribution: str
    """Which sdist it is; empty for a clone."""
    installed: tuple[str, ...] = ()
    """What is installed besides the package, its requirements and pytest."""
    words: tuple[str, ...] = ()
    env: str = ""

    @property
    def folder(self) -> str:
        return (
            self.distribution.replace("==", "-").replace("ansible-core", "ansible_core") or f"{self.name}-git"
        )


R = Repository
REPOSITORIES = (
    R(1, "luigi", "3.11", "luigi==3.8.1", ("mock",), ("test",)),
    R(1, "twisted", "3.13", "twisted==26.10.0", (), ("src/twisted", "-o", "pythonpath=src")),
    R(1, "apprise", "3.13", "apprise==2.2.0"),
    R(1, "nltk", "3.12", "nltk==3.10.4"),
    R(1, "buildbot", "3.11", "buildbot==4.3.0", (), ("buildbot/test/unit",)),
    R(1, "dask-plain", "3.11", "dask==2026.8.0", (), ("-o", "addopts="), "dask"),
    R(1, "pylint", "3.12", "pylint==4.1.4"),
    R(1, "moto", "3.11", "moto==5.2.5", (), ("tests",)),
    R(1, "ipython", "3.13", "ipython==9.18.1"),
    R(1, "geopandas", "3.12", "geopandas==1.2.0"),
    R(1, "wagtail", "3.12", "wagtail==8.0.1", ("pytest-django",), ("wagtail",)),
    R(1, "dask", "3.11", "dask==2026.8.0"),
    R(1, "ansible", "3.11", "ansible-core==2.19.14", (), ("test/units",)),
    R(1, "gx", "3.11", "great_expectations==1.24.1", (), ("tests",)),
    R(1, "drf", "3.12", "djangorestframework==3.18.3", ("pytest-django",)),
    R(1, "jupyter_server", "3.11", "jupyter_server==2.21.1", ("pytest-jupyter", "pytest-asyncio")),
    R(1, "distributed", "3.11", "distributed==2026.8.0"),
    R(2, "falcon", "3.13", "falcon==4.4.0"),
    R(2, "nbconvert", "3.13", "nbconvert==7.17.2"),
    R(2, "optuna", "3.12", "optuna==5.0.0"),
    R(2, "papis", "3.11", "papis==0.16.1", ("pytest-cov",)),
    R(2, "pyramid", "3.13", "pyramid==2.1"),
    R(2, "redis", "3.11", "redis==8.1.0", ("pytest-asyncio",)),
    R(2, "trio", "3.12", "trio==0.35.0", (), ("src/trio",)),
    R(2, "dvc", "3.11", "dvc==3.67.1", ("pytest-cov",)),
    R(2, "poetry", "3.11", "poetry==2.5.1", ("pytest-xdist",)),
    R(2, "sanic", "3.12", "sanic==25.12.1"),
    R(2, "zarr", "3.12", "zarr==3.1.6", ("pytest-asyncio",)),
    R(2, "skbuild", "3.12", "scikit_build_core==1.1.2"),
    R(3, "satpy", "3.12", "satpy==0.60.0"),
    R(3, "hatch", "3.12", "hatch==1.18.2"),
    R(3, "sqlfluff", "3.11", ""),
    R(3, "authlib", "3.13", "", ("pytest-asyncio",)),
    R(3, "elasticsearch", "3.11", "", ("pytest-asyncio",)),
    R(3, "sunpy", "3.12", "sunpy==7.0.5"),
    R(3, "ptb", "3.13", "python_telegram_bot==22.8", ("pytest-asyncio", "flaky")),
    R(3, "pdm", "3.11", "pdm==2.29.4"),
    R(3, "kedro", "3.11", "", ("pytest-cov",)),
    R(3, "sentry", "3.11", "", ("pytest-asyncio",)),
)


def prepared(one: Repository, base: Path) -> tuple[Path, Path]:
    """Return the folder and the environment of a repository, made where they are absent."""
    folder, env = base / "repos" / one.folder, base / "envs" / (one.env or one.name)
    if not folder.is_dir():
        if not one.distribution:
            raise SystemExit(f"Clone {one.name} into {folder} first.")
        fetch(one.distribution, folder.parent)
    if not env.is_dir():
        subprocess.run([f"python{one.python}", "-m", "venv", env], check=True)
        wanted = one.distribution or one.name
        subprocess.run(
            [env / "bin" / "pip", "install", "-q", "--no-compile", "pytest", wanted, *one.installed],
            check=True,
        )
    return folder, env


def fetch(distribution: str, into: Path) -> None:
    """Unpack an sdist."""
    into.mkdir(parents=True, exist_ok=True)
    name = distribution.partition("==")[0]
    with tempfile.TemporaryDirectory() as scratch:
        options = ["-q", "--no-deps", "--no-binary", name, "-d", scratch]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, distribution], check=True)
        for archive in Path(scratch).glob("*.tar.gz"):
            with tarfile.open(archive) as opened:
                opened.extractall(into, filter="data")


def run(one: Repository, base: Path, known: dict[str, str]) -> dict[str, object]:
    """Compare one prediction with pytest, or with what pytest said before."""
    folder, env = prepared(one, base)
    truth: Truth | None = unpacked(known[one.name], folder) if one.name in known else None
    gc.collect()
    result = judge(folder, one.words, env, truth)
    known[one.name] = str(result.pop("truth"))
    show(
        {"number": one.batch, "suite": one.name, "kind": one.folder, "detail": " ".join(one.words), **result}
    )
    result["starts"] = not unpacked(known[one.name], folder).aborted
    return result


def numbers(result: dict[str, object]) -> str:
    """Write predicted, found, right causes of those that pytest shows."""
    right = f"{result['right']} of {result['judged']}" if result["judged"] else "-"
    return f"{result['flagged']} | {result['hits']} | {right}"


def rows(
    results: dict[str, dict[str, object]], first: dict[str, dict[str, object]], *, starts: bool
) -> list[str]:
    """Write one line for each repository, batch by batch, with the sums."""
    lines = [
        (
            "| batch | repository | Python | test files | fail | first run: predicted | found | cause right "
            "| now: predicted | found | cause right |"
        ),
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for batch in sorted({one.batch for one in REPOSITORIES}):
        chosen = [
            one for one in REPOSITORIES
            if one.batch == batch and one.name in results and results[one.name]["starts"] is starts
        ]  # fmt: skip
        for one in chosen:
            result = results[one.name]
            label = " ".join((one.folder, *one.words))
            lines.append(
                f"| {batch} | {label} | {one.python} | {result['files']} | {result['failing']} "
                f"| {numbers(first[one.name])} | {numbers(result)} |"
            )
        sums = [total([table[one.name] for one in chosen]) for table in (first, results)]
        files = sum(int(str(results[one.name]["files"])) for one in chosen)
        lines.append(
            f"| {batch} | **all** | | {files:,} | {sums[1]['failing']:,} | {numbers(sums[0])} | {numbers(sums[1])} |"
        )
    return lines


def _absent(results: Container[str]) -> str:
    """Name the repositories that were not run, if there are any."""
    absent = [one.name for one in REPOSITORIES if one.name not in results]
    return f" Not run: {', '.join(absent)}." if absent else ""


def total(results: list[dict[str, object]]) -> dict[str, object]:
    return {key: sum(int(str(one[key])) for one in results) for key in COUNTS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / ".corpora" / "held-out")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    if shutil.which("python3.13") is None:
        print("python3.13 is not on PATH: environments that are there will do, others cannot be made")
    given.base = given.base.resolve()  # pytest names files by their real paths
    store = given.base / "truths.json"
    latest = given.base / "now.json"
    known = json.loads(store.read_text()) if store.exists() else {}
    first = json.loads(FIRST.read_text()) if FIRST.exists() else {}
    results = json.loads(latest.read_text()) if latest.exists() else {}
    for one in REPOSITORIES:
        if given.names and one.name not in given.names:
            continue
        results[one.name] = run(one, given.base, known)
        store.write_text(json.dumps(known))
        latest.write_text(json.dumps(results))
        first.setdefault(one.name, {key: results[one.name][key] for key in COUNTS})
    FIRST.write_text(json.dumps(first, indent=1, sort_keys=True) + "\n")
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = "\n".join([
        "Sessions that start:", "", *rows(results, first, starts=True), "",
        "Sessions that pytest ends before it collects (counted by the test files that then do not run):", "",
        *rows(results, first, starts=False), "",
        f"Run in this series: {len(results)} of {len(REPOSITORIES)}.{_absent(results)}",
    ])  # fmt: skip
    RESULTS.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
