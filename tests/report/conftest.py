"""One project for all tests of the page, and a browser for those that look at it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import write_files
from report_trees import SHOP, saved

from importgraph.config import from_options
from importgraph.project import Project, open_project

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
WITHOUT = "no Chromium here: apt-get install chromium"


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = write_files(tmp_path_factory.mktemp("tree") / "shop", SHOP)
    return open_project(root, from_options(workers=1, min_gain_ms=0.0))


@pytest.fixture(scope="package")
def shop_page(shop: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(shop, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")  # Playwright's loop runs as long as it lives: no other test may find it
def browser() -> Iterator[object]:
    if not CHROMIUM:
        pytest.skip(WITHOUT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """A page in the browser, with everything that it asked for and complained of."""

    def __init__(self, browser: object, **options: object) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))

    def open(self, file: Path, route: str = "") -> object:
        self.page.goto(f"{file.as_uri()}{route}")
        self.page.wait_for_selector("#main > div")
        return self.page


@pytest.fixture
def visit(browser: object) -> Iterator[Callable[..., Visit]]:
    """Open pages; at the end none may have asked for anything but itself, or complained."""
    visits: list[Visit] = []

    def opened(file: Path, route: str = "", **options: object) -> object:
        visits.append(Visit(browser, **options))
        return visits[-1].open(file, route)

    yield opened
    for one in visits:
        one.context.close()
        assert all(url.startswith("file:") for url in one.requests), one.requests
        assert len({url.partition("#")[0] for url in one.requests}) <= 1
        assert one.complaints == []
