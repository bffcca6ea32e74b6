from pathlib import Path

import pytest

from importgraph.cli.writing import write, write_file
from importgraph.errors import UsageError


@pytest.mark.parametrize("name", ["app.py", "app.pyi", "app.ipynb"])
def test_an_answer_takes_the_place_of_no_source_code(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x = 1\n")
    with pytest.raises(UsageError, match="source code"):
        write_file(path, b"<!doctype html>")
    assert path.read_bytes() == b"x = 1\n"


def test_an_answer_takes_the_place_of_another(tmp_path):
    (tmp_path / "page.html").write_bytes(b"old")
    write_file(tmp_path / "page.html", b"new")
    assert (tmp_path / "page.html").read_bytes() == b"new"


def test_a_dash_is_standard_output_for_text_and_no_name_for_a_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write("a graph\n", Path("-"))
    assert capsys.readouterr().out == "a graph\n"
    with pytest.raises(UsageError, match="no file name"):
        write_file(Path("-"), b"<!doctype html>")
    assert list(tmp_path.iterdir()) == []
