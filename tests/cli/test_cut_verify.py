"""`importgraph cut --verify`: promises that hold, that a run refutes, and programs that do not run."""

import json
import os
import shutil
import subprocess
import sys

import pytest

FILES = {
    "app/__init__.py": "",
    "app/main.py": "from app import heavy, light\n\ndef run():\n    return heavy, light\n",
    "app/heavy.py": "import zipapp\nimport app.two as two\n\ndef f():\n    return zipapp, two\n",
    "app/two.py": "",
    "app/light.py": "X = 1\n",
}
HIDDEN_CALL = "from app import heavy\nCALLS = []\ndef run():\n    return heavy.f()\nCALLS.append(run)\n"
HIDDEN_CALL += "[call() for call in CALLS]\n"


def newest() -> str | None:
    """Return a Python 3.15, from the path or from IMPORTGRAPH_TEST_PYTHONS (a list of paths)."""
    listed = os.environ.get("IMPORTGRAPH_TEST_PYTHONS", "").split(os.pathsep)
    for candidate in [*listed, shutil.which("python3.15")]:
        if candidate:
            ask = [candidate, "-c", "import sys; print(sys.version_info >= (3, 15))"]
            if subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == "True":
                return candidate
    return None


NEWEST = newest()
BOTH = [
    sys.executable,
    pytest.param(NEWEST, marks=pytest.mark.skipif(NEWEST is None, reason="no CPython 3.15 here")),
]


@pytest.fixture
def cut(tmp_path):
    """Write a tree and ask for a cut with --verify; nothing of the tree may change."""

    def asked(files, module, python=sys.executable, **changes):
        for name, text in {**files, **changes}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        before = sorted(tmp_path.rglob("*"))
        command = [sys.executable, "-m", "importgraph", "cut", "app.main", *module.split(), "--verify"]
        command += ["--python", python, "--rounds", "2", "--no-cache", "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert sorted(tmp_path.rglob("*")) == before
        assert all((tmp_path / name).read_text() == text for name, text in files.items())
        return done, json.loads(done.stdout)["verification"] if done.stdout else None

    return asked


@pytest.mark.parametrize("python", BOTH)
@pytest.mark.parametrize("module", ["zipapp", "app.heavy", "--budget 2"])
def test_what_a_cut_promises_is_run(cut, python, module):
    done, found = cut(FILES, module, python)
    assert done.returncode == 0, done.stderr
    assert "executes its code" in done.stderr
    assert found["holds"]
    assert (found["still"], found["at_once"], found["error"]) == ([], [], "")
    assert found["method"] == ("edits" if python == sys.executable else "knock-out")
    assert found["saved_us"] == found["before_us"] - found["after_us"]
    assert found["rounds"] == 2


@pytest.mark.parametrize("python", BOTH)
def test_an_import_that_is_loaded_at_once_is_named(cut, python):
    done, found = cut({**FILES, "app/main.py": HIDDEN_CALL}, "app.heavy", python)
    assert done.returncode == 1
    assert not found["holds"]
    assert found["still"] == ["app.heavy", "app.two"]
    (one,) = found["at_once"]
    assert (one["importer"], one["imported"], one["path"], one["line"]) == (
        "app.main",
        "app.heavy",
        "app/main.py",
        1,
    )
    assert one["where"].startswith("app/main.py:")
    assert one["where"].endswith("in run()")


def test_an_import_that_fails_once_others_are_put_off_is_told(cut):
    files = {
        **FILES,
        "app/main.py": "from app import heavy\nimport app.late\ndef run():\n    return heavy, app.late\n",
        "app/late.py": "import sys\nX = sys.modules['app.heavy']\n",
    }
    done, found = cut(files, "app.heavy")
    assert done.returncode == 1
    assert not found["holds"]
    assert found["error"].startswith("KeyError")
    assert found["saved_us"] is None


def test_a_program_that_cannot_be_imported_says_what_to_do(cut):
    done, found = cut({**FILES, "app/light.py": "import not_installed\n"}, "app.heavy")
    assert done.returncode == 2
    assert found is None
    assert "No module named 'not_installed'" in done.stderr
    assert "--python" in done.stderr


def test_a_module_that_is_not_loaded_after_all_says_so(cut):
    done, found = cut({**FILES, "app/light.py": "if str():\n    import wave\n"}, "wave")
    assert done.returncode == 2
    assert found is None
    assert "does not load wave" in done.stderr
