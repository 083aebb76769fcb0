"""A card that has its caption: what it says, how sure it is, and what can be done with its words."""

import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Response, expect

from tests.e2e.actions import caption, choose, choose_from_more, clipboard, copy_of, edit, show_words
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, changing, worded
from tests.e2e.locators import DOG, SENTENCE, card, headline, row, words
from tests.e2e.server import Server


def test_a_chosen_photo_gets_the_sentence_of_its_record(page: Page) -> None:
    records: list[Any] = []

    def keep(response: Response) -> None:
        if "/api/captions/" in response.url and response.status == 200:
            records.append(response.json())

    page.on("response", keep)
    dog = caption(page)
    expect(headline(dog)).to_have_text(re.compile(r"\b(dogs?|shepherd)\b"))
    expect(headline(dog)).to_have_text(records[0]["alt_text"])
    show_words(dog)
    expect(dog.get_by_role("toolbar")).to_have_text(records[0]["alt_text"])


def test_a_card_shows_the_photo_other_suggestions_the_tags_and_who_wrote_the_sentence(page: Page) -> None:
    dog = caption(page)
    expect(dog.get_by_role("img", name="Your photo")).to_be_visible()
    assert dog.get_by_role("img").evaluate("(image) => image.naturalWidth") == 640  # the user's own file
    expect(dog.get_by_role("button", name="Use:").first).to_be_visible()
    expect(dog.get_by_role("list", name="Tags").get_by_role("listitem").first).to_be_visible()
    expect(dog).to_contain_text("A model wrote this.")


def test_the_sentence_of_a_single_photo_is_announced_with_its_certainty(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "A dog.", "likely", 0.8))  # forced: as below
    choose(page, DOG)
    expect(page.locator("#announcements")).to_have_text("A dog. Fairly certain, 80% sure")


# Forced: nobody can choose how sure the model is. The last is as a model of an earlier version wrote it.
def test_how_sure_it_is_stands_in_words_and_as_a_meter(page: Page) -> None:
    cases = [
        ("likely", 0.83, "Fairly certain, 83% sure"),
        ("likely", 0.4, "Fairly certain, 40% sure"),  # the record decides, no threshold of the page
        ("possible", 0.4, "Probably wrong, 40% sure"),
        ("possible", 0.83, "May be wrong, 83% sure"),
        ("likely", None, "does not say how sure"),
    ]
    for number, (certainty, confidence, said) in enumerate(cases):
        page.route(CAPTIONS, changing(certainty=certainty, confidence=confidence))
        dog = caption(page, copy_of(DOG, number))
        expect(dog).to_contain_text(said)
        expect(dog).to_have_attribute("data-certainty", certainty)
        meter = dog.get_by_role("meter", name="How sure Glimpse is")
        if confidence is None:
            expect(meter).to_be_hidden()
        else:
            expect(meter).to_have_js_property("value", confidence)
        dog.locator(".remove").click()
        page.unroute(CAPTIONS)


# Forced: as above.
def test_one_thing_in_place_of_the_sentence_is_said_to_be_all(page: Page) -> None:
    words = [{"word": "dog", "start": None, "end": None, "probability": 0.5, "attention": ""}]
    page.route(CAPTIONS, changing(certainty="possible", confidence=0.84, alt_text="Possibly a cat.", words=words))
    dog = caption(page)
    expect(headline(dog)).to_have_text("Possibly a cat.")
    expect(dog).to_contain_text("The one thing that Glimpse recognized")
    expect(dog.get_by_role("meter", name="How sure Glimpse is")).to_be_hidden()


# Forced: as above.
def test_a_hedged_sentence_shows_its_words(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "Possibly a dog.", "possible"))
    dog = caption(page)
    expect(headline(dog)).to_have_text("Possibly a dog.")
    show_words(dog)
    expect(words(dog)).to_have_text(["a", "dog"])
    expect(dog.locator(".tag")).to_have_text("dog")


# Forced: as above. The alt text leaves out how the caption begins.
def test_a_trimmed_sentence_hides_nothing(page: Page) -> None:
    page.route(CAPTIONS, worded("a close-up shot of a dog", "A dog.", "likely", 0.8))
    dog = card(page, "dog.jpg")
    choose(page, DOG)
    expect(headline(dog)).to_have_text("A dog.")
    expect(dog).to_contain_text("Fairly certain, 80% sure")
    show_words(dog)
    expect(words(dog)).to_have_text(["A", "dog"])
    expect(dog.locator(".tag")).to_have_text("dog")
    expect(dog.get_by_role("button", name="Use:").first).to_be_visible()
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == "A dog."


# Forced: as above.
def test_own_words_that_are_the_models_hide_nothing(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "A dog.", "likely", 0.8))
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("A dog.")
    edit(dog, "  a close-up shot of a dog  ")
    expect(headline(dog)).to_have_text("a close-up shot of a dog")
    expect(dog).to_contain_text("Your words")
    show_words(dog)
    expect(dog.get_by_role("toolbar")).to_have_text("A dog.")
    expect(dog.locator(".tag")).to_have_text("dog")
    expect(dog.get_by_role("button", name="Use:").first).to_be_visible()
    expect(row(page, "dog.jpg")).to_contain_text("a close-up shot of a dog")


