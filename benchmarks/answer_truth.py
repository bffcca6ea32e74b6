"""What the entry points of the trees of benchmarks/answer.py really cost: profiles, taken once and kept.

    python benchmarks/answer_truth.py [NAME...]       take the profiles that are missing

A console script is measured by importing the module its function is in, or where the product says that the
function imports more by calling it with `--help`; `python -m PACKAGE` by running it with `--help`; a script
by importing what it imports, since what it does beside that may be anything; a test session by collecting it
with pytest. Profiles go to
`.corpora/answer-truth/NAME/`. The trees' code is executed.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from answer_trees import CORPORA, Tree, chosen

from importgraph.errors import ImportgraphError
from importgraph.findings.entry_points import (
    EntryKind,
    EntryPoint,
    entry_points,
    imported_by,
    with_entries,
)
from importgraph.graph.views import View
from importgraph.measurements.model import (
    ENTRY_MODULE,
    ImportProfile,
    ModuleTiming,
    dump_profile,
    load_profile,
)
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.retained import immediate_dominators, import_edges, retained_by_group
from importgraph.measurements.target import PYTEST_OPTIONS, Target
from importgraph.project import Project

TRUTH = CORPORA / "answer-truth"
LEAST_SHARE = 0.03
OUTSIDE = ("[", "(")
"""How things from outside begin: what only they load is theirs."""
NEARLY = 0.9
"""A thing below another that holds this share of it is the better name for the same part."""

RUN_MODULE = """
import runpy, sys
sys.argv[:] = [{name!r}, "--help"]
runpy.run_module({name!r}, run_name="__main__", alter_sys=True)
"""
RUN_FUNCTION = """
import sys
sys.argv[:] = [{name!r}, "--help"]
from {module} import {first}
sys.exit({function}())
"""


@dataclass(frozen=True, eq=False)
class Truth:
    """The measured cost of one entry point."""

    profile: ImportProfile

    @cached_property
    def self_us(self) -> Mapping[str, int]:
        """Self times by module; of a test session pytest's own modules are among them."""
        return {m.name: lesser(m) for m in self.profile.modules}

    @cached_property
    def of_runner(self) -> frozenset[str]:
        """What a test session has loaded before the first module of the tree."""
        if self.profile.kind != "pytest":
            return self._of_runpy
        modules = sorted(self.profile.modules, key=lambda module: module.order)
        first = next((m.order for m in modules if m.group == "first-party"), len(modules))
        return frozenset(m.name for m in modules if m.order < first)

    @cached_property
    def _of_runpy(self) -> frozenset[str]:
        found = {m.name for m in self.profile.modules if m.name == "runpy"}
        for module in sorted(self.profile.modules, key=lambda module: module.order):
            if module.loaded_by in found and module.group == "standard":
                found.add(module.name)
        return frozenset(found)

    @cached_property
    def total_us(self) -> int:
        """All self times together; the collector's pauses are in no module and not in here."""
        runpy = self._of_runpy if self.profile.kind == "script" else ()
        return sum(cost for name, cost in self.self_us.items() if name not in runpy)

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """By module, the thing it belongs to: itself, its distribution, or a part of the standard library."""
        return {m.name: _thing(m.name, m.group, m.distribution) for m in self.profile.modules}

    @cached_property
    def edges(self) -> set[tuple[str, str]]:
        """Who loads or imports whom."""
        loaded = [(m.name, m.loaded_by) for m in self.profile.modules]
        return import_edges(loaded, self.profile.imports)

    @cached_property
    def retained_us(self) -> Mapping[str, int]:
        """By thing, what would not be loaded without it; in a test session without what pytest loads."""
        times = {name: cost for name, cost in self.self_us.items() if name not in self.of_runner}
        found = retained_by_group(times, self.edges, self.groups)
        return {thing: cost for thing, cost in found.items() if thing != ENTRY_MODULE and cost > 0}

    @cached_property
    def above(self) -> Mapping[str, str]:
        """The immediate dominator of each thing."""
        named = {(self.groups.get(a, a), self.groups.get(b, b)) for a, b in self.edges}
        return immediate_dominators({(a, b) for a, b in named if a != b}, ENTRY_MODULE)

    def heaviest(self, entry: EntryPoint) -> str:
        """Return the thing that holds most, without the entry's own module and the packages around it."""
        around = {entry.module, f"{entry.module}.__main__", "__main__"}
        candidates = [
            (cost, thing)
            for thing, cost in self.retained_us.items()
            if thing not in around
            and not entry.module.startswith(f"{thing}.")
            and self.above.get(thing, "")[:1] not in OUTSIDE
        ]
        if not candidates:
            return ""
        best, name = max(candidates)
        while True:
            children = [(c, t) for c, t in candidates if self.above.get(t) == name and c >= best * NEARLY]
            if not children:
                return name
            best, name = max(children)


