"""Imports that fail, for the terminal: one paragraph for each root cause."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from importgraph.findings.model import Finding
from importgraph.quoting import visible

_CAUSES = 40
_PLACES = 6
_ALL_FINE = "Every first-party import resolves."


def show_failing(findings: Sequence[Finding], console: Console) -> None:
    """Show findings of failing imports in the order given: what fails, and the statements below it."""
    if not findings:
        console.print(_ALL_FINE)
    for finding in findings[:_CAUSES]:
        console.print(Text(visible(finding.message), style="bold" if finding.severity == "error" else ""))
        places = [f"{place.path}:{place.line}" for place in finding.locations[:_PLACES]]
        more = len(finding.locations) - _PLACES
        text = ", ".join(places) + (f" and {more} more" if more > 0 else "")
        console.print(Text(f"    {visible(text)}"))
    if len(findings) > _CAUSES:
        console.print(Text(f"and {len(findings) - _CAUSES:,} more; --format json has all.", style="dim"))
