"""What changed between two saved profiles, as text: the verdict, then modules."""

from rich.console import Console

from importgraph.measurements.compare import Comparison
from importgraph.outputs.answers.profile_text import (
    Column,
    add_row,
    count,
    milliseconds,
    new_table,
    show_line,
)


def print_comparison(comparison: Comparison, console: Console, limit: int = 12) -> None:
    """Print what changed between two profiles, the verdict first."""
    show_line(comparison.verdict, console)
    rows = [("only before", comparison.gone), ("only after", comparison.new), ("changed", comparison.changed)]
    for title, changes in rows:
        if not changes:
            continue
        columns = [
            Column("module"),
            Column("before", number=True),
            Column("after", number=True),
            Column("change", number=True),
        ]
        table = new_table(f"{title}: {count(len(changes), 'module')}", columns)
        for change in changes[:limit]:
            add_row(
                table,
                change.name,
                "-" if change.before_us is None else milliseconds(change.before_us),
                "-" if change.after_us is None else milliseconds(change.after_us),
                f"{change.difference_us / 1000:+,.1f} ms",
            )
        console.print()
        console.print(table)
