"""Files that Python itself cannot read."""

from collections.abc import Iterator

from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.findings.test_code import is_broken_on_purpose
from importgraph.snapshot import Snapshot


class Broken(Evidence, frozen=True):
    """Why a file is broken, and how many modules import it."""

    path: str
    reason: str
    importers: int


def check_broken_files(snapshot: Snapshot) -> Iterator[Finding]:
    """Report each broken file."""
    by_path = {module.path: module.name for module in snapshot.graph.modules.values()}
    names = {broken.path: by_path.get(broken.path, broken.path) for broken in snapshot.graph.ledger.broken}
    users_of: dict[str, set[str]] = {name: set() for name in names.values()}
    for edge in snapshot.graph.imports if names else ():
        if edge.imported in users_of:
            users_of[edge.imported].add(edge.importer)
    for broken in snapshot.graph.ledger.broken:
        name = names[broken.path]
        importers = users_of[name]
        plural = "s import" if len(importers) != 1 else " imports"
        users = f"; {len(importers)} module{plural} it" if importers else ""
        yield Finding(
            code="IG001",
            subject=name,
            message=f"`{broken.path}` cannot be read by Python: {broken.reason}{users}.",
            severity=Severity.NOTE if is_broken_on_purpose(broken.path) else Severity.ERROR,
            locations=(Location(broken.path, broken.line or 1),),
            evidence=Broken(broken.path, broken.reason, len(importers)),
            weight=len(importers) + 1,
        )
