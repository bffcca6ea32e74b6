"""The first screen: what imports cost, what to change, what fails, what is tangled, what was read."""

from collections.abc import Callable, Iterator, Sequence

from importgraph.edits.identity import name_of
from importgraph.findings.waits import Waiting
from importgraph.fixes.model import DeferImport, Fix, Gain, RiskLevel
from importgraph.outputs.report import EntryLoad, Heavy, Report, ledger_line, milliseconds
from importgraph.outputs.screen.environment_text import computed_lines, environment_lines, unknown_lines
from importgraph.outputs.screen.screen_problems import failures, tangles
from importgraph.outputs.screen.text_layout import (
    BLANK,
    WIDE,
    Line,
    Screen,
    both_ends,
    clipped,
    cut_off,
    heading,
    padded,
    width_of,
    wrapped,
)

_ENTRIES = 3
_HEAVY = 3
_FIXES = 5
_WAITS = 3
_LEAST_SHARE = 0.05
_LITTLE_US = 10_000


def first_screen(report: Report, screen: Screen, read_text: Callable[[str], str]) -> Iterator[Line]:
    """Lay the report out.

    Args:
        report: What was found.
        screen: How much of it, and how wide.
        read_text: Returns the text of a file of the tree, for the lines that are quoted.
    """
    sections = (
        _costs(report, screen, read_text),
        _changes(report, screen),
        failures(report, screen),
        tangles(report, screen),
        _reading(report, screen),
    )
    for number, section in enumerate(sections):
        lines = list(section)
        if lines and number:
            yield BLANK
        yield from lines


# -- what it costs ----------------------------------------------------------------------------------


def _costs(report: Report, screen: Screen, read_text: Callable[[str], str]) -> Iterator[Line]:
    yield heading("What it costs", _source(report), screen)
    waits = [one for one in report.waits if one.wait.certain or screen.show_all]
    for one in waits[: screen.most(_WAITS)]:
        yield from _wait(one, screen, read_text)
    chosen = telling(report.entries)[: screen.most(_ENTRIES)]
    shown = [entry for entry in report.entries if entry in chosen]
    for entry in shown:
        yield from _entry(entry, report, screen)
    if not report.entries:
        yield Line(" No entry point was found: name one with `entry-points` in the settings.")
    left = len(report.entries) - len(shown)
    if left:
        yield Line(f" {left} more entry point{'s' if left > 1 else ''}: --all", "dim")


def telling(entries: Sequence[EntryLoad]) -> list[EntryLoad]:
    """Order entry points by what looking at them is worth; those like one before them come last."""
    new: list[EntryLoad] = []
    like: list[EntryLoad] = []
    for entry in sorted(entries, key=lambda entry: -entry.worth):
        (like if any(entry.is_like(other) for other in new) else new).append(entry)
    return [*new, *like]


def _source(report: Report) -> str:
    if report.profile is not None:
        return f"measured, Python {report.profile.python}"
    if report.costs.estimated:
        return "≈ estimated from text; nothing was run"
    return "modules of this tree, counted"


def _wait(one: Waiting, screen: Screen, read_text: Callable[[str], str]) -> Iterator[Line]:
    wait = one.wait
    lines = read_text(wait.path).splitlines()
    text = lines[wait.line - 1].strip() if wait.line <= len(lines) else wait.call
    entry = one.entries[0].title if one.entries else wait.module
    more = f" and {len(one.entries) - 1} more" if len(one.entries) > 1 else ""
    called = f", called at {wait.called_from}" if wait.called_from else ""
    sentence = f"{entry}{more} {wait.kind} at import, {wait.path}:{wait.line}{called}: {cut_off(text, 48)}"
    yield from wrapped(sentence, screen.width, " ! ", "   ", "bold red")


def _entry(entry: EntryLoad, report: Report, screen: Screen) -> Iterator[Line]:
    why = f"  ({entry.reason}{f', {entry.place}' if entry.place else ''})"
    cost = report.cost_of(entry)
    room = screen.edge - width_of(cost) - 3
    title = clipped(entry.title, room)
    head = title + (why if width_of(title) + width_of(why) <= room else "")
    yield both_ends(f" {head}", cost, screen.edge)
    for heavy in entry.heavy[:_HEAVY]:
        if heavy.share >= _LEAST_SHARE:
            yield _heavy(heavy, report, screen)
    yield from unknown_lines(entry.unknown, screen.width)
    yield from computed_lines(entry.open, screen.width)
    if entry.files:
        told = (
            f"{one.path} {report.costs.text(one.cost)}{f' ({one.brings})' if one.brings else ''}"
            for one in entry.files
        )
        yield from wrapped(f"costliest files: {'; '.join(told)}", screen.width, "       ", "         ")


