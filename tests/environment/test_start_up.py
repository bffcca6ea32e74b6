import subprocess
import sys

from environment_folders import make_environment, make_python

from importgraph.environment.locate import named_environment
from importgraph.environment.start_up import start_imports, start_modules


def test_our_own_python_starts_with_these(tmp_path):
    version = "{}.{}".format(*sys.version_info)
    base = make_python(tmp_path / "python", version=version)
    found = start_modules(named_environment(make_environment(tmp_path / "env", home=base, version=version)))
    words = [sys.executable, "-I", "-S", "-c", "import sys; print(*sys.modules)"]
    told = set(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split())
    assert told - found <= {"encodings.latin_1"}
    assert {"os", "site", "codecs", "posixpath"} <= found
    assert not found & {"re", "typing", "collections", "warnings"}


def test_older_versions_start_with_more(tmp_path):
    old = named_environment(make_environment(tmp_path / "old", version="3.8"))
    assert "_bootlocale" in start_modules(old)


def test_import_lines_of_pth_files_name_what_is_loaded_too(tmp_path):
    files = {
        "a.pth": "# import no\nimport first, second.part; first.go()\n/somewhere\n",
        "b.pth": "import os; enabled = 1; enabled and __import__('_hack').add_shim();\n",
    }
    found = start_imports(named_environment(make_environment(tmp_path / "env", files)))
    assert found == ("_hack", "first", "os", "second.part", "sitecustomize", "usercustomize")
