"""Whole profiles of small projects, their saved form, and comparing them."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from importgraph.errors import UsageError
from importgraph.measurements.compare import compare_profiles
from importgraph.measurements.groups import group_costs
from importgraph.measurements.model import (
    ImportEvent,
    ImportProfile,
    ModuleTiming,
    dump_profile,
    dump_profiles,
    load_profile,
    load_profiles,
    weights,
)
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import parse_target
from importgraph.measurements.tree import import_tree

FAST = Settings(runs=2, timeout=20)


def profile(root: Path, text: str, settings: Settings = FAST) -> ImportProfile:
    return profile_target(parse_target(text, sys.executable, root), settings)


def test_a_profile_of_a_module(write):
    root = write(
        {
            "app.py": "import one\nimport two\n",
            "one.py": "import shared\n",
            "two.py": "import shared\n",
            "shared.py": "import string\nsum(range(200_000))\n",
        }
    )
    found = profile(root, "app")
    modules = {module.name: module for module in found.modules}
    assert found.complete
    assert not list(root.rglob("__pycache__"))
    assert found.total_us == import_tree(found).cumulative_us
    assert modules["shared"].path == "shared.py"
    assert modules["shared"].cold_us is not None
    assert (modules["shared"].group, modules["string"].group) == ("first-party", "standard")
    assert modules["shared"].loaded_by == "one"
    assert modules["one"].cumulative_us >= modules["shared"].self_us
    assert modules["one"].retained_us == modules["one"].self_us
    assert modules["shared"].retained_us >= modules["shared"].self_us
    assert modules["app"].retained_us == sum(module.self_us for module in found.modules)
    second = next(event for event in found.imports if event.importer == "two")
    assert (second.imported, second.path, second.line, second.loaded) == ("shared", "two.py", 1, False)
    assert weights(found)["shared"] == modules["shared"].self_us


def test_the_saved_form(write, tmp_path):
    found = profile(write({"app.py": "import string\n"}), "app", replace(FAST, memory="tracemalloc"))
    file = tmp_path / "saved.json"
    file.write_bytes(dump_profile(found))
    assert load_profile(file) == found
    document = json.loads(file.read_bytes())
    assert document["schema"] == "importgraph/profile/1"
    assert {"entry", "total_us", "spread_us", "modules", "imports", "effects"} <= document.keys()
    promised = {"name", "self_us", "cumulative_us", "retained_us", "memory_bytes"}
    assert all(promised <= module.keys() for module in document["modules"])
    assert document["modules"][0]["memory_bytes"] > 0


def test_several_profiles_are_read_back_by_their_entries(tmp_path):
    one, two = (
        ImportProfile(entry=name, kind="module", python="3.12", total_us=1, spread_us=0)
        for name in ("app.one", "app.two")
    )
    file = tmp_path / "saved.json"
    file.write_bytes(dump_profiles([one, two]))
    assert load_profiles(file) == (one, two)
    assert load_profile(Path(f"{file}::app.two")) == two
    assert load_profile(file, "app.one") == one
    with pytest.raises(UsageError, match=r"holds profiles of app.one, app.two") as raised:
        load_profile(file)
    assert f"{file}::app.one" in raised.value.hint
    with pytest.raises(UsageError, match="holds profiles"):
        load_profile(Path(f"{file}::app.three"))
    file.write_bytes(dump_profiles([one]))
    assert (
        load_profile(file) == load_profile(file, "another") == load_profile(Path(f"{file}::app.one")) == one
    )
    with pytest.raises(UsageError, match="holds a profile of"):
        load_profile(Path(f"{file}::app.two"))


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "importgraph/profile/99"}', "[1]"])
def test_a_file_that_is_no_profile(tmp_path, text):
    (tmp_path / "file").write_text(text)
    with pytest.raises(UsageError, match="not a saved profile"):
        load_profile(tmp_path / "file")
    with pytest.raises(UsageError, match="Could not read"):
        load_profile(tmp_path / "absent")


def test_a_module_that_does_not_exist(write):
    with pytest.raises(UsageError, match="No module named 'absent'"):
        profile(write({"app.py": ""}), "absent")


def test_an_interpreter_that_does_not_exist(tmp_path):
    with pytest.raises(UsageError, match="Could not start"):
        profile_target(parse_target("json", str(tmp_path / "python"), tmp_path), FAST)


def test_a_target_that_fails_is_run_once_and_says_where(write):
    root = write(
        {"app.py": "import fine\nimport stuck\n", "fine.py": "", "stuck.py": "while True:\n    pass\n"}
    )
    found = profile(root, "app", replace(FAST, timeout=0.7))
    assert not found.complete
    assert len(found.runs_us) == 1
    assert "while importing stuck" in found.notes[0]
    assert "app.py:2" in found.notes[0]
    assert {module.name for module in found.modules} == {"app", "fine", "stuck"}


@pytest.mark.thorough
def test_a_collection_with_errors_is_complete_and_says_so(write):
    root = write({"test_a.py": "import nowhere_at_all\n", "test_b.py": "def test_b():\n    pass\n"})
    found = profile(root, "pytest:.", replace(FAST, runs=1))
    assert found.complete
    assert "code 2" in found.notes[0]
    failed = next(event for event in found.imports if event.imported == "nowhere_at_all")
    assert (failed.path, failed.line, failed.swallowed) == ("test_a.py", 1, False)


def test_cold_runs(write):
    found = profile(write({"app.py": "import string\n"}), "app", replace(FAST, bytecode="cold"))
    assert found.bytecode == "cold"
    assert len(found.runs_us) == 2
    assert {module.name: module.how for module in found.modules}["app"] == "source"


def test_progress_counts_every_run(write):
    seen: list[tuple[int, int, str]] = []
    target = parse_target("app", sys.executable, write({"app.py": ""}))
    profile_target(target, FAST, lambda *step: seen.append(step))
    assert seen == [(0, 4, "cold"), (1, 4, "prepare"), (2, 4, "warm"), (3, 4, "warm"), (4, 4, "done")]


def test_groups_name_the_lines_that_keep_them_loaded(write):
    root = write({"app.py": "import json\nimport two\n", "two.py": "import json.tool\n"})
    groups = {group.name: group for group in group_costs(profile(root, "app"))}
    group = groups["json (standard)"]
    assert [(event.path, event.line) for event in group.lines] == [("app.py", 1), ("two.py", 1)]
    assert not group.own
    assert groups["two"].own


def test_who_imports_a_library_only_for_its_own_sake_does_not_keep_it_loaded():
    def module(name, by, group="external"):
        return ModuleTiming(
            name=name,
            self_us=9,
            cumulative_us=9,
            retained_us=9,
            group=group,
            distribution=name.partition(".")[0],
            loaded_by=by,
        )

    modules = (
        module("app", "__main__", "first-party"),
        module("lib", "app"),
        module("helper", "lib"),
        module("lib.part", "lib"),
    )
    places = [("app", "lib", "app"), ("helper", "lib.part", "lib"), ("helper", "lib", "helper")]
    imports = tuple(
        ImportEvent(importer=who, imported=what, modules=(what,), running=running, path="app.py", line=3)
        for who, what, running in places
    )
    taken = saved(36, 0)
    groups = {
        one.name: one for one in group_costs(msgspec.structs.replace(taken, modules=modules, imports=imports))
    }
    assert groups["lib"].importers == ()
    assert [event.line for event in groups["lib"].lines] == [3]


def saved(total, spread, **selfs):
    modules = tuple(
        ModuleTiming(name=name, self_us=us, cumulative_us=us, retained_us=us, spread_us=100)
        for name, us in selfs.items()
    )
    return ImportProfile(
        entry="a", kind="module", python="3.12", total_us=total, spread_us=spread, modules=modules
    )


def test_comparing_allows_for_noise():
    before = saved(100_000, 9_000, a=50_000, b=50_000)
    same = compare_profiles(before, saved(105_000, 1_000, a=50_050, b=54_950))
    assert same.verdict.startswith("No difference beyond noise")
    slower = compare_profiles(before, saved(150_000, 1_000, a=50_000, c=100_000))
    assert slower.verdict.startswith("50.0 ms (50%) slower")
    assert [change.name for change in slower.new] == ["c"]
    assert [change.name for change in slower.gone] == ["b"]
    assert slower.changed == ()
    assert compare_profiles(before, before).difference_us == 0


def test_a_module_that_is_not_there_belongs_to_whoever_asked_for_it(write):
    found = profile(write({"app.py": "import ntpath, copy, pickle\n"}), "app")
    assert {m.group for m in found.modules if m.error is not None} <= {"standard"}
