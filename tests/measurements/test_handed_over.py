"""Profiles by the workers of an executor."""

import sys
from concurrent.futures import ThreadPoolExecutor

from importgraph.executors import Helpers
from importgraph.measurements import handed_over
from importgraph.measurements.handed_over import profile_calls
from importgraph.measurements.profile import Settings, no_progress
from importgraph.measurements.target import parse_target

ONCE = Settings(runs=1)


def taken(root, helpers):
    targets = [(parse_target(name, sys.executable, root), ONCE) for name in ("one", "two")]
    return [call() for call in profile_calls(targets, no_progress, helpers)]


def test_profiles_come_in_the_order_of_targets(write_project):
    root = write_project({"one.py": "import two\n", "two.py": ""})
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        one, two = taken(root, helpers)
    assert helpers.notes == ()
    assert (one.entry, two.entry) == ("one", "two")
    assert {"one", "two"} <= {module.name for module in one.modules}


def test_a_worker_that_sees_other_files_measures_nothing(write_project, monkeypatch):
    root = write_project({"one.py": "", "two.py": ""})
    monkeypatch.setattr(handed_over, "sight_of", lambda paths: tuple((path, -1, 0) for path in paths))
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        assert [profile.entry for profile in taken(root, helpers)] == ["one", "two"]
    assert "does not see the same files" in helpers.notes[0]
