"""What a project's own rules find."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping

from importgraph.findings.model import Finding
from importgraph.findings.own_rules.calls import check_calls
from importgraph.findings.own_rules.classes import check_bases, check_methods
from importgraph.findings.own_rules.imports import check_imports
from importgraph.findings.own_rules.model import CustomRule, rules_in
from importgraph.snapshot import Snapshot, once_per_snapshot

_CHECKS: Mapping[str, Callable[[CustomRule, Snapshot], Iterator[Finding]]] = {
    "forbidden-import": check_imports,
    "deprecated-import": check_imports,
    "deprecated-call": check_calls,
    "required-base": check_bases,
    "conflicting-methods": check_methods,
}


def check_rules(rules: Iterable[CustomRule], snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what rules find, rule by rule."""
    for rule in rules:
        yield from _CHECKS[rule.kind](rule, snapshot)


@once_per_snapshot
def own_rules(snapshot: Snapshot) -> tuple[CustomRule, ...]:
    """Return the rules that the analysed tree writes in its `pyproject.toml`.

    Raises:
        ConfigError: If they cannot be used.
    """
    try:
        data = tomllib.loads(snapshot.read_text("pyproject.toml"))
    except (ValueError, RecursionError):
        return ()  # what cannot be read was reported when the settings were
    return rules_in(data)
