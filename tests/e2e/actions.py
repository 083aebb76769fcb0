"""What the tests do on the page."""

import base64
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.locators import DOG, SENTENCE, card, headline


def choose(page: Page, *files: Path | FilePayload) -> None:
    page.get_by_label("Choose photos").set_input_files(list(files))  # type: ignore[arg-type]


def caption(page: Page, photo: Path = DOG) -> Locator:
    """Choose a photo and wait for its sentence: its card."""
    choose(page, photo)
    found = card(page, photo.name)
    expect(headline(found)).to_have_text(SENTENCE)
    return found


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
