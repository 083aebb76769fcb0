"""The page in a real browser, over a real server with the real model.

Answers are forged only to see what the server cannot be made to do on demand: to be slow, busy or broken.
"""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import ConsoleMessage, FilePayload, Locator, Page, Response, Route, expect

from tests.e2e.conftest import PATIENCE, OpenPage, Snap
from tests.e2e.server import Server

PHOTOS = Path(__file__).parents[1] / "photos"
DOG = PHOTOS / "dog.jpg"
SENTENCE = re.compile(r"^[A-Z].* .*\.$")
CAPTIONS = "**/api/captions/*"

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """A file that only its name calls a photo."""
    path = tmp_path / "notes.jpg"
    path.write_text("Milk, bread, a new bulb for the darkroom.", encoding="utf-8")
    return path


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_fits_every_width_in_both_schemes(
    open_page: OpenPage, server: Server, snap: Snap, text_file: Path, width: int, scheme: str
) -> None:
    page = open_page(width, color_scheme=scheme)
    page.goto(server.url)
    assert _overflow(page) == 0
    snap(page, f"empty-{width}-{scheme}")

    page.route(CAPTIONS, keep_pending)
    choose(page, PHOTOS / "two-dogs.jpg", text_file, DOG)
    expect(headline(page.locator("#photos"))).to_have_text(["Looking at the photo…"] * 3)
    assert _overflow(page) == 0
    snap(page, f"looking-{width}-{scheme}")

    page.unroute(CAPTIONS)
    expect(page.get_by_text("A machine wrote this sentence")).to_have_count(2)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert _overflow(page) == 0
    snap(page, f"captioned-{width}-{scheme}")


def _overflow(page: Page) -> int:
    """How many pixels one would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("--ink", "--paper"),
        ("--ink", "--mat"),
        ("--muted", "--paper"),
        ("--muted", "--mat"),
        ("--bad", "--paper"),
        ("--on-accent", "--accent"),
        ("--on-accent", "--accent-strong"),
    ],
)
def test_text_stands_out_from_its_ground(
    open_page: OpenPage, server: Server, scheme: str, text: str, ground: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(server.url)
    colours = [
        str(page.evaluate("(name) => getComputedStyle(document.body).getPropertyValue(name)", name))
        for name in (text, ground)
    ]
    lighter, darker = sorted(map(_luminance, colours), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, success criterion 1.4.3


def _luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour.strip()[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_dark_mode_is_dark(open_page: OpenPage, server: Server) -> None:
    page = open_page(color_scheme="dark")
    page.goto(server.url)
    red, green, blue = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert max(int(red), int(green), int(blue)) < 40


def test_nothing_moves_for_those_who_ask_for_less_motion(open_page: OpenPage, server: Server) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text("Looking at the photo…")
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_slow_upload_shows_how_far_it_is(page: Page, snap: Snap) -> None:
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    choose(page, {"name": "noise.png", "mimeType": "image/png", "buffer": _noise(500)})
    noise = card(page, "noise.png")
    bar = noise.get_by_role("progressbar", name="Upload of noise.png")
    expect(bar).not_to_have_js_property("value", 0)
    assert 0 < float(bar.evaluate("(bar) => bar.value")) < 1
    expect(headline(noise)).to_have_text("Uploading…")
    snap(page, "uploading")
    expect(headline(noise)).to_have_text(SENTENCE)


def _noise(side: int) -> bytes:
    """A PNG that does not compress: 3 bytes a pixel."""
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(file, "PNG", compress_level=0)
    return file.getvalue()


def test_a_removed_photo_is_no_longer_sent(page: Page, server: Server) -> None:
    destination = f"{server.url}uploads"
    page.route(destination, lambda route: None)  # never arrives
    with page.expect_request(destination):
        choose(page, DOG)
    with page.expect_event("requestfailed", lambda request: request.url == destination):
        page.get_by_role("button", name="Remove dog.jpg").click()
    expect(page.locator(".card")).to_have_count(0)


def test_after_three_seconds_it_says_that_the_model_may_be_waking_up(page: Page, snap: Snap) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    expect(dog).not_to_contain_text("waking up")
    expect(dog).to_contain_text("the model may be waking up")
    snap(page, "slow")
    page.unroute(CAPTIONS)
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_busy_server_is_asked_again_when_it_says(page: Page) -> None:
    statuses = [429, 503]

    def refuse_twice(route: Route) -> None:
        if statuses:
            answer(route, statuses.pop(0), {"error": {"code": "busy", "message": "Busy."}}, **{"Retry-After": "1"})
        else:
            route.fallback()

    page.route(CAPTIONS, refuse_twice)
    choose(page, DOG)
    expect(card(page, "dog.jpg")).to_contain_text("Glimpse keeps trying")
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    assert statuses == []


def test_after_two_minutes_it_gives_up_in_words(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.clock.install()
    page.goto(server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    page.clock.fast_forward("02:01")
    expect(headline(dog)).to_contain_text("No sentence came within two minutes.")
    page.unroute(CAPTIONS)
    page.clock.resume()
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_stopped_server_is_an_error_in_words_and_a_started_one_takes_the_photo(
    open_page: OpenPage, own_server: Server, snap: Snap
) -> None:
    page = open_page()
    page.goto(own_server.url)
    own_server.stop()
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Glimpse cannot be reached. Check your connection, then try again.")
    snap(page, "unreachable")
    own_server.start()
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_server_that_comes_back_while_it_is_waited_for_needs_no_help(
    open_page: OpenPage, own_server: Server, snap: Snap
) -> None:
    page = open_page()
    page.goto(own_server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    own_server.stop()
    page.unroute(CAPTIONS)
    expect(dog).to_contain_text("The connection is interrupted. Glimpse keeps trying.")
    snap(page, "interrupted")
    own_server.start()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_photo_that_has_arrived_is_not_sent_twice(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.clock.install()
    page.goto(server.url)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.route(CAPTIONS, lambda route: route.abort())
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(dog).to_contain_text("Glimpse keeps trying")
    page.clock.fast_forward("02:01")
    expect(headline(dog)).to_contain_text("Glimpse cannot be reached.")
    page.unroute(CAPTIONS)
    page.clock.resume()
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)
    assert len(posted) == 2  # one form asked for, one photo sent