# Forced: as above.
def test_where_nothing_was_described_people_write_their_own(page: Page) -> None:
    page.route(CAPTIONS, worded("a man in a red shirt", "", "none"))
    choose(page, DOG)
    _expect_nothing_to_publish(page)
    dog = card(page, "dog.jpg")
    expect(dog).not_to_contain_text("a man in")  # what was withheld
    expect(dog.locator(".tag")).to_have_text("shirt")

    dog.get_by_text("Describe it yourself").click()
    expect(dog.get_by_label("Alt text in your own words")).to_have_value("")
    dog.get_by_label("Alt text in your own words").fill("My dog at dusk.")
    dog.get_by_role("button", name="Save", exact=True).click()
    expect(headline(dog)).to_have_text("My dog at dusk.")
    expect(row(page, "dog.jpg")).to_contain_text("My dog at dusk.")
    dog.get_by_text("More", exact=True).click()
    expect(dog.get_by_role("button", name="Download with caption")).to_be_enabled()
    expect(dog.get_by_role("button", name="Restore original")).to_be_hidden()
    page.keyboard.press("Escape")
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == "My dog at dusk."

    edit(dog, " ")
    _expect_nothing_to_publish(page)


# Forced: as above.
def test_a_photo_without_a_description_can_be_decorative(page: Page) -> None:
    page.route(CAPTIONS, worded("a man in a red shirt", "", "none"))
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    choose_from_more(dog, "Mark as decorative")
    expect(headline(dog)).to_have_text("Decorative: no alt text")
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("which tells screen readers to skip the image")).to_be_visible()
    assert clipboard(page) == 'alt=""'
    choose_from_more(dog, "Copy HTML")
    expect(page.get_by_text("HTML copied")).to_be_visible()
    assert clipboard(page) == '<img src="dog.jpg" alt="">'


def test_a_drawing_that_is_no_photo_needs_a_description(page: Page) -> None:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (128, 128, 128)).save(file, "PNG")
    choose(page, {"name": "dog.jpg", "mimeType": "image/png", "buffer": file.getvalue()})
    _expect_nothing_to_publish(page)


def _expect_nothing_to_publish(page: Page) -> None:
    photo = card(page, "dog.jpg")
    expect(photo).to_have_attribute("data-certainty", "none")
    expect(headline(photo)).to_have_text("Needs a description")
    expect(photo).to_contain_text("Glimpse is not sure enough to describe this photo.")
    expect(photo.get_by_text("Where Glimpse looked")).to_be_hidden()
    photo.get_by_text("More", exact=True).click()
    expect(photo.get_by_role("button", name="Download with caption")).to_be_disabled()
    for button in ["Copy alt text", "Copy HTML", "Copy Markdown", "Use:"]:
        expect(photo.get_by_role("button", name=button)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(row(page, "dog.jpg")).to_contain_text("Needs a description")


def test_escape_leaves_the_words_as_they_were(page: Page) -> None:
    dog = caption(page)
    sentence = headline(dog).inner_text()
    dog.get_by_role("button", name="Edit").click()
    dog.get_by_label("Alt text in your own words").fill("Something else.")
    page.keyboard.press("Escape")
    expect(headline(dog)).to_have_text(sentence)


def test_an_alternative_can_take_the_sentences_place(page: Page) -> None:
    dog = caption(page)
    suggestion = dog.locator(".alternative").first
    wanted = suggestion.locator("span").inner_text()
    suggestion.get_by_role("button", name=f"Use: {wanted}").click()
    expect(headline(dog)).to_have_text(wanted)
    expect(dog.locator(".alternative span").get_by_text(wanted, exact=True)).to_have_count(
        0
    )  # it is no alternative now


def test_the_browser_lets_go_of_the_photo(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script(
        """{
            const { createObjectURL, revokeObjectURL } = URL;
            window.held = 0;
            URL.createObjectURL = (file) => (held += 1, createObjectURL.call(URL, file));
            URL.revokeObjectURL = (url) => (held -= 1, revokeObjectURL.call(URL, url));
        }"""
    )
    page.goto(server.url)
    caption(page).get_by_role("button", name="Close").click()
    expect(page.locator(".row img")).to_have_js_property("naturalWidth", 640)
    assert page.evaluate("held") == 0


def test_a_closed_card_stays_among_my_photos(page: Page) -> None:
    caption(page)
    expect(page.locator("#gallery")).to_be_hidden()  # the photo is shown already
    page.get_by_role("button", name="Close").click()
    expect(card(page, "dog.jpg")).to_have_count(0)
    expect(row(page, "dog.jpg").get_by_role("button", name="Open")).to_be_focused()


def test_the_same_file_twice_is_one_photo(page: Page) -> None:
    caption(page).get_by_role("button", name="Close").click()
    choose(page, DOG)
    expect(page.get_by_text("This photo is here already.")).to_be_visible()
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    expect(page.locator(".row")).to_have_count(1)
    choose(page, copy_of(DOG, 1))
    expect(page.locator(".row")).to_have_count(2)
