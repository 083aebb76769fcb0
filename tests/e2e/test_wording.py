"""Words that guess a gender, and the same without: a choice for the whole page, which the browser remembers."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.actions import choose, choose_from_more, clipboard, edit, export, show_words
from tests.e2e.forged_answers import ATTENTION, CAPTIONS, changing
from tests.e2e.locators import DOG, PHOTOS, card, headline, row, sentence, words

TOLD = "A man rides his horse."
NEUTRAL = "A person rides their horse."
OWN = "A man of my own words."


def _wording(alt_text: str, tag: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    end = 0
    for word in alt_text.rstrip(".").split():
        start = alt_text.index(word, end)
        end = start + len(word)
        found.append({"word": word.lower(), "start": start, "end": end, "probability": 0.5, "attention": ATTENTION})
    others = [{"caption": f"a {tag} on a horse", "confidence": 0.2}]
    return {"alt_text": alt_text, "words": found, "tags": [{"word": tag, "probability": 0.9}], "alternatives": others}


# Forced: nobody can choose what the model sees.
GENDERED = changing(**_wording(TOLD, "man"), certainty="likely", neutral=_wording(NEUTRAL, "person"))


def test_one_photo_is_worded_without_gender_if_asked(page: Page) -> None:
    page.route(CAPTIONS, GENDERED)
    choose(page, DOG)
    dog = card(page, "dog.jpg")
    expect(headline(dog)).to_have_text(TOLD)
    shown = show_words(dog)
    expect(shown).to_have_text(["A", "man", "rides", "his", "horse"])
    choose_from_more(dog, "Gender-neutral words")
    expect(headline(dog)).to_have_text(NEUTRAL)
    expect(shown).to_have_text(["A", "person", "rides", "their", "horse"])
    expect(dog.locator(".tag")).to_have_text("person")
    expect(dog.locator(".alternative span")).to_have_text("A person on a horse.")
    expect(page.get_by_text("Gender-neutral words are shown.")).to_be_visible()
    dog.get_by_role("button", name="Copy alt text").click()
    expect(page.get_by_text("Alt text copied.")).to_be_visible()
    assert clipboard(page) == NEUTRAL
    choose_from_more(dog, "Gender-neutral words")
    expect(headline(dog)).to_have_text(TOLD)
    expect(words(dog)).to_have_text(["A", "man", "rides", "his", "horse"])


def test_the_list_is_worded_without_gender_but_not_what_was_written(page: Page, tmp_path: Path) -> None:
    page.route(CAPTIONS, GENDERED)
    choose(page, DOG, PHOTOS / "wave.jpg")
    expect(page.locator(".row-text")).to_have_text([TOLD, TOLD])
    edit(row(page, "wave.jpg"), OWN)
    choice = page.get_by_role("checkbox", name="Gender-neutral words")
    choice.check()
    expect(sentence(row(page, "dog.jpg"))).to_have_text(NEUTRAL)
    expect(sentence(row(page, "wave.jpg"))).to_have_text(OWN)
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_text("2 alt texts copied")).to_be_visible()
    assert clipboard(page).splitlines() == [f"dog.jpg\t{NEUTRAL}", f"wave.jpg\t{OWN}"]
    page.reload()
    expect(choice).to_be_checked()
    page.get_by_role("searchbox").fill("person their")
    expect(page.locator(".row-text")).to_have_text([NEUTRAL, OWN])  # the suggestion below one's own words is found, too
    with page.expect_download() as download:
        export(page, "JSON")
    download.value.save_as(tmp_path / "glimpse.json")
    dog, wave = json.loads((tmp_path / "glimpse.json").read_text(encoding="utf-8"))
    assert (dog["alt_text"], wave["alt_text"]) == (NEUTRAL, OWN)
    assert dog["record"]["alt_text"] == TOLD
    assert [word["attention"] for word in dog["record"]["words"]] == [ATTENTION] * 5


def test_there_is_no_choice_where_nothing_differs(page: Page) -> None:
    page.route(CAPTIONS, changing(neutral=None))
    choose(page, DOG, PHOTOS / "wave.jpg")
    expect(page.locator(".row[data-state=captioned]")).to_have_count(2)
    expect(page.locator("#wording")).to_be_hidden()
    row(page, "dog.jpg").get_by_role("button", name="Open").click()
    card(page, "dog.jpg").get_by_text("More", exact=True).click()
    expect(card(page, "dog.jpg").get_by_role("button", name="Mark as decorative")).to_be_visible()
    expect(card(page, "dog.jpg").locator(".neutral")).to_be_hidden()
