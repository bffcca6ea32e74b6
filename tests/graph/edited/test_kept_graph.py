"""A kept graph is the graph: decoded part by part, byte by byte what building it anew gives."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from importgraph import reads
from importgraph.config import Partial
from importgraph.graph.edited.kept_scan import scan_of
from importgraph.graph.edited.packing import KeptGraph, OtherReads, pack, unpack
from importgraph.graph.model import Graph
from importgraph.outputs.documents import json_graph
from importgraph.project import Project, open_project
from tests.conftest import write_files

TREE = {
    "app/__init__.py": "from app.core import *\n",
    "app/core.py": "from app.low import name\ntry:\n    import fast\nexcept ImportError:\n    pass\n",
    "app/low.py": "name = 1\ndef f():\n    import app.core\nf()\n",
    "app/broken.py": "def (:\n",
    "ns/inner/mod.py": "import app\n",
    "look.ipynb": '{"cells": [{"cell_type": "code", "source": ["import app.low"]}], "metadata": {}}',
    "tests/test_one.py": "from app.core import name\n",
    "pyproject.toml": "[project]\nname = 'app'\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_files(tmp_path / "tree", TREE)


def opened(tree: Path, home: Path | None = None) -> Project:
    return open_project(tree, Partial({"workers": 1}), cache_folder=home)


def watched(tree: Path, home: Path) -> Project:
    """Ask for a graph as the command line does."""
    project = opened(tree, home)
    taken = reads.watch(str(home))
    try:
        _ = project.graph
    finally:
        reads.stop()
    assert not taken.spoiled
    return project


def packed(project: Project) -> bytes:
    built = project.built
    return b"".join(pack(built.graph, project.scan, built.traced(), OtherReads()))


def same(one: Graph, other: Graph) -> bool:
    names = Graph.__dataclass_fields__
    parts = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(dict(a) == dict(b) if hasattr(a, "keys") else a == b for a, b in parts)


def test_packing_loses_nothing(tree: Path) -> None:
    project = opened(tree)
    kept = unpack(memoryview(packed(project)))
    assert same(kept, project.graph)
    assert list(kept.facts) == list(project.graph.facts)
    assert scan_of(kept) == project.scan
    assert json_graph.render(kept) == json_graph.render(project.graph)


def test_facts_are_decoded_when_asked_for(tree: Path) -> None:
    project = opened(tree)
    kept = unpack(memoryview(packed(project)))
    assert "app.core" in kept.facts
    assert "ns.inner" not in kept.facts
    assert kept.facts.get("ns.inner") is None
    assert not vars(kept.facts)["_known"]
    assert kept.facts["app.core"] is kept.facts["app.core"]


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x", lambda _: b""])
def test_what_is_no_graph_is_refused(tree: Path, damage: object) -> None:
    project = opened(tree)
    assert callable(damage)
    data = damage(packed(project))
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        unpack(memoryview(data))


def test_an_unchanged_tree_is_not_read_again(tree: Path, tmp_path: Path) -> None:
    first = watched(tree, tmp_path / "home")
    again = watched(tree, tmp_path / "home")
    assert isinstance(again.graph, KeptGraph)
    assert not isinstance(first.graph, KeptGraph)
    assert again.scan == first.scan
    assert again.paths == first.paths
    assert same(again.graph, first.graph)


def test_without_notes_nothing_is_kept_and_what_is_kept_is_used(tree: Path, tmp_path: Path) -> None:
    _ = opened(tree, tmp_path / "home").graph
    assert not isinstance(opened(tree, tmp_path / "home").graph, KeptGraph)
    watched(tree, tmp_path / "home")
    assert isinstance(opened(tree, tmp_path / "home").graph, KeptGraph)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/low.py", "other = 2\n"),
        ("app/more.py", ""),
        ("pyproject.toml", "[project]\nname = 'low'\ndependencies = ['more']\n"),
        (".gitignore", "app/low.py\n"),
    ],
)
def test_a_changed_tree_is_read(tree: Path, tmp_path: Path, path: str, text: str) -> None:
    watched(tree, tmp_path / "home")
    (tree / path).write_text(text, encoding="utf-8")
    again = watched(tree, tmp_path / "home")
    assert not isinstance(again.graph, KeptGraph)
    assert same(again.graph, opened(tree).graph)


def test_other_settings_and_environments_have_graphs_of_their_own(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(tree, tmp_path / "home")
    for values in ({"python_version": (3, 9)}, {"platform": "win32"}, {"exclude": ("app/low.py",)}):
        other = open_project(tree, Partial({"workers": 1, **values}), cache_folder=tmp_path / "home")
        assert not isinstance(other.graph, KeptGraph)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "none"))
    assert not isinstance(opened(tree, tmp_path / "home").graph, KeptGraph)


def test_a_folder_made_for_the_run_alone_has_no_kept_graph(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = opened(tree, home)
    taken = reads.watch(str(home))
    try:
        taken.made(str(tree))
        _ = project.graph
    finally:
        reads.stop()
    assert not (home / "graphs").exists()


def git(tree: Path, *words: str) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    subprocess.run(["git", *identity, *words], cwd=tree, check=True, capture_output=True)


def test_a_commit_or_a_branch_leaves_the_kept_graph(tree: Path, tmp_path: Path) -> None:
    git(tree, "init", "-q")
    watched(tree, tmp_path / "home")
    git(tree, "add", "-A")
    assert not watched(tree, tmp_path / "home").from_kept  # what is tracked decides about ignored files
    git(tree, "commit", "-q", "-m", "all")
    assert watched(tree, tmp_path / "home").from_kept
    git(tree, "checkout", "-q", "-b", "other")
    assert watched(tree, tmp_path / "home").from_kept


def test_an_ignored_file_that_git_tracks_from_now_on_is_read(tree: Path, tmp_path: Path) -> None:
    write_files(tree, {".gitignore": "made.py\n", "app/made.py": "import app.low\n"})
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    assert "app/made.py" not in watched(tree, tmp_path / "home").paths
    git(tree, "add", "-f", "app/made.py")
    assert "app/made.py" in watched(tree, tmp_path / "home").paths