def _heavy(heavy: Heavy, report: Report, screen: Screen) -> Line:
    cost = padded(report.costs.text(heavy.cost), 11, right=True)
    share = padded(f"{heavy.share:.0%}", 4, right=True)
    head = f"   {cost} {share}  "
    room = screen.width - width_of(head)
    column = 24 if screen.width < WIDE else 36
    name = clipped(heavy.name, min(room * 2 // 5, column))
    way = _chain(heavy) if screen.width >= WIDE and len(heavy.chain) > 1 else ""
    place = clipped(f"{heavy.place}{f'  {way}' if way else ''}", room - column - 1)
    return Line(f"{head}{padded(name, column)} {place}".rstrip())


def _chain(heavy: Heavy) -> str:
    return " -> ".join((heavy.chain[0].source, *(step.target for step in heavy.chain)))


# -- what to change ---------------------------------------------------------------------------------


def _changes(report: Report, screen: Screen) -> Iterator[Line]:
    gaining = report.gaining
    shown = gaining[: screen.most(_FIXES)]
    yield heading("What to change", "most saved first" if shown else "", screen)
    for fix in shown:
        yield from _fix(fix, report, screen)
    if shown:
        yield Line(f" See {shown[0].id}: importgraph fix {name_of(shown[0])} --diff", "dim")
    else:
        yield Line(f" {_nothing(report)}")
    rest = [fix for fix in report.fixes if fix not in shown]
    if screen.show_all:
        for fix in rest:
            yield from wrapped(
                f"{fix.title} ({fix.applicability.value})", screen.width, f" {fix.id}  ", "     "
            )
    elif rest:
        yield Line(f" {len(rest):,} smaller proposal{'s' if len(rest) != 1 else ''}: --all", "dim")
    if report.smaller:
        noun = "import" if report.smaller == 1 else "imports"
        yield Line(f" {report.smaller:,} other {noun} could be deferred too, for less than is shown.", "dim")


def _nothing(report: Report) -> str:
    if not report.entries:
        return "Nothing to propose."
    first = report.entries[0]
    if first.unknown:
        return "Nothing to propose as long as it is not known what these libraries cost."
    return f"No edit found that saves enough to show: `{first.title}` loads {_loads(report, first)}."


def _loads(report: Report, entry: EntryLoad) -> str:
    return f"in {report.cost_of(entry)}" if report.unit == "us" else report.cost_of(entry)


def headline(fix: Fix) -> str:
    """Say what a fix does, without what it gains: first what is no longer loaded that costs most."""
    edits = [edit for edit in fix.edits if isinstance(edit, DeferImport)]
    if not edits or len(edits) < len(fix.edits):
        return fix.title
    places = list(dict.fromkeys(f"{edit.path}:{edit.line}" for edit in edits))
    if len(edits) == 1:
        what = f"defer `{' '.join(edits[0].statement.split())}` in {places[0]}"
    elif len(places) == 1:
        what = f"defer the {len(edits)} names imported at {places[0]}"
    else:
        rest = f" and {len(places) - 2} more" if len(places) > 2 else ""  # noqa: PLR2004 -- two are named
        what = f"defer {len(places)} imports together: {places[0]}, {places[1]}{rest}"
    return f"{fix.frees}: {what}" if fix.frees else f"{what[0].upper()}{what[1:]}"


def _fix(fix: Fix, report: Report, screen: Screen) -> Iterator[Line]:
    risk = fix.risk.level.value if fix.risk is not None else fix.applicability.value
    mark = padded(fix.id, 3)
    head = f" {mark} {headline(fix).replace('`', '')}"
    if width_of(head) + width_of(risk) + 2 <= screen.edge:
        yield both_ends(head, risk, screen.edge)
    else:
        first, *more = wrapped(headline(fix).replace("`", ""), screen.edge - 8, f" {mark} ", "     ")
        yield both_ends(first.text, risk, screen.edge)
        yield from more
    gains = [gain for gain in fix.gains if gain.before > gain.after]
    yield from wrapped(_gains(gains, report), screen.width, "     ", "     ", "green")
    if fix.verification.startswith("verified"):
        yield from wrapped(fix.verification.replace("`", ""), screen.width, "     ", "     ", "green")
    if fix.risk is not None and fix.risk.level is not RiskLevel.SAFE:
        yield from wrapped(f"{risk}: {fix.risk.text}".replace("`", ""), screen.width, "     ", "     ", "dim")


def _gains(gains: list[Gain], report: Report) -> str:
    """Name what each entry point costs before and after, the first in full."""
    first, *others = gains
    most = "at most " if first.at_least else ""
    more = " + ?" if first.open else ""
    told = f"{first.title}: {_number(report, first.before)} → {most}{_cost(report, first.after)}{more}"
    told += f" ({_share(first)})"
    shown = [f"{one.title} -{_cost(report, one.saved)} ({_share(one)})" for one in others[:1]]
    more = f"{len(others) - 1} more entry point{'s' if len(others) > 2 else ''}" if len(others) > 1 else ""  # noqa: PLR2004
    return "; ".join(part for part in (told, *shown, more) if part)


def _share(gain: Gain) -> str:
    """Write which part is saved: of what is known, so of an open whole it is at most that."""
    return f"{'at most ' if gain.open else ''}-{gain.share:.0%}"


def _cost(report: Report, value: int) -> str:
    return milliseconds(value) if report.unit == "us" else report.costs.text(value)


def _number(report: Report, value: int) -> str:
    """Write a cost without its unit, which the cost after it carries; marked where it is an estimate."""
    return report.costs.text(value).removesuffix(" ms").removesuffix(" modules").removesuffix(" module")


# -- what was read ----------------------------------------------------------------------------------


def _reading(report: Report, screen: Screen) -> Iterator[Line]:
    yield heading("What was read", "", screen)
    how = "" if report.estimated else f" {report.weights}"  # of estimates the first line speaks
    yield from wrapped(f"{ledger_line(report.ledger)}.{how}", screen.width, " ", " ")
    for line in environment_lines(report.environment, report.undecided):
        yield from wrapped(line, screen.width, " ", " ")
    if screen.folder:
        yield from wrapped(
            f"Report: {screen.folder}/report.html, report.md, report.json and diagrams.",
            screen.width,
            " ",
            " ",
        )
