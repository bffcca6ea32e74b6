"""What all reports of `analyze` show, sorted and counted once."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from importgraph.findings.entry_points import entry_title
from importgraph.findings.environment_use import EnvironmentUse
from importgraph.findings.fragmentation import Fragmentation
from importgraph.findings.heavy_imports import HeavyImport, Link
from importgraph.findings.model import Finding, Severity
from importgraph.findings.test_costs import CostlyFile
from importgraph.findings.unknown_libraries import UnknownLibrary
from importgraph.findings.waits import Waiting
from importgraph.fixes.model import Fix, SkippedFix
from importgraph.fixes.propose import ORDER
from importgraph.graph.model import Graph, Kind, Ledger
from importgraph.graph.open_imports import Place
from importgraph.measurements.model import ImportProfile

_PARTS = 3
_EQUAL = 0.03
FAILING = ("IG001", "IG401", "IG402", "IG403")
"""Codes of what fails when it is imported."""


@dataclass(frozen=True, slots=True)
class Costs:
    """In what costs are given, and where they come from."""

    unit: str
    """`us`, or `modules` where nothing says how long an import takes."""
    estimated: bool = False
    """Microseconds that a model gives, not a run."""

    def text(self, value: int) -> str:
        """Write a cost as people read it; an estimate begins with ≈."""
        if self.unit != "us":
            return f"{value:,} module{'s' if value != 1 else ''}"
        return f"{'≈ ' if self.estimated else ''}{milliseconds(value)}"


def milliseconds(value_us: int) -> str:
    """Write microseconds as milliseconds, with as many digits as can be compared."""
    value = value_us / 1000
    if value >= 10_000:  # noqa: PLR2004
        return f"{value / 1000:,.0f} s"
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Heavy:
    """One of the heaviest things that an entry point loads."""

    name: str
    """A library, or a module of the tree."""
    cost: int
    """What would not be spent without it."""
    share: float
    """Of what the entry point costs, 0 to 1."""
    chain: tuple[Link, ...]
    """How it comes to be loaded."""
    place: str
    """The line of the tree that is nearest to it in the chain; empty where none is."""
    distribution: str = ""
    """Name and version of what it belongs to, where that is installed."""


@dataclass(frozen=True, slots=True)
class EntryLoad:
    """How much one entry point loads."""

    entry: str
    """Its node."""
    title: str
    """What people type."""
    reason: str
    place: str
    """The file and line that name it, or nothing."""
    modules: int
    """Of ours."""
    cost: int
    """In the unit of the report."""
    heavy: tuple[Heavy, ...]
    """The heaviest things, heaviest first."""
    unknown: tuple[UnknownLibrary, ...] = ()
    """Libraries it loads whose cost nobody knows."""
    importance: float = 1.0
    """How much a millisecond there counts, from 0 to 1."""
    files: tuple[CostlyFile, ...] = ()
    """Of a test session: the files that cost most."""
    surely: int = 0
    """How many of the modules are sure to be loaded."""
    open: tuple[Place, ...] = ()
    """Where it imports names that are computed."""

    @property
    def is_open(self) -> bool:
        """Tell whether it loads more than its cost holds: nobody knows how much."""
        return bool(self.unknown or self.open)

    @property
    def worth(self) -> float:
        """How much it is worth to look at: its cost, weighed by how people use it."""
        return self.importance * self.cost

    @property
    def parts(self) -> set[str]:
        """Return the names of its heaviest parts, those of unknown cost among them."""
        return {one.name for one in self.heavy[:_PARTS]} | {one.name for one in self.unknown[:_PARTS]}

    def is_like(self, other: "EntryLoad") -> bool:
        """Tell whether it costs the same for the same parts, as `app` and `python -m app` do."""
        parts = self.parts
        common = parts & other.parts
        return len(common) > len(parts) / 2 and abs(self.cost - other.cost) <= self.cost * _EQUAL


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `analyze`."""

    name: str
    """Of the analysed folder."""
    ledger: Ledger
    modules: int
    imports: int
    """Imported names between modules of the tree."""
    external: int
    """Imported names from outside."""
    python_version: str
    roots: tuple[tuple[str, str], ...]
    kinds: Mapping[str, int]
    costs: Costs
    entries: tuple[EntryLoad, ...]
    """The most important first."""
    waits: tuple[Waiting, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    skipped: tuple[SkippedFix, ...]
    fragmentation: tuple[Fragmentation, ...]
    """Under each policy, the configured one first."""
    joint: Mapping[str, tuple[int, int]]
    """By entry point, what it costs before and after all lazy-import fixes together."""
    smaller: int = 0
    """Statements that could be deferred and save too little to be worked out."""
    profile: ImportProfile | None = None
    """The measurement that weights come from; None where they are counts of modules."""
    unmeasured: int = 0
    """Modules of ours that the measurement does not know."""
    environment: EnvironmentUse | None = None
    """What was read of the installed packages; None where none are known."""
    undecided: int = 0
    """Imports that are tried, of which nobody knows whether they are taken."""

    @property
    def unit(self) -> str:
        """What weights count: `us` or `modules`."""
        return self.costs.unit

    @property
    def estimated(self) -> bool:
        """Tell whether costs are microseconds that were estimated."""
        return self.costs.estimated

    def cost_of(self, entry: EntryLoad) -> str:
        """Write what an entry point costs; `+ ?` where it loads more that nobody knows."""
        return self.costs.text(entry.cost) + (" + ?" if entry.is_open else "")

    @property
    def order(self) -> str:
        """In which order fixes stand."""
        return ORDER

    @property
    def weights(self) -> str:
        """What weights are, in a sentence."""
        if self.profile is not None:
            return (
                f"Times are self times measured by importing {self.profile.entry} under Python "
                f"{self.profile.python}; {self.unmeasured:,} of {self.modules:,} modules are unknown to "
                "that profile and weigh nothing."
            )
        if self.costs.estimated:
            return "Times are estimates (≈); nothing was executed."
        return "Static counts; nothing was executed."

    @property
    def counts(self) -> dict[str, int]:
        """Findings by code, sorted."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    @property
    def severities(self) -> dict[str, int]:
        """Findings by severity, worst first."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity.value: counts[severity] for severity in Severity}

    @property
    def failing(self) -> tuple[Finding, ...]:
        """What fails when it is imported: what is live, then loose scripts; not fixtures and copies."""
        serious = {Severity.ERROR, Severity.WARNING}
        return tuple(one for one in self.findings if one.code in FAILING and one.severity in serious)

    @property
    def failing_aside(self) -> int:
        """How many causes of failing imports nothing that people start or collect meets."""
        found = [one for one in self.findings if one.code in FAILING and one.severity is not Severity.ERROR]
        return len(found)

    @property
    def gaining(self) -> tuple[Fix, ...]:
        """Fixes that make an entry point cheaper, in their order."""
        return tuple(fix for fix in self.fixes if any(gain.before > gain.after for gain in fix.gains))

    def fixes_of(self, finding: Finding) -> tuple[Fix, ...]:
        """Return the proposals that resolve a finding."""
        key = f"{finding.code} {finding.subject}"
        return tuple(fix for fix in self.fixes if key in fix.findings)


def kinds_of(graph: Graph) -> dict[str, int]:
    """Count the modules of a graph by kind."""
    counts = Counter(module.kind for module in graph.modules.values())
    return {kind.value: counts[kind] for kind in Kind if counts[kind]}


def heavy_of(found: HeavyImport, ours: Collection[str]) -> Heavy:
    """Take from a heavy import what reports show.

    Args:
        found: The heavy import.
        ours: The modules of the tree.
    """
    share = found.retained / found.loaded if found.loaded else 0.0
    places = [
        f"{step.path}:{step.line}"
        for step in found.chain
        if step.line is not None and step.source.partition(":")[0] in ours
    ]
    place = places[-1] if places else ""
    return Heavy(found.module, found.retained, min(share, 1.0), found.chain, place, found.distribution)


def ledger_line(ledger: Ledger) -> str:
    """Return the sum that every report prints."""
    return (
        f"{ledger.found:,} files found = {ledger.analysed:,} analysed + {len(ledger.broken):,} broken "
        f"+ {len(ledger.excluded):,} excluded"
    )


__all__ = [
    "Costs",
    "EntryLoad",
    "Heavy",
    "Report",
    "entry_title",
    "heavy_of",
    "kinds_of",
    "ledger_line",
    "milliseconds",
]
