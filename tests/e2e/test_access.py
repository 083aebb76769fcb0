"""A site that is not open to everybody: the page asks for its key, or leads to where one signs in."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.actions import choose
from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.locators import DOG, SENTENCE, card, headline
from tests.e2e.server import Server
from tests.issuer import CLIENT, Issuer

KEY = "a key of several words"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    yield from running(tmp_path_factory.mktemp("keyed"), GLIMPSE_KEY_SHA256=hashlib.sha256(KEY.encode()).hexdigest())


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Iterator[Server]:
    """A server that takes the issuer's tokens."""
    names = {"GLIMPSE_TOKEN_ISSUER": issuer.url, "GLIMPSE_TOKEN_AUDIENCE": CLIENT}
    yield from running(tmp_path_factory.mktemp("signing-in"), **names)


def running(folder: Path, **environment: str) -> Iterator[Server]:
    server = Server(folder, **environment)
    server.start()
    yield server
    server.stop()


def give(page: Page, key: str) -> None:
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_an_open_site_asks_for_nothing(page: Page) -> None:
    expect(page.locator("#limits")).not_to_be_empty()  # health has answered
    expect(page.locator("#access")).to_be_hidden()


def test_a_key_opens_the_site_and_the_photo_that_waited_for_it(open_page: OpenPage, keyed: Server, snap: Snap) -> None:
    page = open_page()
    page.goto(keyed.url)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_contain_text("not open to everybody")
    give(page, "another")
    expect(page.locator("#access [role=alert]")).to_contain_text("This key is not the right one.")
    expect(page.get_by_label("Key", exact=True)).to_be_focused()
    snap(page, "access-key")
    give(page, KEY)
    expect(card(page, "dog.jpg")).to_have_attribute("data-state", "captioned")
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    expect(page.locator("#access")).to_be_hidden()
    page.reload()
    expect(page.locator("#limits")).not_to_be_empty()
    expect(page.locator("#access")).to_be_hidden()


def test_a_key_that_was_withdrawn_is_asked_for_again(open_page: OpenPage, keyed: Server) -> None:
    page = open_page()
    page.goto(f"{keyed.url}#key=withdrawn")
    expect(page.locator("#limits")).not_to_be_empty()
    expect(page.locator("#access")).to_be_hidden()
    choose(page, DOG)
    expect(page.get_by_label("Key", exact=True)).to_be_visible()


def test_who_signs_in_comes_back_with_a_token(open_page: OpenPage, signing_in: Server, issuer: Issuer) -> None:
    page = open_page()
    page.goto(signing_in.url)
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_contain_text("not open to everybody")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".row[data-state=captioned] .row-text")).to_have_text(SENTENCE)
    assert page.evaluate("location.href") == signing_in.url  # without the code
    asked = issuer.asked
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", CLIENT, signing_in.url)
    expect(page.locator("#access")).to_be_hidden()


def test_who_does_not_sign_in_is_told_so(open_page: OpenPage, signing_in: Server, issuer: Issuer) -> None:
    issuer.refuses = True
    page = open_page()
    page.goto(signing_in.url)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#access [role=alert]")).to_have_text("Signing in did not work. Try again.")
    issuer.refuses = False
