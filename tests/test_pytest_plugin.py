"""The plugin against plain pytest: the same tests selected, in the same order, with the same exit code."""

import json
import os
import subprocess
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TREE = {
    "pytest.ini": "[pytest]\nmarkers =\n    slow: slow\n    other: other\n",
    "conftest.py": """
        import pytest

        @pytest.fixture(params=["left", "right"])
        def side(request):
            return request.param

        @pytest.fixture(params=[1, 2], scope="session")
        def wide(request):
            return request.param
    """,
    "test_alpha.py": """
        import pytest
        print("imported test_alpha")
        @pytest.mark.slow
        def test_one(): pass
        def test_two(side): pass
        class TestThing:
            pytestmark = pytest.mark.other
            def test_in_class(self): pass
    """,
    "test_beta.py": """
        import pytest
        def test_one(): pass
        @pytest.mark.parametrize("x", ["green", pytest.param("blue", marks=pytest.mark.slow)])
        def test_colour(x): pass
    """,
    "test_dynamic.py": """
        import os
        for name in os.listdir(os.path.dirname(__file__)):
            if name == "test_alpha.py":
                globals()["test_made_here"] = lambda: None
    """,
    "test_wide_one.py": "def test_w(wide): pass\ndef test_plain_w(): pass\n",
    "test_wide_two.py": "def test_v(wide): pass\n",
    "sub/test_gamma.py": "def test_deep(): pass\n",
    "sub/test_unrelated.py": "def test_nothing(): pass\n",
}
SELECTIONS = (
    ("-k", "one"),
    ("-k", "green or left"),
    ("-k", "made or TestThing and not two"),
    ("-k", "nothing_matches_this"),
    ("-m", "not slow"),
    ("-k", "w or v"),
    ("--deselect", "test_alpha.py", "--deselect", "sub"),
    ("test_alpha.py::TestThing", "-k", "class"),
    ("test_alpha.py::test_one", "test_beta.py", "-k", "green and deep"),
)
RECORDER = """
import json, os

def pytest_collection_finish(session):
    import sys
    imported = sorted(name for name in sys.modules if name.startswith("test_"))
    with open(os.environ["RECORD"], "w") as stream:
        json.dump([[item.nodeid for item in session.items], imported], stream)
"""


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    for path, text in TREE.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    (tmp_path / "recorder.py").write_text(RECORDER, encoding="utf-8")
    return folder


