"""How the page looks: every width, light and dark, contrast and motion."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.gestures import CAPTIONS, DOG, PHOTOS, card, choose, headline, keep_pending
from tests.e2e.server import Server


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
