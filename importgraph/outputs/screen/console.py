"""Reports for the terminal: a line that says what, and lines that say where."""

from collections.abc import Callable, Iterable, Iterator

from rich.console import Console, Group
from rich.text import Text

from importgraph.findings.cycles import Cycle
from importgraph.findings.duplicates import Duplicate
from importgraph.findings.fragmentation import Fragment, Fragmentation
from importgraph.findings.rules import Rule
from importgraph.outputs.report import Report
from importgraph.outputs.screen.first_screen import first_screen
from importgraph.outputs.screen.text_layout import Line, Screen, wrapped
from importgraph.quoting import visible

_ROWS = 30
_NAMED = 4
_BREAKERS = 6
_RING = 20
"""How many modules of a ring are named."""


def shown(text: str, style: str = "") -> Text:
    """Return text of analysed code for the terminal: one line that neither markup nor escapes colour."""
    return Text(visible(text), style=style)


def show_report(report: Report, screen: Screen, read_text: Callable[[str], str], console: Console) -> None:
    """Show the first screen of `analyze`."""
    _print(first_screen(report, screen, read_text), console)


def _print(lines: Iterable[Line], console: Console) -> None:
    for line in lines:
        console.print(shown(line.text, line.style), no_wrap=True, overflow="ignore", crop=False)


def show_cycles(cycles: tuple[Cycle, ...], console: Console) -> None:
    """Show the cycles, worst first."""
    if not cycles:
        console.print("No cycles.")
    for cycle in cycles[:_ROWS]:
        _print(_cycle(cycle, console.width), console)
    _more(len(cycles), console)


def _cycle(cycle: Cycle, width: int) -> Iterator[Line]:
    ring = " -> ".join((*cycle.shortest[:_RING], cycle.shortest[0]))
    if len(cycle.shortest) > _RING:
        ring = " -> ".join((*cycle.shortest[:_RING], f"… {len(cycle.shortest) - _RING} more"))
    yield from wrapped(f"{cycle.kind.value}: {len(cycle.modules)} modules, {ring}", width, "", "    ", "bold")
    for crash in cycle.crashes[:_NAMED]:
        text = f"import {crash.module} fails: {crash.error} ({crash.path}:{crash.line})"
        yield from wrapped(text, width, "  ", "    ", "red")
    places = [f"{one.path}:{one.line}" for one in cycle.breakers]
    fewer = "" if cycle.is_smallest else " (fewer may do)"
    text = f"to end it cut {len(places)}{fewer}: {_some(places, _BREAKERS)}"
    yield from wrapped(text, width, "  ", "    ")
    if cycle.untried:
        count = f"{cycle.untried:,} of its {len(cycle.modules):,} modules"
        yield Line(f"  {count} were not tried as the first import: too many steps")
    if not cycle.is_shortest:
        yield Line("  a shorter ring may exist: too many steps to look at all")


def _some(names: list[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def show_fragmentation(measured: Fragmentation, others: Iterable[Fragmentation], console: Console) -> None:
    """Show the definitions with stray statements."""
    for one in measured.definitions[:_ROWS]:
        _print(_fragment(one, console.width), console)
    _more(len(measured.definitions), console)
    usage = ", ".join(f"{f.share} under {f.policy}" for f in (measured, *others))
    count = len(measured.definitions)
    verb = "have" if count != 1 else "has"
    several = f"{count:,} of {measured.imported:,} imported definitions {verb} several paths"
    _print(wrapped(f"{several}; canonical usage: {usage}.", console.width), console)


def _fragment(one: Fragment, width: int) -> Iterator[Line]:
    total = sum(one.paths.values())
    accepted = total - len(one.stray) - one.paths.get(one.canonical, 0)
    used = f"{one.paths.get(one.canonical, 0):,} of {total:,} statements use {one.canonical}"
    if accepted:
        used += f"; {accepted:,} inside that package use {one.module}, which is right there"
    yield from wrapped(f"{one.name}: {used}", width, "", "    ", "bold")
    others = {path: count for path, count in one.paths.items() if path != one.canonical}
    if accepted:
        others[one.module] -= accepted
    strays = [f"{path} {count:,}" for path, count in others.items() if count]
    if strays:
        yield from wrapped(_some(strays, _BREAKERS), width, "    ", "    ")


def show_duplicates(duplicates: tuple[Duplicate, ...], console: Console) -> None:
    """Show names that several modules define; those with little else in common are counted."""
    alike = [one for one in duplicates if one.is_alike]
    for one in alike[:_ROWS]:
        head = f"{one.name}: {len(one.definitions)} definitions, {one.similarity:.0%} alike"
        _print(wrapped(head, console.width, "", "    ", "bold"), console)
        places = [f"{place.path}:{place.line}" for place in one.definitions]
        _print(wrapped(_some(places, _NAMED), console.width, "    ", "    "), console)
    _more(len(alike), console)
    rest = len(duplicates) - len(alike)
    if rest:
        names = f"{rest:,} name{'s' if rest != 1 else ''} of several definitions with little in common"
        _print(wrapped(f"{names}: --format json has all.", console.width, "", "", "dim"), console)


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
