"""My photos: what stays in this browser, found again, sorted, selected, exported and deleted."""

import csv
import io
import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.actions import caption, choose, choose_from_more, clipboard, edit, export, show_words
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, changing, worded
from tests.e2e.locators import DOG, NAMES, PHOTOS, SENTENCE, card, headline, row, row_names, sentence, words
from tests.e2e.server import Server


def test_a_reload_keeps_the_photos_and_their_words(gallery: Page) -> None:
    expect(gallery.locator(".card")).to_have_count(0)
    expect(gallery.locator(".row-text")).to_have_text([SENTENCE] * 3)
    expect(row(gallery, "dog.jpg").locator("img")).to_have_js_property("naturalWidth", 640)


def test_a_photo_opens_with_all_that_is_known_of_it(gallery: Page) -> None:
    row(gallery, "dog.jpg").get_by_role("button", name="Open").click()
    dog = card(gallery, "dog.jpg")
    expect(headline(dog)).to_have_text(SENTENCE)
    expect(headline(dog)).to_be_focused()
    show_words(dog).nth(1).focus()
    expect(dog.locator("canvas")).to_have_css("opacity", "1")
    row(gallery, "dog.jpg").get_by_role("button", name="Open").click()
    expect(gallery.locator(".card")).to_have_count(1)


def test_after_a_reload_the_photo_itself_is_still_there_to_be_saved(gallery: Page, tmp_path: Path) -> None:
    row(gallery, "dog.jpg").get_by_role("button", name="Open").click()
    with gallery.expect_download() as download:
        choose_from_more(card(gallery, "dog.jpg"), "Download with caption")
    download.value.save_as(tmp_path / "dog.jpg")
    assert len((tmp_path / "dog.jpg").read_bytes()) > DOG.stat().st_size


def test_a_file_that_is_no_longer_kept_leaves_its_picture(gallery: Page) -> None:
    """Files of photos that are done are kept up to 500 MB; a picture is made when it is first looked at."""
    gallery.evaluate(
        """async (name) => {
        const { browserStore: store } = await import("/store/store.js");
        const { trimFiles } = await import("/store/browser/originals.js");
        const photo = store.list().find((photo) => photo.name === name);
        const open = indexedDB.open("glimpse");
        const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
        const transaction = database.transaction("pictures", "readwrite");
        transaction.objectStore("pictures").delete(photo.key);
        await new Promise((resolve) => (transaction.oncomplete = resolve));
        database.close();
        photo.size = 501 * 1024 ** 2;
        await trimFiles();
    }""",
        "dog.jpg",
    )
    gallery.reload()
    expect(row(gallery, "dog.jpg").locator("img")).to_have_js_property("naturalWidth", 640)
    row(gallery, "dog.jpg").get_by_role("button", name="Open").click()
    card(gallery, "dog.jpg").get_by_text("More", exact=True).click()
    expect(card(gallery, "dog.jpg").get_by_role("button", name="Download with caption")).to_be_hidden()


def test_a_caption_that_arrives_does_not_take_the_focus_away(gallery: Page) -> None:
    box = row(gallery, "dog.jpg").get_by_role("checkbox", name="Select")
    box.focus()
    caption(gallery, PHOTOS / "horses.jpg")
    expect(gallery.locator(".row")).to_have_count(4)
    expect(box).to_be_focused()


def test_the_search_finds_names_captions_and_tags_as_it_is_typed(gallery: Page) -> None:
    search = gallery.get_by_role("searchbox", name="Search descriptions, tags and file names")
    search.press_sequentially("WAV")
    expect(row_names(gallery)).to_have_text(["wave.jpg"])
    search.fill(row(gallery, "wave.jpg").locator(".row-text").inner_text().rstrip("."))
    expect(row_names(gallery)).to_have_text(["wave.jpg"])
    search.fill("ave")  # inside a word only
    expect(gallery.get_by_text("No photo here matches.")).to_be_visible()
    search.fill("two dogs zeppelin")
    expect(gallery.get_by_text("No photo here matches.")).to_be_visible()
    search.fill("")
    expect(row_names(gallery)).to_have_count(3)


def test_photos_can_be_sorted(gallery: Page) -> None:
    order = gallery.get_by_role("combobox", name="Sort")
    order.select_option("File name")
    expect(row_names(gallery)).to_have_text(NAMES)
    order.select_option("Oldest first")
    expect(row_names(gallery)).to_have_text(NAMES)  # as they were chosen
    choose(gallery, PHOTOS / "horses.jpg")
    order.select_option("Newest first")
    expect(row_names(gallery)).to_have_text(["horses.jpg", *NAMES])  # together, in their order


