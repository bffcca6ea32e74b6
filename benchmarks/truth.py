"""Record what importing each module of a real package really loads: the ground truth for the runtime graph.

    python benchmarks/corpora.py --env              first, once
    python benchmarks/truth.py [PACKAGE...]         default: all, smallest first; 11 minutes on 2 busy cores

Every module of the installed package, its tests included, is imported in an interpreter that has imported
nothing else (benchmarks/pristine.py), and the package's own modules in `sys.modules` afterwards are written
to `.corpora/truth/<package>.json`:

    {"package", "version", "python",
     "root":      the folder which holds the package, relative to .corpora,
     "preloaded": what the interpreter had loaded before,
     "files":     the number of .py files, `__main__` excepted: each is one module below,
     "modules":   {name: {"loaded": [...], "aliases": {key: real name}} | {"error": "Type: message"}}}

A module in a folder without `__init__.py` is imported as part of a namespace package, whatever its name.
Nothing is configured: a Django module that needs settings is an error here, and benchmarks/faithfulness.py
leaves it out.
"""

import argparse
import ast
import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from corpora import CORPORA, ENVIRONMENT, TRUTH_PACKAGES

PYTHON = ENVIRONMENT / "bin" / "python"
TRUTH = CORPORA / "truth"
WORKERS = 2

FACTS = """
import importlib.metadata, importlib.util, json, pathlib, platform, sys
package = sys.argv[1]
folder = pathlib.Path(importlib.util.find_spec(package).origin).parent
version = importlib.metadata.version(package)
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


def observed(package: str, names: list[str]) -> list[Any]:
    """Import the names one by one in the environment; return what was preloaded, then the results."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO"))}
    home = CORPORA / "home"  # matplotlib keeps its font cache here from one import to the next
    home.mkdir(parents=True, exist_ok=True)
    finished = subprocess.run(
        [str(PYTHON), "-P", "-s", str(Path(__file__).with_name("pristine.py")), package],
        input="\n".join(names),
        env={**clean, "HOME": str(home), "PYTHONHASHSEED": "0"},
        cwd=home,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [ast.literal_eval(line) for line in finished.stdout.splitlines()]


def truth_of(package: str) -> dict[str, Any]:
    asked = subprocess.run(
        [str(PYTHON), "-P", "-s", "-c", FACTS, package], check=True, capture_output=True, text=True
    )
    facts = json.loads(asked.stdout)
    site = Path(facts["site"])
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", str(site / package)], check=False)
    names = sorted(module_files(site, package))
    shares = [names[start::WORKERS] for start in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        observations = list(pool.map(observed, [package] * WORKERS, shares))
    modules = {
        name: {"error": error} if error else {"loaded": loaded, "aliases": aliases}
        for _, *results in observations
        for name, loaded, aliases, error in results
    }
    return {
        "package": package,
        "version": facts["version"],
        "python": facts["python"],
        "root": str(site.relative_to(CORPORA)),
        "preloaded": observations[0][0],
        "files": len(names),
        "modules": modules,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what importing each module of a real package loads.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"default: {' '.join(TRUTH_PACKAGES)}")
    packages = parser.parse_args().packages or TRUTH_PACKAGES
    if not PYTHON.exists():
        parser.error("there is no environment yet: run python benchmarks/corpora.py --env")
    TRUTH.mkdir(exist_ok=True)
    for package in packages:
        start = time.monotonic()
        truth = truth_of(package)
        target = TRUTH / f"{package}.json"
        partial = target.with_suffix(".partial")
        partial.write_text(json.dumps(truth, sort_keys=True, separators=(",", ":")), encoding="utf-8")
        partial.rename(target)
        failed = sum("error" in module for module in truth["modules"].values())
        print(
            f"{package:<11} {truth['version']:<8} {truth['files']:>5} modules, {failed} not importable, "
            f"{time.monotonic() - start:.0f} s  root {truth['root']}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
