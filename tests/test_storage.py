import pytest

from importgraph.storage import write_whole


@pytest.mark.parametrize("name", [".", "", "folder"])
def test_a_folder_is_not_written(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(type(tmp_path)(name), b"")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
