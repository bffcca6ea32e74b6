"""Keep lazy-import proposals to their promise: apply each in a copy and compare what really loads.

    python benchmarks/lazy_promises.py [PACKAGE...]      table on standard output
    python benchmarks/lazy_promises.py --write           the same, also to benchmarks/results/lazy_promises.md

For the ten best lazy-import proposals on an installed package (benchmarks/corpora.py says how it gets
there): its edits are applied to a copy that stands first on sys.path, every entry point it names is
imported in a fresh interpreter, and the package's own modules in sys.modules are compared with those loaded
before the edits. Promised are the modules of the proposal; missing were promised and are still loaded,
surplus disappeared without a promise. Then the edited modules, modules that import these, and a sample of
the rest are imported, each in a process of its own: what could be imported before must be importable, and
every public name must still be there, besides imports that moved into functions.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpora import CORPORA

from importgraph.config import from_options
from importgraph.findings.entry_points import TESTS, tests_of
from importgraph.fixes.model import DeferImport, Fix, Form
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.project import Project, open_project

SITE = CORPORA / "env" / "lib" / "python3.11" / "site-packages"
PYTHON = CORPORA / "env" / "bin" / "python"
RESULT = Path(__file__).with_name("results") / "lazy_promises.md"
BEST = 10
IMPORTERS = 15
SAMPLE = 10

LOADED = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
prefix, names = sys.argv[1], sys.argv[2:]
failed = []
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {type(error).__name__}: {error}"[:300])
own = [name for name in sys.modules if name.partition(".")[0] == prefix]
print("\\n" + json.dumps({"loaded": own, "failed": failed}))
"""

NAMES = """
import importlib, json, os, sys, warnings
warnings.simplefilter("ignore")
wanted = json.loads(sys.argv[1])
for name, before in wanted.items():
    sys.stdout.flush()
    if os.fork():
        os.wait()
        continue
    try:
        module = importlib.import_module(name)
        found = [n for n in dir(module) if not n.startswith("_")]
        lost = []
        for n in before:
            try:
                exec(f"from {name} import {n}", {})
            except ImportError:
                lost.append(n)
        exec(f"from {name} import *", {})
        result = {"module": name, "names": found, "lost": lost}
    except BaseException as error:
        result = {"module": name, "error": f"{type(error).__name__}: {error}"[:300]}
    print("\\n" + json.dumps(result), flush=True)
    os._exit(0)
"""


