"""`lazy import` and `__lazy_modules__` (PEP 810), run under a real Python 3.15 where there is one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from fix_programs import check_refused, check_rewritten, edit, lazy_fixes
from msgspec.structs import replace

from importgraph.fixes.model import Form
from importgraph.fixes.rewriting.rewrite import rewrite

FILES = {
    "app/__init__.py": "",
    "app/heavy.py": "from app import one\ndef work():\n    return 3\n",
    "app/one.py": "",
    "app/cli.py": '"""Doc."""\nfrom __future__ import annotations\n\nimport sys\nfrom .heavy import work\n'
    "\n\ndef run():\n    return work()\n",
}
PROBE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import app.cli
before = "app.heavy" in sys.modules
print(json.dumps([before, app.cli.run(), "app.heavy" in sys.modules]))
"""


def listed(line, statement, bound, module):
    return replace(edit(line, statement, bound, form=Form.LAZY_LIST), module=module)


def test_a_list_goes_below_the_docstring_and_the_future():
    check_rewritten(
        '"""Doc."""\nfrom __future__ import annotations\nimport a.b\n',
        '"""Doc."""\nfrom __future__ import annotations\n__lazy_modules__ = ["a.b"]\n\nimport a.b\n',
        listed(3, "import a.b", "a", "a.b"),
    )


def test_a_list_that_stands_there_grows():
    check_rewritten(
        "__lazy_modules__ = [\n    'x',\n]\nimport x, y\n",
        "__lazy_modules__ = [\n    'x', \"y\",\n]\nimport x, y\n",
        listed(4, "import y", "y", "y"),
    )


@pytest.mark.parametrize("value", ["names()", "[]", "[*other, 'x']"])
def test_another_list_is_left(value):
    check_refused(
        f"__lazy_modules__ = {value}\nimport y\n", listed(2, "import y", "y", "y"), reason="not a list"
    )


def preferring(open_files, prefer):
    project = open_files(FILES, entry_points=("app.cli",), prefer=prefer)
    (fix,) = lazy_fixes(project)
    (made,) = fix.edits
    return project, rewrite(project.read_text("app/cli.py"), [made]), made


def test_the_preferred_form_is_taken(open_files):
    assert "lazy from .heavy import work\n" in preferring(open_files, "lazy")[1]
    assert '__lazy_modules__ = ["app.heavy"]\n' in preferring(open_files, "lazy-modules")[1]
    assert preferring(open_files, "functions")[2].form is Form.FUNCTIONS


def python_315():
    """Return how a Python 3.15 is started, and how a folder is called inside it; None where there is none."""
    place = os.environ.get("IMPORTGRAPH_PYTHON_315", "")
    if place and Path(place, "usr/bin/python3.15").exists() and os.geteuid() == 0:
        return ["chroot", place, "python3.15"], Path(place)
    found = place or shutil.which("python3.15")
    return ([found], None) if found else None


@pytest.mark.skipif(
    python_315() is None, reason="there is no python3.15 here (IMPORTGRAPH_PYTHON_315 names one)"
)
@pytest.mark.parametrize("prefer", ["lazy", "lazy-modules"])
def test_it_runs_under_python_3_15(open_files, prefer, tmp_path):
    project, after, _ = preferring(open_files, prefer)
    (project.root / "app/cli.py").write_text(after)
    command, place = python_315()
    if place is not None:
        inside = place / "tmp" / f"{tmp_path.name}-{os.getpid()}"
        shutil.copytree(project.root, inside)
        folder = "/" + inside.relative_to(place).as_posix()
    else:
        inside, folder = None, str(project.root)
    try:
        done = subprocess.run([*command, "-c", PROBE, folder], capture_output=True, text=True, check=True)
    finally:
        if inside is not None:
            shutil.rmtree(inside)
    assert json.loads(done.stdout) == [False, 3, True]
