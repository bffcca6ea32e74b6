import threading
from pathlib import Path

from importgraph.serving import watching


def test_a_folder_that_goes_and_comes_back_is_followed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(watching, "_PATIENCE_MS", 20)
    folder, ended = tmp_path / "tree", threading.Event()
    folder.mkdir()
    threading.Timer(0.2, folder.rename, [tmp_path / "away"]).start()
    news = watching.changes(folder, ended)
    next(news)
    assert not folder.exists()
    threading.Timer(0.1, folder.mkdir).start()
    next(news)
    assert folder.exists()
    threading.Timer(0.2, (folder / "app.py").write_text, [""]).start()
    next(news)
    ended.set()
    assert list(news) == []
