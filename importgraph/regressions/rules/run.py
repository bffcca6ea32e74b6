"""Run all of a project's own rules and contracts."""

from importgraph.findings.ignores import CODE, means
from importgraph.findings.model import Finding
from importgraph.findings.own_rules.check import check_rules
from importgraph.findings.own_rules.model import read_rules
from importgraph.project import Project
from importgraph.regressions.rules.contracts import CODES, check_contract, read_contracts


def run_rules(project: Project) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Run the rules and contracts of a project.

    Returns:
        The findings that no comment accepts, by code, path and line, and notes about comments that accept
        nothing, for rules of ours and of the project.

    Raises:
        ConfigError: If the rules cannot be used.
    """
    snapshot = project.snapshot
    rules, contracts = read_rules(project.root), read_contracts(project.root)
    found = list(check_rules(rules, snapshot))
    found += [one for contract in contracts for one in check_contract(contract, snapshot)]
    found.sort(key=lambda one: (one.code, one.locations, one.subject))
    codes = {*(rule.code for rule in rules), *CODES.values()}

    def is_known(pattern: str) -> bool | None:
        if pattern.startswith("IG") or pattern == "*":
            return None
        return any(means(pattern, code) for code in codes)

    idle = [one for one in project.compared_findings if one.code == CODE]
    idle += project.ignores.report(found, is_known)
    notes = (f"{one.locations[0].path}:{one.locations[0].line}: {one.message}" for one in idle)
    return project.ignores.apply(found), tuple(dict.fromkeys(notes))
