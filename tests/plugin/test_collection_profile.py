"""--importgraph-profile: parts that add up, and the files, imports and plugins they come from."""

import json

import pytest

FILES = {
    "conftest.py": """
        import time
        import slow_for_conftest

        def pytest_collection_modifyitems(items):
            time.sleep(0.02)
    """,
    "slow_for_conftest.py": "import time\ntime.sleep(0.02)\n",
    "app/__init__.py": "from app import heavy\n",
    "app/heavy.py": "import time\ntime.sleep(0.05)\n",
    "test_app.py": """
        import app
        import pytest

        @pytest.mark.parametrize("number", range(50))
        def test_many(number):
            assert number >= 0
    """,
    "test_second.py": "import app\n\n\ndef test_second():\n    assert app\n",
}


@pytest.fixture
def profiled(suite):
    def run(*words, **variables):
        outcome = suite.run("--importgraph-profile=profile.json", *words, **variables)
        file = suite.folder / "profile.json"
        return outcome, json.loads(file.read_text(encoding="utf-8")) if file.exists() else None

    suite.write(FILES)
    return run


def parts(report):
    return {part["name"]: part["us"] for part in report["parts"]}


def test_parts_add_up_and_name_what_was_slow(profiled):
    outcome, report = profiled()
    assert outcome.code == 0, outcome.out + outcome.err
    assert report["schema"] == "importgraph/collection-profile/1"
    assert (report["tests"], report["errors"], report["collect_only"]) == (51, 0, False)
    found = parts(report)
    assert sum(found.values()) == report["collection_us"] <= report["run_us"]
    assert all(us >= 0 for us in found.values()), found
    assert found["imports of test files"] >= 50_000
    assert found["conftest files"] >= 20_000
    assert found["plugins"] >= 20_000
    assert found["assertion rewriting"] > 0
    assert found["parametrisation"] > 0


def test_files_imports_and_hooks_are_charged_to_their_causes(profiled):
    _, report = profiled("--collect-only", "-q")
    assert report["collect_only"]
    by_path = {file["path"]: file for file in report["files"]}
    assert by_path["test_app.py"]["tests"] == 50
    assert by_path["test_app.py"]["imports_us"] >= 50_000
    assert by_path["test_second.py"]["imports_us"] < 50_000, "the first file paid for it"
    assert [file["path"] for file in report["conftests"]] == ["conftest.py"]
    hooks = {(row["plugin"], row["hook"]): row for row in report["plugins"]}
    assert hooks["conftest.py", "pytest_collection_modifyitems"]["calls"] == 1
    modules = {module["name"]: module for module in report["imports"]["modules"]}
    assert modules["app.heavy"]["first"] == {"importer": "app", "path": "app/__init__.py", "line": 1}
    assert modules["app.heavy"]["self_us"] >= 50_000
    assert modules["app"]["cumulative_us"] >= modules["app.heavy"]["cumulative_us"]
    groups = {group["name"]: group for group in report["imports"]["groups"]}
    assert groups["app"]["retained_us"] >= 50_000
    assert groups["app"]["first"] == {"importer": "test_app", "path": "test_app.py", "line": 2}
    assert "test_app" not in groups


def test_the_summary_is_readable_and_the_runs_time_stands_beside(profiled):
    outcome, _ = profiled()
    lines = outcome.out.splitlines()
    begin = next(index for index, line in enumerate(lines) if "where collection time went" in line)
    assert lines[begin + 1].startswith("Collecting 51 tests took ")
    assert "of the whole run" in lines[begin + 1]
    assert any("test_app.py  50 tests: imports" in line for line in lines)
    assert any(line.split()[2:] == ["app", "2", "modules", "test_app.py:2"] for line in lines), outcome.out
    assert any("Compare whole runs" in line for line in lines)
    assert "saved: " in outcome.out


def test_rewriting_that_is_not_kept_is_named(profiled, suite):
    _, first = profiled("--collect-only")
    assert first["rewriting"] == {"rewritten": 3, "reused": 0, "unwritten": 0, "reason": None}
    _, second = profiled("--collect-only")
    assert second["rewriting"] == {"rewritten": 0, "reused": 3, "unwritten": 0, "reason": None}
    suite.write({"test_app.py": "def test_new(): pass\n"})
    outcome, off = profiled("--collect-only", PYTHONDONTWRITEBYTECODE="1")
    assert off["rewriting"]["reason"] == "PYTHONDONTWRITEBYTECODE is set"
    assert off["rewriting"]["unwritten"] == 1
    assert "could not be kept for the next run: PYTHONDONTWRITEBYTECODE is set." in outcome.out


def test_a_folder_that_cannot_be_written_is_named(profiled, suite):
    suite.write({"locked/test_locked.py": "def test_locked(): pass\n", "locked/__pycache__": "in the way"})
    _, report = profiled("--collect-only", "locked")
    assert report["rewriting"]["reason"] == "the __pycache__ folder cannot be written"
    assert report["rewriting"]["unwritten"] == 1


def test_the_tests_run_without_the_tracer(profiled, suite):
    text = """
        import builtins, gc, os, sys, _frozen_importlib

        def test_nothing_is_left():
            assert builtins.__import__.__class__.__name__ == "builtin_function_or_method"
            assert _frozen_importlib._find_and_load_unlocked.__name__ == "_find_and_load_unlocked"
            assert os._exit.__class__.__name__ == "builtin_function_or_method"
            assert "pause" not in [getattr(callback, "__name__", "") for callback in gc.callbacks]
            assert sys.getrecursionlimit() == 1000
            assert "msgspec" not in sys.modules and "networkx" not in sys.modules
    """
    suite.write({"test_app.py": text})
    outcome, report = profiled("test_app.py")
    assert outcome.code == 0, outcome.out
    assert report["tests"] == 1


def test_errors_and_an_empty_selection_are_reported_too(profiled, suite):
    suite.write({"test_broken.py": "import no_such_module\n"})
    outcome, report = profiled()
    assert (outcome.code, report["errors"]) == (2, 1)
    assert "(1 errors) took" in outcome.out
    outcome, report = profiled("-k", "nothing_of_this_name", "test_app.py")
    assert (outcome.code, report["tests"], report["deselected"]) == (5, 0, 50)


def test_a_session_that_never_collects_leaves_nothing(profiled, suite):
    outcome, report = profiled("--version")
    assert (outcome.code, report) == (0, None)
    suite.write({"conftest.py": "raise RuntimeError('no')\n"})
    outcome, report = profiled()
    assert (outcome.code, report) == (4, None)
    assert "RuntimeError: no" in outcome.err


def test_workers_of_xdist_report_their_own_share(profiled):
    pytest.importorskip("xdist")
    outcome, report = profiled("-n", "2")
    assert outcome.code == 0, outcome.out + outcome.err
    assert [worker["worker"] for worker in report["workers"]] == ["gw0", "gw1"]
    for worker in report["workers"]:
        assert worker["tests"] == 51
        assert sum(parts(worker).values()) == worker["collection_us"]
    assert "2 xdist workers each collected everything" in outcome.out
