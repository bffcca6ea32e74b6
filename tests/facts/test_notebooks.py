import json

import pytest

from importgraph.facts.notebooks import notebook_source


def notebook(*cells, indent=1, **metadata):
    parts = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": parts, "metadata": metadata, "nbformat": 4}, indent=indent).encode()


def code(document):
    source = notebook_source(document)
    return None if source is None else [line for line in source.decode().split("\n") if line.strip()]


def test_the_code_of_all_cells():
    assert code(notebook(["import a\n", "x = 1"], "import b\n")) == ["import a", "x = 1", "import b"]


def test_lines_are_those_of_the_file():
    document = notebook(["import a\n", "\n", "import b"], ["import c"])
    lines = notebook_source(document).decode().split("\n")
    for number, line in enumerate(document.decode().split("\n"), 1):
        for name in "abc":
            if f"import {name}" in line:
                assert lines[number - 1] == f"import {name}"


def test_without_lines_of_its_own_code_is_counted_by_itself():
    assert notebook_source(notebook(["import a\n", "import b"], indent=None)) == b"import a\nimport b"


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (["%matplotlib inline\n", "import a"], ["import a"]),
        (["!pip install x\n", "import a"], ["import a"]),
        (["files = !ls\n", "import a"], ["import a"]),
        (["import a\n", "a?"], ["import a"]),
        (["%%bash\n", "import nothing"], []),
        (["%%time\n", "import a"], ["import a"]),
        (["import a\n", "await a.run()"], ["import a", "await a.run()"]),
        (["def f(:"], []),
    ],
)
def test_what_is_for_ipython_is_blank(cell, lines):
    found = code(notebook(cell))
    assert [line for line in found if "import" in line] == [line for line in lines if "import" in line]
    assert "def f(:" not in found


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}",
        b'{"cells": 3}',
        b"\xff",
        b"[" * 100_000,
        notebook(["x <- 1"], kernelspec={"language": "R"}),
    ],
)
def test_what_is_no_notebook_of_python(document):
    assert notebook_source(document) is None


@pytest.mark.parametrize(
    "cells", [[None], [{"cell_type": "code"}], [{"cell_type": "code", "source": [1]}], []]
)
def test_cells_of_another_shape(cells):
    assert notebook_source(json.dumps({"cells": cells}).encode()) is not None


def test_the_older_format():
    cells = [{"cell_type": "code", "input": ["import a"]}]
    assert code(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}).encode()) == ["import a"]