# Forced: nobody can choose how sure the model is.
def test_the_surest_come_first_if_asked(page: Page) -> None:
    for name, confidence in [("dog.jpg", 0.4), ("wave.jpg", 0.9)]:
        page.route(CAPTIONS, changing(confidence=confidence))
        caption(page, PHOTOS / name)
        page.unroute(CAPTIONS)
    page.get_by_role("combobox", name="Sort").select_option("Most confident first")
    expect(row_names(page)).to_have_text(["wave.jpg", "dog.jpg"])
    page.get_by_role("combobox", name="Sort").select_option("Least confident first")
    expect(row_names(page)).to_have_text(["dog.jpg", "wave.jpg"])


def test_a_range_is_selected_with_shift(gallery: Page) -> None:
    gallery.locator(".select").first.click()
    gallery.locator(".select").last.click(modifiers=["Shift"])
    expect(gallery.get_by_text("3 of 3 selected")).to_be_visible()
    gallery.locator(".select").nth(1).click(modifiers=["Shift"])
    expect(gallery.get_by_text("1 of 3 selected")).to_be_visible()


def test_all_alt_texts_are_copied_in_the_order_they_were_added(gallery: Page) -> None:
    gallery.get_by_role("combobox", name="Sort").select_option("Least confident first")
    gallery.get_by_role("button", name="Copy all").click()
    expect(gallery.get_by_text("3 alt texts copied, each on a line with its file name.")).to_be_visible()
    lines = [line.split("\t") for line in clipboard(gallery).splitlines()]
    assert [name for name, _ in lines] == NAMES
    for name, words_ in lines:
        expect(sentence(row(gallery, name))).to_have_text(words_)


def test_an_edit_is_kept_and_found(page: Page) -> None:
    edit(caption(page), "Café terrace at noon.")
    expect(row(page, "dog.jpg")).to_contain_text("Café terrace at noon.")
    page.reload()
    page.get_by_role("searchbox").fill("cafe")
    expect(row(page, "dog.jpg")).to_contain_text("Café terrace at noon.")


def _exported(page: Page, kind: str, folder: Path) -> str:
    with page.expect_download() as download:
        export(page, kind)
    download.value.save_as(folder / "export")
    return (folder / "export").read_text(encoding="utf-8-sig")


def test_csv_has_what_was_written_by_hand_and_by_machine(page: Page, tmp_path: Path) -> None:
    name = '=1+2 "quoted", with a comma.jpg'
    choose(page, {"name": name, "mimeType": "image/jpeg", "buffer": DOG.read_bytes()})
    dog = card(page, name)
    expect(headline(dog)).to_have_text(SENTENCE)
    generated = headline(dog).inner_text()
    edit(dog, "Rex,\nat noon.")
    expect(headline(dog)).to_have_text("Rex, at noon.")
    dog.get_by_role("button", name="Close").click()
    [line] = csv.DictReader(io.StringIO(_exported(page, "CSV", tmp_path), newline=""))
    assert line["File"] == f"'{name}"  # no spreadsheet takes it for a formula
    assert line["Alt text"] == "Rex,\nat noon."
    assert (line["Edited"], line["Decorative"]) == ("yes", "no")
    assert (line["Reviewed"], line["Needs a description"]) == ("yes", "no")
    assert line["Caption"].lower() in generated.lower()
    assert line["Certainty"] in ("likely", "possible")
    assert line["Language"] == "en"


# Forced: a photo that the model cannot describe.
def test_csv_has_no_caption_that_was_withheld(page: Page, tmp_path: Path) -> None:
    page.route(CAPTIONS, worded("a man in a red shirt", "", "none"))
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text("Needs a description")
    page.get_by_role("button", name="Close").click()
    [line] = csv.DictReader(io.StringIO(_exported(page, "CSV", tmp_path), newline=""))
    assert (line["Alt text"], line["Caption"], line["Certainty"]) == ("", "", "none")
    assert line["Tags"] == "shirt"
    page.get_by_role("searchbox").fill("man")
    expect(page.get_by_text("No photo here matches.")).to_be_visible()


