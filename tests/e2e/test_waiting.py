"""What the page says while things take long, and when they break.

Answers are forged only to see what the server cannot be made to do on demand: to be slow, busy or broken.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e.actions import caption, choose, wait_until_kept
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, answer, keep_pending
from tests.e2e.locators import DOG, SENTENCE, card, headline
from tests.e2e.server import Server


def test_a_slow_upload_shows_how_far_it_is(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 200, "downloadThroughput": 50_000, "uploadThroughput": 150_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    choose(page, {"name": "noise.png", "mimeType": "image/png", "buffer": _noise(500)})
    noise = card(page, "noise.png")
    bar = noise.get_by_role("progressbar", name="Upload")
    expect(bar).not_to_have_js_property("value", 0)
    assert 0 < float(bar.evaluate("(bar) => bar.value")) < 1
    expect(headline(noise)).to_have_text("Uploading…")
    expect(headline(noise)).to_have_text("Needs a description")


def _noise(side: int) -> bytes:
    """A PNG that does not compress: 3 bytes a pixel."""
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(file, "PNG", compress_level=0)
    return file.getvalue()


def test_a_cancelled_photo_is_no_longer_sent(page: Page, server: Server) -> None:
    destination = f"{server.url}uploads"
    page.route(destination, lambda route: None)  # never arrives
    with page.expect_request(destination):
        choose(page, DOG)
    with page.expect_event("requestfailed", lambda request: request.url == destination):
        page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".card")).to_have_count(0)


def test_after_three_seconds_it_says_that_the_model_may_be_starting(page: Page) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    expect(dog).not_to_contain_text("may be starting")
    expect(dog).to_contain_text("the model may be starting")
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


@pytest.mark.parametrize("headers", [{"Retry-After": "2"}, {}])  # a gateway on another origin hides the header
def test_a_throttled_photo_waits_its_turn_and_goes_on_by_itself(page: Page, headers: dict[str, str]) -> None:
    waits = 2 if headers else 10
    refusals = [{"message": "Too Many Requests"}]  # as a gateway words it, not our own shape

    def refuse_once(route: Route) -> None:
        if refusals:
            answer(route, 429, refusals.pop(), **headers)
        else:
            route.fallback()

    page.route("**/api/uploads", refuse_once)
    choose(page, DOG)
    expect(card(page, "dog.jpg")).to_contain_text(f"Your photo is tried again in {waits} seconds.")
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)


def test_what_a_store_refuses_in_xml_is_said_in_words(page: Page, server: Server) -> None:
    refusal = "<Error><Code>AccessDenied</Code><Message>Policy expired</Message></Error>"
    page.route(f"{server.url}uploads", lambda route: route.fulfill(status=403, body=refusal))
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_contain_text("The upload was refused; it may have taken too long.")
    page.unroute(f"{server.url}uploads")
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_after_two_minutes_it_gives_up_in_words(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.clock.install()
    page.goto(server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    with page.expect_response("**/api/captions/*"):  # so that none is under way when time jumps
        expect(headline(dog)).to_have_text("Looking at the photo…")
    page.clock.fast_forward("02:01")
    expect(headline(dog)).to_contain_text("There was no description within two minutes.")
    page.unroute(CAPTIONS)
    page.clock.resume()
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_photo_chosen_without_a_network_goes_once_there_is_one(page: Page) -> None:
    _use(page)
    page.context.set_offline(True)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("You are offline")
    expect(page.get_by_text("Photos that wait go on by themselves")).to_be_visible()
    page.context.set_offline(False)
    expect(headline(dog)).to_have_text(SENTENCE)
    expect(page.get_by_text("Photos that wait go on by themselves")).to_be_hidden()


def _use(page: Page) -> None:
    """Do what whoever chooses a photo does before: the page then loads what it needs for one."""
    page.get_by_label("Choose photos").focus()
    page.wait_for_load_state("networkidle")


def test_a_network_that_goes_during_the_wait_is_waited_for(page: Page) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    page.context.set_offline(True)
    expect(dog).to_contain_text("goes on by itself once there is a network")
    page.unroute(CAPTIONS)
    page.context.set_offline(False)
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_reload_in_the_middle_goes_on_waiting(page: Page) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    page.reload()
    expect(headline(dog)).to_have_text("Looking at the photo…")
    expect(dog.get_by_role("img")).to_be_visible()
    page.unroute(CAPTIONS)
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_photo_the_server_forgot_meanwhile_is_sent_again(page: Page, server: Server) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text("Looking at the photo…")
    wait_until_kept(page, 1)
    page.goto("about:blank")
    page.route(CAPTIONS, lambda route: answer(route, 404, {"error": {"code": "not_found", "message": "Not here."}}))
    page.goto(server.url)
    dog = card(page, "dog.jpg")
    expect(dog).to_contain_text("Not here.")
    page.unroute(CAPTIONS)
    dog.get_by_role("button", name="Try again").click()
    expect(headline(dog)).to_have_text(SENTENCE)


def test_without_the_photo_itself_it_has_to_be_chosen_again(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script(  # a full disk
        """{
            const { put } = IDBObjectStore.prototype;
            IDBObjectStore.prototype.put = function (value, key) {
                if (this.name === "files") this.transaction.abort();
                else return put.call(this, value, key);
            };
        }"""
    )
    page.goto(server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text("Looking at the photo…")
    page.reload()
    page.route(CAPTIONS, lambda route: answer(route, 404, {"error": {"code": "not_found", "message": "Not here."}}))
    dog = card(page, "dog.jpg")
    expect(dog).to_contain_text("The photo is no longer in this browser. Choose it again.")
    expect(dog.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_stopped_server_is_an_error_in_words_and_a_started_one_takes_the_photo(
    open_page: OpenPage, own_server: Server
) -> None:
    page = open_page()
    page.goto(own_server.url)
    _use(page)
    own_server.stop()
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Glimpse cannot be reached. Check your connection, then try again.")
    own_server.start()
    retry = dog.get_by_role("button", name="Try again")
    retry.focus()
    page.keyboard.press("Enter")
    expect(headline(dog)).to_be_focused()  # the button is gone, but not the place in the page
    expect(headline(dog)).to_have_text(SENTENCE)


def test_a_server_that_comes_back_while_it_is_waited_for_needs_no_help(open_page: OpenPage, own_server: Server) -> None:
    page = open_page()
    page.goto(own_server.url)
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text("Looking at the photo…")
    own_server.stop()
    page.unroute(CAPTIONS)
    expect(dog).to_contain_text("The connection is interrupted. Glimpse keeps trying.")
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


def test_a_server_without_its_terms_takes_photos_all_the_same(page: Page, server: Server) -> None:
    page.route("**/api/health", lambda route: answer(route, 503, {"message": "Service Unavailable"}))
    page.goto(server.url)
    expect(page.locator("#limits")).to_contain_text("up to 20 MB each")
    caption(page)
