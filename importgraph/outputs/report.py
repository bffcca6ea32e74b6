"""What all reports of `analyze` show, sorted and counted once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from importgraph.findings.entry_points import entry_title
from importgraph.findings.fragmentation import Fragmentation
from importgraph.findings.model import Finding, Severity
from importgraph.fixes.model import Fix, SkippedFix
from importgraph.fixes.propose import ORDER
from importgraph.graph.model import Graph, Kind, Ledger
from importgraph.measurements.model import ImportProfile

__all__ = ["EntryLoad", "Report", "entry_title", "kinds_of", "ledger_line"]


@dataclass(frozen=True, slots=True)
class EntryLoad:
    """How much one entry point loads."""

    entry: str
    reason: str
    modules: int
    """Of ours."""
    cost: int
    """In the unit of the report."""


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
    entries: tuple[EntryLoad, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...]
    skipped: tuple[SkippedFix, ...]
    fragmentation: tuple[Fragmentation, ...]
    """Under each policy, the configured one first."""
    joint: Mapping[str, tuple[int, int]]
    """By entry point, what it costs before and after all lazy-import fixes together."""
    profile: ImportProfile | None = None
    """The measurement that weights come from; None where they are counts of modules."""
    estimated: bool = False
    """Weights are microseconds that were estimated."""
    unmeasured: int = 0
    """Modules of ours that the measurement does not know."""

    @property
    def unit(self) -> str:
        """What weights count: `us` or `modules`."""
        return "us" if self.profile is not None or self.estimated else "modules"

    @property
    def order(self) -> str:
        """In which order fixes stand."""
        return ORDER

    @property
    def weights(self) -> str:
        """What weights are, in a sentence."""
        if self.profile is None:
            how = "Times are estimates (≈)" if self.estimated else "Static counts"
            return f"{how}; nothing was executed."
        return (
            f"Times are self times measured by importing {self.profile.entry} under Python "
            f"{self.profile.python}; {self.unmeasured:,} of {self.modules:,} modules are unknown to "
            "that profile and weigh nothing."
        )

    @property
    def counts(self) -> dict[str, int]:
        """Findings by code, sorted."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))

    @property
    def severities(self) -> dict[str, int]:
        """Findings by severity, worst first."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity.value: counts[severity] for severity in Severity}


def kinds_of(graph: Graph) -> dict[str, int]:
    """Count the modules of a graph by kind."""
    counts = Counter(module.kind for module in graph.modules.values())
    return {kind.value: counts[kind] for kind in Kind if counts[kind]}


def ledger_line(ledger: Ledger) -> str:
    """Return the sum that every report prints."""
    return (
        f"{ledger.found:,} files found = {ledger.analysed:,} analysed + {len(ledger.broken):,} broken "
        f"+ {len(ledger.excluded):,} excluded"
    )
