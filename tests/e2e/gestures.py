"""What the tests do to the page, where they look on it, and the answers they forge.

Answers are forged only to see what the server cannot be made to do on demand.
"""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, Route, expect

PATIENCE = 30_000  # ms; the machine may be busy with other things
PHOTOS = Path(__file__).parents[1] / "photos"
DOG = PHOTOS / "dog.jpg"
SENTENCE = re.compile(r"^[A-Z].* .*\.$")
CAPTIONS = "**/api/captions/*"

expect.set_options(timeout=PATIENCE)


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


def card(page: Page, name: str) -> Locator:
    return page.locator(".card").filter(has=page.locator(".name").get_by_text(name, exact=True))


def headline(card: Locator) -> Locator:
    """What a card says most loudly: how far it is, its sentence, or its error."""
    return card.get_by_role("heading", level=2)


def words(card: Locator) -> Locator:
    """The words of the machine's sentence, each of which shows where it looked."""
    return card.get_by_role("toolbar").get_by_role("button")


def tile(page: Page, name: str) -> Locator:
    """A photo in the gallery."""
    return page.locator(".tile").filter(has=page.locator(".tile-name").get_by_text(name, exact=True))


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def answer(route: Route, status: int, body: object, **headers: str) -> None:
    route.fulfill(status=status, headers=headers, content_type="application/json", body=json.dumps(body))


def keep_pending(route: Route) -> None:
    answer(route, 202, {"id": "0" * 32, "status": "pending"})


def changing(**fields: Any) -> Callable[[Route], None]:
    """Real records with some fields replaced: the model is as sure as it is."""

    def change(route: Route) -> None:
        response = route.fetch()
        record = response.json()
        captioned = record.get("status") == "captioned"
        route.fulfill(response=response, json={**record, **fields} if captioned else record)

    return change
