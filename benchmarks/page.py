"""How fast the page is in Chromium: 200 photos at once, and a list of 5,000. `python -m benchmarks.page`.

Prints seconds and the longest task (the time in which the page cannot answer a key or a press), beside what the server
alone needs for the same 200 photos.
"""

import argparse
import base64
import json
import shutil
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.server import Server

PHOTOS = sorted((Path(__file__).parents[1] / "tests" / "photos").glob("*.jpg"))
CLIENTS = 16
"""Requests at once that the server alone is measured with, as many photos as the page has on their way."""
WAIT = 600_000  # ms
LONG_TASKS = """{
    window.longest = 0;
    const note = ({ duration }) => (longest = Math.max(longest, duration));
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "longtask", buffered: true });
}"""
REVIEWABLE = """(text) => new Promise((resolve) => {
    const filters = document.querySelector("#filters");
    const look = () => [...filters.querySelectorAll("span")].some((span) => span.textContent === text) && resolve();
    new MutationObserver(look).observe(filters, { childList: true, subtree: true, characterData: true });
    look();
})"""
SEED = """async ([count, picture]) => {
    const open = indexedDB.open("glimpse", 3);
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const transaction = database.transaction(["entries", "attention", "pictures"], "readwrite");
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const subjects = ["dog", "horse", "surfer", "child", "group of people"];
    const places = ["grass", "water", "snow", "street", "field"];
    for (let i = 0; i < count; i += 1) {
        const sentence = `a ${subjects[i % 5]} is running in the ${places[Math.floor(i / 5) % 5]} number ${i}`;
        const key = `${1700000000000 + i}-seed`;
        const words = sentence.split(" ").map((word) => (
            { word, start: null, end: null, probability: 0.5 }
        ));
        const record = {
            id: key, status: "captioned", caption: sentence, confidence: (i % 100) / 100, certainty: "likely",
            alt_text: `A${sentence.slice(1)}.`, language: "en", alternatives: [], words,
            tags: [{ word: subjects[i % 5], probability: 0.9 }], created_at: "2026-11-24T00:00:00Z",
        };
        transaction.objectStore("entries").put({
            key, id: key, captionUrl: "", name: `IMG_${i}.jpg`, size: i + 1, addedAt: 1700000000000 + i,
            batch: 1700000000000 + i, kept: false, record, failure: null, own: null, draft: null, tags: null,
            decorative: false, reviewed: false,
        }, key);
        const attention = { words: words.map(() => "/".repeat(264)), neutral: null };
        transaction.objectStore("attention").put(attention, key);
        transaction.objectStore("pictures").put(new Blob([bytes], { type: "image/jpeg" }), key);
    }
    await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
    });
    database.close();
}"""
SEARCH = """async (word) => {
    const query = document.querySelector("#query");
    const counted = document.querySelector("#counted");
    const before = counted.textContent;
    const started = performance.now();
    query.value = word;
    query.dispatchEvent(new Event("input"));
    while (counted.textContent === before) await new Promise((resolve) => setTimeout(resolve, 0));
    return performance.now() - started;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the page in Chromium.")
    parser.add_argument("--photos", type=int, default=200, help="photos chosen at once (default: 200)")
    parser.add_argument("--stored", type=int, default=5000, help="photos in the list (default: 5000)")
    parser.add_argument("--turns", type=int, default=5, help="times that server and page take turns (default: 5)")
    args = parser.parse_args()
    turns = [_turn(args.photos) for _ in range(args.turns)]
    ratio = statistics.median(turn.page / turn.server for turn in turns)
    print(f"{args.photos} photos at once: {ratio:.2f} times the server's own time, the median of {args.turns} turns")
    with _server() as server, _page() as page, tempfile.TemporaryDirectory() as folder:
        page.goto(server.url)
        page.evaluate("import('/store/store.js').then(({ store }) => store.load())")
        page.evaluate(SEED, [args.stored, _base64(PHOTOS[-1])])
        _large_list(page, server.url, args.stored, [_photo(Path(folder), number) for number in range(10)])


class Turn(NamedTuple):
    """Seconds for the same photos, by the server alone and through the page."""

    server: float
    page: float


def _turn(photos: int) -> Turn:
    with _server() as server, _page() as page, tempfile.TemporaryDirectory() as folder:
        files = [_photo(Path(folder), number) for number in range(photos)]
        alone = _server_alone(server.url, [file.read_bytes() for file in files])
        page.goto(server.url)
        seconds, longest = _all_at_once(page, files)
        print(f"the server alone {alone:.1f} s, the page {seconds:.1f} s; longest task {longest:.0f} ms")
        return Turn(alone, seconds)


def _all_at_once(page: Page, files: list[Path]) -> tuple[float, float]:
    """Seconds until all are captioned, and the longest task meanwhile in ms."""
    page.get_by_label("Choose photos").set_input_files(files)
    started = time.perf_counter()
    page.evaluate(REVIEWABLE, f"To review {len(files)}")
    return time.perf_counter() - started, float(page.evaluate("longest"))


def _large_list(page: Page, url: str, stored: int, more: list[Path]) -> None:
    page.goto(url, wait_until="commit")
    page.locator(".row").first.wait_for(timeout=WAIT)
    painted = float(page.evaluate("performance.now()"))
    print(f"{stored} photos stored: first rows after {painted:.0f} ms; longest task {page.evaluate('longest'):.0f} ms")
    page.evaluate("longest = 0")
    searches = [float(page.evaluate(SEARCH, word)) for word in ["surfer", "surfer snow", '"dog is running"', "42"]]
    print(f"search: {', '.join(f'{ms:.0f} ms' for ms in searches)}; longest task {page.evaluate('longest'):.0f} ms")
    page.evaluate(SEARCH, "")
    page.evaluate("longest = 0")
    page.get_by_label("Choose photos").set_input_files(more)
    started = time.perf_counter()
    page.locator(".row-name").get_by_text("new-9.jpg", exact=True).wait_for(timeout=WAIT)
    shown = time.perf_counter() - started
    page.evaluate(REVIEWABLE, f"To review {stored + 10}")
    done = time.perf_counter() - started
    longest = page.evaluate("longest")
    print(f"ten more: shown after {shown * 1000:.0f} ms, captioned after {done:.1f} s; longest task {longest:.0f} ms")


def _photo(folder: Path, number: int) -> Path:
    """A photo in a file of its own: the same file twice is one photo."""
    path = folder / f"new-{number}.jpg"
    path.write_bytes(PHOTOS[number % len(PHOTOS)].read_bytes() + number.to_bytes(2, "big"))
    return path


def _server_alone(url: str, photos: list[bytes]) -> float:
    """Seconds until the server has captioned all photos for clients that only send and ask."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda photo: _caption(url, photo), photos))
    return time.perf_counter() - started


def _caption(url: str, photo: bytes) -> None:
    request = urllib.request.Request(f"{url}api/caption", photo, {"Content-Type": "image/jpeg"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        json.load(answer)


def _base64(photo: Path) -> str:
    return base64.b64encode(photo.read_bytes()).decode()


@contextmanager
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        context = browser.new_context()
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.add_init_script(LONG_TASKS)
        yield page
        browser.close()


if __name__ == "__main__":
    main()
