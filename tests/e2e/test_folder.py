"""The page of `glimpse serve`: a folder's photos, found, narrowed, edited and captioned while somebody looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from collection.captions.background import Background
from collection.index import paths, photos, tags
from collection.index.database import Index, locate
from collection.library import Library
from collection.serving.app import create_app, headers
from function.settings import Settings
from function.web.serving.server import bound
from tests.collection.conftest import picture, until
from tests.collection.writer import Writer, sentence
from tests.contract.serving import running
from tests.e2e.axe import load_axe, overflow, violations
from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.locators import row, row_names
from tests.e2e.locators import sentence as text_of

MANY = 130  # photos: more than are read at once
DOWN = """(count) => {
    document.querySelector(".row:last-child").scrollIntoView();
    return document.querySelectorAll(".row").length === count;
}"""
"""Scrolls on until there are so many rows."""


class Folder(NamedTuple):
    """A folder that is being served."""

    url: str
    place: Path
    file: Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Walls in three colours with dates of two years, and many photos of the sea that are in the index alone."""
    place = tmp_path_factory.mktemp("photos")
    (place / "house").mkdir()
    for day, colour in enumerate(("red", "green", "blue"), 1):
        (place / "house" / f"IMG_2023080{day}_101010 {colour}.jpg").write_bytes(picture(colour))
    file = locate(place)
    with Index.open(file) as index:
        _note_many(index, place)
    background = Background(file, place, Writer())
    server = bound(create_app(Library(file), background, Settings()), Settings(), headers(), "127.0.0.1", 0)
    with running(server):
        background.start()
        until(lambda: background.progress.done == 3)
        yield Folder(f"http://127.0.0.1:{server.effective_port}/", place, file)
        background.stop()


def _note_many(index: Index, place: Path) -> None:
    root = paths.add_root(index, place.parent / "elsewhere")
    with index.change():
        paths.note(index, root, [paths.Seen(f"sea/{i:03}.jpg".encode(), "image", 1, 1) for i in range(MANY)])
        for i in range(MANY):
            photo = photos.add(index, bytes([i]) * 32, 1)
            photos.keep_record(index, photo, {**sentence(f"the sea number {i}", ["sea"]), "id": f"{i:032x}"})
            values = {"taken_at": f"2020-01-01T{i // 60:02}:{i % 60:02}:00", "taken_source": "name"}
            photos.keep_metadata(index, photo, values, [])
            paths.attach(index, i + 1, bytes([i]) * 32, 1, 1)


@pytest.fixture
def page(open_page: OpenPage, folder: Folder) -> Page:
    """The folder's page."""
    page = open_page(reduced_motion="reduce")
    page.goto(folder.url)
    expect(page.locator(".row img").first).to_be_visible()
    return page


def search(page: Page, words: str) -> None:
    page.get_by_label("Search").fill(words)


def test_photos_are_found_and_narrowed_by_what_stands_at_the_side(page: Page, snap: Snap) -> None:
    search(page, "wal")
    expect(row_names(page)).to_have_count(3)
    page.get_by_role("button", name="blue 1").click()
    expect(row_names(page)).to_have_text(["IMG_20230803_101010 blue.jpg"])
    expect(page.get_by_role("button", name="blue 1")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="blue 1").click()
    page.get_by_role("button", name="2020 130").click()
    expect(page.locator("#none")).to_be_visible()
    search(page, "")
    page.get_by_role("button", name="2023 3").click()
    page.get_by_role("button", name="August 2023 3").click()
    expect(page.get_by_label("Search")).to_have_value("date:2023-08")
    expect(row_names(page)).to_have_count(3)
    load_axe(page)
    assert (overflow(page), violations(page)) == (0, [])
    snap(page, "folder-1280")


def test_a_misspelt_word_gets_a_suggestion(page: Page) -> None:
    search(page, "bleu")
    page.get_by_role("button", name="Did you mean blue?").click()
    expect(row_names(page)).to_have_text(["IMG_20230803_101010 blue.jpg"])


