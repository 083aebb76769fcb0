"""What the page does not do: run what others wrote, ask third parties, weigh much, need a mouse."""

import re
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests.e2e.actions import caption, choose, clipboard, edit, show_words
from tests.e2e.conftest import OpenPage
from tests.e2e.forged_answers import CAPTIONS, answer, changing
from tests.e2e.locators import DOG, SENTENCE, card, headline, row, words
from tests.e2e.server import Server

MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
SITE = Path(__file__).resolve().parents[2] / "site"
MAXIMUM = 120_000  # bytes, photos not counted


def test_markup_in_file_names_and_captions_comes_out_as_text(page: Page) -> None:
    name = f"{MARKUP}.jpg"
    page.route(  # forced: no vocabulary has such words
        CAPTIONS,
        changing(
            alt_text=f"{MARKUP}.",
            caption=MARKUP,
            certainty="likely",
            language=MARKUP,
            words=[{"word": MARKUP, "start": 0, "end": len(MARKUP), "probability": 0.5, "attention": "A" * 262 + "=="}],
            tags=[{"word": MARKUP, "probability": 0.5}],
            alternatives=[{"caption": f"Another {MARKUP}", "confidence": None}],
        ),
    )
    choose(page, {"name": name, "mimeType": "image/jpeg", "buffer": DOG.read_bytes()})
    expect(page.locator(".name")).to_have_text(name)
    expect(headline(page.locator(".card"))).to_have_text(f"{MARKUP}.")
    expect(page.locator(".tag")).to_have_text(MARKUP)
    expect(page.locator(".row-text")).to_have_text(f"{MARKUP}.")
    expect(page.locator(".alternative span")).to_have_text(f"Another {MARKUP}.")
    expect(show_words(page.locator(".card"))).to_have_text(MARKUP)
    edit(page.locator(".card"), f"My {MARKUP}")
    expect(headline(page.locator(".card"))).to_have_text(f"My {MARKUP}")
    page.reload()
    expect(page.locator(".row-text")).to_have_text(f"My {MARKUP}")
    expect(page).not_to_have_title("owned")
    expect(page.locator("[onerror], main script, img[src=x]")).to_have_count(0)


def test_markup_in_a_servers_message_comes_out_as_text(page: Page) -> None:
    error = {"error": {"code": "bad_request", "message": MARKUP}}
    page.route("**/api/uploads", lambda route: answer(route, 400, error))
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(MARKUP)
    expect(page).not_to_have_title("owned")


def test_nothing_is_asked_of_others_nothing_is_logged_and_the_page_is_light(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page()
    asked: list[str] = []
    logged: list[str] = []
    weights: dict[str, int] = {}
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: logged.append(_line(message)))
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.on("response", lambda response: weights.update(_weight(response)))
    page.goto(server.url, wait_until="networkidle")
    assert 0 < sum(weights.values()) < MAXIMUM, weights
    dog = caption(page)
    show_words(dog).first.hover()
    assert [url for url in asked if not url.removeprefix("blob:").startswith(server.url)] == []
    assert logged == []


def _weight(response: Response) -> dict[str, int]:
    """Bytes of what makes the page, before any compression."""
    return {} if response.url.endswith(".jpg") else {response.url: len(response.body())}


def _line(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


def test_every_module_that_is_needed_at_once_is_preloaded(page: Page) -> None:
    modules = _imported(SITE / "main.js")
    assert len(modules) > 20
    links = page.locator("link[rel=modulepreload], script[src]")
    named = set(
        links.evaluate_all("(links) => links.map((link) => link.getAttribute('href') ?? link.getAttribute('src'))")
    )
    assert named == modules


def _imported(module: Path) -> set[str]:
    """The module and all that it imports as soon as it is loaded; what it imports later stands in parentheses."""
    found = {module}
    waiting = [module]
    while waiting:
        path = waiting.pop()
        for name in re.findall(
            r'^import .*"(\..*)";$|^} from "(\..*)";$', path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            imported = (path.parent / "".join(name)).resolve()
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    return {path.relative_to(SITE).as_posix() for path in found}


def test_the_keyboard_is_enough_for_one_photo(page: Page) -> None:
    press = page.keyboard.press
    page.on("filechooser", lambda chooser: chooser.set_files(DOG))
    press("Tab")
    expect(page.get_by_label("Choose photos")).to_be_focused()
    press("Enter")
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text(SENTENCE)

    _tab_to(page, "Copy alt text")
    press("Enter")
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == headline(dog).inner_text()
    press("Tab")
    expect(dog.get_by_role("button", name="Edit")).to_be_focused()
    press("Enter")
    page.keyboard.type("A good dog.")
    press("Tab")
    press("Enter")
    expect(headline(dog)).to_have_text("A good dog.")
    expect(dog.get_by_role("button", name="Edit")).to_be_focused()

    _tab_to(page, "More")
    press("Enter")
    _tab_to(page, "Mark as decorative")
    press("Enter")
    expect(headline(dog)).to_have_text("Decorative: no alt text")
    expect(dog.locator(".menu summary")).to_be_focused()

    _look_by_keyboard(page, dog)
    _delete_by_keyboard(page)


def _look_by_keyboard(page: Page, dog: Locator) -> None:
    """Open the heat map, go through the words, and close the card."""
    press = page.keyboard.press
    _tab_to(page, "Where Glimpse looked")
    press("Enter")
    expect(words(dog).first).to_be_visible()
    press("Tab")
    expect(words(dog).first).to_be_focused()
    press("ArrowRight")
    expect(words(dog).nth(1)).to_have_class("word shown")

    _tab_to(page, "Close", "Shift+Tab")
    press("Enter")
    expect(row(page, "dog.jpg").get_by_role("button", name="Open")).to_be_focused()


def _delete_by_keyboard(page: Page) -> None:
    """Select the row, delete it, and undo that."""
    press = page.keyboard.press
    press("Shift+Tab")
    press("Space")
    expect(page.get_by_text("1 of 1 selected")).to_be_visible()
    _tab_to(page, "Delete", "Shift+Tab")
    press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("heading", name="My photos")).to_be_focused()


def _tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until something of that accessible name has the focus."""
    for _ in range(40):
        page.keyboard.press(key)
        focused = page.evaluate(
            """() => {
                const element = document.activeElement;
                return element.ariaLabel ?? element.labels?.[0]?.textContent ?? element.textContent;
            }"""
        )
        if focused.strip() == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")
