"""Draw an import profile as an icicle: wide is slow, and a bar stands under the one that loaded it first."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from importgraph.measurements.model import ImportEvent, ImportProfile
from importgraph.measurements.tree import COLLECTOR, Node, first_imports, import_tree
from importgraph.quoting import xml_text

WIDTH = 1400
MARGIN = 20
ROW = 21
TOP = 118
LETTER = 6.6
SMALLEST = 1.5
TICKS = 8
LEGEND_DISTRIBUTIONS = 5
NAMES_SHOWN = 12
TITLE = 18
VERBS = {"pytest": "collecting", "script": "running"}
HOW_TO_READ = (
    "Width is time. A bar is a module with all that it was the first to import, which is drawn below it; "
    "where nothing is below a bar, its own code runs."
)
FOOTER = "Rest the pointer on a bar for its times, its file and the line that loaded it."

OWN_COLOUR = "#4e79a7"
STANDARD_COLOUR = "#bab0ac"
ENTRY_COLOUR = "#2f3b4c"
REST_COLOUR = "#e3e0dd"
OTHER_COLOUR = "#d9b382"
COLLECTOR_COLOUR = "#c9b7cc"
DISTRIBUTION_COLOURS = ("#f28e2b", "#e15759", "#59a14f", "#b07aa1", "#edc948")
LIGHT_TEXT = (OWN_COLOUR, ENTRY_COLOUR, "#e15759", "#59a14f", "#b07aa1")


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle: a module, or several too narrow to show alone."""

    x: float
    level: int
    width: float
    label: str
    tooltip: str
    colour: str


