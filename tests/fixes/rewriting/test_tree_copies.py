"""Copies of a tree: what is left out, and edits that stay in the copy."""

import pytest
from fix_programs import edit

from importgraph.errors import UsageError
from importgraph.fixes.rewriting.tree_copies import Tree, apply_edits, copy_tree

FILES = ("m.py", "data/table.json", ".git/config", ".venv/lib.py", "env/pyvenv.cfg", "node_modules/x.py")
SOURCE = "from a import b\n\ndef f():\n    return b\n"


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(SOURCE)
    return root


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_environments_and_hidden_folders_stay_behind(tree, tmp_path):
    assert files(copy_tree(Tree(tree, ""), tmp_path / "copy")) == {"m.py", "data/table.json"}


def test_a_part_keeps_its_place(tree, tmp_path):
    assert files(copy_tree(Tree(tree, "data"), tmp_path / "copy")) == {"data/table.json"}


def test_edits_stay_in_the_copy(tree, tmp_path):
    copy = copy_tree(Tree(tree, ""), tmp_path / "copy")
    apply_edits(copy, [edit(1, "from a import b", "b", "f")])
    assert (copy / "m.py").read_text() == "\ndef f():\n    from a import b\n    return b\n"
    assert (tree / "m.py").read_text() == SOURCE
    with pytest.raises(UsageError, match="cannot be edited"):
        apply_edits(copy, [edit(1, "from a import b", "b", "f")])
