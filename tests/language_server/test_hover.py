import pytest
from conftest import write_files

from importgraph.config import from_options
from importgraph.language_server.analysis import analysis_of
from importgraph.language_server.hover import hover_text
from importgraph.project import open_project

FILES = {
    "lib/__init__.py": "",
    "lib/part.py": "import colorsys\n",
    "lib/other.py": "import lib.part\n",
    "a.py": """
        import sys
        from typing import TYPE_CHECKING

        import lib.other
        import lib.part

        if TYPE_CHECKING:
            import lib.part as types_only
        if sys.version_info < (3, 5):
            import lib.part as old
        if sys.argv:
            import lib.part as perhaps
        if __name__ == "__main__":
            import lib.part as script


        def called():
            import lib.part as early


        called()
        """,
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    root = write_files(tmp_path_factory.mktemp("hover"), FILES)
    analysis = analysis_of(open_project(root, from_options(workers=1)))
    edges = {(edge.imported, edge.alias): edge for edge in analysis.edges["a.py"]}
    return lambda name, alias=None: hover_text(analysis, [edges[name, alias]])


def test_what_others_import_too_is_not_saved(said):
    assert "Without it, `import` of `a` loads no less: others import the same." in said("lib.part")
    assert "Without it, `import` of `a` loads ≈ " in said("lib.other")


@pytest.mark.parametrize(
    ("alias", "sentence"),
    [
        ("types_only", "Only type checkers see it"),
        ("old", "A version or platform test leaves it out."),
        ("perhaps", "It may run: a condition that text cannot decide stands around it."),
        ("script", "It runs only when the file is started as a script."),
        ("early", "It stands in `called`, which is called while modules are imported."),
    ],
)
def test_when_an_import_runs(said, alias, sentence):
    text = said("lib.part", alias)
    assert sentence in text
    assert "Importing `lib.part` costs **≈ " in text


def test_names_of_modules_are_data(open_files):
    analysis = analysis_of(open_files({"a.py": "import é`b\n", "b.py": "from a import *\n"}))
    (edge,) = analysis.edges["b.py"]
    assert hover_text(analysis, [edge]).startswith("Importing `a` costs")


def test_several_names_are_one_sum(open_files):
    analysis = analysis_of(open_files({"a.py": "import b, c\n", "b.py": "import c\n", "c.py": "\n"}))
    assert "Importing `b` and `c` costs **≈ " in hover_text(analysis, analysis.edges["a.py"])
    assert "(2 modules)" in hover_text(analysis, analysis.edges["a.py"])
