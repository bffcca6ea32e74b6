"""Closures that go on into an environment made of folders."""

import pytest
from environment_folders import distribution, make_environment, make_python

from importgraph.config import from_options
from importgraph.environment.finder import Owner
from importgraph.findings.environment_use import environment_use
from importgraph.findings.loads import loads
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.outside.outside_loading import OutsideLoading
from importgraph.graph.views import certain_part, closure
from importgraph.module_queries import chain
from importgraph.project import open_project


@pytest.fixture
def snapshot_of(write_project, tmp_path):
    """Open a project with an environment: its files, what is installed, what the standard library holds."""

    def made(files, installed=None, standard=None):
        base = make_python(tmp_path / "python", standard or {})
        environment = make_environment(tmp_path / "env", installed or {}, home=base)
        root = write_project(files)
        return open_project(root, from_options(workers=1, python=str(environment))).snapshot

    return made


def loaded(snapshot, entry):
    return closure(snapshot.loading, [entry])


def test_a_chain_goes_on_into_libraries_and_the_standard_library(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "import dep"},
        {
            "dep/__init__.py": "from .core import run",
            "dep/core.py": "import json.decoder\ndef run():\n    import lazily\n",
            "lazily.py": "",
            **distribution("the-dep", "2.1", "dep/__init__.py", "dep/core.py"),
        },
        {"json/__init__.py": "", "json/decoder.py": ""},
    )
    chain = shortest_chain(snapshot.loading, "app", "json.decoder")
    assert chain == ("app", "dep", "dep.core", "json.decoder")
    assert loaded(snapshot, "app") == {"app", "dep", "dep.core", "json", "json.decoder"}
    owners = [snapshot.owner(name) for name in chain]
    assert owners == [Owner.FIRST_PARTY, Owner.THIRD_PARTY, Owner.THIRD_PARTY, Owner.STANDARD]
    found = snapshot.distribution("dep.core")
    assert found is not None
    assert (found.name, found.version) == ("the-dep", "2.1")


def test_costs_are_estimates_and_what_the_interpreter_starts_with_is_free(snapshot_of):
    snapshot = snapshot_of({"app.py": "import os, dep, fast"}, {"dep.py": "x = 1", "fast.abi3.so": "x" * 100})
    assert snapshot.unit == "us"
    assert snapshot.estimated
    assert snapshot.weight("os") == 0
    assert snapshot.weight("dep") > 0
    assert snapshot.weight("fast") > 0
    cost = snapshot.cost("dep")
    assert cost is not None
    assert not cost.measured


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({}, {"slow"}),
        ({"quick.py": ""}, {"quick"}),
        ({"quick.py": "import gone"}, {"quick", "slow"}),
        ({"quick.py": "try:\n    import gone\nexcept ImportError:\n    pass"}, {"quick"}),
    ],
)
@pytest.mark.parametrize("first_party", [True, False])
def test_optional_imports_are_taken_where_they_work(snapshot_of, installed, expected, first_party):
    text = "try:\n    import quick\nexcept ImportError:\n    import slow\n"
    files = {"app.py": text} if first_party else {"app.py": "import dep"}
    snapshot = snapshot_of(files, {"slow.py": "", "dep.py": text, **installed})
    assert loaded(snapshot, "app") - {"app", "dep"} == expected


def test_a_name_that_a_module_lacks_fails_the_import(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "try:\n from typing import Later\nexcept ImportError:\n from backport import Later\n"},
        {"backport.py": "Later = 1"},
        {"typing.py": "Earlier = 1"},
    )
    assert "backport" in loaded(snapshot, "app")


def test_versions_and_platforms_are_those_of_the_environment(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "import dep"},
        {
            "dep.py": """
            import sys
            if sys.version_info >= (3, 12):
                import new
            else:
                import old
            if sys.platform == "win32":
                import windows
            """,
            "new.py": "",
            "old.py": "",
            "windows.py": "",
        },
    )
    assert loaded(snapshot, "app") == {"app", "dep", "new", "sys"}


def test_what_is_not_installed_is_one_node(snapshot_of):
    snapshot = snapshot_of({"app.py": "import gone.deep"})
    assert loaded(snapshot, "app") == {"app", "gone"}
    assert snapshot.absent == {"gone"}
    assert snapshot.cost("gone") is None


def test_the_standard_library_keeps_its_module_beside_one_of_ours(snapshot_of):
    snapshot = snapshot_of(
        {"scripts/random.py": "", "app.py": "import dep"}, {"dep.py": "import random"}, {"random.py": ""}
    )
    nodes = loaded(snapshot, "app")
    assert any(node.startswith("random") and snapshot.owner(node) is Owner.STANDARD for node in nodes)


def test_stars_lazy_answers_and_bound_names(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "from dep import *\nfrom dep import bound\nfrom lazy import thing\n"},
        {
            "dep/__init__.py": "__all__ = ['listed']\nbound = 1\n",
            "dep/listed.py": "",
            "dep/bound.py": "",
            "dep/other.py": "",
            "lazy/__init__.py": "def __getattr__(name):\n    from .inner import thing\n    return thing\n",
            "lazy/inner.py": "thing = 1",
        },
    )
    assert loaded(snapshot, "app") == {"app", "dep", "dep.listed", "lazy", "lazy.inner"}


def test_without_an_environment_libraries_are_nodes_and_tried_ones_are_undecided(open_files):
    snapshot = open_files(
        {"app.py": "import dep.part\ntry:\n    import maybe\nexcept ImportError:\n    pass"}
    ).snapshot
    assert loaded(snapshot, "app") == {"app", "dep"}
    assert snapshot.owner("dep") is Owner.THIRD_PARTY
    assert not snapshot.knows_installed


