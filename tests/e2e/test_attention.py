"""Where the model looked: each word's map over the photo, by mouse, touch and keyboard, and all of them in turn."""

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import caption, show_words
from tests.e2e.conftest import OpenPage
from tests.e2e.locators import PHOTOS, words
from tests.e2e.server import Server

ON = re.compile(r"\bon\b")
SHOWN = re.compile(r"\bshown\b")


def _painted(card: Locator) -> int:
    """How many different colours the map has."""
    return int(
        card.locator("canvas").evaluate(
            """(canvas) => {
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
        )
    )


def test_pointing_at_a_word_shows_its_map_over_exactly_the_photo(page: Page) -> None:
    dogs = caption(page, PHOTOS / "two-dogs.jpg")
    show_words(dogs)
    expect(dogs.locator("canvas")).to_have_css("opacity", "0")
    words(dogs).nth(2).hover()
    expect(dogs.locator("canvas")).to_have_css("opacity", "1")
    expect(dogs.locator(".word-label")).to_have_text(words(dogs).nth(2).inner_text())
    assert _painted(dogs) > 50  # smooth, not a few blocks
    assert dogs.locator("canvas").bounding_box() == dogs.get_by_role("img").bounding_box()

    page.mouse.move(0, 0)
    expect(dogs.locator("canvas")).to_have_css("opacity", "0")


def test_each_word_says_where_its_map_is_brightest(page: Page) -> None:
    dogs = caption(page, PHOTOS / "two-dogs.jpg")
    show_words(dogs)
    for word in words(dogs).all():
        expect(word).to_have_attribute("aria-description", re.compile(r"^Looked at the .+\. \d+% likely\.$"))


def test_the_arrow_keys_walk_along_the_words(page: Page) -> None:
    dog = caption(page)
    show_words(dog)
    first, second, last = words(dog).first, words(dog).nth(1), words(dog).last
    first.focus()
    expect(dog.locator("canvas")).to_have_class(ON)
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    expect(second).to_have_class(SHOWN)
    page.keyboard.press("End")
    expect(last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(last).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(dog.locator("canvas")).not_to_have_class(ON)
    page.keyboard.press("Tab")  # the sentence is one stop
    expect(dog.get_by_role("button", name="Play", exact=True)).to_be_focused()


def test_a_tap_shows_a_word_and_a_tap_elsewhere_hides_it(open_page: OpenPage, server: Server) -> None:
    page = open_page(390, has_touch=True, is_mobile=True)
    page.goto(server.url)
    dog = caption(page)
    show_words(dog)
    words(dog).nth(1).tap()
    expect(dog.locator("canvas")).to_have_class(ON)
    page.locator("footer").tap()
    expect(dog.locator("canvas")).not_to_have_class(ON)


def test_play_shows_every_word_in_turn_and_ends_by_itself(page: Page) -> None:
    dog = caption(page)
    show_words(dog)
    page.evaluate(
        """() => {
            window.shown = [];
            new MutationObserver(() => {
                const word = document.querySelector(".word.shown")?.textContent;
                if (word && shown.at(-1) !== word) shown.push(word);
            }).observe(document.querySelector(".sentence"), { subtree: true, attributeFilter: ["class"] });
        }"""
    )
    dog.get_by_role("button", name="Play", exact=True).click()
    expect(dog.locator(".play")).to_have_text("Stop")
    expect(dog.locator(".play")).to_have_text("Play")
    assert page.evaluate("shown") == words(dog).all_inner_texts()
    expect(dog.locator("canvas")).not_to_have_class(ON)


def test_playing_can_be_stopped(page: Page) -> None:
    dog = caption(page)
    show_words(dog)
    dog.locator(".play").click()
    expect(words(dog).nth(1)).to_have_class(SHOWN)
    dog.locator(".play").click()
    expect(dog.locator("canvas")).not_to_have_class(ON)
    expect(dog.locator(".play")).to_have_text("Play")


def test_maps_change_at_once_for_those_who_ask_for_less_motion(open_page: OpenPage, server: Server) -> None:
    page = open_page(reduced_motion="reduce")
    page.add_init_script(
        """{
            const { requestAnimationFrame } = window;
            window.asked = 0;
            window.requestAnimationFrame = (step) => (asked += 1, requestAnimationFrame(step));
        }"""
    )
    page.goto(server.url)
    dog = caption(page)
    show_words(dog)
    words(dog).nth(0).hover()
    words(dog).nth(1).hover()
    expect(dog.locator("canvas")).to_have_css("opacity", "1")
    assert page.evaluate("asked") == 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_map_can_be_saved_as_a_picture(page: Page, tmp_path: Path) -> None:
    dogs = caption(page, PHOTOS / "two-dogs.jpg")
    show_words(dogs)
    words(dogs).nth(2).focus()
    with page.expect_download() as download:
        dogs.get_by_role("button", name="Save heat map").click()
    assert download.value.suggested_filename == "two-dogs-glimpse.jpg"
    download.value.save_as(tmp_path / "picture.jpg")
    with Image.open(tmp_path / "picture.jpg") as picture:
        assert picture.width == 1600
        assert picture.height > 1600 * 640 / 426  # the photo, and its sentence below
