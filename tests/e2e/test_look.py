"""How the page looks: every state at every width, light and dark; contrast, zoom, motion, and axe's opinion."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.actions import caption, choose, choose_from_more, copy_of, edit, show_words, wait_until_kept
from tests.e2e.axe import load_axe, overflow, violations
from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.forged_answers import CAPTIONS, answer, changing, keep_pending, worded
from tests.e2e.locators import DOG, PHOTOS, card, headline, row
from tests.e2e.server import Server

DOGS = PHOTOS / "two-dogs.jpg"
Look = Callable[[str], None]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_every_state_fits_its_width_and_satisfies_axe(
    open_page: OpenPage, server: Server, snap: Snap, torn: Path, width: int, scheme: str
) -> None:
    page = open_page(width, color_scheme=scheme, reduced_motion="reduce")  # axe must not measure half a fade
    page.goto(server.url)
    load_axe(page)

    def look(state: str) -> None:
        assert overflow(page) == 0, state
        assert violations(page) == [], state
        snap(page, f"{state}-{width}-{scheme}")

    expect(page.locator("#limits")).not_to_be_empty()
    look("empty")
    _show_troubles(page, server, look, torn)
    _show_waiting(page, look)
    _show_captions(page, look)
    _show_gallery(page, look)


def _show_troubles(page: Page, server: Server, look: Look, torn: Path) -> None:
    """What has not arrived, for one reason or another."""
    page.route("**/api/uploads", lambda route: answer(route, 429, {"message": "Too Many Requests"}))
    choose(page, DOG)
    expect(headline(page.locator(".card"))).to_have_text("The server is busy")
    look("busy")
    _close(page)
    page.unroute("**/api/uploads")

    page.context.set_offline(True)
    choose(page, DOG)
    expect(headline(page.locator(".card"))).to_have_text("You are offline")
    look("offline")
    _close(page)
    page.context.set_offline(False)

    page.route(f"{server.url}uploads", lambda route: None)  # never arrives
    choose(page, DOG)
    expect(headline(page.locator(".card"))).to_have_text("Uploading…")
    look("uploading")
    _close(page)
    page.unroute(f"{server.url}uploads")

    page.route(CAPTIONS, lambda route: answer(route, 403, {"message": "Forbidden"}))
    choose(page, torn)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    look("failed")
    _close(page)
    page.unroute(CAPTIONS)


def _show_waiting(page: Page, look: Look) -> None:
    page.route(CAPTIONS, keep_pending)
    choose(page, DOG)
    expect(card(page, "dog.jpg")).to_contain_text("the model may be starting")
    look("waiting")
    _close(page)
    page.unroute(CAPTIONS)


def _show_captions(page: Page, look: Look) -> None:
    """Forced, all but the last: nobody can choose how sure the model is."""
    for number, (state, alt_text) in enumerate(
        [("likely", "A dog stands in the grass."), ("possible", "Possibly a dog stands in the grass.")]
    ):
        page.route(CAPTIONS, worded("a dog stands here", alt_text, state))
        caption(page, copy_of(DOG, number))
        look(state)
        _close(page)
        page.unroute(CAPTIONS)

    page.route(CAPTIONS, worded("a dog stands in the grass", "", "none", 0.04))
    choose(page, DOG)
    expect(headline(page.locator(".card"))).to_have_text("Needs a description")
    look("needs-description")
    _close(page)
    page.unroute(CAPTIONS)

    page.route(CAPTIONS, changing(neutral={"alt_text": "Two pets.", "words": [], "alternatives": [], "tags": []}))
    dogs = caption(page, DOGS)
    page.unroute(CAPTIONS)
    show_words(dogs).nth(2).focus()
    expect(dogs.locator("canvas")).to_have_css("opacity", "1")
    look("attention")
    dogs.get_by_role("button", name="Edit").click()
    look("editing")
    edit(dogs, "Two spaniels wait for the post. " * 6)
    look("edited")
    dogs.get_by_text("More", exact=True).click()
    look("more")
    page.keyboard.press("Escape")
    for offer in ("Favourite", "More like this"):  # what only a folder's index can answer
        expect(page.get_by_role("button", name=offer)).to_have_count(0)
    choose_from_more(dogs, "Mark as decorative")
    look("decorative")
    choose_from_more(dogs, "Mark as decorative")
    _close(page)


def _show_gallery(page: Page, look: Look) -> None:
    choose(page, *(PHOTOS / name for name in ["wave.jpg", "horses.jpg", "football-field.jpg", "polar-bear.jpg"]))
    wait_until_kept(page, 8)
    page.reload()
    load_axe(page)
    expect(page.locator(".row[data-state=captioned]")).to_have_count(8)
    row(page, "wave.jpg").get_by_role("checkbox", name="Select").check()
    row(page, "horses.jpg").get_by_role("button", name="Edit").click()
    look("list")
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="View").select_option("Grid")
    look("grid")
    page.locator("#delete").click()
    expect(page.locator(".row")).to_have_count(7)
    look("deleted")
    page.get_by_role("checkbox", name="Select all").check()
    page.locator("#delete").click()
    look("asked")


def _close(page: Page) -> None:
    page.locator(".card .remove").click()
    expect(page.locator(".card")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 640, 1280])
def test_text_of_twice_the_size_fits(open_page: OpenPage, server: Server, snap: Snap, width: int) -> None:
    page = open_page(width)
    page.goto(server.url)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == 0
    caption(page)
    assert overflow(page) == 0
    snap(page, f"zoom-{width}")


def test_forced_colours_satisfy_axe_and_show_what_is_chosen(open_page: OpenPage, server: Server, snap: Snap) -> None:
    page = open_page(forced_colors="active", reduced_motion="reduce")
    page.goto(server.url)
    load_axe(page)
    choose(page, DOG, DOGS)
    expect(page.locator(".row[data-state=captioned]")).to_have_count(2)
    row(page, "dog.jpg").get_by_role("button", name="Reviewed").click()
    row(page, "dog.jpg").get_by_role("button", name="Open").click()
    assert violations(page) == []
    border = "(button) => getComputedStyle(button).borderTopWidth"
    reviewed, not_reviewed = (row(page, name).locator(".accept") for name in ("dog.jpg", "two-dogs.jpg"))
    assert reviewed.evaluate(border) != not_reviewed.evaluate(border)  # without colour
    snap(page, "forced-colours")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_edges_stand_out_from_their_ground(open_page: OpenPage, server: Server, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(server.url)
    text = [
        ("--ink", "--paper"),
        ("--ink", "--mat"),
        ("--muted", "--paper"),
        ("--muted", "--mat"),
        ("--bad", "--paper"),
    ]
    buttons = [("--on-accent", "--accent"), ("--on-accent", "--accent-strong")]
    for colour, ground in text + buttons:
        assert _contrast(page, colour, ground) >= 4.5, (colour, ground)  # WCAG 2.2, success criterion 1.4.3
    assert _contrast(page, "--edge", "--paper") >= 3  # and 1.4.11


def _contrast(page: Page, *names: str) -> float:
    colours = [
        str(page.evaluate("(name) => getComputedStyle(document.body).getPropertyValue(name)", name)) for name in names
    ]
    lighter, darker = sorted(map(_luminance, colours), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


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


def test_what_can_be_touched_is_large_enough(open_page: OpenPage, server: Server) -> None:
    page = open_page(390, has_touch=True, is_mobile=True)
    page.goto(server.url)
    dog = caption(page)
    touched = "button:visible:not(.word), summary:visible, select:visible, input[type=search]:visible"
    targets: list[Locator] = page.locator(touched).all()
    assert len(targets) > 8
    for target in targets:
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, target  # WCAG 2.2, success criterion 2.5.8
    expect(show_words(dog).first).to_be_visible()
