"""Imports of computed names: every number that leaves out what they load says so."""

import json

import pytest

from importgraph.outputs.assemble import make_report
from importgraph.outputs.documents import json_report, markdown
from importgraph.outputs.screen.first_screen import first_screen
from importgraph.outputs.screen.text_layout import Screen

LOADER = """
    import importlib, pathlib
    def load_parts(folder):
        for one in folder.glob("*.py"):
            importlib.import_module(f"parts.{one.stem}")
    """
FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n[project.scripts]\nshop = 'shop.cli:main'\n",
    "shop/__init__.py": "",
    "shop/cli.py": "import sys\nfrom shop.loader import load_parts\nfrom shop.heavy import work\n"
    "load_parts(sys.argv)\ndef main(): pass\ndef other():\n    return work()\n",
    "shop/heavy.py": "import unittest\nfrom shop import one, two\ndef work(): pass\n",
    "shop/one.py": "",
    "shop/two.py": "",
    "shop/loader.py": LOADER,
    "parts/a.py": "",
    "parts/b.py": "",
}
PLAIN = {**FILES, "shop/cli.py": FILES["shop/cli.py"].replace("load_parts(sys", "print(sys")}


@pytest.mark.parametrize("files", [FILES, PLAIN], ids=["called", "not called"])
def test_what_loads_computed_names_is_marked_everywhere(open_files, files):
    report = make_report(open_files(files))
    is_open = files is FILES
    entry = next(one for one in report.entries if one.title == "shop")
    assert entry.open == ((("shop/loader.py", 4),) if is_open else ())
    document = json.loads(json_report.render(report))
    shown = next(one for one in document["summary"]["entry_points"] if one["title"] == "shop")
    assert shown["open"] == ([{"path": "shop/loader.py", "line": 4}] if is_open else [])
    text = markdown.render(report)
    assert ("- more, by a computed name: `shop/loader.py:4`" in text) is is_open
    assert ("at least " in text) is is_open
    assert (" ms + ? |" in text) is is_open
    gains = [gain for fix in report.gaining for gain in fix.gains if gain.title == "shop"]
    assert gains
    assert all(gain.open is is_open and (" + ?" in gain.change) is is_open for gain in gains)
    lines = [line.text for line in first_screen(report, Screen(80, show_all=False), lambda _: "")]
    at = next(number for number, line in enumerate(lines) if line.startswith(" shop"))
    assert lines[at].endswith(" ms + ?") is is_open
    assert (
        any(line.split()[1:2] == ["computed"] and line.endswith("shop/loader.py:4") for line in lines)
        is is_open
    )
    assert any("ms + ? (at most -" in line for line in lines) is is_open
