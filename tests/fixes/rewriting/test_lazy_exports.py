"""Packages that answer lazily for what they offer, by their own `__getattr__` or by `lazy_loader`."""

import subprocess
import sys

import pytest
from fix_programs import lazy_fixes

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.edits.writing import write_changes
from importgraph.fixes.model import Form
from importgraph.fixes.rewriting.lazy_exports import Export, attached_below

LOADER = """
def attach(package, submodules=(), submod_attrs=None):
    import importlib
    homes = {name: home for home, names in (submod_attrs or {}).items() for name in names}
    names = [*submodules, *homes]
    def __getattr__(name):
        if name in submodules:
            return importlib.import_module(f"{package}.{name}")
        if name in homes:
            return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(name)
    return __getattr__, lambda: names, names
"""
FILES = {
    "app/__init__.py": "from app.heavy import work\nfrom .light import small\n\nx = small\n",
    "app/light.py": "small = 1\n",
    "app/heavy.py": "from app import one, two\n\n\ndef work():\n    return 3\n",
    "app/one.py": "",
    "app/two.py": "",
    "app/cli.py": "import app\n\n\ndef run():\n    return app.work()\n",
}
USER = "import lazy_loader as lazy\n__getattr__, _, _ = lazy.attach(__name__)\n"
PROBE = """
import sys, app
assert "app.heavy" not in sys.modules, "loaded"
assert "work" in dir(app) and "x" in dir(app), dir(app)
from app import work
assert work() == 3 and app.work is work and sys.modules["app.heavy"].work is work
"""


def applied(open_files, files):
    project = open_files(files, entry_points=("app",))
    (fix,) = (one for one in lazy_fixes(project) if any("heavy" in edit.statement for edit in one.edits))
    made = plan(project.root, named([fix]), project.read_text)
    assert not made.left, made.left
    write_changes(project.root, made.changes)
    return project.root, fix


@pytest.mark.parametrize(
    "user", ["", "import lazy_loader as lazy\n__getattr__, _, _ = lazy.attach(__name__)\n"]
)
def test_a_name_is_answered_for_when_it_is_asked(open_files, user):
    files = {**FILES, "app/other/__init__.py": user}
    root, fix = applied(open_files, files)
    (root / "lazy_loader.py").write_text(LOADER)
    text = (root / "app/__init__.py").read_text()
    assert fix.edits[0].form is (Form.ATTACH if user else Form.EXPORT)
    assert ("lazy.attach(" in text) is bool(user)
    assert "if TYPE_CHECKING:\n    from app.heavy import work\n" in text
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("statement", "bound", "submodule", "below"),
    [
        ("from .heavy import work", "work", False, "heavy"),
        ("from src_app.app.heavy import work", "work", False, None),
        ("from app.deep.heavy import work", "work", False, "deep.heavy"),
        ("from . import heavy", "heavy", True, ""),
        ("from app import heavy", "heavy", True, ""),
        ("from .heavy import work as w", "w", False, None),
        ("from ..heavy import work", "work", False, None),
        ("from other.heavy import work", "work", False, None),
    ],
)
def test_what_can_be_attached(statement, bound, submodule, below):
    assert attached_below(Export(bound, statement, submodule), "src/app/__init__.py") == below
