"""Names below a namespace package that the tree does not hold, with and without an environment."""

import pytest
from environment_folders import distribution, make_environment, make_python

from importgraph.config import from_options
from importgraph.findings.missing.unresolved import find_unresolved
from importgraph.project import open_project

ASKING = "import ns.other.deep\nfrom ns import other\nimport ns.gone.deep\nfrom ns import lost\n"
FILES = {
    "pyproject.toml": '[project]\nname = "ns-mine"\nversion = "1"\ndependencies = ["ns-other"]\n',
    "ns/mine/__init__.py": ASKING,
}
OTHER = {
    "ns/other/__init__.py": "",
    "ns/other/deep.py": "",
    **distribution("ns-other", "1", "ns/other/__init__.py", "ns/other/deep.py"),
}


@pytest.fixture
def unresolved_with(write_project, tmp_path):
    def found(files, installed):
        options = {"workers": 1}
        if installed is not None:
            base = make_python(tmp_path / "python", {})
            environment = make_environment(tmp_path / "env", installed, home=base)
            options["python"] = str(environment)
        snapshot = open_project(write_project(files), from_options(**options)).snapshot
        return [(one.code, one.target, one.name) for one in find_unresolved(snapshot)]

    return found


def test_without_an_environment_another_distribution_may_hold_it(unresolved_with):
    assert unresolved_with(FILES, None) == []


def test_what_is_required_but_not_installed_may_hold_it(unresolved_with):
    assert unresolved_with(FILES, {}) == []


def test_an_environment_with_all_that_is_required_shows_that_nobody_has_it(unresolved_with):
    assert unresolved_with(FILES, OTHER) == [("IG401", "ns.gone.deep", None), ("IG401", "ns.lost", None)]


def test_a_project_that_declares_nothing_may_need_anything(unresolved_with):
    assert unresolved_with({"ns/mine.py": "import ns.gone"}, OTHER) == []


def test_what_protobuf_makes_below_a_namespace(unresolved_with):
    files = {**FILES, "ns/mine/__init__.py": "import ns.api.thing_pb2"}
    assert unresolved_with(files, OTHER) == []
