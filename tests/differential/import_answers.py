"""What fresh interpreters, `cycles` and `why` say of the modules of one folder."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from importgraph.config import from_options
from importgraph.findings.crash_order.import_order import first_imports
from importgraph.findings.cycles import find_cycles
from importgraph.graph.model import AtImport
from importgraph.graph.views import certain_part, closure, joined, possible
from importgraph.module_queries import loading_from
from importgraph.project import Project, open_project
from tests.findings.fresh_imports import real_outcomes
from tests.findings.random_packages import random_package

_ROUND = re.compile("partially initialized|circular import")


class Outcome(NamedTuple):
    """How importing a module first ends in a fresh interpreter."""

    error: str
    """The name of the exception; empty where the import succeeds."""
    message: str
    loaded: frozenset[str]
    """What is in `sys.modules` where the import succeeds."""
    started: frozenset[str]
    """What was begun, though some of it may have failed and the failure been caught."""


def package(seed: int) -> dict[str, str]:
    """Return the files of a random package under names that no other seed has."""
    renamed = {}
    for path, text in random_package(seed).items():
        flat = not path.startswith("p/")
        pattern, name = (r"\bm(?=\d)", f"m{seed}_") if flat else (r"\bp\b(?=[./ \n]|$)", f"p{seed}")
        renamed[re.sub(pattern, name, path)] = re.sub(pattern, name, text)
    return renamed


def of_interpreters(folder: Path, modules: Iterable[str]) -> dict[str, Outcome]:
    """Import each module first, in a fork of a bare interpreter."""
    names = list(modules)
    found = real_outcomes([(folder, name) for name in names])
    return {
        name: Outcome(kind, message, frozenset(loaded), frozenset(started))
        for name, (kind, message, loaded, started) in zip(names, found, strict=True)
    }


def of_cycles(project: Project) -> tuple[dict[str, str], dict[str, str]]:
    """Return the modules that `cycles` says crash, and all that fail as it sees it, with their exceptions.

    What lacks a name that its module never binds fails, too, but no order of imports would help.
    """
    found = first_imports(project.graph, project.resolver, project.graph.modules, project.read_text)
    failing = {name: failure.kind for name, failure in found.failures.items()}
    cycles = find_cycles(project.snapshot)
    return {one.module: one.error.partition(":")[0] for cycle in cycles for one in cycle.crashes}, failing


def of_why(project: Project, module: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return what importing a module surely loads, and what it may load, as `why` tells them apart."""
    loading = loading_from(project, module)
    sure = closure(certain_part(loading), [module])
    perhaps = closure(joined(loading, possible(project.graph)), [module])
    return frozenset(sure), frozenset(perhaps)


def import_disagreements(folder: Path) -> tuple[Mapping[str, Outcome], list[str], list[str]]:
    """Compare `cycles` and `why` with fresh interpreters, for every module of a folder that is no test.

    Returns:
        The truth by module, and one line for each disagreement: of `cycles`, then of `why`.
    """
    project = open_project(folder, from_options(workers=1))
    modules = [name for name in project.graph.modules if not name.startswith("test_")]
    truth = of_interpreters(folder, modules)
    answers = of_cycles(project)
    crashes = [line for name in modules for line in _about_cycles(name, truth[name], *answers)]
    loads = [line for name in modules for line in _about_loading(project, name, truth[name])]
    return truth, crashes, loads


def _about_cycles(
    name: str, real: Outcome, crashes: Mapping[str, str], failing: Mapping[str, str]
) -> Iterator[str]:
    said = failing.get(name, "")
    if said != real.error or crashes.get(name, said) != said:
        truth = f"{real.error}: {real.message}" if real.error else "imports it"
        yield f"{name}: cycles: {crashes.get(name, 'no crash')}, fails with: {said or '-'}, Python: {truth}"
    elif name in crashes and not _ROUND.search(real.message) and real.error != "NameError":
        yield f"{name}: cycles: {said}, Python: {real.error} for another reason: {real.message}"


def _about_loading(project: Project, name: str, real: Outcome) -> Iterator[str]:
    if real.error:
        return
    sure, perhaps = of_why(project, name)
    for other in sorted(project.graph.modules.keys() - {name}):
        certainty = AtImport.RUNS if other in sure else AtImport.MAY if other in perhaps else AtImport.NO
        if other in real.loaded and certainty is AtImport.NO:
            yield f"{name}: why: {other} {certainty}, Python: loads it"
        elif other not in real.started and certainty is AtImport.RUNS:
            yield f"{name}: why: {other} {certainty}, Python: does not begin to load it"
