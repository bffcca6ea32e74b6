import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.language_server.statements import Span, analysed_line, characters, import_at

TEXT = "import a.b, c\ns = 'é'; from d import (\n    e as x,  # why\n    f,\n)\n"


@pytest.fixture
def edges(open_files):
    graph = open_files({"m.py": TEXT, "a/__init__.py": "", "a/b.py": "", "c.py": ""}).graph
    return [edge for edge in graph.imports if edge.path == "m.py"]


@pytest.mark.parametrize(
    ("line", "column", "names", "span"),
    [
        (0, 8, ["a.b"], Span(0, 7, 0, 10)),
        (0, 12, ["c"], Span(0, 12, 0, 13)),
        (0, 0, ["a.b", "c"], Span(0, 0, 0, 13)),
        (1, 10, ["d", "d"], Span(1, 9, 4, 1)),
        (2, 5, ["d"], Span(2, 4, 2, 10)),
        (3, 4, ["d"], Span(3, 4, 3, 5)),
    ],
)
def test_the_name_or_the_statement_at_a_place(edges, line, column, names, span):
    found = import_at(TEXT, edges, line, column)
    assert [edge.imported for edge in found.edges] == names
    assert found.span == span


@pytest.mark.parametrize(("line", "column"), [(5, 0), (99, 0)])
def test_elsewhere_there_is_none(edges, line, column):
    assert import_at(TEXT, edges, line, column) is None


def test_a_line_is_found_again_where_it_reads_the_same_nearest_by():
    analysed = "import a\n\nimport b\n"
    assert analysed_line(analysed, analysed, 2) == 2
    assert analysed_line(analysed, "\n\n\nimport b\n", 3) == 2
    assert analysed_line(analysed, "import c\n", 0) is None
    assert analysed_line(analysed, "import c\n", 9) is None


@settings(max_examples=30)
@given(st.text(max_size=12), st.integers(0, 12))
def test_characters_are_counted_by_the_bytes_before_them(line, index):
    text = line.encode("utf-8", "ignore").decode()
    assert characters(text, len(text[:index].encode())) == len(text[:index])