def test_what_is_written_and_tagged_is_kept_in_the_index(page: Page, folder: Folder) -> None:
    search(page, "green")
    wall = row(page, "IMG_20230802_101010 green.jpg")
    wall.get_by_role("button", name="Edit").click()
    page.get_by_label("Alt text in your own words").fill("Our garden wall.")
    page.reload()  # a draft outlasts it
    search(page, "green")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(text_of(wall)).to_have_text("Our garden wall.")
    wall.get_by_role("button", name="Open").click()
    page.get_by_label("Add a tag").fill("Garden")
    page.get_by_label("Add a tag").press("Enter")
    expect(page.get_by_role("button", name="garden 1")).to_be_visible()
    expect(page.get_by_text("Reviewed 1")).to_be_visible()
    with Index.open(folder.file) as index:
        assert index.all("SELECT own_text, reviewed FROM photos WHERE own_text != ''")[0][:] == ("Our garden wall.", 1)
        assert tags.counts(index, ["garden"])
    page.reload()
    search(page, "garden")
    expect(text_of(wall)).to_have_text("Our garden wall.")


def test_photos_like_one_are_shown_and_the_way_back_leads_to_it(page: Page, snap: Snap) -> None:
    search(page, "wall date:2023")
    page.get_by_label("Sort").select_option("oldest")
    wall = row(page, "IMG_20230803_101010 blue.jpg")
    wall.get_by_role("button", name="Open").click()
    page.get_by_role("button", name="More like this").press("Enter")
    heading = page.get_by_role("heading", name="Photos most like IMG_20230803_101010 blue.jpg")
    expect(heading).to_be_focused()
    expect(row(page, "IMG_20230801_101010 red.jpg")).to_be_visible()
    expect(wall).to_have_count(0)
    load_axe(page)
    assert (overflow(page), violations(page)) == (0, [])
    snap(page, "folder-alike-1280")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value("wall date:2023")
    expect(page.get_by_label("Sort")).to_have_value("oldest")
    expect(wall.get_by_role("button", name="Open")).to_be_focused()
    expect(heading).to_be_hidden()


def test_favourites_are_marked_by_a_key_and_found_at_the_side(page: Page, folder: Folder) -> None:
    search(page, "red date:2023")
    wall = row(page, "IMG_20230801_101010 red.jpg")
    wall.get_by_role("button", name="Edit").focus()
    page.keyboard.press("f")
    expect(wall.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    search(page, "")
    page.get_by_role("button", name="Favourites 1").click()
    expect(row_names(page)).to_have_text(["IMG_20230801_101010 red.jpg"])
    wall.get_by_role("button", name="Open").click()
    mark = page.locator(".card").get_by_role("button", name="Favourite")
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.reload()
    search(page, "is:favourite")
    wall.get_by_role("button", name="Favourite").click()
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#gallery-heading")).to_be_focused()  # no row is left to have it
    with Index.open(folder.file) as index:
        assert index.value("SELECT count(*) FROM photos WHERE favourite") == 0


def test_a_long_list_is_read_as_it_comes_into_view(page: Page) -> None:
    search(page, "sea")
    expect(page.locator("#counted")).to_have_text("130 photos")
    page.wait_for_function(DOWN, arg=MANY, polling=200)
    expect(text_of(page.locator(".row").nth(MANY - 1))).to_contain_text("The sea number")
    page.get_by_label("Sort").select_option("oldest")
    expect(text_of(page.locator(".row").first)).to_have_text("The sea number 0.")


def test_a_photo_that_comes_is_captioned_and_shown(page: Page, folder: Folder) -> None:
    page.get_by_label("Sort").select_option("newest")
    (folder.place / "IMG_20240101_000000 new.png").write_bytes(picture("#fe0000", format="PNG"))
    expect(text_of(page.locator(".row").first)).to_have_text("A red wall.")
    expect(row_names(page).first).to_have_text("IMG_20240101_000000 new.png")
    expect(page.locator(".row img").first).to_have_js_property("naturalWidth", 64)


def test_it_fits_a_phone(open_page: OpenPage, folder: Folder, snap: Snap) -> None:
    page = open_page(390, color_scheme="dark", reduced_motion="reduce")
    page.goto(folder.url)
    search(page, "wall")
    expect(page.locator(".row").nth(5)).to_have_count(0)
    row(page, "IMG_20230803_101010 blue.jpg").get_by_role("button", name="Open").click()
    expect(page.get_by_role("button", name="More like this")).to_be_visible()
    load_axe(page)
    assert (overflow(page), violations(page)) == (0, [])
    snap(page, "folder-390-dark")
