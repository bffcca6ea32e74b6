"""Names and texts of the analysed tree are data: nothing of them runs, and none breaks the layout."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write_files
from report_trees import wait_until

from importgraph.config import from_options
from importgraph.outputs.assemble import make_report
from importgraph.project import open_project
from importgraph.regressions.history import SCHEMA, EntryNumbers, Numbers
from importgraph.report.document import Extras, extras_of, html_report

pytestmark = pytest.mark.xdist_group("browser")
Open = Callable[..., "object"]

IMAGE = "<img src=x onerror=document.title='owned'>"
SCRIPT = "</script><script>document.title = 'owned'</script>"
QUOTES = "a\"b'c`d"
TURNED = "left\u202eright\u2066"
LONG = "n" * 240
NAME = "N" * 300
VIEWS = ("summary", "graph", "graph?at=", "graph?why=1", "cost", "paths", "cycles", "collection", "trend")


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree") / f"{IMAGE}{QUOTES}"
    write_files(
        root,
        {
            "app/__init__.py": f'"""{SCRIPT}"""\nfrom app.{LONG} import {NAME}\n',
            f"app/{LONG}.py": f"import asyncio\nclass {NAME}:\n    '''{IMAGE}'''\n",
            f"app/{IMAGE}.py": "import json\nfrom app.lost import x\n",
            f"app/{QUOTES}.py": f"from app import {NAME}\nfrom app.{LONG} import {NAME} as other\n",
            f"app/{TURNED}.py": "import app\ndef f(:\n",
            "app/ring_a.py": f"from app.{LONG[:200]} import {NAME}\n",
            f"app/{LONG[:200]}.py": f"import app.ring_a\n{NAME} = 1\n",
            f"app/{'p' * 200}/{'q' * 200}/__init__.py": "from app import *\n",
            f"tests/test_{IMAGE}.py": f"from app.{NAME} import x\n",
            "tests/test_ok.py": f"from app.nothing import {NAME}\n",
        },
    )
    project = open_project(root, from_options(workers=1, min_gain_ms=0.0))
    entry = EntryNumbers(IMAGE, 1, 1, 1000, estimated=True)
    history = (Numbers(SCHEMA, IMAGE, "2026-01-31", f"{IMAGE}{TURNED}", False, 1, 1, (entry,), {}, 1.0, {}),)
    extras = Extras(prediction=extras_of(project).prediction, history=history)
    target = tmp_path_factory.mktemp("page") / "report.html"
    target.write_text(html_report(project, make_report(project), extras), encoding="utf-8")
    return target


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_runs_and_no_view_gets_too_wide(visit: Open, hostile_page: Path, width: int) -> None:
    page = visit(hostile_page, viewport={"width": width, "height": 800})
    for view in VIEWS:
        page.goto(f"{hostile_page.as_uri()}#/{view}")
        wait_until(page, f"location.hash === '#/{view}' && document.querySelector('#main > div')")
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert page.evaluate("document.images.length") == 0
        assert page.evaluate("document.scripts.length") == 2
        assert "owned" not in page.title()[:5]
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (view, wide)
        assert "\u202e" not in page.locator("#main").inner_text()


def test_every_module_can_be_looked_at(visit: Open, hostile_page: Path) -> None:
    page = visit(hostile_page, "#/graph?at=app")
    names = [box.get_attribute("data-box") for box in page.locator("[data-box]").all()]
    assert f"app/{IMAGE}.py" in names  # it can be run by its path alone
    assert f"app.{QUOTES}" in names
    for name in names:
        page.locator("[data-box]").nth(names.index(name)).click(force=True)
        page.wait_for_selector("#panel-title")
    field = page.get_by_role("combobox", name="Find a module")
    field.fill("onerror")
    assert page.locator(".matches [role=option]").count() >= 1
    field.press("Enter")
    wait_until(page, "location.hash.includes('focus')")
    assert IMAGE in page.locator("#panel-title").inner_text()


def test_addresses_that_name_nothing_show_the_view(visit: Open, hostile_page: Path) -> None:
    page = visit(hostile_page)
    for route in (
        "#/nothing",
        "#/graph?focus=no.such&at=no.such&sel=%00&open=x&most=-5&edge=a",
        "#/graph?from=no&to=such",
        "#/cost?of=__proto__&zoom=constructor&sort=x&owner=toString",
        "#/paths?d=hasOwnProperty",
        "#/cycles?c=99999999",
        "#/summary?fix=%3Cscript%3E",
        "#/constructor",
    ):
        page.goto(f"{hostile_page.as_uri()}{route}")
        wait_until(page, f"location.hash === {route!r}")
        assert page.locator("#main > div").count() == 1
