"""What all diagrams share: the palette, DOT text, and the values they are drawn from.

Text from analysed code is data: every name, path and statement goes through `quote` before it stands in DOT.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from importgraph.names import is_within, parent
from importgraph.quoting import visible, visible_lines

INK: Final = "#1f2933"
MUTED: Final = "#52606d"
LINE: Final = "#829ab1"
FONT: Final = "Arial"
"""One name: Graphviz in WebAssembly measures a list of names as Times. `rendering` adds the others."""
RED: Final = "#c53030"
BLUE: Final = "#2b6cb0"
GREEN: Final = "#2f855a"

PLAIN: Final = {"fillcolor": "#f0f4f8", "color": "#9fb3c8"}
STRONG: Final = {"fillcolor": "#dbeafe", "color": BLUE, "penwidth": "2"}
ALARM: Final = {"fillcolor": "#fff5f5", "color": RED, "penwidth": "1.6"}
GOOD: Final = {"fillcolor": "#e6f6ec", "color": GREEN, "penwidth": "2.4"}
FAINT: Final = {
    "fillcolor": "#ffffff",
    "color": "#9fb3c8",
    "fontcolor": MUTED,
    "style": "rounded,filled,dashed",
}
FUNCTION: Final = {"fillcolor": "#fffbea", "color": "#b7791f", "shape": "ellipse", "style": "filled"}

FONT_SIZE: Final = 13
_LETTER: Final = 0.6
"""The width of a letter in DejaVu Sans, by its size; Graphviz measures the narrower Arial."""
_LATIN: Final = 0x24F
_MARGIN: Final = 8
NAME_WIDTH: Final = 48
NOTE_WIDTH: Final = 96
LARGEST: Final = "20,20"
"""Inches; a larger picture is scaled down to it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One import or call, as drawn: from a node to a node, and where it stands."""

    source: str
    target: str
    path: str = ""
    line: int = 0
    """0 where no line makes it, as for the implicit import of a parent package."""
    text: str = ""
    """The statement; may be empty."""

    @property
    def place(self) -> str:
        """Where it stands, as `file:line`; empty where nothing is written."""
        return visible(f"{self.path}:{self.line}" if self.path and self.line else self.path)


@dataclass(frozen=True, slots=True)
class Retained:
    """A module of a dominator tree with the weight of all below it."""

    name: str
    parent: str
    """The module without which it would not load; empty for the entry."""
    weight: int
    label: str = ""
    """How it is shown, where that is not its name."""


def quote(text: str) -> str:
    """Return a DOT string that shows the text as it is.

    A newline becomes a line break; what nobody can see becomes an escape.
    """
    escaped = (
        visible_lines(text.replace("\t", "\\t"))
        .replace("\\", "\\\\")
        .replace("&", "&amp;")
        .replace('"', '\\"')
        .replace("\n", "\\n")
    )
    return f'"{escaped}"'


def one_line(text: str, width: int = NAME_WIDTH) -> str:
    """Put text on one line and shorten it in the middle, where names differ least."""
    flat = visible(text).strip() or "(blank)"
    if len(flat) <= width:
        return flat
    tail = (width - 1) * 2 // 3
    return f"{flat[: width - 1 - tail]}…{flat[-tail:]}"


def common_package(names: Sequence[str]) -> str:
    """Return the package that all names stand below; empty if there is none."""
    package = parent(names[0]) if names else ""
    while package and not all(name != package and is_within(name, package) for name in names):
        package = parent(package)
    return package


def shortened(name: str, package: str) -> str:
    """Return a name on one line, without the package it stands below."""
    return one_line(name.removeprefix(f"{package}.") if package else name)


def node(key: str, label: str, looks: dict[str, str], **attributes: str) -> str:
    """Return the DOT statement of a node; the label may have several lines."""
    room = _room(label, float(attributes.get("fontsize", FONT_SIZE)))
    shown = {"label": label, "tooltip": key, "width": room, **looks, **attributes}
    return f"  {quote(key)} {_attributes(shown)}"


def _room(label: str, size: float) -> str:
    """Return how many inches a box needs for its label in the widest of the fonts that may show it."""
    widest = max(sum(1.0 if ord(char) > _LATIN else _LETTER for char in line) for line in label.split("\n"))
    return f"{(widest * size + 2 * _MARGIN) / 72:.2f}"


def edge(source: str, target: str, **attributes: str) -> str:
    """Return the DOT statement of an edge."""
    shown = {"tooltip": f"{source} → {target}", **attributes}
    if "label" in shown:
        shown["labeltooltip"] = shown["tooltip"]
    return f"  {quote(source)} -> {quote(target)} {_attributes(shown)}"


def _attributes(attributes: dict[str, str]) -> str:
    return (
        "[" + ", ".join(f"{name}={quote(value.lstrip(chr(10)))}" for name, value in attributes.items()) + "]"
    )


def picture(title: str, notes: Iterable[str], statements: Iterable[str], **attributes: str) -> str:
    """Return a whole DOT document: a title above, the statements, and notes in words below."""
    page = {
        "labelloc": "b",
        "labeljust": "l",
        "fontname": FONT,
        "fontsize": "12",
        "fontcolor": MUTED,
        "bgcolor": "#ffffff",
        "pad": "0.3",
        "size": LARGEST,
        "nodesep": "0.25",
        "ranksep": "0.5",
        "tooltip": title,
        **attributes,
    }
    boxes = {
        "shape": "box",
        "style": "rounded,filled",
        "fontname": FONT,
        "fontsize": str(FONT_SIZE),
        "fontcolor": INK,
        "margin": "0.14,0.07",
        "height": "0.3",
        **PLAIN,
    }
    lines = {"fontname": FONT, "fontsize": "11", "fontcolor": MUTED, "color": LINE, "arrowsize": "0.7"}
    heading = {
        "label": title,
        "labelloc": "t",
        "labeljust": "l",
        "fontsize": "18",
        "fontcolor": INK,
        "peripheries": "0",
    }
    return "\n".join(
        [
            "digraph importgraph {",
            f"  graph {_attributes(page)}",
            f"  graph [label={_caption(notes)}]",
            f"  node {_attributes(boxes)}",
            f"  edge {_attributes(lines)}",
            "  subgraph cluster_page {",
            f"  graph {_attributes(heading)}",
            *statements,
            "  }",
            "}\n",
        ]
    )


def _caption(notes: Iterable[str]) -> str:
    # The blank line is not empty: Graphviz in WebAssembly crashes on a label that begins with an empty line.
    lines = [" ", *(line for note in notes for line in textwrap.wrap(note, NOTE_WIDTH))]
    return '"' + "".join(quote(line)[1:-1] + "\\l" for line in lines) + '"'


def thickness(count: int, most: int, widest: float = 6.0) -> str:
    """Return the pen width for a count: grows with its square root, so that small ones stay visible."""
    share = (count / most) ** 0.5 if most else 0.0
    return f"{0.8 + (widest - 0.8) * share:.1f}"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its unit: `1 module`, `8,805 modules`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(places: Sequence[str], limit: int = 6) -> str:
    """List places one a line, with the number left out."""
    shown = list(places[:limit])
    if len(places) > limit:
        shown.append(f"and {len(places) - limit:,} more")
    return "\n".join(shown)
