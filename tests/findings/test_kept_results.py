"""What is kept about a graph is used again where nothing it reads changed, and equals what is found anew."""

import os
from pathlib import Path

import pytest

from importgraph import reads
from importgraph.config import Partial
from importgraph.findings import cycles, fragmentation
from importgraph.findings.cycles import find_cycles
from importgraph.project import Project, open_project
from importgraph.regressions.analysis import Analysis
from importgraph.regressions.model import Digest
from tests.conftest import write_files

BODY = "class Same:\n    def a(self):\n        return 1\n\n    def b(self):\n        return 2\n"
TREE = {
    "pyproject.toml": "[project]\nname = 'p'\n",
    "p/__init__.py": "",
    "p/a.py": "from p.b import g\ndef f():\n    return 1\n",
    "p/b.py": "from p.a import f\nimport p.lone\ndef g(): ...\n",
    "p/c.py": "import p.d\nC = 1\n",
    "p/d.py": "import p.c\ndef h():\n    return 2\n",
    "p/e.py": "def k():\n    import p.f\n",
    "p/f.py": "import p.e\n",
    "p/lone.py": "import string  # importgraph: ignore[IG501] known\nX = 1\n",
    "p/free.py": "import json\ndef free():\n    return 3\n",
    "p/one.py": f"import p.free\n{BODY}",
    "p/two.py": f"NAMED = 'p.named'\n{BODY}",
    "p/named.py": "",
    "p/unused.py": "",
    "p/lower.py": "import p.free\n",
    "p/api.py": "from p.free import free\nfrom os import environ as settings\n",
    "p/takes.py": "from p.api import free\n",
    "p/takes_too.py": "from p.free import free\nopen('x')\n",
    "p/sets.py": "from p.api import settings\nfrom p.free import free\nsettings['A'] = '1'\n",
    "p/lost.py": "import p.free\nfrom p.free import nothing\nimport p.nowhere\np.free.later = 1\n",
    "p/dyn.py": "import importlib\ndef load(name):\n    importlib.import_module(f'q.{name}')\n",
}
LOCAL = {
    "p/free.py": "import json\nimport string\n# more\ndef free():\n    return 4\n",
    "p/f.py": "# moved down\nimport p.e\n",
    "p/one.py": f"# moved\nimport p.free\n{BODY}",
    "p/two.py": f"NAMED = 'p.unused'\n{BODY.replace('2', '2 + 2 + 2')}\nclass Other: ...\n",
    "p/dyn.py": "import importlib\n\ndef load(name):\n    importlib.import_module(f'q.{name}')\n",
    "p/lone.py": "import string\nX = 1\n",
    "p/e.py": "import string\ndef k():\n    import p.f\n",
    "p/takes.py": "# moved\nfrom p.api import free\n",
    "p/takes_too.py": "from p.free import free as gratis\nimport subprocess\nsubprocess.run([])\n",
    "p/sets.py": "import json\nfrom p.api import settings\nfrom p.free import free\nsettings['A'] = '2'\n",
    "p/lost.py": "import p.free\n\nfrom p.free import nothing\nimport p.nowhere\n",
}
OTHER_PATHS = {
    "p/takes.py": "# moved\nfrom p.free import free\n",
    "p/takes_too.py": "import p.free\n",
    "p/one.py": f"import p.free\nfrom p.api import free\n{BODY}",
    "p/lost.py": "from p.free import nothing, free\n",
}
OTHERWISE = {
    "p/c.py": "import p.d\nC = 1\nD = 2\n",
    "p/b.py": "import p.lone\ndef g(): ...\nfrom p.a import f\n",
    "p/d.py": "def h():\n    return 2\n",
}


def looked_at(tree: Path, home: Path | None) -> Project:
    """Find what `check` looks at as the command line does."""
    project = open_project(tree, Partial({"workers": 1}), cache_folder=home)
    if home is not None:
        reads.watch(str(home))
    try:
        _ = project.graph, find_cycles(project.snapshot), project.ignores, project.compared_findings
        _ = digest(project)
    finally:
        reads.stop()
    return project


