"""Run all of a project's own rules and contracts."""

from collections.abc import Callable, Iterator
from datetime import date

from importgraph.findings.model import Finding
from importgraph.project import Project
from importgraph.regressions.rules.calls import check_calls
from importgraph.regressions.rules.classes import check_bases, check_methods
from importgraph.regressions.rules.contracts import check_contract, read_contracts
from importgraph.regressions.rules.imports import check_imports
from importgraph.regressions.rules.model import CustomRule, read_rules
from importgraph.regressions.rules.suppressions import unsuppressed
from importgraph.snapshot import Snapshot

_CHECKS: dict[str, Callable[[CustomRule, Snapshot], Iterator[Finding]]] = {
    "forbidden-import": check_imports,
    "deprecated-import": check_imports,
    "deprecated-call": check_calls,
    "required-base": check_bases,
    "conflicting-methods": check_methods,
}


def run_rules(project: Project, today: date) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Run the rules and contracts of a project.

    Args:
        project: Whose `pyproject.toml` is read.
        today: The day that decides which suppressions have expired.

    Returns:
        The findings by code, path and line, and notes about suppressions that do not count.

    Raises:
        ConfigError: If the rules cannot be used.
    """
    snapshot = project.snapshot
    found = [one for rule in read_rules(project.root) for one in _CHECKS[rule.kind](rule, snapshot)]
    found += [one for contract in read_contracts(project.root) for one in check_contract(contract, snapshot)]
    found.sort(key=lambda one: (one.code, one.locations, one.subject))
    return unsuppressed(found, project.read_text, today)
