import shutil
import xml.etree.ElementTree as ET

import pytest

from importgraph.errors import UsageError
from importgraph.outputs.pictures import rendering
from importgraph.outputs.pictures.diagram_chain import chain
from importgraph.outputs.pictures.drawing import Link, edge, node, picture
from importgraph.outputs.pictures.rendering import DrawingError, render

NEEDS_DOT = pytest.mark.skipif(shutil.which("dot") is None, reason="the dot program is not installed")
RENDERERS = [pytest.param("dot", marks=NEEDS_DOT), "wasi"]
SMALL = chain(["app", "lib"], [Link("app", "lib", "app.py", 3, "import lib")])
HOSTILE = [
    'a"b',
    "back\\slash\\",
    "</text><script>&lt;&amp;",
    "new\nline",
    "nul\0bell\x07",
    "\udcff",
    "\u202eevil",
    "%s{}\\N\\G",
]


def tangle(size):
    """Return a dense graph that takes Graphviz far longer than any timeout here."""
    names = [str(number) for number in range(size)]
    return picture("tangle", [], [edge(a, b) for a in names for b in names if a != b])


def elements(svg):
    return ET.fromstring(svg).iter()


def texts(svg):
    return ["".join(element.itertext()) for element in elements(svg) if element.tag.endswith("}text")]


@pytest.mark.parametrize("renderer", RENDERERS)
def test_svg_shows_the_texts_of_the_document(renderer):
    shown = texts(render(SMALL, "svg", renderer=renderer))
    assert [text.strip() for text in shown if text.strip()] == [
        "1 step from app to lib.",
        "Why app loads lib",
        "app",
        "lib",
        "app.py:3",
        "import lib",
    ]


@pytest.mark.parametrize("renderer", RENDERERS)
def test_svg_is_the_same_each_time_and_names_no_version(renderer):
    first = render(SMALL, "svg", renderer=renderer)
    assert first == render(SMALL, "svg", renderer=renderer)
    assert b"<!--" not in first
    assert b"DOCTYPE" not in first
    assert b'font-family="Arial,Helvetica,' in first


@pytest.mark.parametrize("renderer", RENDERERS)
def test_hostile_names_are_shown_as_they_are(renderer):
    dot = picture(
        HOSTILE[2], HOSTILE, [node(name, name, {}) for name in HOSTILE] + [edge(HOSTILE[0], HOSTILE[1])]
    )
    svg = render(dot, "svg", renderer=renderer)
    shown = texts(svg)
    for text in [
        'a"b',
        "back\\slash\\",
        "</text><script>&lt;&amp;",
        "new",
        "line",
        "nul\\x00bell\\x07",
        "\\xff",
        "\\u202eevil",
        "%s{}\\N\\G",
    ]:
        assert text in [found.replace("\xa0", " ").strip() for found in shown]
    assert not [element for element in elements(svg) if "script" in element.tag]


@pytest.mark.parametrize("renderer", RENDERERS)
def test_labels_that_begin_with_empty_lines(renderer):
    """Graphviz in WebAssembly crashes on them unless they are removed."""
    label = "\n" + "x" * 40 + "\n" + "y" * 30
    shown = texts(render(picture("t", [], [node("a", label, {})]), "svg", renderer=renderer))
    assert "x" * 40 in shown


@pytest.mark.parametrize("renderer", RENDERERS)
def test_a_diagram_that_takes_too_long_is_given_up(renderer):
    with pytest.raises(DrawingError, match=r"given up after 0\.3 seconds"):
        render(tangle(60), "svg", renderer=renderer, timeout=0.3)
    assert texts(render(SMALL, "svg", renderer=renderer))


@pytest.mark.parametrize("renderer", RENDERERS)
def test_what_graphviz_cannot_read_is_said_in_one_line(renderer):
    with pytest.raises(DrawingError, match="Graphviz could not draw the diagram") as caught:
        render("digraph {", "svg", renderer=renderer)
    assert "\n" not in str(caught.value)


@NEEDS_DOT
@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_other_formats_by_the_program(kind, magic):
    drawn = render(SMALL, kind)
    assert drawn.startswith(magic)
    assert drawn == render(SMALL, kind)


@NEEDS_DOT
def test_a_pdf_has_no_date():
    assert b"CreationDate (D:00000000" in render(SMALL, "pdf")


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_other_formats_without_the_program_say_what_to_install(kind, monkeypatch):
    monkeypatch.setattr(rendering, "has_program", lambda: False)
    with pytest.raises(
        UsageError, match=rf"Drawing {kind.upper()} needs the dot program .*\(apt install graphviz"
    ):
        render(SMALL, kind)


def test_without_the_program_svg_is_drawn_all_the_same(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "app" in texts(render(SMALL, "svg"))


def test_dot_is_the_document_itself():
    assert render(SMALL, "dot") == SMALL.encode()
