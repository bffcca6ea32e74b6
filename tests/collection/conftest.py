import pytest
from pytest_trees import run_ours, run_pytest, write_tree


@pytest.fixture
def compare(tmp_path):
    """Write a tree, collect it with pytest and with us; every file we do not call dynamic must be exact."""

    def check(files, *words, dynamic=(), failing=(), expands=()):
        folder = tmp_path / "suite"
        folder.mkdir()
        write_tree(folder, {"pytest.ini": "[pytest]\n", **files})
        truth = run_pytest(folder, *words)
        found = run_ours(folder, *words)
        assert sorted(d.path for d in found.dynamic) == sorted(dynamic), found.dynamic
        assert sorted(d.path for d in found.failing) == sorted(failing), found.failing
        assert sorted(item.id for item in found.items if item.expands) == sorted(expands)
        exact = [
            node for node in truth if node.split("::")[0] not in dynamic and node.split("[")[0] not in expands
        ]
        assert [item.id for item in found.items if not item.expands] == exact
        bases = list(
            dict.fromkeys(node.split("[")[0] for node in truth if node.split("::")[0] not in dynamic)
        )
        assert list(dict.fromkeys(item.id.split("[")[0] for item in found.items)) == bases
        return found

    return check
