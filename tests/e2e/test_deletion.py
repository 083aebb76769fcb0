"""Photos that are deleted: undone for a while, then gone from the browser and from the server."""

from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.e2e.forged_answers import CAPTIONS
from tests.e2e.locators import card, row, row_names


def test_a_deleted_photo_is_closed_too(gallery: Page) -> None:
    row(gallery, "dog.jpg").get_by_role("button", name="Open").click()
    row(gallery, "dog.jpg").get_by_role("checkbox", name="Select").check()
    gallery.get_by_role("button", name="Delete", exact=True).click()
    expect(card(gallery, "dog.jpg")).to_have_count(0)
    expect(row_names(gallery)).to_have_count(2)


def test_what_is_deleted_is_gone_unless_it_is_undone(gallery: Page) -> None:
    delete = gallery.locator("#delete")
    expect(delete).to_be_disabled()
    row(gallery, "dog.jpg").get_by_role("checkbox", name="Select").check()
    expect(gallery.get_by_text("1 of 3 selected")).to_be_visible()
    delete.click()
    expect(gallery.get_by_text("1 photo deleted.")).to_be_visible()
    expect(row_names(gallery)).to_have_count(2)
    expect(gallery.get_by_role("button", name="Undo")).to_be_focused()
    gallery.locator("#copy-all").click()  # another message, which does not take the undo away
    expect(gallery.get_by_text("2 alt texts copied")).to_be_visible()
    gallery.get_by_role("button", name="Undo").press("Enter")
    expect(row_names(gallery)).to_have_count(3)
    expect(gallery.get_by_role("heading", name="My photos")).to_be_focused()


def test_deleting_everything_asks_first(gallery: Page) -> None:
    gallery.get_by_role("checkbox", name="Select all").check()
    gallery.locator("#delete").click()
    question = gallery.get_by_role("dialog", name="Delete all 3 photos, and everything you wrote about them?")
    question.get_by_role("button", name="Keep").click()
    expect(row_names(gallery)).to_have_count(3)
    expect(gallery.locator("#delete")).to_be_focused()
    gallery.locator("#delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(gallery.locator("#gallery")).to_be_hidden()
    expect(gallery.get_by_role("button", name="Undo")).to_be_focused()
    gallery.reload()
    expect(gallery.get_by_text("Try one of these")).to_be_visible()
    expect(gallery.locator("#gallery")).to_be_hidden()


def test_a_deletion_reaches_the_server_once_it_cannot_be_undone(gallery: Page) -> None:
    urls = _caption_urls(gallery)
    row(gallery, "dog.jpg").get_by_role("checkbox", name="Select").check()
    gallery.locator("#delete").click()
    gallery.get_by_role("button", name="Undo").click()
    row(gallery, "wave.jpg").get_by_role("checkbox", name="Select").check()
    gallery.locator("#delete").click()
    expect(row_names(gallery)).to_have_count(2)
    assert _statuses(gallery, urls) == {"dog.jpg": 200, "two-dogs.jpg": 200, "wave.jpg": 200}

    with gallery.expect_response(lambda response: response.request.method == "DELETE") as deleted:
        gallery.get_by_role("button", name="Dismiss").click()  # the offer to undo
    assert deleted.value.status == 204
    assert _statuses(gallery, urls) == {"dog.jpg": 200, "two-dogs.jpg": 200, "wave.jpg": 404}


def test_a_deletion_is_sent_when_the_page_is_left(gallery: Page) -> None:
    urls = _caption_urls(gallery)
    gallery.get_by_role("checkbox", name="Select all").check()
    gallery.locator("#delete").click()
    gallery.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(gallery.get_by_role("button", name="Undo")).to_be_visible()
    gallery.reload()
    expect(gallery.get_by_text("Try one of these")).to_be_visible()
    gallery.wait_for_function("localStorage.getItem('glimpse-deletions') === '[]'")
    assert set(_statuses(gallery, urls).values()) == {404}


# Forced: the server is out of reach only when the photo is deleted.
def test_a_deletion_that_fails_is_sent_at_the_next_visit(gallery: Page) -> None:
    urls = _caption_urls(gallery)
    gallery.route(CAPTIONS, lambda route: route.abort())
    row(gallery, "dog.jpg").get_by_role("checkbox", name="Select").check()
    gallery.locator("#delete").click()
    with gallery.expect_event("requestfailed"):
        gallery.reload()
    gallery.unroute(CAPTIONS)
    with gallery.expect_response(lambda response: response.request.method == "DELETE"):
        gallery.reload()
    assert _statuses(gallery, urls) == {"dog.jpg": 404, "two-dogs.jpg": 200, "wave.jpg": 200}


def _caption_urls(page: Page) -> dict[str, str]:
    """By the photos' names, as the page has stored them."""
    photos = page.evaluate(
        """() => new Promise((resolve) => {
            indexedDB.open("glimpse").onsuccess = ({ target: { result } }) => {
                const request = result.transaction("entries").objectStore("entries").getAll();
                request.onsuccess = () => resolve(request.result.map(({ name, captionUrl }) => [name, captionUrl]));
            };
        })"""
    )
    return dict(photos)


def _statuses(page: Page, urls: dict[str, str]) -> dict[str, int]:
    """What the server answers to each."""
    return {name: page.request.get(urljoin(page.url, url)).status for name, url in urls.items()}
