"""A card that has its caption: what it says, how sure it is, and what can be done with its words."""

import re
from typing import Any

from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.gestures import CAPTIONS, DOG, SENTENCE, caption, card, changing, choose, clipboard, headline, words
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
    expect(dog).to_contain_text("A machine wrote this sentence")


def test_the_sentence_is_announced_with_the_name_of_its_photo(page: Page) -> None:
    announced = caption(page).locator("[aria-live=polite][aria-atomic=true]")
    expect(announced).to_have_text(re.compile(r"dog\.jpg\s.+\.\s*$"))


# Forced: the model of today may not say how sure it is.
def test_how_sure_it_is_stands_in_words_and_as_a_meter(page: Page) -> None:
    for confidence, level, said in [
        (0.83, "high", "Fairly sure, 83%"),
        (0.4, "fair", "Not quite sure, 40%"),
        (0.12, "low", "Only guessing, 12%"),
        (None, "unknown", "does not say how sure"),
    ]:
        page.route(CAPTIONS, changing(confidence=confidence))
        dog = caption(page)
        expect(dog).to_contain_text(said)
        expect(dog).to_have_attribute("data-sureness", level)
        meter = dog.get_by_role("meter", name="How sure Glimpse is")
        if confidence is None:
            expect(meter).to_be_hidden()
        else:
            expect(meter).to_have_js_property("value", confidence)
        dog.locator(".remove").click()
        page.unroute(CAPTIONS)


# Forced: the record as a calibrated model writes it.
def test_a_hedged_sentence_shows_its_words(page: Page) -> None:
    page.route(CAPTIONS, _worded("a dog", "Possibly a dog."))
    dog = caption(page)
    expect(headline(dog)).to_have_text("Possibly a dog.")
    expect(words(dog)).to_have_text(["a", "dog"])
    expect(dog.get_by_role("list", name="Tags")).to_have_text("dog")


# Forced: as above.
def test_where_nothing_was_described_people_write_their_own(page: Page) -> None:
    nothing = "No description: the model cannot tell what this shows."
    page.route(CAPTIONS, _worded("a man in a red shirt", nothing))
    dog = caption(page)
    expect(headline(dog)).to_have_text(nothing)
    expect(dog).to_contain_text("Glimpse cannot tell. What do you see?")
    expect(dog.get_by_role("toolbar")).to_be_hidden()

    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == nothing
    dog.get_by_text("Describe it yourself").click()
    expect(dog.get_by_label("Alt text in your own words")).to_have_value("")
    dog.get_by_label("Alt text in your own words").fill("My dog at dusk.")
    dog.get_by_role("button", name="Save: dog.jpg").click()
    expect(headline(dog)).to_have_text("My dog at dusk.")
    expect(dog).to_contain_text(nothing)


def _worded(sentence: str, alt_text: str) -> Any:
    attention = "/////" + "A" * 257 + "=="  # 196 bytes
    words = [{"word": word, "probability": 0.5, "attention": attention} for word in sentence.split()]
    tags = [{"word": words[-1]["word"], "probability": 0.5}]
    return changing(caption=sentence, alt_text=alt_text, words=words, tags=tags, confidence=0.4)


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


def test_an_edited_caption_is_what_is_copied_and_the_machines_stays_in_sight(page: Page) -> None:
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

    dog.get_by_role("button", name="Back to the machine’s words").click()
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
