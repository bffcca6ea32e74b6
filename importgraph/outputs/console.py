"""Reports for the terminal: rich tables that fit one screen."""

from collections.abc import Callable, Iterable

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from importgraph.findings.cycles import Cycle
from importgraph.findings.duplicates import Duplicate
from importgraph.findings.fragmentation import Fragment, Fragmentation
from importgraph.findings.rules import Rule
from importgraph.outputs.first_screen import Screen, first_screen
from importgraph.outputs.report import Report
from importgraph.quoting import visible

_ROWS = 30
_RING = 20
"""How many modules of a ring are named."""


def shown(text: str, style: str = "") -> Text:
    """Return text of analysed code for the terminal: one line that neither markup nor escapes colour."""
    return Text(visible(text), style=style)


def show_report(report: Report, screen: Screen, read_text: Callable[[str], str], console: Console) -> None:
    """Show the first screen of `analyze`."""
    for line in first_screen(report, screen, read_text):
        console.print(shown(line.text, line.style), no_wrap=True, overflow="ignore", crop=False)


def show_cycles(cycles: tuple[Cycle, ...], console: Console) -> None:
    """Show the cycles, worst first."""
    if not cycles:
        console.print("No cycles.")
    for cycle in cycles[:_ROWS]:
        ring = " -> ".join((*cycle.shortest[:_RING], cycle.shortest[0]))
        if len(cycle.shortest) > _RING:
            ring = " -> ".join((*cycle.shortest[:_RING], f"… {len(cycle.shortest) - _RING} more"))
        console.print(shown(f"{cycle.kind.value}: {len(cycle.modules)} modules, {ring}", style="bold"))
        for crash in cycle.crashes[:4]:
            console.print(
                shown(
                    f"  import {crash.module} fails: {crash.error} ({crash.path}:{crash.line})", style="red"
                )
            )
        places = ", ".join(f"{b.path}:{b.line}" for b in cycle.breakers[:6])
        more = f" and {len(cycle.breakers) - 6} more" if len(cycle.breakers) > 6 else ""  # noqa: PLR2004 -- as above
        fewer = "" if cycle.is_smallest else " (fewer may do)"
        console.print(shown(f"  to end it cut {len(cycle.breakers)}{fewer}: {places}{more}"))
        if cycle.untried:
            count = f"{cycle.untried:,} of its {len(cycle.modules):,} modules"
            console.print(shown(f"  {count} were not tried as the first import: too many steps"))
        if not cycle.is_shortest:
            console.print(shown("  a shorter ring may exist: too many steps to look at all"))
    _more(len(cycles), console)


def show_fragmentation(measured: Fragmentation, others: Iterable[Fragmentation], console: Console) -> None:
    """Show the definitions with stray statements."""
    table = Table(box=None, padding=(0, 1))
    for column in ("definition", "canonical path", "used", "other paths"):
        table.add_column(column, overflow="fold")
    for one in measured.definitions[:_ROWS]:
        strays = ", ".join(f"{path} {count}" for path, count in one.paths.items() if path != one.canonical)
        table.add_row(shown(one.name), shown(one.canonical), _used(one), shown(strays))
    console.print(table)
    _more(len(measured.definitions), console)
    usage = ", ".join(f"{f.share} under {f.policy}" for f in (measured, *others))
    console.print(
        f"{len(measured.definitions):,} of {measured.imported:,} imported definitions have several paths; "
        f"canonical usage: {usage}."
    )


def _used(one: Fragment) -> str:
    total = sum(one.paths.values())
    return f"{total - len(one.stray):,} of {total:,}"


def show_duplicates(duplicates: tuple[Duplicate, ...], console: Console) -> None:
    """Show names that several modules define."""
    table = Table(box=None, padding=(0, 1))
    for column in ("name", "alike", "defined in"):
        table.add_column(column, overflow="fold")
    alike = [one for one in duplicates if one.is_alike]
    for one in alike[:_ROWS]:
        places = ", ".join(f"{place.path}:{place.line}" for place in one.definitions[:4])
        more = f" and {len(one.definitions) - 4} more" if len(one.definitions) > 4 else ""  # noqa: PLR2004 -- as above
        table.add_row(shown(one.name), f"{one.similarity:.0%}", shown(places + more))
    console.print(table)
    _more(len(alike), console)
    rest = len(duplicates) - len(alike)
    if rest:
        names = f"{rest:,} name{'s' if rest != 1 else ''} of several definitions with little in common"
        console.print(shown(f"and {names}; --format json has all.", "dim"))


def _more(count: int, console: Console) -> None:
    if count > _ROWS:
        console.print(shown(f"and {count - _ROWS:,} more; --format json has all.", style="dim"))


def show_rule(rule: Rule, console: Console) -> None:
    """Show the documentation of a rule."""
    console.print(shown(f"{rule.code} {rule.name}", style="bold"))
    console.print(Group(shown(rule.summary), shown(rule.why), shown("")))
    for title, code in (("instead of", rule.bad), ("write", rule.good)):
        console.print(shown(title, style="dim"))
        console.print(Text("\n".join(f"    {line}" for line in code.splitlines())))
