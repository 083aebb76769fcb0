"""A running server, and pages in a headless Chromium that look at it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.actions import choose
from tests.e2e.locators import DOG, NAMES, PATIENCE, PHOTOS, SENTENCE
from tests.e2e.server import Server

SCREENSHOTS = Path(__file__).parent / "screenshots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # containers often run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.example.org 127.0.0.1",
]

PICTURES_SHOWN = """async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));  // rows read their pictures a moment later
    await Promise.all([...document.images].filter((image) => image.src).map((image) => {
        image.loading = "eager";
        return image.decode().catch(() => {});  // a broken photo has nothing to wait for
    }));
}"""

OpenPage = Callable[..., Page]
Snap = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that leave it running."""
    yield from _running(tmp_path_factory.mktemp("server"))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """One for a test that stops it."""
    yield from _running(tmp_path)


def _running(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),  # None: the one that `playwright install chromium` put there
            args=CHROMIUM_ARGUMENTS,
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens an empty page of some width; other options as in Playwright's Browser.new_context."""
    contexts = []

    def open_page(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            viewport=ViewportSize(width=width, height=800),
            permissions=["clipboard-read", "clipboard-write"],
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage, server: Server) -> Page:
    """Glimpse, just opened."""
    page = open_page()
    page.goto(server.url)
    return page


@pytest.fixture(scope="session")
def snap() -> Snap:
    """Writes a screenshot of the whole page, for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def snap(page: Page, name: str) -> None:
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        page.evaluate(PICTURES_SHOWN)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled")

    return snap


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """A file that only its name calls a photo."""
    path = tmp_path / "notes.jpg"
    path.write_text("Milk, bread, a new bulb for the darkroom.", encoding="utf-8")
    return path


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    """A photo that breaks off."""
    path = tmp_path / "torn.jpg"
    path.write_bytes(DOG.read_bytes()[:2000])
    return path


@pytest.fixture
def gallery(page: Page, server: Server) -> Page:
    """Three photos of an earlier visit."""
    choose(page, *(PHOTOS / name for name in NAMES))
    expect(page.locator(".row-text")).to_have_text([SENTENCE] * 3)
    page.reload()
    expect(page.locator(".row")).to_have_count(3)
    return page
