"""Words taken away from the page: copied, edited first, or read aloud."""

from playwright.sync_api import Page, expect

from tests.e2e.actions import caption, choose_from_more, clipboard, show_words
from tests.e2e.conftest import OpenPage
from tests.e2e.locators import SENTENCE, headline
from tests.e2e.server import Server


def test_the_words_can_be_copied_as_text_html_and_markdown(page: Page) -> None:
    dog = caption(page)
    sentence = headline(dog).inner_text()
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == sentence
    for kind, copied in [("HTML", f'<img src="dog.jpg" alt="{sentence}">'), ("Markdown", f"![{sentence}](dog.jpg)")]:
        choose_from_more(dog, f"Copy {kind}")
        expect(page.get_by_text(f"{kind} copied")).to_be_visible()
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
    expect(dog.get_by_text("A model wrote this.")).to_be_hidden()
    show_words(dog)
    expect(dog.get_by_role("toolbar")).to_have_text(sentence)

    choose_from_more(dog, "Copy HTML")
    expect(page.get_by_text("HTML copied")).to_be_visible()
    quoted = "Rex says &quot;hello&quot; &amp; &lt;b&gt;waits&lt;/b&gt; [here]."
    assert clipboard(page) == f'<img src="dog.jpg" alt="{quoted}">'
    choose_from_more(dog, "Copy Markdown")
    expect(page.get_by_text("Markdown copied")).to_be_visible()
    assert clipboard(page) == r'![Rex says "hello" & \<b>waits\</b> \[here\].](dog.jpg)'

    choose_from_more(dog, "Restore original")
    expect(headline(dog)).to_have_text(sentence)


def test_a_decorative_photo_has_an_empty_alt(page: Page) -> None:
    dog = caption(page)
    choose_from_more(dog, "Mark as decorative")
    expect(dog.locator(".decorative")).to_have_attribute("aria-pressed", "true")
    expect(headline(dog)).to_have_text("Decorative: no alt text")
    choose_from_more(dog, "Copy HTML")
    expect(page.get_by_text("HTML copied")).to_be_visible()
    assert clipboard(page) == '<img src="dog.jpg" alt="">'
    choose_from_more(dog, "Mark as decorative")
    expect(headline(dog)).to_have_text(SENTENCE)


def test_without_a_voice_nothing_offers_to_read_aloud(page: Page) -> None:
    assert page.evaluate("speechSynthesis.getVoices().length") == 0
    dog = caption(page)
    dog.get_by_text("More", exact=True).click()
    expect(dog.get_by_role("button", name="Copy HTML")).to_be_visible()
    expect(dog.get_by_role("button", name="Read aloud")).to_be_hidden()


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
    choose_from_more(dog, "Read aloud")
    assert page.evaluate("spoken") == [[headline(dog).inner_text(), "en-GB"]]
