"""A card that has its caption: what it says, how sure it is, and what can be done with its words."""

import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Response, expect

from tests.e2e.actions import caption, choose, clipboard
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, changing, worded
from tests.e2e.locators import DOG, SENTENCE, card, headline, tile, words
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
    expect(dog.get_by_role("toolbar")).to_have_text(records[0]["alt_text"])


def test_a_card_shows_the_photo_the_alternatives_the_tags_and_who_wrote_the_sentence(page: Page) -> None:
    dog = caption(page)
    expect(dog.get_by_role("img", name="Your photo dog.jpg")).to_be_visible()
    assert dog.get_by_role("img").evaluate("(image) => image.naturalWidth") == 640  # the user's own file
    expect(dog.get_by_role("button", name="Use instead").first).to_be_visible()
    expect(dog.get_by_role("list", name="Tags").get_by_role("listitem").first).to_be_visible()
    expect(dog).to_contain_text("A model wrote this sentence")


def test_the_sentence_is_announced_with_the_name_of_its_photo(page: Page) -> None:
    announced = caption(page).locator("[aria-live=polite][aria-atomic=true]")
    expect(announced).to_have_text(re.compile(r"dog\.jpg\s.+\.\s*$"))


# Forced: nobody can choose how sure the model is. The last is as a model of an earlier version wrote it.
def test_how_sure_it_is_stands_in_words_and_as_a_meter(page: Page) -> None:
    for certainty, confidence, said in [
        ("likely", 0.83, "Fairly sure, 83%"),
        ("likely", 0.4, "Fairly sure, 40%"),  # the record decides, no threshold of the page
        ("possible", 0.4, "Not quite sure, 40%"),
        ("possible", 0.83, "Not quite sure, 83%"),
        ("likely", None, "does not say how sure"),
    ]:
        page.route(CAPTIONS, changing(certainty=certainty, confidence=confidence))
        dog = caption(page)
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
def test_a_hedged_sentence_shows_its_words(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "Possibly a dog.", "possible"))
    dog = caption(page)
    expect(headline(dog)).to_have_text("Possibly a dog.")
    expect(words(dog)).to_have_text(["a", "dog"])
    expect(dog.get_by_role("list", name="Tags")).to_have_text("dog")


# Forced: as above. The alt text leaves out how the caption begins.
def test_a_trimmed_sentence_hides_nothing(page: Page) -> None:
    page.route(CAPTIONS, worded("a close-up shot of a dog", "A dog.", "likely", 0.8))
    dog = card(page, "dog.jpg")
    choose(page, DOG)
    expect(headline(dog)).to_have_text("A dog.")
    expect(dog).to_contain_text("Fairly sure, 80%")
    expect(words(dog)).to_have_text(["A", "dog"])
    expect(dog.get_by_role("list", name="Tags")).to_have_text("dog")
    expect(dog.get_by_role("button", name="Use instead").first).to_be_visible()
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == "A dog."


# Forced: as above.
def test_own_words_that_are_the_models_hide_nothing(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "A dog.", "likely", 0.8))
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("A dog.")
    dog.get_by_role("button", name="Edit").click()
    dog.get_by_label("Alt text in your own words").fill("  a close-up shot of a dog  ")
    dog.get_by_role("button", name="Save: dog.jpg").click()
    expect(headline(dog)).to_have_text("a close-up shot of a dog")
    expect(dog).to_contain_text("Fairly sure, 80%")
    expect(dog.get_by_role("toolbar")).to_have_text("A dog.")
    expect(dog.get_by_role("list", name="Tags")).to_have_text("dog")
    expect(dog.get_by_role("button", name="Use instead").first).to_be_visible()
    expect(tile(page, "dog.jpg")).to_contain_text("a close-up shot of a dog")


# Forced: as above.
def test_where_nothing_was_described_people_write_their_own(page: Page) -> None:
    page.route(CAPTIONS, worded("a man in a red shirt", "", "none"))
    choose(page, DOG)
    _expect_nothing_to_publish(page)
    dog = card(page, "dog.jpg")
    expect(dog).not_to_contain_text("a man in")  # what was withheld
    expect(dog.get_by_role("list", name="Tags")).to_have_text("shirt")

    dog.get_by_text("Describe it yourself").click()
    expect(dog.get_by_label("Alt text in your own words")).to_have_value("")
    dog.get_by_label("Alt text in your own words").fill("My dog at dusk.")
    dog.get_by_role("button", name="Save: dog.jpg").click()
    expect(headline(dog)).to_have_text("My dog at dusk.")
    expect(tile(page, "dog.jpg")).to_contain_text("My dog at dusk.")
    expect(dog.get_by_text("What Glimpse wrote")).to_be_hidden()
    expect(dog.get_by_role("button", name="Download with caption")).to_be_visible()
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == "My dog at dusk."

    dog.get_by_role("button", name="Edit: dog.jpg").click()
    dog.get_by_label("Alt text in your own words").fill(" ")
    dog.get_by_role("button", name="Save: dog.jpg").click()
    _expect_nothing_to_publish(page)


