import subprocess
import sys
from pathlib import Path

from importgraph.environment.built_in import built_in_modules
from importgraph.environment.locate import named_environment


def test_what_has_no_file_is_built_in(tmp_path):
    dynamic = tmp_path / "lib-dynload"
    dynamic.mkdir()
    names = [
        "math",
        "_socket",
        "_struct",
        "_json",
        "zlib",
        "_random",
        "_bisect",
        "_heapq",
        "_csv",
        "_pickle",
        "_queue",
        "select",
    ]
    for name in names:
        (dynamic / f"{name}.cpython-312-x86_64-linux-gnu.so").touch()
    found = built_in_modules([str(dynamic)], (3, 12))
    assert not found & set(names)
    assert {"sys", "builtins", "unicodedata", "array", "posix"} <= found
    assert not found & {"_tkinter", "_ssl", "nt", "winsound"}  # absent from this build, or of another system


def test_a_build_without_files_holds_all_of_them(tmp_path):
    found = built_in_modules([str(tmp_path)], (3, 12))
    assert {"math", "_ssl", "_sqlite3", "zlib"} <= found
    assert "_overlapped" not in found


def test_modules_come_and_go_with_versions(tmp_path):
    assert "audioop" in built_in_modules([], (3, 12))
    assert "audioop" not in built_in_modules([], (3, 13))
    assert "_interpreters" not in built_in_modules([], (3, 12))


def test_our_own_python_agrees():
    found = named_environment(Path(sys.base_prefix)).built_in
    script = "import sys; print(*sys.builtin_module_names)"
    told = set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert found - told == {"_frozen_importlib", "_frozen_importlib_external"}
    assert told - found <= {"xxsubtype", "spwd", "_xxsubinterpreters", "_testcapi"}
