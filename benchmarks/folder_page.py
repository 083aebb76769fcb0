"""Measure the page of `glimpse serve` in Chromium: first rows, a search, and a way through the whole list.

    python -m benchmarks.folder_page --folder FOLDER [--rows 2000] [--words dog]

FOLDER is one that `python -m benchmarks.collection` has made, `files` or `records`; nothing is captioned meanwhile
unless another process does. Times are milliseconds. Prints JSON.
"""

import argparse
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from collection.captions.background import Background
from collection.captions.model import Model
from collection.index.database import locate
from collection.library import Library
from collection.serving.app import create_app, headers
from function.settings import Settings
from function.web.serving.server import bound

_PATIENCE = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=2000, help="how far to go down the list")
    parser.add_argument("--words", default="dog", help="what to search for")
    args = parser.parse_args()
    url = serve(args.folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(_PATIENCE)
        print(json.dumps(measured(page, url, args.words, args.rows), indent=2))
        browser.close()


def serve(folder: Path) -> str:
    """The address of a server over the folder's index, which captions nothing."""
    file, settings = locate(folder), Settings()
    app = create_app(Library(file), Background(file, folder, Model(settings)), settings)
    server = bound(app, settings, headers(), "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}/"


def measured(page: Page, url: str, words: str, rows: int) -> dict[str, Any]:
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(".row")
    first_rows = since(started)
    page.wait_for_function("() => !document.querySelector('#filters span').textContent.endsWith(' 0')")
    report = {
        "photos": page.text_content("#counted"),
        "first_rows": first_rows,
        "with_everything_beside_the_list": since(started),
        "search": [search(page, f"{words}{' ' * i}") for i in range(5)],
    }
    page.fill("#query", "")
    page.wait_for_function("() => document.querySelectorAll('.row').length > 20")
    started = time.perf_counter()
    while page.locator(".row").count() < rows and page.locator("#more-rows").is_visible():
        page.evaluate("document.querySelector('#more-rows').scrollIntoView()")
        page.wait_for_timeout(100)  # as long as a frame or two takes, at least
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    return {
        **report,
        "rows": page.locator(".row").count(),
        "way_down": since(started),
        "heap_mb": round(heap / 1e6),
    }


def search(page: Page, words: str) -> int:
    """Milliseconds from the last letter to another list, of a question that was not the last one."""
    page.fill("#query", "zzz")
    page.wait_for_selector("#none:not([hidden])")
    started = time.perf_counter()
    page.fill("#query", words)
    page.wait_for_selector("#none", state="hidden")
    return since(started)


def since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    main()
