"""Gates: `[tool.importgraph.check]`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from importgraph.config import read_toml
from importgraph.errors import ConfigError
from importgraph.findings.cycles import CycleClass
from importgraph.findings.entry_points import TESTS
from importgraph.names import near_matches

EVERY = "*"
"""The entry point of a gate that holds for all."""
RATCHETS = (
    "loads",
    "external",
    "crashes",
    "latent",
    "deferred",
    "type_only",
    "unresolved",
    "broken",
    "rules",
    "fragmentation",
    "duplicates",
    "side-effects",
    "collection-errors",
)
"""What can be held at the level of the baseline."""
DEFAULT_RATCHETS = ("loads", "external", "crashes", "latent", "unresolved", "broken", "rules")


@dataclass(frozen=True, slots=True)
class Growth:
    """An allowed increase: a number, or a share of what was there."""

    amount: float
    is_share: bool

    def limit(self, before: float) -> float:
        """Return the largest value allowed after a value before."""
        return before * (1 + self.amount) if self.is_share else before + self.amount

    def __str__(self) -> str:
        return f"{self.amount * 100:g}%" if self.is_share else f"{self.amount:g}"


@dataclass(frozen=True, slots=True)
class Gates:
    """What makes a check fail. Tables by entry point use `*` for all of them."""

    max_modules: Mapping[str, int]
    """Modules of ours that an entry point may load."""
    max_growth: Mapping[str, Growth]
    """How many more modules than the baseline; given, it takes the place of the ratchet `loads`."""
    forbid_loaded: Mapping[str, tuple[str, ...]]
    """Modules, ours or external, that must not be loaded."""
    max_cycles: Mapping[str, int]
    """How many cycles there may be, by class."""
    ratchet: tuple[str, ...] = DEFAULT_RATCHETS
    """What must not get worse than the baseline."""
    min_canonical: float | None = None
    """Least share of import statements that use the canonical path, 0 to 1."""
    max_fragmented: int | None = None
    """Definitions that are imported through several paths."""
    max_collection_seconds: float | None = None
    """How long pytest may take to collect; with `check --measure`."""
    max_collection_regression: Growth | None = None
    """By how much longer than on the other side; with `check --measure`."""
    baseline: str = ""
    """The baseline file, relative to the root; empty: the usual name."""

    @property
    def has_limits(self) -> bool:
        """Tell whether any gate works without a baseline."""
        limits = (self.max_modules, self.forbid_loaded, self.max_cycles)
        return any(limits) or self.min_canonical is not None or self.max_fragmented is not None

    def modules_allowed(self, entry: str) -> int | None:
        """Return the most modules an entry point may load, or None."""
        return self.max_modules.get(entry, self.max_modules.get(EVERY))

    def growth_allowed(self, entry: str) -> Growth | None:
        """Return by how much an entry point may grow, or None."""
        return self.max_growth.get(entry, self.max_growth.get(EVERY))

    def forbidden(self, entry: str) -> tuple[str, ...]:
        """Return what an entry point must not load: what is named for it and for all."""
        return tuple(dict.fromkeys((*self.forbid_loaded.get(entry, ()), *self.forbid_loaded.get(EVERY, ()))))

    def entries_named(self) -> tuple[str, ...]:
        """Return the entry points that gates name."""
        named = {*self.max_modules, *self.max_growth, *self.forbid_loaded} - {EVERY}
        return tuple(sorted(named))


NO_GATES = Gates({}, {}, {}, {})


def read_gates(root: Path) -> Gates:
    """Read `[tool.importgraph.check]` of a project.

    Raises:
        ConfigError: If the table holds an unknown key or a wrong value; all of them at once, each unknown key
            with the nearest known one.
    """
    tool = read_toml(root / "pyproject.toml").get("tool", {})
    ours = tool.get("importgraph", {}) if isinstance(tool, dict) else {}
    return parse_gates(ours.get("check", {}) if isinstance(ours, dict) else {})


def parse_gates(table: Any) -> Gates:
    """Read a table of gates; see `read_gates`."""
    if not isinstance(table, dict):
        raise ConfigError("pyproject.toml: [tool.importgraph.check] is not a table.")
    known = {field.name.replace("_", "-"): field.name for field in fields(Gates)}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in table.items():
        if key not in known:
            near = near_matches(key, list(known), limit=1)
            problems.append(f"unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))
            continue
        read, shape = READERS[known[key]]
        found = read(value)
        if found is None:
            problems.append(f"`{key}` should be {shape}")
        else:
            values[known[key]] = found
    if problems:
        raise ConfigError(f"pyproject.toml, [tool.importgraph.check]: {'; '.join(problems)}.")
    return replace(NO_GATES, **values)


def check_entries(gates: Gates, modules: Mapping[str, object]) -> None:
    """Check that each entry point named by a gate is a module of the tree or the test session.

    Raises:
        ConfigError: If one is not; the nearest is named.
    """
    for name in gates.entries_named():
        if name != TESTS and name not in modules:
            near = near_matches(name, [TESTS, *modules], limit=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"All tests together are `{TESTS}`."
            raise ConfigError(f"[tool.importgraph.check] names `{name}`, which is no module here.", hint)


# -- readers: the value, or None where it has the wrong shape ---------------------------------------


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value >= 0 else None


def _share(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number <= 1 else None


def read_growth(value: Any) -> Growth | None:
    """Read `12`, `"12"` or `"5%"`; None where it is something else."""
    if _whole(value) is not None:
        return Growth(float(value), is_share=False)
    if not isinstance(value, str):
        return None
    text = value.strip().removesuffix("%").strip()
    try:
        number = float(text)
    except ValueError:
        return None
    if not 0 <= number < float("inf"):
        return None
    is_share = value.strip().endswith("%")
    return Growth(number / 100 if is_share else number, is_share)


def _names(value: Any) -> tuple[str, ...] | None:
    is_list = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
    return tuple(value) if is_list else None


def _ratchets(value: Any) -> tuple[str, ...] | None:
    names = _names(value)
    return names if names is not None and set(names) <= set(RATCHETS) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


_Read = Callable[[Any], Any]


def _by_entry(read: _Read) -> _Read:
    """Read one value for all entry points, or a table of values by entry point."""

    def reader(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            found = read(value)
            return None if found is None else {EVERY: found}
        table = {name: read(item) for name, item in value.items()}
        return None if None in table.values() else table

    return reader


def _by_class(value: Any) -> dict[str, int] | None:
    classes = [kind.value for kind in CycleClass]
    if not isinstance(value, dict):
        number = _whole(value)
        return None if number is None else dict.fromkeys(classes, number)
    table = {str(kind).replace("-", "_"): _whole(number) for kind, number in value.items()}
    if not set(table) <= set(classes):
        return None
    kept = {kind: number for kind, number in table.items() if number is not None}
    return kept if len(kept) == len(table) else None


_ENTRIES = ", or a table of that by entry point"
_GROWTH = 'a whole number or a share such as "5%"'
READERS: Mapping[str, tuple[_Read, str]] = {
    "max_modules": (_by_entry(_whole), f"a whole number{_ENTRIES}"),
    "max_growth": (_by_entry(read_growth), f"{_GROWTH}{_ENTRIES}"),
    "forbid_loaded": (_by_entry(_names), f"a list of module names{_ENTRIES}"),
    "max_cycles": (_by_class, f"a whole number, or a table of that by {', '.join(CycleClass)}"),
    "ratchet": (_ratchets, f"a list of some of {', '.join(RATCHETS)}"),
    "min_canonical": (_share, "a share from 0 to 1"),
    "max_fragmented": (_whole, "a whole number"),
    "max_collection_seconds": (_number, "a number of seconds"),
    "max_collection_regression": (read_growth, _GROWTH),
    "baseline": (_text, "a file name"),
}
