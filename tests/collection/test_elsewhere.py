"""Collection by the workers of an executor."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from importgraph.collection import elsewhere
from importgraph.collection import reading as module
from importgraph.collection.collect import collect
from importgraph.collection.plan import Request
from importgraph.executors import Helpers

FILES = {
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "conftest.py": "import pytest\n\n@pytest.fixture(params=['one', 'two'])\ndef size(request): ...\n",
    "base.py": "class Base:\n    def test_inherited(self): ...\n",
    **{
        f"test_m{number}.py": f"import base\nclass TestA(base.Base): ...\ndef test_{number}(size): ...\n"
        for number in range(6)
    },
    "test_open.py": "import os\nif os.environ.get('ELSEWHERE') == 'yes':\n    def test_more(): ...\n",
}


@pytest.fixture
def root(write_project, monkeypatch):
    monkeypatch.setattr(module, "_FEW", 2)
    return write_project(FILES)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_collects_the_same(root, pool):
    expected = collect(Request(root))
    assert len(expected.items) == 18
    with pool(2) as executor:
        helpers = Helpers(executor, 2)
        assert collect(Request(root, helpers=helpers)) == expected
    assert helpers.notes == ()


def test_a_worker_that_sees_other_files_hands_its_part_back(root, monkeypatch):
    expected = collect(Request(root))
    monkeypatch.setattr(elsewhere, "sight_of", lambda paths: tuple((path, -1, 0) for path in paths))
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        assert collect(Request(root, helpers=helpers)).items == expected.items
    assert "does not see the same files" in helpers.notes[0]


def test_a_worker_of_another_environment_hands_its_part_back(root, monkeypatch):
    expected = collect(Request(root))
    asked = elsewhere.make_plan

    def other(request):
        plan = asked(request)
        return replace(plan, settings=replace(plan.settings, keyword="other"))

    monkeypatch.setattr(elsewhere, "make_plan", other)
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        assert collect(Request(root, helpers=helpers)).items == expected.items
    assert "other settings or another environment" in helpers.notes[0]


def test_what_depends_on_other_variables_is_collected_here(root, monkeypatch):
    monkeypatch.setenv("ELSEWHERE", "yes")
    expected = collect(Request(root))
    assert "test_open.py::test_more" in [item.id for item in expected.items]
    asked = elsewhere.collect_part

    def with_other_variables(part):
        monkeypatch.setenv("ELSEWHERE", "no")
        try:
            return asked(part)
        finally:
            monkeypatch.setenv("ELSEWHERE", "yes")

    monkeypatch.setattr(elsewhere, "collect_part", with_other_variables)
    with ThreadPoolExecutor(1) as executor:
        found = collect(Request(root, helpers=Helpers(executor)))
    assert found.items == expected.items
