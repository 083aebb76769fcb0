"""Where the tests look on the page, and how long they wait for it."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE = 30_000  # ms; the machine may be busy with other things
PHOTOS = Path(__file__).parents[1] / "photos"
DOG = PHOTOS / "dog.jpg"
NAMES = ["dog.jpg", "two-dogs.jpg", "wave.jpg"]
"""The photos of the gallery, in order."""
SENTENCE = re.compile(r"^[A-Z].* .*\.$")

expect.set_options(timeout=PATIENCE)


def card(page: Page, name: str) -> Locator:
    return page.locator(".card").filter(has=page.locator(".name").get_by_text(name, exact=True))


def headline(card: Locator) -> Locator:
    """The largest line of a card: its state, its alt text, or its error."""
    return card.get_by_role("heading", level=2)


def words(card: Locator) -> Locator:
    """The words of the generated alt text, each of which shows where the model looked; `show_words` opens them."""
    return card.get_by_role("toolbar").get_by_role("button")


def row(page: Page, name: str) -> Locator:
    """A photo in the list."""
    return page.locator(".row").filter(has=page.locator(".row-name").get_by_text(name, exact=True))


def sentence(row: Locator) -> Locator:
    """The largest line of a row: its state, its alt text, or its error."""
    return row.locator(".row-text")


def row_names(page: Page) -> Locator:
    """The file names of the rows, in order."""
    return page.locator(".row-name")
