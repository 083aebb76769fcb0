"""The order in which a card and a row are read, and what is seen first on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.actions import choose
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, worded
from tests.e2e.locators import DOG, PHOTOS, card, headline
from tests.e2e.server import Server


def test_a_card_is_read_in_the_order_it_is_needed(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "Possibly a dog.", "possible"))  # forced: as above
    choose(page, DOG)
    opened = card(page, "dog.jpg")
    expect(headline(opened)).to_have_text("Possibly a dog.")
    lines = [line.strip() for line in opened.aria_snapshot().splitlines()]
    order = [
        '- heading "Possibly a dog." [level=2]',
        '- meter "How sure Glimpse is"',
        '- button "Copy alt text"',
        '- button "Edit"',
        '- button "Close"',
        '- img "Your photo"',
        "- paragraph: dog.jpg",
        '- heading "Tags" [level=3]',
        "- group: Where Glimpse looked",
    ]
    places = [next(i for i, line in enumerate(lines) if line.startswith(wanted)) for wanted in order]
    assert places == sorted(places), lines
    assert sum("dog.jpg" in line for line in lines) == 2  # as the name of the article, and once to be read
    expect(opened.get_by_role("button", name="Edit")).to_have_class(re.compile("primary"))


def test_on_a_phone_the_sentence_and_copy_are_above_the_fold(open_page: OpenPage, server: Server) -> None:
    page = open_page(390, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.url)
    choose(page, PHOTOS / "two-dogs.jpg")
    copy = page.get_by_role("button", name="Copy alt text")
    expect(copy).to_be_in_viewport(ratio=1)
    expect(headline(page.locator(".card"))).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