def test_json_has_the_selected_photos_in_full(gallery: Page, tmp_path: Path) -> None:
    row(gallery, "wave.jpg").get_by_role("checkbox", name="Select").check()
    [photo] = json.loads(_exported(gallery, "JSON", tmp_path))
    assert photo["name"] == "wave.jpg"
    assert photo["alt_text"] == photo["record"]["alt_text"]
    assert len(photo["record"]["words"]) > 1


def test_without_a_database_the_photos_last_as_long_as_the_page(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page.goto(server.url)
    caption(page)
    expect(page.locator(".row")).to_have_count(1)
    page.reload()
    expect(page.get_by_text("Try one of these")).to_be_visible()


# Forced: what version 0.1 of the page left in the browser, whose records had no certainty and no places of words.
OLD_PHOTOS = """async () => {
    const attention = "/////" + "A".repeat(257) + "==";
    const word = (word) => ({ word, probability: 0.5, attention });
    const record = (caption, alt_text) => ({
        id: "", status: "captioned", caption, alt_text, confidence: 0.6, tags: ["dog"], created_at: "",
        words: caption.split(" ").map(word), alternatives: [{ caption: "a cat", confidence: 0.1 }],
    });
    const photo = (id, record) => ({
        id, record, captionUrl: "", name: id + ".jpg", addedAt: 1, thumbnail: null, own: null, decorative: false,
    });
    const open = indexedDB.open("glimpse", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("photos", { keyPath: "id" });
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const transaction = database.transaction("photos", "readwrite");
    const photos = transaction.objectStore("photos");
    photos.put(photo("told", record("a dog sits", "A dog sits.")));
    photos.put(photo("hedged", record("a dog sits", "Possibly a dog sits.")));
    photos.put(photo("withheld", record("a dog sits", "No description: the model cannot tell what this shows.")));
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
}"""


def with_database(page: Page, server: Server, script: str) -> Page:
    """The page after a script has written the database of an earlier version."""
    page.goto(f"{server.url}favicon.svg")  # the page itself would open the database
    page.evaluate(script)
    page.goto(server.url)
    return page


def test_photos_of_earlier_versions_open_with_their_words(open_page: OpenPage, server: Server) -> None:
    page = with_database(open_page(), server, OLD_PHOTOS)
    for name, certainty, line, printed in [
        ("told.jpg", "likely", "A dog sits.", ["A", "dog", "sits"]),
        ("hedged.jpg", "possible", "Possibly a dog sits.", ["a", "dog", "sits"]),
        ("withheld.jpg", "none", "Needs a description", []),
    ]:
        row(page, name).get_by_role("button", name="Open").click()
        expect(card(page, name)).to_have_attribute("data-certainty", certainty)
        expect(headline(card(page, name))).to_have_text(line)
        if printed:
            show_words(card(page, name))
        expect(words(card(page, name))).to_have_text(printed)
        expect(card(page, name).locator(".tag")).to_have_text("dog")


# Forced: what version 0.2 left in the browser, whose rows had the attention of every word in them.
ROW_WITH_ATTENTION = """async () => {
    const attention = "/".repeat(261) + "w==";
    const word = (word, start) => ({ word, start, end: start + word.length, probability: 0.5, attention });
    const record = {
        id: "", status: "captioned", caption: "a dog", confidence: 0.6, certainty: "likely", alt_text: "A dog.",
        language: "en", alternatives: [], words: [word("a", 0), word("dog", 2)], tags: [], created_at: "",
    };
    const photo = {
        key: "1700000000000-a", id: "", captionUrl: "", name: "dog.jpg", size: 1, addedAt: 1, batch: 1, kept: false,
        record, failure: null, own: null, draft: null, tags: null, decorative: false, reviewed: true,
    };
    const open = indexedDB.open("glimpse", 2);
    open.onupgradeneeded = () =>
        ["entries", "pictures", "files"].forEach((table) => open.result.createObjectStore(table));
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const transaction = database.transaction("entries", "readwrite");
    transaction.objectStore("entries").put(photo, photo.key);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
}"""


def test_heat_maps_of_an_earlier_version_are_still_there(open_page: OpenPage, server: Server) -> None:
    page = with_database(open_page(), server, ROW_WITH_ATTENTION)
    row(page, "dog.jpg").get_by_role("button", name="Open").click()
    show_words(card(page, "dog.jpg")).nth(1).focus()
    expect(card(page, "dog.jpg").locator("canvas")).to_have_css("opacity", "1")
    expect(row(page, "dog.jpg")).to_have_attribute("data-reviewed", "")