def render(profile: ImportProfile) -> str:
    """Return the picture as SVG text."""
    root = import_tree(profile)
    total = max(root.cumulative_us, 1)
    scale = (WIDTH - 2 * MARGIN) / total
    colours = distribution_colours(profile)
    bars = list(Drawing(scale, colours, first_imports(profile)).bars_of(root))
    height = TOP + ROW * (max(bar.level for bar in bars) + 1) + 34
    parts = [
        opening(height),
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *heading(profile),
        *legend(profile, colours),
        *axis(total, scale),
        *(draw(bar) for bar in bars),
        text(MARGIN, height - 12, FOOTER, "#666"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def opening(height: int) -> str:
    """Return the opening tag."""
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Helvetica, Arial, sans-serif">'


def milliseconds(microseconds: int) -> str:
    """Return a time as text: three digits are enough to compare."""
    value = microseconds / 1000
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"  # noqa: PLR2004


def text(x: float, y: float, words: str, colour: str = "#222", size: int = 12) -> str:
    """Return one line of text; large text is a title."""
    weight = "bold" if size >= TITLE else "normal"
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}"'
    return f'<text {place} fill="{colour}">{xml_text(words)}</text>'


def heading(profile: ImportProfile) -> Iterator[str]:
    """Say what the picture shows and how to read it."""
    runs = f"best of {len(profile.runs_us)} runs" if len(profile.runs_us) > 1 else "one run"
    cold = (
        f"; {milliseconds(profile.cold_us)} with cold bytecode"
        if show_cold(profile) and profile.cold_us
        else ""
    )
    partial = "" if profile.complete else " (partial: the target did not finish)"
    verb = VERBS.get(profile.kind, "importing")
    title = f"Where the {milliseconds(profile.total_us)} of {verb} {profile.entry} go{partial}"
    yield text(MARGIN, 28, title, size=TITLE)
    yield text(MARGIN, 48, HOW_TO_READ, "#444")
    apart = " Pauses of the garbage collector stand apart: they fall into any module."
    measured = (
        f"{len(profile.modules)} modules, Python {profile.python}, {runs}, {profile.bytecode} bytecode{cold}."
        f"{apart if profile.collector_us else ''}"
    )
    yield text(MARGIN, 64, measured, "#444")


def show_cold(profile: ImportProfile) -> bool:
    """Say whether a cold time stands beside a warm one."""
    return profile.bytecode == "warm" and profile.cold_us is not None


def distribution_colours(profile: ImportProfile) -> dict[str, str]:
    """Give the most expensive installed distributions a colour each."""
    cost = Counter[str]()
    for module in profile.modules:
        if module.group == "external":
            cost[module.distribution or ""] += module.self_us
    names = sorted(cost, key=lambda name: (-cost[name], name))
    return dict(zip(names[:LEGEND_DISTRIBUTIONS], DISTRIBUTION_COLOURS, strict=False))


def colour_of(node: Node, colours: dict[str, str]) -> str:
    """Return the colour of whoever wrote a module."""
    if node.timing is None:
        return COLLECTOR_COLOUR if node.name == COLLECTOR else ENTRY_COLOUR
    if node.timing.group == "external":
        return colours.get(node.timing.distribution or "", OTHER_COLOUR)
    return OWN_COLOUR if node.timing.group == "first-party" else STANDARD_COLOUR


def legend(profile: ImportProfile, colours: dict[str, str]) -> Iterator[str]:
    """Name the colours, each with the time of its own code."""
    cost = Counter[str]()
    for module in profile.modules:
        if not module.thread:
            cost[module.distribution or "" if module.group == "external" else module.group] += module.self_us
    entry = profile.total_us - profile.collector_us - sum(cost.values())
    entries = [("not importing", ENTRY_COLOUR, entry if entry * 100 > profile.total_us else 0)]
    entries += [("your code", OWN_COLOUR, cost["first-party"])]
    entries += [("standard library", STANDARD_COLOUR, cost["standard"])]
    entries += [(name, colour, cost[name]) for name, colour in colours.items()]
    known = {"first-party", "standard", *colours}
    rest = sum(spent for name, spent in cost.items() if name not in known)
    if rest:
        entries.append(("other packages", OTHER_COLOUR, rest))
    entries.append((COLLECTOR, COLLECTOR_COLOUR, profile.collector_us))
    x: float = MARGIN
    for name, colour, spent in entries:
        if not spent:
            continue
        words = f"{name} {milliseconds(spent)}"
        yield f'<rect x="{x:.1f}" y="76" width="12" height="12" rx="2" fill="{colour}"/>'
        yield text(x + 17, 86, words)
        x += 34 + LETTER * len(words)


def axis(total: int, scale: float) -> Iterator[str]:
    """Draw a time scale with round numbers."""
    step = 10 ** (len(str(total)) - 1)
    while total / step < TICKS / 2 and step > 1:
        step //= 2
    for at in range(0, total + 1, step):
        x = MARGIN + at * scale
        yield f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{TOP - 2}" stroke="#888"/>'
        if x < WIDTH - 3 * MARGIN:
            yield text(x + 2, TOP - 6, f"{at / 1000:g} ms", "#888", size=10)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What every bar needs to know."""

    scale: float
    """Pixels for a microsecond."""
    colours: dict[str, str]
    sites: dict[str, ImportEvent]

    def bars_of(self, node: Node, x: float = MARGIN, level: int = 0) -> Iterator[Bar]:
        """Yield a node's bar and those below it, widest first; neighbours too narrow to see become one."""
        width = node.cumulative_us * self.scale
        yield Bar(x, level, width, label(node), tooltip(node, self.sites), colour_of(node, self.colours))
        narrow = [child for child in node.children if child.cumulative_us * self.scale < SMALLEST]
        for child in sorted(node.children, key=lambda child: -child.cumulative_us):
            if child.cumulative_us * self.scale >= SMALLEST:
                yield from self.bars_of(child, x, level + 1)
                x += child.cumulative_us * self.scale
        spent = sum(child.cumulative_us for child in narrow)
        if spent * self.scale >= SMALLEST:
            names = ", ".join([child.name for child in narrow[:NAMES_SHOWN]])
            words = f"{len(narrow)} small imports"
            told = f"{words}, {milliseconds(spent)}: {names}"
            yield Bar(x, level + 1, spent * self.scale, words, told, REST_COLOUR)


def label(node: Node) -> str:
    """Return what stands in a bar."""
    return f"{node.name} {milliseconds(node.cumulative_us)}"


def tooltip(node: Node, sites: dict[str, ImportEvent]) -> str:
    """Return what a reader sees when the pointer rests on a bar."""
    timing = node.timing
    if timing is None and node.name == COLLECTOR:
        return (
            f"{node.name}\n{milliseconds(node.self_us)} in pauses that fell into any module\n"
            "fewer objects made at import make it shorter; gc.freeze() and gc.disable() delay it"
        )
    if timing is None:
        return (
            f"{node.name}\n{milliseconds(node.cumulative_us)} in all\n{milliseconds(node.self_us)} own code"
        )
    lines = [
        f"{node.name} ({timing.distribution or timing.group})",
        f"{milliseconds(node.cumulative_us)} with everything it was the first to import",
        f"{milliseconds(node.self_us)} its own code, loaded from {timing.how}",
        f"{milliseconds(timing.retained_us)} would go if nothing imported it",
    ]
    site = sites.get(node.name)
    if site is not None:
        lines.append(
            f"first imported by {site.importer}" + (f" ({site.path}:{site.line})" if site.path else "")
        )
    if timing.path:
        lines.append(timing.path)
    return "\n".join(lines)


def draw(bar: Bar) -> str:
    """Return a bar with as much of its label as fits."""
    y = TOP + ROW * bar.level
    room = int((bar.width - 6) / LETTER)
    words = bar.label if len(bar.label) <= room else shortened(bar.label, room)
    colour = "#ffffff" if bar.colour in LIGHT_TEXT else "#222222"
    shown = text(bar.x + 4, y + 14, words, colour, size=11) if words else ""
    place = f'x="{bar.x:.1f}" y="{y}" width="{max(bar.width - 0.6, 0.6):.1f}" height="{ROW - 1}"'
    shape = f'<rect {place} rx="2" fill="{bar.colour}"/>'
    return f"<g><title>{xml_text(bar.tooltip)}</title>{shape}{shown}</g>"


def shortened(words: str, room: int) -> str:
    """Return the end of a module's name that fits: the last part tells most."""
    name = words.rsplit(" ", 2)[0]
    if len(name) <= room:
        return name
    last = name.rpartition(".")[2]
    if len(last) <= room:
        return last
    return last[: room - 1] + "…" if room >= 4 else ""  # noqa: PLR2004
