"""What anybody needs of a page: axe has no serious complaint, it prints, it stays where it is."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from report_trees import wait_until

pytestmark = pytest.mark.xdist_group("browser")
Open = Callable[..., "object"]
ROUTES = (
    "#/summary?fix=F1",
    "#/graph?at=shop",
    "#/graph?focus=shop.orders.place",
    "#/graph?from=shop.cli&to=shop.models",
    "#/graph?at=shop&sel=shop.orders",
    "#/cost",
    "#/paths",
    "#/cycles",
    "#/collection",
    "#/trend",
)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_axe_has_no_serious_complaint(visit: Open, shop_page: Path, scheme: str, width: int) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page = visit(shop_page, color_scheme=scheme, viewport={"width": width, "height": 860})
    page.evaluate(axe)
    for route in ROUTES if width > 1000 else ROUTES[::3]:
        page.evaluate("route => { location.hash = route; }", route)
        wait_until(page, f"location.hash === {route!r}")
        found = page.evaluate('axe.run({ resultTypes: ["violations"] })')["violations"]
        told = [(route, one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found]
        assert [one for one in told if one[2] in {"serious", "critical"}] == []


def test_the_theme_can_be_chosen(visit: Open, shop_page: Path) -> None:
    page = visit(shop_page, color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert page.evaluate(paper) == before
    button.click()
    assert button.inner_text() == "Theme: dark"
    assert page.evaluate(paper) != before


def test_the_whole_summary_is_printed(visit: Open, shop_page: Path, tmp_path: Path) -> None:
    page = visit(shop_page, color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".diff").first.is_visible()
    assert not page.get_by_role("navigation", name="Views").is_visible()
    assert not page.locator(".copy").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf(path=str(tmp_path / "report.pdf"))) > 10_000
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".fix[open]").count() == 0


def test_nothing_jumps_while_the_page_opens(visit: Open, shop_page: Path) -> None:
    for route in ("#/summary", "#/graph"):
        page = visit(shop_page, route)
        shift = page.evaluate(
            """() => new Promise((done) => {
                let sum = 0;
                new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
                    .observe({ type: "layout-shift", buffered: true });
                setTimeout(() => done(sum), 120);
            })"""
        )
        assert shift < 0.02


def test_without_scripts_the_page_says_what_to_do(visit: Open, browser: object, shop_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shop_page.as_uri())
    assert "report.md says the same in text" in page.locator("body").inner_text()
    context.close()