def digest(project: Project) -> Digest:
    """Return what comparisons hold of a tree."""
    return Analysis(project).digest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = write_files(tmp_path / "tree", TREE)
    looked_at(folder, None)  # so that code which is loaded late is compiled before notes are taken
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    return folder


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files that were just written for old ones."""
    monkeypatch.setattr(reads, "is_settled", lambda _status, _now: True)


def test_what_was_found_about_files_that_were_just_written_is_kept(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "is_settled", lambda status, _now: status[0] == 1)
    home = tmp_path / "home"
    write_files(tree, {"p/new.py": "X = 1\n"})
    first = looked_at(tree, home)
    edited(tree, {"p/new.py": "X = 1\n# later\n", "p/dyn.py": LOCAL["p/dyn.py"]})
    monkeypatch.setattr(cycles, "component_ranks", pytest.fail)
    again = looked_at(tree, home)
    assert again.from_kept
    assert find_cycles(again.snapshot) == find_cycles(first.snapshot)


def test_what_was_found_about_a_file_that_changed_meanwhile_is_not_kept(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "is_settled", lambda status, _now: status[0] == 1)
    home = tmp_path / "home"
    write_files(tree, {"p/new.py": "X = 1\n"})
    project = open_project(tree, Partial({"workers": 1}), cache_folder=home)
    reads.watch(str(home))
    try:
        _ = project.graph
        write_files(tree, {"p/new.py": "X = 2\n"})
        _ = find_cycles(project.snapshot)
    finally:
        reads.stop()
    assert not list((home / "graphs").glob("*.beside"))


def edited(tree: Path, changes: dict[str, str]) -> None:
    for path, text in changes.items():
        (tree / path).write_text(text)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({path: LOCAL[path] for path in list(LOCAL)[::2]}, {"cycles", "paths"}),
        ({path: LOCAL[path] for path in list(LOCAL)[1::2]}, {"cycles", "paths"}),
        (OTHER_PATHS, {"cycles", "paths"}),
        (
            {"p/lower.py": "import p.free\nimport p.api\n", "p/free.py": LOCAL["p/free.py"]},
            {"cycles", "paths"},
        ),
        ({"p/free.py": "import json\nimport p.lower\ndef free(): ...\n"}, {"paths"}),
        ({"p/free.py": "import json\nimport p.lone\ndef free(): ...\n"}, {"cycles", "paths"}),
        ({"p/f.py": ""}, {"paths"}),
        *[({path: text}, set()) for path, text in OTHERWISE.items()],
    ],
)
def test_results_of_a_kept_graph_are_those_of_now(
    tree: Path, tmp_path: Path, changes: dict[str, str], kept: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    looked_at(tree, home)
    edited(tree, changes)
    anew = looked_at(tree, None)
    asked: list[object] = []
    real = cycles.component_ranks
    monkeypatch.setattr(cycles, "component_ranks", lambda *all_: asked.append(all_) or real(*all_))
    with monkeypatch.context() as patch:
        if "paths" in kept:
            patch.setattr(fragmentation, "_uses", pytest.fail)
        again = looked_at(tree, home)
    assert find_cycles(again.snapshot) == find_cycles(anew.snapshot)
    assert again.ignores.comments == anew.ignores.comments
    assert list(again.ignores.comments) == list(anew.ignores.comments)
    assert again.compared_findings == anew.compared_findings
    assert digest(again) == digest(anew)
    assert bool(asked) != ("cycles" in kept)


def test_nothing_changed_asks_for_nothing(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = looked_at(tree, tmp_path / "home")
    monkeypatch.setattr(cycles, "component_ranks", pytest.fail)
    again = looked_at(tree, tmp_path / "home")
    assert find_cycles(again.snapshot) == find_cycles(first.snapshot)
    assert {cycle.kind for cycle in find_cycles(again.snapshot)} == {"crashes", "latent", "deferred"}
    assert again.compared_findings == first.compared_findings
    assert {"IG201", "IG302", "IG601"} <= {one.code for one in again.compared_findings}


def test_damaged_results_are_found_anew(tree: Path, tmp_path: Path) -> None:
    first = looked_at(tree, tmp_path / "home")
    for path in (tmp_path / "home" / "graphs").glob("*.beside"):
        path.write_bytes(path.read_bytes()[:-1])
    again = looked_at(tree, tmp_path / "home")
    assert find_cycles(again.snapshot) == find_cycles(first.snapshot)
    assert again.ignores.comments == first.ignores.comments
