"""The other views in Chromium: cost, paths, cycles, collection, trend."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import write_files
from report_trees import SHOP, wait_until

from importgraph.config import from_options
from importgraph.findings.groups import groups_by_entry
from importgraph.measurements.model import ImportProfile, ModuleTiming
from importgraph.outputs.assemble import make_report
from importgraph.outputs.report import milliseconds
from importgraph.project import Project, open_project
from importgraph.regressions.history import SCHEMA, EntryNumbers, Numbers
from importgraph.report.document import Extras, extras_of, html_report

pytestmark = pytest.mark.xdist_group("browser")
Open = Callable[..., "object"]


def test_the_table_holds_what_the_dominators_of_the_terminal_retain(
    visit: Open, shop_page: Path, shop: Project
) -> None:
    page = visit(shop_page, "#/cost")
    rows = [
        row.split("\t")
        for row in page.get_by_role("group", name="What each part holds")
        .locator("tbody tr")
        .all_inner_texts()
    ]
    shown = {row[0].removesuffix(" standard library"): row[1] for row in rows}
    entry = make_report(shop).entries[0]
    retained = groups_by_entry(shop.snapshot)[entry.entry].retained
    for key, cost in retained.items():
        name = key[1:-1] if key[0] in "[(" else key
        if name in shown:
            assert shown[name] == f"≈ {milliseconds(cost)}"
    assert len(shown) > 10


def test_the_icicle_enlarges_what_is_chosen(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/cost")
    bar = page.locator('[data-part="asyncio"]')
    before = bar.bounding_box()["width"]
    bar.click()
    page.wait_for_url("**zoom=asyncio")
    assert page.locator('[data-part="asyncio"]').bounding_box()["width"] > before
    assert "of the whole" in page.locator(".cost-head").inner_text()
    page.locator('[data-part="asyncio"]').focus()
    page.keyboard.press("Escape")
    wait_until(page, "!location.hash.includes('asyncio')")


def test_the_icicle_is_walked_by_arrow_keys(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/cost")
    page.locator('.icicle [tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-level')") == "2"
    page.keyboard.press("Enter")
    wait_until(page, "location.hash.includes('zoom=')")


def test_any_module_can_be_the_entry(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/cost")
    field = page.get_by_role("combobox", name="or import any module")
    field.fill("models.order")
    field.press("Enter")
    page.wait_for_url("**of=shop.models.order")
    assert "shop.models.order" in page.locator(".cost-head").inner_text()


def test_a_definition_shows_its_paths_and_the_rewrite(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/paths")
    drawing = page.locator(".flow-drawing")
    label = drawing.get_attribute("aria-label")
    assert "Order is taken from" in label
    assert "shop.models.order, 1 times" in label
    assert "shop.orders.report" in drawing.text_content()
    assert "+from shop.models import Order" in page.locator(".detail .diff").inner_text()


def test_a_cycle_comes_with_its_smallest_edit(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/cycles?c=1")
    card = page.locator(".cycle.chosen").inner_text()
    assert "crashes" in card
    assert "import shop.ring_a" in card
    assert "shop/ring_" in card
    assert "1 import of the 2 between its modules" in card
    page.locator(".cycle a", has_text=re.compile(r"^F\d")).first.click()
    page.wait_for_selector(".fix[open]")


@pytest.fixture(scope="module")
def full_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A measured report with everything beside it."""
    folder = tmp_path_factory.mktemp("full")
    root = write_files(folder / "shop", SHOP)
    times = {"shop.cli": 1000, "shop.orders.place": 4000, "asyncio": 30000}

    def profile(factor: float) -> ImportProfile:
        modules = tuple(
            ModuleTiming(name=name, self_us=round(us * factor), cumulative_us=us, retained_us=us)
            for name, us in times.items()
        )
        return ImportProfile(
            entry="shop.cli",
            kind="module",
            python="3.11",
            total_us=round(35000 * factor),
            spread_us=300,
            modules=modules,
        )

    def numbers(commit: str, cost: int, cycles: int) -> Numbers:
        entry = EntryNumbers("shop.cli", 5, 3, cost, estimated=True)
        day, said = "2026-01-31", "Do <b>it</b>"
        return Numbers(SCHEMA, commit, day, said, False, 9, 12, (entry,), {"latent": cycles}, 0.5, {})

    project = open_project(root, from_options(workers=1, min_gain_ms=0.0), profile=profile(1.0))
    found = extras_of(project)
    extras = Extras(
        profile(2.0), found.prediction, (numbers("a" * 40, 20000, 1), numbers("b" * 40, 30000, 2))
    )
    target = folder / "report.html"
    target.write_text(html_report(project, make_report(project), extras), encoding="utf-8")
    return target


def test_before_and_after_are_measured(visit: Open, full_page: Path) -> None:
    page = visit(full_page, "#/cost")
    part = page.get_by_role("region", name="Before and after").inner_text()
    assert "70 ms → 35 ms" in part
    assert "faster" in part
    assert "asyncio" in part
    assert "\N{MINUS SIGN}30 ms" in part
    assert "≈" not in page.locator(".cost-head .cost").inner_text()


def test_predicted_errors_stand_by_root_cause(visit: Open, full_page: Path) -> None:
    page = visit(full_page, "#/collection")
    text = page.locator("#main").inner_text()
    assert "1 of 1 test file" in text
    assert "shop.modles" in text
    assert "shop/lost.py:1" in text


def test_the_trend_is_drawn_and_told(visit: Open, full_page: Path) -> None:
    page = visit(full_page, "#/trend")
    labels = [one.get_attribute("aria-label") for one in page.locator(".chart svg").all()]
    assert labels[0].startswith("Time to load: shop.cli from ≈ 20 ms to ≈ 30 ms")
    assert labels[2].startswith("Cycles: latent from 1 to 2")
    table = page.get_by_role("region", name="Commits").inner_text()
    assert "aaaaaaaaaa" in table
    assert "Do <b>it</b>" in table


def test_without_a_history_the_page_says_how_to_keep_one(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, "#/trend")
    assert page.locator(".command code").inner_text() == "importgraph baseline --append"
