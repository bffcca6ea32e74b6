"""The page as people use it: in Chromium, from disk."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from report_trees import saved, wait_until

from importgraph.graph.algorithms import shortest_chain
from importgraph.project import Project

pytestmark = pytest.mark.xdist_group("browser")
Open = Callable[..., "object"]


def texts(page: object, selector: str) -> list[str]:
    return page.locator(selector).all_inner_texts()


def test_the_first_screen_says_what_to_do(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page)
    assert page.title() == "shop: Summary"
    heads = texts(page, "h2")
    assert heads == ["What it costs", "What to change", "What fails", "What is tangled", "What was read"]
    entry = page.locator(".entry").first
    assert "≈" in entry.locator(".cost").inner_text()
    assert entry.locator(".heavy li").count() >= 1
    fix = page.locator(".fix").first
    assert "asyncio" in fix.locator(".fix-title").inner_text()
    assert "not verified" in fix.inner_text()
    assert not fix.locator(".diff").is_visible()
    fix.locator("summary").first.click()
    assert "-import asyncio" in fix.locator(".diff").inner_text()
    assert fix.locator(".command code").inner_text().startswith("importgraph fix defer-asyncio-")


def test_a_command_is_copied_with_one_click(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".fix summary").first.click()
    button = page.locator(".fix .copy").first
    button.click()
    wait_until(page, "document.querySelector('.fix .copy').textContent === 'Copied'")
    shown = page.locator(".fix .command code").first.inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == shown


def test_search_by_keyboard_puts_a_module_in_the_middle(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page)
    page.keyboard.press("/")
    page.keyboard.type("order rep")
    assert texts(page, ".matches [role=option] .name")[0] == "shop.orders.report"
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-title")
    assert page.locator("#panel-title").inner_text() == "shop.orders.report"
    assert "#/graph?focus=shop.orders.report" in page.url
    rows = page.locator(".drawing .row").all_text_contents()
    assert any("shop.orders.place" in row for row in rows)
    assert any("shop.models.order" in row for row in rows)


def test_a_package_opens_into_its_modules(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop")
    boxes = page.locator("[data-box]")
    assert page.locator('[data-box="shop.orders.place"]').count() == 0
    page.locator('[data-box="shop.orders"]').dblclick()
    page.wait_for_selector('[data-box="shop.orders.place"]')
    assert page.locator('[data-box="shop.orders"]').count() == 0
    assert boxes.count() > 8
    page.locator('[aria-label="Close shop.orders"]').click()
    page.wait_for_selector('[data-box="shop.orders"]')


def test_of_many_packages_the_one_that_is_started_comes_first(
    visit: Open, tmp_path: Path, open_files: Callable[..., Project]
) -> None:
    others = {f"part_{n}/{name}.py": "import app\n" for n in range(13) for name in ("__init__", "one")}
    scripts = '[project]\nname = "app"\n[project.scripts]\napp = "app.cli:main"\n'
    app = {"app/__init__.py": "", "app/cli.py": "def main(): pass\n", "pyproject.toml": scripts}
    page = visit(saved(open_files({**others, **app}), tmp_path), "#/graph")
    assert page.locator('[data-box="app.cli"]').count() == 1
    assert page.locator('[data-box="part_1"]').count() == 0
    page.get_by_role("navigation", name="Packages around").get_by_role("link").first.click()
    page.wait_for_selector('[data-box="part_1"]')


def test_a_link_shows_the_statements_behind_it(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop&edge=shop.orders&edge=shop.models")
    shown = texts(page, ".panel .statements li")
    assert [one.split() for one in shown] == [
        ["shop/orders/place.py:4", "from", "shop.models", "import", "Order"],
        ["shop/orders/report.py:1", "from", "shop.models.order", "import", "Order"],
    ]


def test_why_is_answered_with_lines(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?why=1")
    first, second = (page.get_by_role("combobox", name=name, exact=True) for name in ("Why does", "load"))
    first.fill("shop.cli")
    first.press("Enter")
    page.wait_for_url("**from=shop.cli")
    second.fill("models.order")
    second.press("Enter")
    page.wait_for_selector(".chain")
    chain = page.locator(".chain").first.inner_text()
    assert "shop/cli.py:2" in chain
    assert "shop.orders.place" in chain
    assert "shop.models.order" in chain


def test_why_says_no_and_names_the_statement_that_does_not_run(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?from=shop.cli&to=sqlite3")
    assert "does not load sqlite3" in page.locator(".verdict").inner_text()
    assert (
        "deferred" in page.locator(".chain").inner_text()
        or "type-only" in page.locator(".chain").inner_text()
    )


def test_the_page_and_the_terminal_say_the_same_of_what_loads_what(
    visit: Open, shop_page: Path, shop: Project
) -> None:
    page = visit(shop_page, "#/graph?why=1")
    view = shop.snapshot.loading
    chance = random.Random(7)  # noqa: S311 -- the same pairs each time
    for _ in range(25):
        one, other = chance.choice(sorted(shop.graph.modules)), chance.choice(view.nodes)
        chain = shortest_chain(view, one, other)
        if one == other or ":" in other:
            continue
        page.evaluate("route => { location.hash = route; }", f"#/graph?from={one}&to={other}")
        wait_until(page, f"document.querySelector('.verdict b:last-of-type')?.textContent === '{other}'")
        said = page.locator(".verdict").inner_text()
        if chain is None:
            assert "does not load" in said
        else:
            steps = len(chain) - 1
            assert re.search(rf"of {steps} steps?\b", said), (one, other, said)


def test_helpers_of_tests_are_drawn_with_the_tests_and_the_package_is_open(
    visit: Open, tmp_path: Path, open_files: Callable[..., Project]
) -> None:
    parts = {f"app/part_{n}.py": "import app\n" for n in range(20)}
    tests = {
        "tests/__init__.py": "",
        "tests/helper.py": "import app\n",
        "tests/test_it.py": "import tests.helper\n",
    }
    library = {"app/__init__.py": "", "app/test/__init__.py": "", "app/test/client.py": "import app\n"}
    page = visit(saved(open_files(parts | tests | library), tmp_path), "#/graph")
    page.wait_for_selector('[data-box="app.part_1"]')
    assert page.locator('[data-box^="tests"]').count() == 0
    assert page.locator('[data-box="app.test"]').count() == 1
    page.get_by_label("Tests").click()
    page.wait_for_selector('[data-box^="tests"]')


def test_filters_change_what_is_drawn(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop&open=shop.orders")
    links = page.locator(".links .link")
    before = links.count()
    assert page.locator('[data-box="outside asyncio"]').count() == 0
    page.get_by_label("Deferred").check()
    wait_until(page, f"document.querySelectorAll('.links .link').length > {before}")
    assert page.locator(".links .later").count() >= 1
    page.get_by_label("From outside").check()
    page.wait_for_selector('[data-box="outside asyncio"]')
    page.get_by_label("Runs at import").uncheck()
    page.wait_for_url("**show=deferred**")
    assert page.locator(".links .link:not(.later)").count() == 0


def test_cycles_are_marked(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop")
    assert page.locator(".box.cyclic").count() == 2
    assert page.locator(".links .link.cyclic").count() == 2
    page.locator('[data-box="shop.ring_a"]').click()
    page.wait_for_selector("#panel-title")
    assert "In a cycle of 2 modules that crashes" in page.locator(".panel").inner_text()


def test_an_address_leads_back_to_the_same_view(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop")
    page.locator('[data-box="shop.orders"]').dblclick()
    page.wait_for_selector('[data-box="shop.orders.place"]')
    page.locator('[data-box="shop.orders.place"]').click()
    page.wait_for_selector("#panel-title")
    again = visit(shop_page, page.url[page.url.index("#") :])
    assert again.locator("#panel-title").inner_text() == "shop.orders.place"
    page.go_back()
    page.wait_for_selector('[data-box="shop.orders"]')


def test_the_keyboard_alone_is_enough(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_role("link", name="Graph").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-box]")
    page.locator('[data-walk][tabindex="0"]').focus()
    seen = set()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press(key)
    assert len(seen) > 2
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-title")
    page.keyboard.press("Escape")
    page.wait_for_selector(".legend")


def test_what_is_on_the_screen_is_saved_as_svg(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/graph?at=shop")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save SVG").click()
    assert waiting.value.suggested_filename == "shop-imports.svg"
    svg = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg ")
    assert "ring_a" in svg
    assert "var(" not in svg
    assert "<script" not in svg
