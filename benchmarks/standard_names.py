"""Write importgraph/environment/standard_names.txt: the names of standard modules that no text shows.

Usage: python benchmarks/standard_names.py PYTHON…    (commands: one interpreter of each version, on Linux)

A line is a module and its names. A name with `>=3.12` came then, one with `<3.12` was gone then. Names in
capitals are left out, for they depend on the platform.
"""

import json
import shlex
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "importgraph" / "environment" / "standard_names.txt"
MODULES = (
    "_thread", "array", "asyncio", "atexit", "binascii", "cmath", "gc", "inspect", "itertools", "marshal",
    "math", "mmap", "select", "signal", "socket", "sys", "time", "unicodedata", "zlib",
)  # fmt: skip
ASKING = """
import importlib, json, sys
found = {}
for name in sys.argv[1:]:
    names = dir(importlib.import_module(name))
    found[name] = [one for one in names if not one.startswith("__") and not one.isupper()]
print(json.dumps([sys.version_info[1], found]))
"""


def spans(name: str, versions: dict[int, set[str]]) -> str:
    """Return a name with the versions that have it, where those are not all."""
    order = sorted(versions)
    there = [version for version in order if name in versions[version]]
    begin = f">=3.{there[0]}" if there[0] != order[0] else ""
    end = f"<3.{there[-1] + 1}" if there[-1] != order[-1] else ""
    return name + begin + end


def main(commands: list[str]) -> None:
    """Ask the interpreters and write the file."""
    found: dict[int, dict[str, list[str]]] = {}
    for command in commands:
        asked = [*shlex.split(command), "-I", "-c", ASKING, *MODULES]
        minor, names = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
        found[minor] = names
    lines = [f"# Python 3.{min(found)} to 3.{max(found)}, made by benchmarks/standard_names.py"]
    for module in MODULES:
        versions = {minor: set(names[module]) for minor, names in found.items()}
        known = sorted(set().union(*versions.values()))
        lines.append(" ".join((module, *(spans(name, versions) for name in known))))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
