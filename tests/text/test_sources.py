"""Files are read, blanked and parsed once, whoever asks."""

import sys

from importgraph.text.sources import Sources

HERE = sys.version_info[:2]


def test_a_file_is_read_once(tmp_path):
    path = tmp_path / "m.py"
    path.write_bytes(b"import a\n\n\ndef f():\n    return 1\n")
    sources = Sources()
    tree = sources.tree(str(path), HERE)
    path.write_bytes(b"changed")
    assert sources.tree(str(path), HERE) is tree
    assert sources.text(str(path)).startswith(b"import a")
    assert [one[0] for one in sources.index(str(path)).imports] == ["a"]


def test_a_function_is_cut_out_with_its_body(tmp_path):
    path = tmp_path / "m.py"
    path.write_bytes(b"x = 1\n\n\ndef f():\n    return 1\n")
    found = Sources().definition(str(path), 4, "f")
    assert found is not None
    assert found.body[0].lineno == 5
    assert Sources().definition(str(path), 1, "f") is None
    assert Sources().definition(str(path), 40, "f") is None


def test_a_file_that_is_not_there_is_none_or_empty(tmp_path):
    path = str(tmp_path / "none.py")
    assert Sources().read(path) is None
    assert Sources().text(path) == b""


def test_a_text_without_functions_is_not_copied(tmp_path):
    path = tmp_path / "m.py"
    path.write_bytes(b"x = 1\r\n")
    sources = Sources()
    assert sources.skimmed(str(path)) is sources.text(str(path))