def lesser(module: ModuleTiming) -> int:
    """Return processor time where it is less than wall time: other programs run meanwhile.

    Where a module is loaded twice, its processor time is that of the first load alone, and does not count.
    """
    cpu, wall = module.cpu_us, module.self_us
    return cpu if wall * LEAST_SHARE < cpu < wall else wall


def _thing(name: str, group: str, distribution: str | None) -> str:
    if group == "first-party":
        return name
    if group == "external":
        return f"[{distribution or name.partition('.')[0]}]"
    return f"({name.partition('.')[0]})"


def target_of(tree: Tree, entry: EntryPoint, project: Project, scratch: Path) -> Target:
    """Say what to run for an entry point."""
    python, folder = str(tree.python), tree.folder
    roots = [str(project.root / root) for root, _ in project.graph.roots]
    env: tuple[tuple[str, str | None], ...] = (
        ("PYTHONPATH", ":".join(roots)),
        ("MPLBACKEND", "agg"),
    )
    if entry.kind is EntryKind.TESTS:
        return Target(python, "pytest", "", PYTEST_OPTIONS, folder, (("MPLBACKEND", "agg"),))
    if entry.kind is EntryKind.MODULE:
        return Target(python, "module", entry.module, cwd=folder, env=env)
    if entry.function:
        script = scratch / "run_function.py"
        called = entry.function.partition(".")[0]
        text = RUN_FUNCTION.format(
            name=entry.label, module=entry.module, function=entry.function, first=called
        )
        script.write_text(text, encoding="utf-8")
        return Target(python, "script", str(script), cwd=folder, env=env)
    if "/" in entry.module:
        text = "".join(f"import {name}\n" for name in imported_by(with_entries_of(project), entry))
        script = scratch / "imports.py"
        script.write_text(text, encoding="utf-8")
        return Target(python, "script", str(script), (), folder, env)
    script = scratch / "run_module.py"
    script.write_text(RUN_MODULE.format(name=entry.module.removesuffix(".__main__")), encoding="utf-8")
    return Target(python, "script", str(script), cwd=folder, env=env)


def with_entries_of(project: Project) -> View:
    """Return the view in which entry points are nodes."""
    return with_entries(project.snapshot, project.snapshot.loading)


def place_of(tree: Tree, entry: EntryPoint) -> Path:
    return TRUTH / tree.name / (re.sub(r"[^\w.-]+", "_", f"{entry.kind} {entry.module}").strip("_") + ".json")


def truth_of(tree: Tree, entry: EntryPoint) -> Truth | str:
    """Return what was measured, or why nothing was."""
    place = place_of(tree, entry)
    if place.exists():
        truth = Truth(load_profile(place))
        unfit = next((note for note in truth.profile.notes if "ended with code 4" in note), "")
        if truth.profile.bytecode != "warm":
            return "it ends with an error, so it was run once, without bytecode"
        return unfit or truth  # a conftest that fails, or options of a plug-in that is not installed
    failed = place.with_suffix(".failed")
    return failed.read_text(encoding="utf-8") if failed.exists() else "not measured"


def measure(tree: Tree, project: Project, runs: int) -> Iterator[tuple[EntryPoint, str]]:
    """Take the profiles that are missing; yield what each gave."""
    for entry in entry_points(project.snapshot):
        place = place_of(tree, entry)
        if place.exists() or place.with_suffix(".failed").exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            target = target_of(tree, entry, project, Path(folder))
            few = 2 if entry.kind is EntryKind.TESTS else runs
            try:
                profile = profile_target(target, Settings(runs=few, timeout=120.0))
            except ImportgraphError as error:
                place.with_suffix(".failed").write_text(str(error), encoding="utf-8")
                yield entry, str(error)
                continue
        exits = entry.kind is not EntryKind.MODULE
        if not profile.complete and not exits:
            place.with_suffix(".failed").write_text("; ".join(profile.notes), encoding="utf-8")
            yield entry, f"not complete: {'; '.join(profile.notes)}"
            continue
        place.write_bytes(dump_profile(profile))
        yield entry, f"{profile.total_us / 1000:.1f} ms"


def main() -> int:
    from answer import analysed

    parser = argparse.ArgumentParser(description="Measure the entry points of the trees.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for tree in chosen(options.names):
        if not tree.python.exists():
            print(f"{tree.name}: no environment", file=sys.stderr)
            continue
        for entry, said in measure(tree, analysed(tree), options.runs):
            print(f"{tree.name:<16} {entry.title:<40} {said}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
