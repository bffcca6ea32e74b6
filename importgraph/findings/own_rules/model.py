"""What a project's own rules say, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from importgraph.config import read_toml
from importgraph.errors import ConfigError
from importgraph.findings.model import Evidence, Severity
from importgraph.names import ancestors, near_matches

KINDS: Mapping[str, tuple[str, ...]] = {
    "forbidden-import": ("imported",),
    "deprecated-import": ("name",),
    "deprecated-call": ("name",),
    "required-base": ("classes", "base"),
    "conflicting-methods": ("methods",),
}
"""What each kind must say."""


@dataclass(frozen=True, slots=True)
class CustomRule:
    """One rule of a project."""

    code: str
    kind: str
    message: str = ""
    severity: Severity = Severity.ERROR
    importers: tuple[str, ...] = ()
    """Modules it holds for: names or patterns, descendants included; empty: all."""
    imported: tuple[str, ...] = ()
    """Modules that must not be imported: names or patterns, descendants included."""
    name: str = ""
    """What is deprecated: a dotted name."""
    replacement: str = ""
    when: str = "any"
    """`import`: only what runs when a module is imported."""
    classes: tuple[str, ...] = ()
    """Names of classes or patterns for them."""
    base: str = ""
    """The dotted name of the class that they must inherit from."""
    methods: tuple[str, ...] = ()
    """Methods that one class must not have together."""
    arguments: str = "{*}"
    """What a migrated call is given; see `importgraph.fixes.proposals.call_templates`."""
    coroutine: bool = False
    """The replacement has to be awaited; one of the tree itself is known to be a coroutine."""

    def holds_for(self, module: str) -> bool:
        """Tell whether a module is subject to the rule."""
        return not self.importers or matches(module, self.importers)


class Violation(Evidence, frozen=True):
    """Where a rule is broken."""

    importer: str
    """The module."""
    target: str
    """What it imports, calls or defines."""
    replacement: str = ""


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a dotted name, or a package around it, matches one of the patterns."""
    return any(fnmatchcase(one, pattern) for one in (name, *ancestors(name)) for pattern in patterns)


def read_rules(root: Path) -> tuple[CustomRule, ...]:
    """Read `[[tool.importgraph.rules]]`.

    Raises:
        ConfigError: If a rule has an unknown key or kind, lacks what its kind needs, or repeats a code.
    """
    return rules_in(read_toml(root / "pyproject.toml"))


def rules_in(data: Mapping[str, object]) -> tuple[CustomRule, ...]:
    """Return the rules of a `pyproject.toml`; see `read_rules`."""
    tool = data.get("tool", {})
    ours = tool.get("importgraph", {}) if isinstance(tool, dict) else {}
    return parse_rules(ours.get("rules", []) if isinstance(ours, dict) else [])


def parse_rules(tables: object) -> tuple[CustomRule, ...]:
    """Read a list of tables; see `read_rules`."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError("pyproject.toml: write rules as [[tool.importgraph.rules]].")
    problems: list[str] = []
    rules = []
    for number, table in enumerate(tables, start=1):
        code = table.get("code")
        label = code if isinstance(code, str) and code else f"rule {number}"
        found = _problems(table)
        problems += [f"{label}: {problem}" for problem in found]
        if not found:
            rules.append(_rule(table))
    codes = [rule.code for rule in rules]
    problems += [
        f"{code}: the code is used twice" for code in sorted({c for c in codes if codes.count(c) > 1})
    ]
    if problems:
        raise ConfigError(f"pyproject.toml, [[tool.importgraph.rules]]: {'; '.join(problems)}.")
    return tuple(rules)


_LISTS = {"importers", "imported", "classes", "methods"}


def _unlike(key: str, value: object) -> list[str]:
    """Say what the value of a key should be, if it is not that."""
    if key in _LISTS:
        items = [value] if isinstance(value, str) else value
        fine = isinstance(items, list) and all(isinstance(item, str) and item for item in items)
        return [] if fine else [f"`{key}` should be a list of strings"]
    if key == "coroutine":
        return [] if isinstance(value, bool) else ["`coroutine` should be true or false"]
    return [] if isinstance(value, str) and value else [f"`{key}` should be a string"]


def _problems(table: Mapping[str, object]) -> list[str]:
    known = [field.name for field in fields(CustomRule)]
    found = []
    for key, value in table.items():
        if key not in known:
            near = near_matches(key, known, limit=1)
            found.append(f"unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))
        else:
            found += _unlike(key, value)
    code, kind = table.get("code"), table.get("kind")
    if not isinstance(code, str) or not code or code.startswith(("IG", "IL")):
        found.append("`code` should be a code of your own, such as APP001 (not IG… or IL…)")
    if not isinstance(kind, str) or kind not in KINDS:
        found.append(f"`kind` should be one of {', '.join(KINDS)}")
    else:
        found += [f"`{key}` is missing" for key in KINDS[kind] if key not in table]
    if table.get("severity", "error") not in list(Severity):
        found.append(f"`severity` should be one of {', '.join(Severity)}")
    if table.get("when", "any") not in {"any", "import"}:
        found.append('`when` should be "any" or "import"')
    return found


def _rule(table: Mapping[str, Any]) -> CustomRule:
    values = dict(table)
    for key in _LISTS & set(values):
        values[key] = (values[key],) if isinstance(values[key], str) else tuple(values[key])
    values["severity"] = Severity(values.get("severity", "error"))
    return CustomRule(**values)
