"""The page in a browser: it loads the report again, keeps the view, and asks its own server alone."""

import shutil
import threading

import pytest

from importgraph.report.page import render
from importgraph.serving.current_page import CurrentPage, Edition
from importgraph.serving.server import PageServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE = "<!doctype html><title>Report {0}</title><h1>{0}</h1><a href='#/focus/app'>app</a>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_a_change_shows_without_losing_the_view(browser):
    with PageServer(CurrentPage(Edition(1, PAGE.format("one").encode()))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        page = browser.new_page()
        page.set_default_timeout(30_000)
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(server.address)
        frame = page.frame_locator("#report")
        frame.locator("h1", has_text="one").wait_for()
        frame.locator("a").click()
        page.wait_for_url(f"{server.address}#/focus/app")
        server.page.publish(PAGE.format("two").encode())
        frame.locator("h1", has_text="two").wait_for()
        assert page.title() == "Report two"
        assert page.frames[1].url == f"{server.address}report#/focus/app"
        server.page.report("pyproject.toml: unknown key")
        page.get_by_role("status").get_by_text("pyproject.toml: unknown key").wait_for()
        assert all(url.startswith(server.address) for url in asked)
        assert complaints == []
        page.close()
        server.shutdown()


def test_a_view_that_was_linked_to_is_shown(browser):
    with PageServer(CurrentPage(Edition(1, PAGE.format("one").encode()))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        page = browser.new_page()
        page.goto(f"{server.address}#/why/a/b")
        page.frame_locator("#report").locator("h1").wait_for(timeout=30_000)
        assert page.frames[1].url == f"{server.address}report#/why/a/b"
        page.close()
        server.shutdown()


def test_the_report_runs_in_its_frame(browser):
    """Its own policy allows its own script alone, by digest; the frame must not change that."""
    report = render({"name": "x"}, "x: imports").encode()
    with PageServer(CurrentPage(Edition(1, report))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        page = browser.new_page()
        refused = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(server.address)
        page.frame_locator("#report").locator("#main").wait_for(timeout=30_000, state="attached")
        assert not [
            text for text in refused if "Content Security Policy" in text or "Content-Security" in text
        ]
        page.close()
        server.shutdown()
