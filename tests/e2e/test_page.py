"""The page in a real browser, over a real server with the real model: from a photo to its sentence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, Route, expect

from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.gestures import CAPTIONS, DOG, PHOTOS, SENTENCE, answer, card, choose, drop, headline
from tests.e2e.server import Server


def test_a_chosen_photo_gets_its_sentence(page: Page, snap: Snap) -> None:
    records: list[Any] = []

    def keep(response: Response) -> None:
        if "/api/captions/" in response.url and response.status == 200:
            records.append(response.json())

    page.on("response", keep)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(re.compile(r"\b(dogs?|shepherd)\b"))
    expect(headline(card(page, "dog.jpg"))).to_have_text(records[0]["alt_text"])
    snap(page, "captioned")


def test_a_card_shows_the_photo_the_alternatives_and_who_wrote_the_sentence(page: Page) -> None:
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text(SENTENCE)
    expect(dog.get_by_role("img", name="Your photo dog.jpg")).to_be_visible()
    assert dog.get_by_role("img").evaluate("(image) => image.naturalWidth") == 640
    expect(dog.get_by_role("listitem").first).to_be_visible()
    expect(dog).to_contain_text("A machine wrote this sentence")


@pytest.mark.parametrize(("confidence", "words"), [(None, None), (0.714, "71% sure")])
def test_confidence_is_shown_only_where_the_record_has_one(
    page: Page, confidence: float | None, words: str | None
) -> None:
    def change(route: Route) -> None:
        record = route.fetch().json()
        route.fulfill(json={**record, "confidence": confidence} if record["status"] == "captioned" else record)

    page.route(CAPTIONS, change)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    if words is None:
        expect(page.get_by_text("sure", exact=False)).to_have_count(0)
    else:
        expect(card(page, "dog.jpg")).to_contain_text(words)


def test_the_sentence_is_announced_with_the_name_of_its_photo(page: Page) -> None:
    choose(page, DOG)
    announced = card(page, "dog.jpg").locator("[aria-live=polite][aria-atomic=true]")
    expect(announced).to_have_text(re.compile(r"dog\.jpg\s.+\.\s*$"))


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
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    assert page.evaluate("held") == 0


def test_a_dropped_photo_gets_its_sentence(page: Page) -> None:
    drop(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)


def test_a_text_file_named_jpg_gets_the_servers_words_and_a_way_to_try_again(
    page: Page, text_file: Path, snap: Snap
) -> None:
    with page.expect_response(lambda response: "/api/captions/" in response.url and response.status == 200) as verdict:
        choose(page, text_file)
    notes = card(page, "notes.jpg")
    expect(headline(notes)).to_have_text(verdict.value.json()["error"]["message"])
    expect(notes).to_contain_text("This browser cannot show this file.")
    expect(notes.get_by_role("button", name="Try again")).to_be_visible()
    snap(page, "failed")


def test_a_file_the_server_would_refuse_is_refused_before_it_is_sent(page: Page) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    choose(page, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Milk, bread"})
    expect(card(page, "notes.txt").get_by_role("button", name="Try again")).to_be_visible()
    assert [url.rpartition("/api/")[2] for url in posted] == ["uploads"]


def test_of_two_photos_the_corrupt_one_does_not_harm_the_other(page: Page, tmp_path: Path, snap: Snap) -> None:
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(DOG.read_bytes()[:2000])
    choose(page, torn, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    expect(card(page, "torn.jpg").get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    snap(page, "two")


def test_many_photos_are_taken_in_their_order(page: Page) -> None:
    names = ["horses.jpg", "beach.jpg", "stream.jpg", "cat.jpg", "wave.jpg"]
    choose(page, *(PHOTOS / name for name in names))
    expect(page.locator(".name")).to_have_text(names)
    expect(headline(page.locator("#photos"))).to_have_text([SENTENCE] * len(names))


def test_a_photo_the_browser_has_no_type_for_is_known_by_its_name(page: Page) -> None:
    with page.expect_request("**/api/uploads") as request:
        choose(page, {"name": "IMG_0001.HEIC", "mimeType": "", "buffer": DOG.read_bytes()})
    assert json.loads(request.value.post_data or "")["content_type"] == "image/heic"


def test_markup_in_names_and_messages_comes_out_as_text(page: Page) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\">"
    error = {"error": {"code": "bad_request", "message": markup}}
    page.route("**/api/uploads", lambda route: answer(route, 400, error))
    choose(page, {"name": f"{markup}.jpg", "mimeType": "image/jpeg", "buffer": b"?"})
    expect(page.locator(".name")).to_have_text(f"{markup}.jpg")
    expect(page.get_by_role("heading", level=2)).to_have_text(markup)
    expect(page).not_to_have_title("owned")


def test_the_keyboard_is_enough(page: Page, text_file: Path, snap: Snap) -> None:
    page.on("filechooser", lambda chooser: chooser.set_files(text_file))
    page.keyboard.press("Tab")
    expect(page.get_by_label("Choose photos")).to_be_focused()
    snap(page, "focus")
    page.keyboard.press("Enter")
    retry = page.get_by_role("button", name="Try again: notes.jpg")
    expect(retry).to_be_visible()

    page.keyboard.press("Tab")
    expect(retry).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(retry).to_be_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove notes.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(0)
    expect(page.get_by_label("Choose photos")).to_be_focused()


def test_nothing_is_asked_of_others_and_nothing_is_logged(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    asked: list[str] = []
    logged: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: logged.append(_line(message)))
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.goto(server.url)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    assert [url for url in asked if not url.removeprefix("blob:").startswith(server.url)] == []
    assert logged == []


def _line(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"