def test_functions_that_run_at_import_import_across_owners(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "from dep import make\nthing = make()\n", "later.py": "from dep import make\n"},
        {
            "dep.py": "def make():\n    from inner import work\n    return work()\n",
            "inner.py": "def work():\n    import deepest\n",
            "deepest.py": "",
        },
    )
    assert loaded(snapshot, "app") == {"app", "dep", "inner", "deepest"}
    assert loaded(snapshot, "later") == {"later", "dep"}


def test_loops_over_names_and_compiled_modules_of_the_standard_library(snapshot_of):
    loop = "import _decimal\nfor name in ('one', 'two'):\n    __import__(name)\n"
    snapshot = snapshot_of(
        {"app.py": "import dep"},
        {"dep.py": loop, "one.py": "", "two.py": ""},
        {"lib-dynload/_decimal.cpython-312-x.so": "", "numbers.py": ""},
    )
    assert loaded(snapshot, "app") == {"app", "dep", "one", "two", "_decimal", "numbers"}


def test_a_loop_of_imports_of_failing_modules_ends(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "try:\n    import a\nexcept ImportError:\n    import d\n"},
        {"a.py": "import b", "b.py": "import c", "c.py": "import a, gone", "d.py": ""},
    )
    assert "d" in loaded(snapshot, "app")


def test_what_a_condition_decides_is_possible_and_not_certain(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "import dep"},
        {
            "dep.py": "import os\nif os.path.exists('x'):\n    import maybe\nimport sure\n",
            "maybe.py": "",
            "sure.py": "",
        },
    )
    assert {"maybe", "sure"} <= loaded(snapshot, "app")
    assert closure(certain_part(snapshot.loading), ["app"]) == {"app", "dep", "os", "sure"}


def test_a_condition_does_not_choose_what_cannot_be_imported(snapshot_of):
    text = "import os\nif os.name == X:\n    import gone\nelse:\n    import here\n"
    snapshot = snapshot_of({"app.py": "import dep\n" + text}, {"dep.py": text, "here.py": ""})
    assert loaded(snapshot, "app") == {"app", "dep", "here", "os"}
    assert snapshot.absent == frozenset()


def test_a_compiled_module_is_read_where_its_source_stands_beside_it(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "import made, other\n"},
        {
            "made.abi3.so": "",
            "made.py": "import inner\n",
            "inner.py": "",
            "other.abi3.so": "",
            "other.py": "import gone, inner\n",
        },
    )
    assert loaded(snapshot, "app") == {"app", "made", "inner", "other"}
    assert closure(snapshot.loading, ["other"]) == {"other"}


def test_the_environment_is_read_as_far_as_entry_points_reach_it(write_project, tmp_path):
    files = {
        "pyproject.toml": "[project]\nname = 'app'\n[project.scripts]\napp = 'app:main'\n",
        "app.py": "import dep\ndef main(): ...\n",
        "tools/loose.py": "import large\n",
    }
    environment = make_environment(
        tmp_path / "env", {"dep.py": "", "large.py": "import larger", "larger.py": ""}
    )
    project = open_project(write_project(files), from_options(workers=1, python=str(environment)))
    assert "dep" in project.snapshot.loading.nodes
    assert "larger" not in project.snapshot.loading.nodes
    loose = next(name for name in project.graph.modules if "loose" in name)
    assert [link.target for link in chain(project, loose, "larger")] == ["large", "larger"]
    assert project.snapshot_from("app") is project.snapshot


def test_the_tree_too_is_read_for_the_python_of_the_environment(snapshot_of):
    text = "import sys\nif sys.version_info >= (3, 11):\n    {}\nelse:\n    {}\n"
    snapshot = snapshot_of(
        {
            "pyproject.toml": "[project]\nname = 'app'\nrequires-python = '>=3.9'\n",
            "app.py": text.format("import tomllib, inner_new", "import tomli, inner_old"),
            "inner_new.py": "",
            "inner_old.py": "",
        },
        {},
        {"tomllib/__init__.py": ""},
    )
    assert snapshot.graph.target.version == (3, 9)
    assert loaded(snapshot, "app") == {"app", "sys", "tomllib", "inner_new"}
    assert snapshot.absent == frozenset()


def test_a_limit_on_modules_leaves_the_rest_unread(snapshot_of):
    chain = {f"m{n}.py": f"import m{n + 1}\n" for n in range(9)}
    snapshot = snapshot_of({"app.py": "import m0"}, {**chain, "m9.py": ""})
    limited = OutsideLoading(snapshot.outside.outside, most=4)
    limited.reach([limited.outside.find("m0")])
    assert limited.unread
    assert len([node for node in limited.arcs if node.startswith("m")]) <= 5
    use = environment_use(snapshot)
    assert (use.third_party, use.unread, use.broken) == (10, 0, 0)


def test_a_file_that_is_no_python_is_a_leaf(snapshot_of):
    snapshot = snapshot_of(
        {"app.py": "import dep, after"}, {"dep.py": "import other\ndef (:\n", "after.py": ""}
    )
    assert {"app", "dep", "after"} <= loaded(snapshot, "app")
    assert environment_use(snapshot).broken == 1


def test_what_the_function_of_a_script_imports_is_read_where_the_main_block_only_calls_it(snapshot_of):
    text = """
        def main():
            try:
                from dep.core import run
            except ImportError as error:
                raise ImportError("install dep") from error
            run()
        if __name__ == "__main__":
            main()
    """
    files = {"app/__init__.py": "", "app/__main__.py": text}
    snapshot = snapshot_of(files, {"dep/__init__.py": "", "dep/core.py": "def run(): ..."})
    assert "dep.core" in snapshot.loading.known
    (load,) = [load for _, load in loads(snapshot) if load.entry.title == "python -m app"]
    assert "dep.core" in load.retained
