"""What the tests do to the page, where they look on it, and the answers they forge."""

import base64
import json
import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, Route, expect

PATIENCE = 30_000  # ms; the machine may be busy with other things
PHOTOS = Path(__file__).parents[1] / "photos"
DOG = PHOTOS / "dog.jpg"
SENTENCE = re.compile(r"^[A-Z].* .*\.$")
CAPTIONS = "**/api/captions/*"

expect.set_options(timeout=PATIENCE)


def choose(page: Page, *files: Path | FilePayload) -> None:
    page.get_by_label("Choose photos").set_input_files(list(files))  # type: ignore[arg-type]


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
    return page.get_by_role("listitem").filter(has_text=name)


def headline(card: Locator) -> Locator:
    """What a card says most loudly: how far it is, its sentence, or its error."""
    return card.get_by_role("heading", level=2)


def answer(route: Route, status: int, body: object, **headers: str) -> None:
    route.fulfill(status=status, headers=headers, content_type="application/json", body=json.dumps(body))


def keep_pending(route: Route) -> None:
    answer(route, 202, {"id": "0" * 32, "status": "pending"})
