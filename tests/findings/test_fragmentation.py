from pathlib import PurePosixPath

import pytest

from importgraph.findings.fragmentation import check_fragmentation, measure_fragmentation

USER = {
    "app/__init__.py": "",
    "app/models/__init__.py": "from app.models.user import User\n",
    "app/models/user.py": "class User: ...\n",
    "app/one.py": "from app.models import User\n",
    "app/two.py": "from app.models.user import User\n",
    "app/three.py": "from app.models.user import User as Person\n",
}


def only(fragmentation):
    (fragment,) = fragmentation.definitions
    return fragment


def test_one_path_is_no_fragmentation(open_files):
    files = {"a.py": "class A: ...", "b.py": "from a import A", "c.py": "from a import A"}
    found = measure_fragmentation(open_files(files).snapshot)
    assert found.definitions == ()
    assert (found.imported, found.statements, found.canonical_usage) == (1, 2, 1.0)


@pytest.mark.parametrize(
    ("policy", "canonical", "usage", "stray"),
    [
        ("definition", "app.models.user", 0.6667, {"app/one.py"}),
        ("public", "app.models", 0.3333, {"app/two.py", "app/three.py"}),
        ("majority", "app.models.user", 0.6667, {"app/one.py"}),
    ],
)
def test_each_policy_has_its_canonical_path(open_files, policy, canonical, usage, stray):
    found = only(measure_fragmentation(open_files(USER).snapshot, policy))
    assert (found.canonical, found.canonical_usage) == (canonical, usage)
    assert {place.path for place in found.stray} == stray
    assert found.paths == {"app.models.user": 2, "app.models": 1}


def test_a_map_overrules_the_policy(open_files):
    project = open_files(USER, policy="definition", canonical=(("app.models.user.User", "app.models"),))
    assert only(measure_fragmentation(project.snapshot)).canonical == "app.models"


def test_plumbing_in_init_does_not_count(open_files):
    found = measure_fragmentation(open_files(USER).snapshot)
    assert found.statements == 3


def test_a_package_may_take_from_the_source_what_it_offers_to_others(open_files):
    files = {**USER, "app/models/admin.py": "from app.models.user import User\n"}
    found = only(measure_fragmentation(open_files(files).snapshot, "public"))
    assert "app/models/admin.py" not in {place.path for place in found.stray}


def test_all_decides_what_is_public(open_files):
    files = {**USER, "app/models/__init__.py": "from app.models.user import User\n__all__ = []\n"}
    assert only(measure_fragmentation(open_files(files).snapshot, "public")).canonical == "app.models.user"


def test_chains_and_stars_lead_to_the_definition(open_files):
    files = {
        "deep.py": "class Thing: ...",
        "star.py": "from deep import *",
        "renamed.py": "from star import Thing as Widget",
        "user1.py": "from deep import Thing",
        "user2.py": "from star import Thing",
        "user3.py": "from renamed import Widget",
    }
    found = only(measure_fragmentation(open_files(files).snapshot, "definition"))
    assert (found.module, found.name) == ("deep", "Thing")
    assert set(found.paths) == {"deep", "star", "renamed"}


def test_nine_paths_to_one_class(open_files):
    files = {"core.py": "class Client: ...\n"}
    files |= {f"door{n}.py": "from core import Client\n" for n in range(8)}
    files |= {f"user{n}.py": f"from door{n} import Client\n" for n in range(8)}
    files |= {"direct.py": "from core import Client\n"}
    project = open_files(files)
    found = only(measure_fragmentation(project.snapshot, "definition"))
    assert len(found.paths) == 9
    assert len(found.stray) == 8
    (finding,) = check_fragmentation(project.snapshot)
    assert (finding.code, finding.severity.value) == ("IG301", "warning")
    assert "9 paths" in finding.message


def test_namesakes_are_not_one_definition(open_files):
    files = {
        "a.py": "class Thing: ...",
        "b.py": "class Thing: ...",
        "c.py": "from a import Thing",
        "d.py": "from b import Thing",
    }
    found = measure_fragmentation(open_files(files).snapshot)
    assert found.definitions == ()
    assert found.imported == 2


def test_stray_places_are_sorted_and_relative(open_files):
    found = only(measure_fragmentation(open_files(USER).snapshot, "public"))
    assert list(found.stray) == sorted(found.stray)
    assert not any(PurePosixPath(place.path).is_absolute() for place in found.stray)
