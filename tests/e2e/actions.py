"""What the tests do on the page."""

import base64
import time
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.locators import DOG, PATIENCE, SENTENCE, card, headline, words

KEPT = """() => new Promise((resolve) => {
    indexedDB.open("glimpse").onsuccess = ({ target: { result } }) => {
        const request = result.transaction("files").objectStore("files").count();
        request.onsuccess = () => resolve(request.result);
    };
})"""


def choose(page: Page, *files: Path | FilePayload) -> None:
    page.get_by_label("Choose photos").set_input_files(list(files))  # type: ignore[arg-type]


def caption(page: Page, photo: Path | FilePayload = DOG) -> Locator:
    """Choose a photo and wait for its sentence: its card."""
    choose(page, photo)
    found = card(page, photo.name if isinstance(photo, Path) else photo["name"])
    expect(headline(found)).to_have_text(SENTENCE)
    return found


def copy_of(photo: Path, number: int) -> FilePayload:
    """The same picture under the same name in a file of its own: a photo that is here already is not added again."""
    return {"name": photo.name, "mimeType": "image/jpeg", "buffer": photo.read_bytes() + bytes([number])}


def choose_from_more(card: Locator, name: str) -> None:
    """Press one of a card's buttons that stand under More."""
    card.get_by_text("More", exact=True).click()
    card.get_by_role("button", name=name).click()


def edit(page_or_card: Page | Locator, words: str) -> None:
    """Replace the alt text by other words."""
    page_or_card.get_by_role("button", name="Edit").click()
    page_or_card.get_by_label("Alt text in your own words").fill(words)
    page_or_card.get_by_role("button", name="Save", exact=True).click()


def show_words(card: Locator) -> Locator:
    """Open the words that show where the model looked."""
    card.get_by_text("Where Glimpse looked").click()
    return words(card)


def export(page: Page, kind: str) -> None:
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name=kind).click()


def wait_until_kept(page: Page, count: int) -> None:
    """Wait until the browser has the files of so many photos, which a reload would lose before."""
    deadline = time.monotonic() + PATIENCE / 1000
    while page.evaluate(KEPT) < count and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == count


def drop(page: Page, *files: Path) -> None:
    """Let go of the files over the middle of the page, as from a file manager."""
    contents = [{"name": file.name, "data": base64.b64encode(file.read_bytes()).decode()} for file in files]
    transfer = page.evaluate_handle(
        """async (contents) => {
            const transfer = new DataTransfer();
            for (const { name, data } of contents) {
                const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
            }
            return transfer;
        }""",
        contents,
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("main", event, {"dataTransfer": transfer, "bubbles": True, "cancelable": True})


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))
