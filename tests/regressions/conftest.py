"""Real git repositories, and comparisons of two small trees."""

import pytest
from git_repos import Repo, write_files

from importgraph.config import from_options
from importgraph.regressions.analysis import analyse
from importgraph.regressions.compare import compare
from importgraph.regressions.gates import parse_gates


@pytest.fixture
def one_process():
    return from_options(workers=1, python_version=(3, 12))


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "repo")


@pytest.fixture
def analyse_files(tmp_path, one_process):
    """Write `{path: text}` to a folder of a name of its own and analyse it."""

    def analysed(files, name="tree"):
        return analyse(write_files(tmp_path / name, files), one_process)

    return analysed


@pytest.fixture
def compare_trees(analyse_files):
    """Compare two trees of files under gates."""

    def compared(before, after, **gates):
        old, new = analyse_files(before, "old"), analyse_files(after, "new")
        table = {name.replace("_", "-"): value for name, value in gates.items()}
        return compare(old.digest, new.digest, parse_gates(table), new.places, new.view)

    return compared