# Forced: as above.
def test_a_photo_without_a_description_can_be_decorative(page: Page) -> None:
    page.route(CAPTIONS, worded("a man in a red shirt", "", "none"))
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    dog.get_by_role("button", name="Decorative").click()
    expect(headline(dog)).to_have_text("Decorative: empty alt text")
    dog.get_by_role("button", name="Copy HTML").click()
    expect(page.get_by_text("HTML copied.")).to_be_visible()
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
    expect(photo.get_by_role("toolbar")).to_be_hidden()
    for button in ["Copy alt text", "Copy HTML", "Copy Markdown", "Download with caption", "Use instead"]:
        expect(photo.get_by_role("button", name=button)).to_be_hidden()
    expect(tile(page, "dog.jpg")).to_contain_text("Needs a description")


def test_the_words_can_be_copied_as_text_html_and_markdown(page: Page) -> None:
    dog = caption(page)
    sentence = headline(dog).inner_text()
    for button, copied in [
        ("Copy alt text", sentence),
        ("Copy HTML", f'<img src="dog.jpg" alt="{sentence}">'),
        ("Copy Markdown", f"![{sentence}](dog.jpg)"),
    ]:
        dog.get_by_role("button", name=button).click()
        expect(page.locator("#notice")).to_contain_text("copied")
        assert clipboard(page) == copied


def test_copying_works_where_the_browser_has_no_clipboard_for_pages(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script(  # as on a page without HTTPS
        "window.real = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    )
    page.goto(server.url)
    dog = caption(page)
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert page.evaluate("real.readText()") == headline(dog).inner_text()
    expect(dog.get_by_role("button", name="Copy alt text")).to_be_focused()


def test_an_edited_caption_is_what_is_copied_and_the_generated_one_stays_visible(page: Page) -> None:
    dog = caption(page)
    sentence = headline(dog).inner_text()
    dog.get_by_role("button", name="Edit").click()
    field = dog.get_by_label("Alt text in your own words")
    expect(field).to_be_focused()
    expect(field).to_have_value(sentence)
    field.fill('Rex says "hello" & <b>waits</b> [here].')
    field.press("Control+Enter")
    expect(headline(dog)).to_have_text('Rex says "hello" & <b>waits</b> [here].')
    expect(dog.get_by_role("button", name="Edit")).to_be_focused()
    expect(dog).to_contain_text("What Glimpse wrote")
    expect(dog.get_by_role("toolbar")).to_have_text(sentence)

    dog.get_by_role("button", name="Copy HTML").click()
    expect(page.get_by_text("HTML copied.")).to_be_visible()
    quoted = "Rex says &quot;hello&quot; &amp; &lt;b&gt;waits&lt;/b&gt; [here]."
    assert clipboard(page) == f'<img src="dog.jpg" alt="{quoted}">'
    dog.get_by_role("button", name="Copy Markdown").click()
    expect(page.get_by_text("Markdown copied.")).to_be_visible()
    assert clipboard(page) == r'![Rex says "hello" & \<b>waits\</b> \[here\].](dog.jpg)'

    dog.get_by_role("button", name="Restore the generated text").click()
    expect(headline(dog)).to_have_text(sentence)


def test_escape_leaves_the_words_as_they_were(page: Page) -> None:
    dog = caption(page)
    sentence = headline(dog).inner_text()
    dog.get_by_role("button", name="Edit").click()
    dog.get_by_label("Alt text in your own words").fill("Something else.")
    page.keyboard.press("Escape")
    expect(headline(dog)).to_have_text(sentence)


def test_an_alternative_can_take_the_sentences_place(page: Page) -> None:
    dog = caption(page)
    alternative = dog.get_by_role("button", name="Use instead").first
    wanted = alternative.inner_text()
    alternative.click()
    expect(headline(dog)).to_have_text(wanted)


def test_a_decorative_photo_has_an_empty_alt(page: Page) -> None:
    dog = caption(page)
    decorative = dog.get_by_role("button", name="Decorative")
    decorative.click()
    expect(decorative).to_have_attribute("aria-pressed", "true")
    expect(headline(dog)).to_have_text("Decorative: empty alt text")
    dog.get_by_role("button", name="Copy HTML").click()
    expect(page.get_by_text("HTML copied.")).to_be_visible()
    assert clipboard(page) == '<img src="dog.jpg" alt="">'
    decorative.click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_without_a_voice_nothing_offers_to_read_aloud(page: Page) -> None:
    assert page.evaluate("speechSynthesis.getVoices().length") == 0
    expect(caption(page).get_by_role("button", name="Read aloud")).to_be_hidden()


# Forced: this browser has no voices.
def test_with_a_voice_the_sentence_is_read_aloud(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script(
        """{
            window.spoken = [];
            const voice = { lang: "en-GB", localService: true };
            window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
            const speak = ({ text, voice }) => spoken.push([text, voice.lang]);
            const value = { getVoices: () => [voice], cancel() {}, speak, addEventListener() {} };
            Object.defineProperty(window, "speechSynthesis", { value });
        }"""
    )
    page.goto(server.url)
    dog = caption(page)
    dog.get_by_role("button", name="Read aloud").click()
    assert page.evaluate("spoken") == [[headline(dog).inner_text(), "en-GB"]]


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
    caption(page)
    page.locator(".tile img").scroll_into_view_if_needed()
    expect(page.locator(".tile img")).to_have_js_property("complete", True)
    assert page.evaluate("held") == 0


def test_a_closed_card_stays_among_my_photos(page: Page) -> None:
    caption(page)
    page.get_by_role("button", name="Close: dog.jpg").click()
    expect(card(page, "dog.jpg")).to_have_count(0)
    expect(page.get_by_label("Choose photos")).to_be_focused()
    choose(page, DOG)
    expect(page.locator(".tile")).to_have_count(2)
