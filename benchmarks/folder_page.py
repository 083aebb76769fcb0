"""Measure the page of `glimpse serve` in Chromium: first rows, the way to a long list's end, searches while captioning.

    python -m benchmarks.folder_page --folder FOLDER [--files 10000] [--new 40] [--words dog]

FOLDER is one that `python -m benchmarks.collection` has made; one that is not there is made: files as that makes them,
with the records of a stand-in for the model, which takes no time. `--new` photos come while the page is looked at, and
the released model captions them meanwhile; they are taken away again at the end. Times are milliseconds, as the browser
has them; `longest_task` is how long the page answered nothing, 0 for less than 50. Prints JSON.
"""

import argparse
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

from benchmarks.collection import PHOTOS, make_files, stand_in
from collection.captions.background import Background
from collection.captions.model import Model
from collection.index.database import Index, locate
from collection.library import Library
from collection.serving.app import create_app, headers
from function.settings import Settings
from function.web.serving.server import bound

_PATIENCE = 600_000
_WATCH_TASKS = """
    globalThis.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => {
        globalThis.longest = Math.max(globalThis.longest, duration);
    })).observe({ type: "longtask" });
"""
_TO_THE_END = """async () => {
    const started = performance.now();
    const isAtEnd = () => document.querySelector("#more-rows").hidden
        && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    while (!isAtEnd()) {
        scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
        await new Promise(requestAnimationFrame);
    }
    return performance.now() - started;
}"""
"""Scrolls to the end of the list, and on, until nothing comes any more, as with the End key held down."""


class Served(NamedTuple):
    """A server over a folder that captions nothing yet."""

    url: str
    background: Background


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--files", type=int, default=10_000, help="files to make")
    parser.add_argument("--new", type=int, default=40, help="photos to caption while the page is searched")
    parser.add_argument("--words", default="dog", help="what to search for")
    args = parser.parse_args()
    if not args.folder.exists():
        make_files(args.folder, args.files)
    with Index.open(locate(args.folder)) as index:
        stand_in(index, args.folder)
    with new_photos(args.folder, args.new), sync_playwright() as playwright:
        served = serve(args.folder)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--enable-precise-memory-info"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(_PATIENCE)
        page.add_init_script(_WATCH_TASKS)
        print(json.dumps(measured(page, served, args.words), indent=2))
        browser.close()
        served.background.stop()


@contextmanager
def new_photos(folder: Path, count: int) -> Iterator[None]:
    """Photos that the index does not have: copies of tests/photos, each a little different."""
    place = folder / "new"
    place.mkdir(exist_ok=True)
    for i in range(count):
        stamp = str(time.time_ns()).encode()
        (place / f"{i:03}.jpg").write_bytes(PHOTOS[i % len(PHOTOS)].read_bytes() + stamp)
    yield
    shutil.rmtree(place)


def serve(folder: Path) -> Served:
    file, settings = locate(folder), Settings()
    background = Background(file, folder, Model(settings))
    server = bound(create_app(Library(file), background, settings), settings, headers(), "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    return Served(f"http://127.0.0.1:{server.effective_port}/", background)


def measured(page: Page, served: Served, words: str) -> dict[str, Any]:
    started = time.perf_counter()
    page.goto(served.url)
    page.wait_for_selector(".row")
    first_rows = since(started)
    page.wait_for_function("() => !document.querySelector('#filters span').textContent.endsWith(' 0')")
    report = {
        "photos": page.text_content("#counted"),
        "first_rows": first_rows,
        "with_everything_beside_the_list": since(started),
        "search": [search(page, f"{words}{' ' * i}") for i in range(5)],
        "longest_task": longest_task(page),
    }
    page.fill("#query", "")
    page.wait_for_function("() => document.querySelectorAll('.row').length > 20")
    return {**report, "to_the_end": to_the_end(page), "while_captioning": while_captioning(page, served, words)}


def to_the_end(page: Page) -> dict[str, Any]:
    """The way through the whole list to its end, rows and thumbnails made on the way."""
    longest_task(page)
    return {
        "milliseconds": round(float(page.evaluate(_TO_THE_END))),
        "longest_task": longest_task(page),
        "rows_in_the_page": page.locator(".row").count(),
        "heap_mb": round(page.evaluate("performance.memory.usedJSHeapSize") / 1e6),
    }


def while_captioning(page: Page, served: Served, words: str) -> dict[str, Any]:
    """Searches while the released model captions what is new, until it has."""
    background, searches = served.background, list[int]()
    background.start()
    while background.progress.waiting == 0:
        time.sleep(0.05)
    started = time.perf_counter()
    while background.progress.waiting > 0:
        searches.append(search(page, f"{words}{' ' * len(searches)}"))
    done, seconds = background.progress.done, time.perf_counter() - started
    return {
        "captioned": done,
        "photos_per_s": round(done / seconds, 1),
        "search": searches,
        "longest_task": longest_task(page),
    }


def longest_task(page: Page) -> int:
    """Since the last time it was asked for."""
    longest: float = page.evaluate("() => [globalThis.longest, globalThis.longest = 0][0]")
    return round(longest)


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
