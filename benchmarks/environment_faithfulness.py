"""Compare static closures over all owners with what a fresh interpreter of the environment really loads.

    python benchmarks/environment_faithfulness.py ENVIRONMENT MODULE...     a table on standard output
    python benchmarks/environment_faithfulness.py ENVIRONMENT MODULE... --json FILE     each name, too

Imports each module in a fresh process of the environment: this executes its code. For each module:

- real: modules that importing it adds to `sys.modules`, without those that have no `__spec__` of their own
  (objects that a package puts there) and without second names of one module
- missed: real ones that the static closure lacks; extra: those of the closure that are not in `sys.modules`
- compiled: compiled modules of distributions in the closure, whose imports no text gives
- CPU: seconds of processor time for closure and costs, from the cache of facts and without it
"""

import argparse
import gc
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from importgraph.config import from_options
from importgraph.environment.finder import FileKind, Owner
from importgraph.graph.views import closure
from importgraph.project import open_project

_TRUTH = """
import sys
before = set(sys.modules)
__import__(sys.argv[1])
for name, module in list(sys.modules.items()):
    spec = getattr(module, "__spec__", None)
    own = name not in before and spec is not None and spec.name == name
    sys.stdout.write(("LOADED " if own else "OTHER ") + name + chr(10))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One module compared."""

    module: str
    real: int
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    compiled: tuple[str, ...]
    files: int
    """Read from the environment."""
    cold_s: float
    warm_s: float


def loaded(python: Path, module: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the modules that importing one adds in a fresh interpreter, and all other names there then.

    None where importing it fails.
    """
    words = [str(python), "-c", _TRUTH, module]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        return None
    words = [line.split(" ") for line in done.stdout.splitlines()]
    own = frozenset(word[1] for word in words if word[0] == "LOADED")
    return own, frozenset(word[1] for word in words if word[0] == "OTHER")


def compared(environment: Path, module: str, folder: Path) -> Row | None:
    """Compare one module; the tree that is analysed is a file that imports it."""
    truth = loaded(environment / "bin" / "python", module)
    if truth is None:
        return None
    tree = folder / "tree"
    tree.mkdir(exist_ok=True)
    (tree / "entry_file.py").write_text(f"import {module}\n")
    times = []
    for _ in range(2):
        start = time.process_time()
        options = from_options(python=str(environment), workers=1)
        snapshot = open_project(tree, options, cache_folder=folder / "cache").snapshot
        nodes = closure(snapshot.loading, ["entry_file"])
        for node in nodes:
            snapshot.weight(node)
        times.append(time.process_time() - start)
    outside = snapshot.outside
    if outside is None:
        raise SystemExit(f"{environment} is no environment")
    known = {node for node in nodes if node in outside.outside.files} - outside.started - outside.failing
    real, others = truth[0] - outside.started, truth[1]
    files = outside.outside.files
    made = {node for node in known if files[node].kind is FileKind.MADE}
    compiled = [
        node
        for node in known
        if files[node].kind is FileKind.COMPILED and files[node].owner is Owner.THIRD_PARTY
    ]
    return Row(
        module,
        len(real),
        tuple(sorted(real - known)),
        tuple(sorted(known - real - others - made)),
        tuple(sorted(compiled)),
        outside.outside.reader.count,
        times[0],
        times[1],
    )


def table(rows: list[Row]) -> Iterator[str]:
    """Write the rows as markdown, then which names differ."""
    yield "| module | real | missed | extra | compiled | files read | CPU s, nothing cached | CPU s, cached |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        counts = f"{row.real:,} | {len(row.missed)} | {len(row.extra)} | {len(row.compiled)}"
        yield f"| {row.module} | {counts} | {row.files:,} | {row.cold_s:.2f} | {row.warm_s:.2f} |"
    real, missed = sum(row.real for row in rows), sum(len(row.missed) for row in rows)
    extra = sum(len(row.extra) for row in rows)
    yield f"| together | {real:,} | {missed} ({missed / real:.1%}) | {extra} ({extra / real:.1%}) | | | | |"
    for row in rows:
        for kind, names in (("missed", row.missed), ("extra", row.extra)):
            if names:
                more = f" and {len(names) - 12} more" if len(names) > 12 else ""
                yield ""
                yield f"{row.module}, {kind}: {', '.join(f'`{name}`' for name in names[:12])}{more}"


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("environment", type=Path)
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    gc.disable()
    rows: list[Row] = []
    for module in given.modules:
        with TemporaryDirectory() as folder:
            found = compared(given.environment, module, Path(folder))
        if found is None:
            print(f"{module} cannot be imported there.")
        else:
            rows.append(found)
    print("\n".join(table(rows)))
    if given.json is not None:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
