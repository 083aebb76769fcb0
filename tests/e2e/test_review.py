"""The review of forty photos: by mouse, by keyboard alone, with a reload in the middle and a server that stops."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FilePayload, Locator, Page, expect

from tests.e2e.actions import choose, export, wait_until_kept
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, describe_at_once, keep_pending, worded
from tests.e2e.locators import DOG, PHOTOS, card, headline, row, sentence
from tests.e2e.server import Server

TORN = 2
ON_THEIR_WAY = 16  # at once; the others wait for their turn
FILES_ON_DISK = """async () => {
    let count = 0;
    for await (const name of (await navigator.storage.getDirectory()).keys()) count += 1;
    return count;
}"""
LISTEN = """{
    window.said = [];
    const regions = () => document.querySelectorAll("[aria-live], [role=status], [role=alert]");
    new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
            const region = [...regions()].find((region) => region.contains(target));
            if (region) said.push(...[...addedNodes].map(({ textContent }) => textContent.trim()).filter(Boolean));
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
}"""


def forty() -> list[FilePayload]:
    """38 photos and two that break off, in the order of their names."""
    sources = sorted(PHOTOS.glob("*.jpg"))
    files: list[FilePayload] = []
    for number in range(1, 41):
        data = sources[number % len(sources)].read_bytes() + bytes([number])
        broken = number in (7, 23)
        files.append(
            {"name": f"{number:02}.jpg", "mimeType": "image/jpeg", "buffer": data[: 2000 + number] if broken else data}
        )
    return files


def _finish(page: Page) -> None:
    """Until all forty have their caption or their failure."""
    expect(page.locator(".row[data-state=captioned]")).to_have_count(40 - TORN, timeout=60_000)
    expect(page.locator(".row[data-state=failed]")).to_have_count(TORN)


def _filter(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=re.compile(rf"^{name} \d+$"))


@pytest.fixture
def review(open_page: OpenPage, server: Server) -> Page:
    """Forty photos, all answered, without the model: what follows is about the page."""
    page = open_page()
    page.add_init_script(LISTEN)
    describe_at_once(page, torn_below=3000)
    page.goto(server.url)
    choose(page, *forty())
    _finish(page)
    return page


def test_forty_photos_are_announced_in_sixty_words_and_the_failures(review: Page) -> None:
    expect(review.locator("#announcements")).to_contain_text("38 done, 2 failed.")
    said = review.evaluate("said")
    failures = [line for line in said if line.startswith(("07.jpg:", "23.jpg:"))]
    assert len(failures) == TORN
    others = [line for line in said if line not in failures]
    assert others == ["40 photos added.", "38 done, 2 failed."]
    assert sum(len(line.split()) for line in others) <= 60


def test_forty_photos_are_rows_of_few_stops(review: Page) -> None:
    assert review.locator(".card").count() == 0
    height = review.locator("#rows").evaluate("(list) => list.offsetHeight")
    assert height < 40 * 110  # a line each, not a screen
    stops = review.locator(".row").first.locator("button:visible, input:visible, textarea:visible").count()
    assert stops == 4


def test_the_whole_review_by_mouse_with_a_reload_and_a_restart_of_the_server_in_the_middle(
    open_page: OpenPage, own_server: Server
) -> None:
    page = open_page()
    page.goto(own_server.url)
    _choose_and_reload(page, own_server)
    _restart(page, own_server)
    _finish(page)

    expect(_filter(page, "All")).to_be_checked()
    _filter(page, "Failed").check()
    expect(page.locator(".row-name")).to_have_text(["07.jpg", "23.jpg"])
    for failed in ("07.jpg", "23.jpg"):
        row(page, failed).get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No photo here matches.")).to_be_visible()

    _filter(page, "To review").check()
    first = row(page, "01.jpg")
    sentence(first).click()
    first.get_by_label("Alt text in your own words").fill("A first sentence of my own.")
    first.get_by_role("button", name="Save", exact=True).click()  # which reviews it
    for left in range(37, 0, -1):
        expect(page.get_by_text(re.compile(rf"^To review {left}$"))).to_be_visible()
        if left == 20:
            page.reload()
            _filter(page, "To review").check()
        page.locator(".accept:enabled[aria-pressed=false]").first.click()
    _filter(page, "Reviewed").check()
    expect(page.locator(".row")).to_have_count(38)
    expect(sentence(row(page, "01.jpg"))).to_have_text("A first sentence of my own.")


def _choose_and_reload(page: Page, server: Server) -> None:
    """Choose forty photos, and leave the page before one of them has arrived: all of them are still there."""
    page.route(f"{server.url}uploads", lambda route: None)
    choose(page, *forty())
    expect(page.locator(".row")).to_have_count(40)
    expect(page.get_by_text("0 of 40")).to_be_visible()
    wait_until_kept(page, 40)
    page.unroute(f"{server.url}uploads")
    page.route(CAPTIONS, keep_pending)
    page.reload()
    expect(page.locator(".row-name")).to_have_text([file["name"] for file in forty()])


def _restart(page: Page, server: Server) -> None:
    """Stop and start the server while some photos wait for their captions, and others for their turn: all go on."""
    expect(page.locator(".row[data-state=looking]")).to_have_count(ON_THEIR_WAY)
    server.stop()
    page.unroute(CAPTIONS)
    page.wait_for_timeout(1000)
    server.start()


def test_the_whole_review_by_keyboard_alone(review: Page) -> None:
    press = review.keyboard.press
    for _ in range(30):
        press("Tab")
        if review.evaluate("document.activeElement.closest('.row') !== null"):
            break
    press("e")
    review.keyboard.type("First of all.")
    press("Control+Enter")  # saves and goes on
    expect(row(review, "02.jpg").get_by_role("button", name="Edit")).to_be_focused()
    expect(sentence(row(review, "01.jpg"))).to_have_text("First of all.")
    press("ArrowDown")
    press("ArrowUp")
    for _ in range(2, 41):
        press("a" if "failed" not in str(_focused_row(review).get_attribute("data-state")) else "ArrowDown")
    expect(review.get_by_text(re.compile(r"^Reviewed 38$"))).to_be_visible()
    expect(_focused_row(review).locator(".row-name")).to_have_text("40.jpg")  # the last keeps the focus


def _focused_row(page: Page) -> Locator:
    return page.locator(".row:has(:focus)")


def test_letters_in_the_editor_are_text(review: Page) -> None:
    sentence(row(review, "01.jpg")).click()
    review.keyboard.type("a jeep, a kayak")
    expect(review.get_by_label("Alt text in your own words")).to_have_value("a jeep, a kayak")
    expect(row(review, "01.jpg")).not_to_have_attribute("data-reviewed", "")


def test_what_was_accepted_leaves_the_filter_and_the_focus_goes_on(review: Page) -> None:
    _filter(review, "To review").check()
    row(review, "01.jpg").get_by_role("button", name="Edit").focus()
    review.keyboard.press("a")
    expect(row(review, "01.jpg")).to_have_count(0)
    expect(row(review, "02.jpg").get_by_role("button", name="Edit")).to_be_focused()
    row(review, "02.jpg").get_by_role("button", name="Reviewed").click()  # the row goes with the focus in it
    expect(row(review, "03.jpg").get_by_role("button", name="Edit")).to_be_focused()


def test_a_draft_outlasts_edit_pressed_again_and_a_reload(review: Page) -> None:
    second = row(review, "02.jpg")
    field = second.get_by_label("Alt text in your own words")
    sentence(second).click()
    field.fill("Half a sentence")
    second.get_by_role("button", name="Edit").click()
    expect(field).to_have_value("Half a sentence")
    expect(field).to_be_focused()
    second.get_by_role("button", name="Open").click()  # the same draft on the card
    expect(card(review, "02.jpg").get_by_label("Alt text in your own words")).to_have_value("Half a sentence")
    review.reload()
    expect(field).to_have_value("Half a sentence")
    second.get_by_role("button", name="Cancel").click()
    review.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("Half a sentence")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(sentence(second)).to_have_text("Half a sentence")


def test_the_length_is_told_near_125_characters(review: Page) -> None:
    sentence(row(review, "02.jpg")).click()
    field = review.get_by_label("Alt text in your own words")
    field.fill("x" * 60)
    expect(review.locator(".length")).to_be_hidden()
    field.fill("x" * 110)
    expect(review.get_by_text("110 characters; about 125 is a good length")).to_be_visible()
    field.fill("x" * 130)
    expect(review.locator(".length")).to_have_class(re.compile("long"))


def test_a_file_that_is_not_kept_yet_is_not_left_without_asking(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page.goto(server.url)
    page.route(f"{server.url}uploads", lambda route: None)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text("Uploading…")
    page.locator(".card .line").click()  # browsers ask only where somebody has used the page
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]


def test_filters_tell_what_is_left_to_do(page: Page) -> None:
    page.route(CAPTIONS, worded("a dog", "", "none"))  # forced: nobody can choose how sure the model is
    choose(page, *forty()[:3])
    expect(page.get_by_text(re.compile(r"^Needs a description 3$"))).to_be_visible()
    expect(row(page, "01.jpg").get_by_role("button", name="Reviewed")).to_be_disabled()
    page.route(CAPTIONS, worded("a dog", "Possibly a dog.", "possible"))
    choose(page, *forty()[3:5])
    _filter(page, "Unsure").check()
    expect(page.locator(".row-text")).to_have_text(["Possibly a dog."] * 2)
    expect(page.locator(".row-state")).to_have_text(["Probably wrong, 40% sure"] * 2)


def test_tags_can_be_searched_for_removed_and_added(review: Page) -> None:
    row(review, "01.jpg").get_by_role("button", name="Open").click()
    opened = card(review, "01.jpg")
    opened.get_by_label("Add a tag").fill("evening sun")
    opened.get_by_label("Add a tag").press("Enter")
    expect(opened.locator(".tag").last).to_have_text("evening sun")
    expect(opened.get_by_label("Add a tag")).to_be_focused()
    first = opened.locator(".tag").first.inner_text()
    opened.get_by_role("button", name=f"Remove tag {first}", exact=True).click()
    expect(opened.get_by_role("button", name=f"Search for {first}", exact=True)).to_have_count(0)
    opened.get_by_role("button", name="Search for evening sun").click()
    expect(review.get_by_role("searchbox")).to_be_focused()
    expect(review.locator(".row-name")).to_have_text(["01.jpg"])


def test_all_photos_come_in_one_zip_file_with_their_captions(review: Page, tmp_path: Path) -> None:
    with review.expect_download() as download:
        export(review, "Photos with captions, in a zip file")
    download.value.save_as(tmp_path / "glimpse.zip")
    assert review.evaluate(FILES_ON_DISK) == 1  # as it was written, not in memory
    with zipfile.ZipFile(tmp_path / "glimpse.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["captions.csv", *(file["name"] for file in forty())]
        alt_text = sentence(row(review, "01.jpg")).inner_text()
        assert alt_text.encode() in archive.read("01.jpg")
        assert archive.read("07.jpg") == forty()[6]["buffer"]
        assert io.StringIO(archive.read("captions.csv").decode("utf-8-sig")).read().count("\r\n") == 41


def test_a_row_is_read_in_the_order_it_is_needed(review: Page) -> None:
    snapshot = row(review, "01.jpg").aria_snapshot()
    kinds = re.findall(r"- (checkbox|button|paragraph)(?: \"(\w+)\")?", snapshot)
    assert kinds == [
        ("checkbox", "Select"),
        ("button", "Open"),
        ("paragraph", ""),
        ("paragraph", ""),
        ("button", "Edit"),
        ("button", "Reviewed"),
    ]
    assert snapshot.count("01.jpg") == 2  # the group's name, and once to be read