@dataclass(frozen=True)
class Outcome:
    """What one proposal did to one entry point."""

    package: str
    fix: Fix
    entry: str
    promised: frozenset[str]
    at_least: bool
    gone: frozenset[str]
    problems: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Tell whether exactly the promised modules disappeared, or at least these where it says so."""
        whole = self.promised <= self.gone if self.at_least else self.promised == self.gone
        return whole and not self.problems


class Copy:
    """A copy of a package that edits are applied to."""

    def __init__(self, folder: Path, package: str) -> None:
        self.folder = folder
        self.package = package
        shutil.copytree(SITE / package, folder / package)
        self._loaded: dict[tuple[str, ...], tuple[frozenset[str], tuple[str, ...]]] = {}
        self._names: dict[str, list[str] | None] = {}

    def run(self, script: str, *arguments: str) -> Iterator[dict[str, object]]:
        """Run a script that prints rows of JSON."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
        done = subprocess.run(
            [PYTHON, "-c", script, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                yield json.loads(line)

    def loaded(self, names: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the own modules that importing loads, and what failed."""
        found = next(
            self.run(LOADED, self.package, *names), {"loaded": [], "failed": ["the interpreter died"]}
        )
        return frozenset(found["loaded"]), tuple(found["failed"])  # type: ignore[arg-type]

    def loaded_before(self, names: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the same for the package without edits."""
        if names not in self._loaded:
            self._loaded[names] = self.loaded(names)
        return self._loaded[names]

    def names_before(self, modules: Iterable[str]) -> dict[str, list[str]]:
        """Return the public names of the modules that can be imported."""
        unknown = {name: [] for name in modules if name not in self._names}
        for row in self.run(NAMES, json.dumps(unknown)):
            self._names[str(row["module"])] = row.get("names")  # type: ignore[assignment]
        return {name: names for name in modules if (names := self._names.get(name)) is not None}

    def broken(self, before: Mapping[str, list[str]]) -> Iterator[str]:
        """Say what can no longer be imported."""
        seen = set()
        for row in self.run(NAMES, json.dumps(before)):
            seen.add(row["module"])
            if "error" in row:
                yield f"`{row['module']}` fails: {row['error']}"
            elif row["lost"]:
                yield f"`{row['module']}` lost {', '.join(row['lost'])}"  # type: ignore[arg-type]
        yield from (f"`{name}` fails: no answer" for name in before if name not in seen)

    def apply(self, fix: Fix) -> str:
        """Apply the edits of a proposal; return why that is not possible, if it is not."""
        by_path: dict[str, list[DeferImport]] = defaultdict(list)
        for edit in fix.edits:
            if isinstance(edit, DeferImport):
                by_path[edit.path].append(edit)
        for path, edits in by_path.items():
            result = rewrite((self.folder / path).read_text(encoding="utf-8"), edits)
            if isinstance(result, Refused):
                return f"{path}: {result.reason}"
            (self.folder / path).write_text(result, encoding="utf-8")
        return ""

    def restore(self, fix: Fix) -> None:
        """Take the edits back."""
        for edit in fix.edits:
            if isinstance(edit, DeferImport):
                shutil.copy2(SITE / edit.path, self.folder / edit.path)


def sampled(project: Project, package: str, fix: Fix) -> tuple[str, ...]:
    """Choose modules to import: the edited ones, some that import these, some others."""
    by_path = {module.path: name for name, module in project.graph.modules.items()}
    touched = {by_path[edit.path] for edit in fix.edits if isinstance(edit, DeferImport)}
    importers = sorted({e.importer for e in project.graph.imports if e.imported in touched} - touched)
    chance = random.Random(0)
    some = chance.sample(importers, min(IMPORTERS, len(importers)))
    others = sorted(
        n for n in project.graph.modules if n.startswith(f"{package}.") and not n.endswith("__main__")
    )
    return tuple(sorted({*touched, *some, *chance.sample(others, min(SAMPLE, len(others)))}))


def kept_names(project: Project, fix: Fix, before: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the names that moved into functions: nobody else takes them, the proposal says."""
    moved = {(e.path, e.bound) for e in fix.edits if isinstance(e, DeferImport) and e.form is not Form.EXPORT}
    modules = project.graph.modules
    return {m: [n for n in names if (modules[m].path, n) not in moved] for m, names in before.items()}


def check(project: Project, copy: Copy, fix: Fix) -> Iterator[Outcome]:
    sample = sampled(project, copy.package, fix)
    names = kept_names(project, fix, copy.names_before(sample))
    starts = {g.entry: tests_of(project.snapshot) if g.entry == TESTS else (g.entry,) for g in fix.gains}
    before = {entry: copy.loaded_before(modules) for entry, modules in starts.items()}
    refused = copy.apply(fix)
    problems = [refused] if refused else list(copy.broken(names))
    for gain in fix.gains:
        loaded, failed = copy.loaded(starts[gain.entry])
        new = [reason for reason in failed if reason not in before[gain.entry][1]]
        if before[gain.entry][1] and gain.entry != TESTS:
            new.append(f"cannot be imported before: {before[gain.entry][1][0]}")
        gone = before[gain.entry][0] - loaded
        yield Outcome(
            copy.package,
            fix,
            gain.entry,
            frozenset(gain.removed),
            bool(gain.at_least),
            gone,
            (*problems, *new),
        )
        problems = []
    copy.restore(fix)


def outcomes(package: str, count: int) -> Iterator[Outcome]:
    project = open_project(SITE / package, from_options(python_version=(3, 11)))
    best = [fix for fix in project.proposals.fixes if fix.kind == "lazy-imports"][:count]
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder), package)
        for fix in best:
            for outcome in check(project, copy, fix):
                print(
                    f"{package} {fix.id} {outcome.entry}: {'kept' if outcome.kept else 'BROKEN'}",
                    file=sys.stderr,
                )
                yield outcome


def table(found: Iterable[Outcome]) -> Iterator[str]:
    yield "| package | proposal | entry point | promised | disappeared | missing | surplus | verdict |"
    yield "| --- | --- | --- | ---: | ---: | --- | --- | --- |"
    for one in found:
        missing, surplus = sorted(one.promised - one.gone), sorted(one.gone - one.promised)
        verdict = "kept" if one.kept else "; ".join(one.problems) or "not kept"
        cells = (
            one.package,
            f"{one.fix.id} {one.fix.title.partition(': ')[0]} ({one.fix.applicability})",
            f"`{one.entry}`",
            f"at least {len(one.promised)}" if one.at_least else str(len(one.promised)),
            str(len(one.gone)),
            _some(missing),
            _some(surplus),
            verdict,
        )
        yield f"| {' | '.join(cells)} |"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(f"`{name}`" for name in names[:4]) + more if names else "0"


def report(found: list[Outcome]) -> str:
    fixes = {(one.package, one.fix.id) for one in found}
    bad = {(one.package, one.fix.id) for one in found if not one.kept}
    lines = [
        "# Lazy-import promises against fresh interpreters",
        "",
        f"Python 3.11. {len(fixes) - len(bad)} of {len(fixes)} keep their promise for every entry.",
        "Where one says *at least*, more may go.",
        "`benchmarks/lazy_promises.py` says how it is tried.",
        "",
        *table(found),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Apply the best lazy-import proposals and compare what loads."
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", default=["django", "sympy"])
    parser.add_argument("--best", type=int, default=BEST, help="how many proposals (default: 10)")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    found = [one for package in options.packages for one in outcomes(package, options.best)]
    text = report(found)
    print(text, end="")
    if options.write:
        RESULT.write_text(text, encoding="utf-8")
    return 0 if all(one.kept for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