def run(folder, *words):
    record = folder.parent / "record.json"
    record.unlink(missing_ok=True)
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    variables |= {
        "PYTHONPATH": f"{folder.parent}{os.pathsep}{ROOT}",
        "RECORD": str(record),
        "IMPORTGRAPH_CACHE_DIR": str(folder.parent / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "recorder",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, "-p", "no:randomly", *words],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    ids, imported = json.loads(record.read_text()) if record.exists() else ([], [])
    return ids, done.returncode, imported, done.stdout + done.stderr


INSTALLED = any(found.value == "importgraph.pytest_plugin" for found in entry_points(group="pytest11"))
NARROW = (*(() if INSTALLED else ("-p", "importgraph.pytest_plugin")), "--importgraph-narrow")


@pytest.mark.thorough
def test_narrowing_selects_what_plain_pytest_selects(suite):
    for words in SELECTIONS:
        plain, code, _, _ = run(suite, *words)
        narrowed, narrowed_code, _, output = run(suite, *NARROW, *words)
        assert (narrowed, narrowed_code) == (plain, code), (words, output)


def test_files_without_a_selected_test_are_not_imported(suite):
    _, _, imported, output = run(suite, *NARROW, "-k", "green")
    assert "test_beta" in imported
    assert "test_dynamic" in imported, "text cannot decide it, so it is imported"
    assert "test_unrelated" not in imported, output
    assert "test_alpha" not in imported, output


def test_tests_ordered_by_a_shared_parameter_are_all_imported(suite):
    _, _, imported, _ = run(suite, *NARROW, "-k", "test_v")
    assert {"test_wide_one", "test_wide_two"} <= set(imported)


def test_files_that_are_deselected_wholly_are_not_imported(suite):
    words = (
        "--deselect",
        "sub",
        "--deselect",
        "test_beta.py::test_one",
        "--deselect",
        "test_beta.py::test_colour",
    )
    plain, code, _, _ = run(suite, *words, "--deselect", "test_dynamic.py")
    narrowed, narrowed_code, imported, output = run(suite, *NARROW, *words, "--deselect", "test_dynamic.py")
    assert (narrowed, narrowed_code) == (plain, code)
    assert not {"test_beta", "test_gamma", "test_unrelated"} & set(imported), output
    assert {"test_alpha", "test_dynamic"} <= set(imported), (
        "whether a file fails that text does not decide, only importing tells"
    )


def test_where_a_few_files_are_named_or_none_is_deselected_nothing_is_read(suite):
    for words in (("test_alpha.py", "test_beta.py::test_one", "-k", "one"), ("--deselect", "nowhere.py")):
        plain, code, _, _ = run(suite, *words)
        narrowed, narrowed_code, _, output = run(suite, *NARROW, *words)
        assert (narrowed, narrowed_code) == (plain, code)
        assert "every file was imported" in output
    assert not (suite.parent / "cache").exists()


def test_without_a_selection_everything_is_imported(suite):
    ids, code, imported, _ = run(suite, *NARROW)
    assert (ids, code) == run(suite)[:2]
    assert "test_unrelated" in imported


def test_a_conftest_that_changes_collection_turns_narrowing_off(suite):
    hook = "\ndef pytest_collection_modifyitems(items):\n    items.reverse()\n"
    with (suite / "conftest.py").open("a") as stream:
        stream.write(hook)
    plain, code, _, _ = run(suite, "-k", "one")
    narrowed, narrowed_code, imported, _ = run(suite, *NARROW, "-k", "one")
    assert (narrowed, narrowed_code) == (plain, code)
    assert "test_unrelated" in imported


def test_the_plugin_loads_nothing_of_ours_until_asked(tmp_path):
    program = (
        "import sys, pytest, importgraph.pytest_plugin; "
        "print([m for m in sys.modules if m.startswith('importgraph')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ},
    )
    assert done.stdout.strip() == "['importgraph', 'importgraph.pytest_plugin']"


def test_files_that_are_not_imported_still_extend_sys_path(suite):
    (suite / "a_first").mkdir()
    (suite / "a_first/helper.py").write_text("VALUE = 1\n")
    (suite / "a_first/test_first.py").write_text("def test_first(): pass\n")
    (suite / "b_second").mkdir()
    (suite / "b_second/test_second.py").write_text("import helper\ndef test_second(): pass\n")
    for mode in ("prepend", "append"):
        words = ("-k", "test_second", "--import-mode", mode)
        plain, code, _, _ = run(suite, *words)
        narrowed, narrowed_code, imported, output = run(suite, *NARROW, *words)
        assert (narrowed, narrowed_code) == (plain, code) == (["b_second/test_second.py::test_second"], 0), (
            output
        )
        assert "test_first" not in imported


def test_importlib_mode_is_narrowed_too(suite):
    words = ("-k", "green", "--import-mode", "importlib")
    plain, code, _, _ = run(suite, *words)
    narrowed, narrowed_code, _, output = run(suite, *NARROW, *words)
    assert (narrowed, narrowed_code) == (plain, code)
    assert "hold nothing selected" in output


def test_workers_of_xdist_select_what_plain_pytest_selects(suite):
    pytest.importorskip("xdist")
    words = (*NARROW, "-k", "green or deep", "-n", "2", "-rA", "-p", "no:cacheprovider", "-p", "recorder")
    record = suite.parent / "record.json"
    paths = f"{suite.parent}{os.pathsep}{ROOT}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=suite,
        env={
            **os.environ,
            "IMPORTGRAPH_CACHE_DIR": str(suite.parent / "cache"),
            "PYTHONPATH": paths,
            "RECORD": str(record),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    passed = sorted(line.removeprefix("PASSED ") for line in done.stdout.splitlines() if "PASSED" in line)
    assert passed == ["sub/test_gamma.py::test_deep", "test_beta.py::test_colour[green]"]
    imported = json.loads(record.read_text())[1]
    assert "test_beta" in imported
    assert not {"test_alpha", "test_unrelated"} & set(imported), "a worker imports what its session decided"
