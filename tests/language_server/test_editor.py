from pathlib import Path

import pytest

from importgraph.language_server.editor import ImportServer
from importgraph.project import Project


def opened(folder: Path) -> Project:
    raise AssertionError(folder)


@pytest.mark.parametrize("uri", ["untitled:folder", "file:///%00", "vscode-vfs://github/a/b", ""])
def test_what_is_no_folder_is_not_followed(uri: str) -> None:
    server = ImportServer(opened)
    server.add_folder(uri)
    assert server.folders == {}
