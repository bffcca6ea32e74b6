"""Show an import profile as text: what to act on first, then tables by retained, self and cumulative cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from importgraph.measurements.groups import GroupCost, group_costs
from importgraph.measurements.model import Effect, ImportEvent, ImportProfile, ModuleTiming
from importgraph.measurements.tree import first_imports
from importgraph.outputs.screen.text_layout import clipped, wrapped
from importgraph.quoting import visible

LINES_NAMED = 3
_WIDE = 110
_NARROW = 25
"""Columns of a name where there are less than 110 in all."""
SMALL_SHARE = 100
"""Pauses of the garbage collector below this part of the total are not spoken of."""
ENTRY_POINTS = "importlib (standard)"
"""The group whose ``EntryPoint.load`` imports plugins."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and whether it holds numbers."""

    heading: str
    number: bool = False


def milliseconds(microseconds: int) -> str:
    """Return a time in milliseconds."""
    return f"{microseconds / 1000:,.1f} ms"


def megabytes(size: int | None) -> str:
    """Return memory in megabytes, or a dash where it was not measured."""
    return "-" if size is None else f"{size / 2**20:,.1f} MB"


def count(number: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def is_outside(path: str | None) -> bool:
    """Say whether a path is not the project's own."""
    return path is None or Path(path).is_absolute()


def site(event: ImportEvent | None) -> str:
    """Return the line of an import, by its module where the file is not the project's."""
    if event is None:
        return ""
    if not is_outside(event.path):
        return f"{event.path}:{event.line}"
    return f"{event.importer}:{event.line}" if event.path else event.importer


def print_profile(profile: ImportProfile, console: Console, limit: int = 12) -> None:
    """Print the report: a few lines to act on, then the tables.

    Args:
        profile: What was measured.
        console: Where to.
        limit: Rows in each table.
    """
    groups = group_costs(profile)
    for line in (*summary(profile), *advice(profile, groups)):
        show_line(line, console)
    for table in tables(profile, groups, limit, console.width):
        console.print()
        console.print(table)


def summary(profile: ImportProfile) -> list[str]:
    """Say how long it took, and what must be known before trusting that."""
    runs = profile.runs_us
    took = f"{min(runs) / 1000:,.1f} to {milliseconds(max(runs))}"
    spread = f"each at its best of {len(runs)} runs, which took {took}"
    cold = (
        f"; {milliseconds(profile.cold_us)} with cold bytecode"
        if profile.bytecode == "warm" and profile.cold_us
        else ""
    )
    first = (
        f"{profile.entry}: {milliseconds(profile.total_us)} for {count(len(profile.modules), 'module')} "
        f"({spread if len(runs) > 1 else 'one run'}{cold}; Python {profile.python})"
    )
    pauses = (
        f"Garbage collector: {milliseconds(profile.collector_us)} in {count(profile.collections, 'pause')}, "
        "part of the total and charged to no module: a pause falls into whichever happens to be running."
    )
    return [
        first,
        *([pauses] if profile.collector_us * SMALL_SHARE > profile.total_us else []),
        *(f"Note: {note}" for note in profile.notes if not profile.complete or "sys.modules" not in note),
    ]


def advice(profile: ImportProfile, groups: Sequence[GroupCost]) -> list[str]:
    """Name what would help most: the heaviest thing the project does not own, and bytecode."""
    lines = []
    harness = {"pytest", "pluggy"} if profile.kind == "pytest" else set[str]()
    worth = [group for group in groups if not group.own and group.name not in harness]
    heaviest = next((group for group in worth if group.retained_us * 20 > profile.total_us), None)
    if heaviest is not None:
        share = f"{heaviest.retained_us / max(profile.total_us, 1):.0%}"
        cost = f"{milliseconds(heaviest.retained_us)} ({share})"
        lines.append(f"Act: {heaviest.name} costs {cost}; {who_imports(heaviest)}")
    for found in profile.advice:
        lost = f" (+{milliseconds(found.lost_us)})" if found.lost_us is not None else ""
        lines.append(f"Bytecode: {found.message}{lost}. {found.remedy}.")
    lines.extend(effect_summary(profile.effects))
    return lines


def who_imports(group: GroupCost) -> str:
    """Say which of the project's lines keep a group loaded, and whether removing one would help."""
    places = [site(event) for event in group.lines]
    named = ", ".join(places[:LINES_NAMED]) + (
        f" and {len(places) - LINES_NAMED} more" if len(places) > LINES_NAMED else ""
    )
    others = ", ".join(group.importers[:LINES_NAMED])
    if not places and group.importers == (ENTRY_POINTS,):
        return f"its entry point loads it as a plugin: pytest -p no:{group.name} leaves it out."
    if not places:
        return (
            f"none of your lines imports it directly, it comes with {others}."
            if others
            else "it is the entry itself."
        )
    if len(places) == 1 and not others:
        return f"one line brings it in, {named}: deferring that saves up to as much."
    also = f", and {others} {'do' if len(group.importers) > 1 else 'does'} too" if others else ""
    lines = "1 line imports" if len(places) == 1 else f"{len(places)} lines import"
    return f"{lines} it ({named}){also}: deferring only one of them saves nothing."


def effect_summary(effects: Sequence[Effect]) -> list[str]:
    """Count what modules did besides importing, the project's own heaviest first."""
    if not effects:
        return []
    kinds: dict[str, int] = {}
    for effect in effects:
        kinds[effect.kind] = kinds.get(effect.kind, 0) + 1
    counts = ", ".join(
        f"{kind} {number}" for kind, number in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    )
    return [f"Work done while importing: {counts} (table below)."]


def tables(profile: ImportProfile, groups: Sequence[GroupCost], limit: int, width: int) -> Iterable[Table]:
    """Yield the tables that have rows."""
    sites = first_imports(profile)
    yield retained_table(profile, groups, limit)
    yield module_table(
        "Slowest by their own code",
        sorted(profile.modules, key=lambda m: (-m.self_us, m.name))[:limit],
        sites,
        width,
    )
    yield module_table(
        "Slowest with everything they were the first to import",
        sorted(profile.modules, key=lambda m: (-m.cumulative_us, m.order))[:limit],
        sites,
        width,
    )
    if profile.effects:
        yield effect_table(profile.effects, limit)
    swallowed = [event for event in profile.imports if event.swallowed and not is_outside(event.path)]
    if swallowed:
        yield swallowed_table(swallowed, limit)


def new_table(title: str, columns: Sequence[Column]) -> Table:
    """Return an empty table."""
    table = Table(
        title=Text(visible(title)), title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    for column in columns:
        table.add_column(column.heading, justify="right" if column.number else "left", overflow="fold")
    return table


def show_line(text: str, console: Console) -> None:
    """Print a sentence, wrapped between its words."""
    for line in wrapped(text, console.width, "", "  "):
        console.print(Text(line.text), no_wrap=True, overflow="ignore", crop=False)


def add_row(table: Table, *cells: str) -> None:
    """Add a row whose cells are data: no markup, no escapes, one line each."""
    table.add_row(*(Text(visible(cell)) for cell in cells))


def retained_table(profile: ImportProfile, groups: Sequence[GroupCost], limit: int) -> Table:
    """Show what would be saved if a package, or a module of the project's own, were not loaded at all."""
    columns = [
        Column("what"),
        Column("retained", number=True),
        Column("share", number=True),
        Column("own code", number=True),
    ]
    columns += [Column("modules", number=True), Column("first imported at")]
    table = new_table("Saved if it were not loaded at all (retained cost; packages count as one)", columns)
    for group in groups[:limit]:
        add_row(
            table,
            group.name,
            milliseconds(group.retained_us),
            f"{group.retained_us / max(profile.total_us, 1):.0%}",
            milliseconds(group.self_us),
            str(group.modules),
            site(group.first),
        )
    return table


def module_table(
    title: str, modules: Sequence[ModuleTiming], sites: dict[str, ImportEvent], width: int
) -> Table:
    """Show modules with all their numbers; in little width without those that matter least."""
    is_wide = width >= _WIDE
    memory = any(module.memory_bytes is not None for module in modules)
    columns = [Column("module"), Column("self", number=True)]
    columns += [Column("spread", number=True)] if is_wide else []
    columns += [Column("cumulative", number=True), Column("retained", number=True)]
    columns += [Column("memory", number=True)] if memory else []
    columns += [Column("loaded from")] if is_wide else []
    table = new_table(title, [*columns, Column("first imported at")])
    for module in modules:
        place = site(sites.get(module.name))
        add_row(
            table,
            module.name if is_wide else clipped(module.name, _NARROW),
            milliseconds(module.self_us),
            *([milliseconds(module.spread_us)] if is_wide else []),
            milliseconds(module.cumulative_us),
            milliseconds(module.retained_us),
            *([megabytes(module.memory_bytes)] if memory else []),
            *([module.how] if is_wide else []),
            place if is_wide else clipped(place, _NARROW - (10 if memory else 0)),
        )
    return table


def effect_table(effects: Sequence[Effect], limit: int) -> Table:
    """Show work done at import, the project's own modules first; what one line repeats is one row."""
    columns = [Column("kind"), Column("what"), Column("by"), Column("it retains", number=True)]
    table = new_table("Work done while importing", [*columns, Column("at"), Column("called from")])
    together: dict[tuple[str, str, str, str], list[Effect]] = {}
    for effect in sorted(effects, key=lambda effect: (is_outside(effect.path), -effect.retained_us)):
        at = (
            f"{effect.path}:{effect.line}"
            if effect.line and not is_outside(effect.path)
            else effect.path or ""
        )
        inside = not is_outside(effect.via_path)
        via = f"{effect.via_path}:{effect.via_line}" if inside else f"{effect.function}()"
        together.setdefault((effect.kind, effect.module, at, via), []).append(effect)
    for (kind, module, at, via), found in list(together.items())[:limit]:
        more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
        add_row(table, kind, f"{found[0].detail}{more}", module, milliseconds(found[0].retained_us), at, via)
    return table


def swallowed_table(events: Sequence[ImportEvent], limit: int) -> Table:
    """Show imports of the project's own that failed and were caught."""
    table = new_table(
        "Imports that failed and were caught", [Column("at"), Column("import"), Column("error")]
    )
    for event in events[:limit]:
        add_row(table, site(event), event.imported, event.error or "")
    return table
