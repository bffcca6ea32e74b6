"""Folders of a session whose links lead in circles."""

import pytest

from importgraph.collection.collect import collect
from importgraph.collection.plan import Request
from importgraph.errors import UsageError


def test_one_link_to_a_folder_above_ends_and_two_are_refused(write_project):
    root = write_project({"pytest.ini": "[pytest]\n", "deep/test_a.py": "def test_a(): pass\n"})
    (root / "deep/up").symlink_to("..")
    assert collect(Request(root)).files > 1
    (root / "again").symlink_to(".")
    with pytest.raises(UsageError, match=r"again and .*up lead to folders above them"):
        collect(Request(root))
    (root / "pytest.ini").write_text("[pytest]\nnorecursedirs = again up\n")
    assert collect(Request(root)).files == 1
