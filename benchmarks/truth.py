"""Record what importing each module of a real package really loads: the ground truth for the runtime graph.

    python benchmarks/corpora.py --env              first, once
    python benchmarks/truth.py [PACKAGE...]         default: all, smallest first; 11 minutes on 2 busy cores
    python benchmarks/truth.py --environment env-unseen --sample 150 --workers 1 PACKAGE...

Every module of the installed package, its tests included, is imported in an interpreter that has imported
nothing else (benchmarks/pristine.py), and the package's own modules in `sys.modules` afterwards are written
to `.corpora/truth/<package>.json`:

    {"package", "version", "python",
     "root":      the folder which holds the package, relative to .corpora,
     "preloaded": what the interpreter had loaded before,
     "environment": the folder of the environment, relative to .corpora,
     "files":     the number of .py files, `__main__` excepted: each is one module below, or a sample of them
                  (drawn with the seed 0),
     "modules":   {name: {"loaded": [...], "aliases": {key: real name}} | {"error": "Type: message"}}}

A file counts as the module of its place, by whatever name it was loaded.
A module in a folder without `__init__.py` is imported as part of a namespace package, whatever its name.
Nothing is configured: a Django module that needs settings is an error here, and benchmarks/faithfulness.py
leaves it out.
"""

import argparse
import ast
import json
import os
import random
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from corpora import CORPORA, ENVIRONMENT, TRUTH_PACKAGES

TRUTH = CORPORA / "truth"
SEED = 0

FACTS = """
import importlib.metadata, importlib.util, json, pathlib, platform, sys
package = sys.argv[1]
folder = pathlib.Path(list(importlib.util.find_spec(package).submodule_search_locations)[0])
owners = importlib.metadata.packages_distributions()[package]
version = ", ".join(importlib.metadata.version(name) for name in owners[:1])
print(json.dumps({"version": version, "python": platform.python_version(), "site": str(folder.parent)}))
"""


def module_files(site: Path, package: str) -> dict[str, Path]:
    """Return the .py file of each module, `__main__` and names with dots inside excepted; packages win."""
    files: dict[str, Path] = {}
    for path in sorted((site / package).rglob("*.py")):
        parts = path.relative_to(site).with_suffix("").parts
        if parts[-1] == "__main__" or any("." in part for part in parts):
            continue
        if parts[-1] == "__init__":
            files[".".join(parts[:-1])] = path
        else:
            files.setdefault(".".join(parts), path)
    return files


def observed(python: Path, package: str, names: list[str]) -> list[Any]:
    """Import the names one by one in the environment; return what was preloaded, then the results."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO"))}
    home = CORPORA / "home"  # matplotlib keeps its font cache here from one import to the next
    home.mkdir(parents=True, exist_ok=True)
    finished = subprocess.run(
        [str(python), "-P", "-s", str(Path(__file__).with_name("pristine.py")), package],
        input="\n".join(names),
        env={**clean, "HOME": str(home), "PYTHONHASHSEED": "0"},
        cwd=home,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [ast.literal_eval(line) for line in finished.stdout.splitlines()]


def truth_of(package: str, environment: Path, sample: int, workers: int) -> dict[str, Any]:
    python = environment / "bin" / "python"
    asked = subprocess.run(
        [str(python), "-P", "-s", "-c", FACTS, package], check=True, capture_output=True, text=True
    )
    facts = json.loads(asked.stdout)
    site = Path(facts["site"])
    subprocess.run([str(python), "-m", "compileall", "-q", str(site / package)], check=False)
    names = sorted(module_files(site, package))
    chosen = names if sample >= len(names) else sorted(random.Random(SEED).sample(names, sample))
    shares = [chosen[start::workers] for start in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        observations = list(pool.map(observed, [python] * workers, [package] * workers, shares))
    by_file = {str(path): name for name, path in module_files(site, package).items()}
    modules = {
        name: {"error": error} if error else {"loaded": _by_file(loaded, places, by_file), "aliases": aliases}
        for _, *results in observations
        for name, loaded, aliases, error, places in results
    }
    return {
        "package": package,
        "version": facts["version"],
        "python": facts["python"],
        "root": str(site.relative_to(CORPORA)),
        "environment": str(environment.relative_to(CORPORA)),
        "preloaded": observations[0][0],
        "files": len(names),
        "modules": modules,
    }


def _by_file(loaded: list[str], places: Mapping[str, str], by_file: Mapping[str, str]) -> list[str]:
    """Return the modules, those whose names say another file than theirs by the place of their file."""
    return sorted({by_file.get(places.get(name, ""), name) for name in loaded})


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what importing each module of a real package loads.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"default: {' '.join(TRUTH_PACKAGES)}")
    parser.add_argument("--environment", default=ENVIRONMENT.name, help="a folder of .corpora")
    parser.add_argument("--sample", type=int, default=1_000_000, help="the most modules of one package")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    environment = CORPORA / options.environment
    if not (environment / "bin" / "python").exists():
        parser.error("there is no environment yet: run python benchmarks/corpora.py --env")
    TRUTH.mkdir(exist_ok=True)
    for package in options.packages or TRUTH_PACKAGES:
        start = time.monotonic()
        truth = truth_of(package, environment, options.sample, options.workers)
        target = TRUTH / f"{package}.json"
        partial = target.with_suffix(".partial")
        partial.write_text(json.dumps(truth, sort_keys=True, separators=(",", ":")), encoding="utf-8")
        partial.rename(target)
        failed = sum("error" in module for module in truth["modules"].values())
        print(
            f"{package:<11} {truth['version']:<8} {len(truth['modules'])} of {truth['files']} modules, "
            f"{failed} not importable, {time.monotonic() - start:.0f} s  root {truth['root']}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
