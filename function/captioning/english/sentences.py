"""English around a caption: articles that agree, and alt text to publish. A leaf: imports nothing of the project.

Works on the words of a caption as `vocabulary.tokenize` gives them.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

FUNCTION_WORDS = frozenset(
    """
    a an the and or of in on at to by for from with without into onto over under up down out off through across along
    around behind between near next after before while as is are was be being been has have having it its his her their
    they he she him them there that this who which what 's one two three four some several many another other each both
    something someone
    """.split()  # noqa: SIM905 (a word a line would hide the code)
)

_OPENING = re.compile(r"(?:(?:a|an|the|this) )?(?:close-?up )?(?:image|photo|photograph|picture|shot) (?:of|shows) ")
_DANGLING = frozenset(["a", "an", "the", "and", "or", "of", "with", "his", "her", "their", "its", "at", "from", "into"])
_PROPER = frozenset(
    """
    african american asian australian british chinese christmas english german halloween indian japanese mexican santa
    t-shirt t-shirts
    """.split()  # noqa: SIM905
)
_THINGS = {
    "broccoli": "broccoli",
    "dining table": "a table",
    "remote": "a remote control",
    "scissors": "scissors",
    "skis": "skis",
    "sports ball": "a ball",
    "tv": "a television",
}
"""Objects whose name in a sentence is another than its class with an article."""
_VOWEL_SOUND = re.compile(
    r"(?:[aeio]|u(?!-|s[aeiu]|ti|te|ku|fo|ni(?!n|m|d)|r[aeio]|bi)|8|11$|18$|hou?rs?\b|hour|honest|honou?r|heir|x-)"
)
_CONSONANT_SOUND = re.compile(r"(?:one\b|once\b|one-|eu|ewe\b|ouija)")


def with_articles(words: Iterable[str]) -> list[str]:
    """The same words with "a" and "an" chosen by the sound that follows: an elephant, a unicycle, an hour."""
    given = list(words)
    followed = zip(given, [*given, ""][1:], strict=True)
    return [article(following) if word in ("a", "an") and following else word for word, following in followed]


def article(following: str) -> str:
    """The indefinite article that goes before a word."""
    return "an" if _VOWEL_SOUND.match(following) and not _CONSONANT_SOUND.match(following) else "a"


class Place(NamedTuple):
    """Where a word stands in a text: text[start:end], in characters."""

    start: int
    end: int


class AltText(NamedTuple):
    """A sentence to publish and, for each word of the caption, its place in it; None where it is not printed."""

    text: str
    places: tuple[Place | None, ...]


def alt_text(words: Sequence[str], hedged: bool) -> AltText:
    """A caption's words as a sentence to publish, beginning with "Possibly" if `hedged`.

    Leaves out "an image of" at the beginning and words left hanging at the end; articles agree and names have
    capitals. Nothing but such words gives an empty text.
    """
    first, last = _opening(words), _ending(words)
    text = "Possibly" if hedged else ""
    places: list[Place | None] = [None] * len(words)
    for i, word in enumerate(_spelled(words[first:last]), first):
        text += " " if text and (word != "'s" or i == first) else ""
        places[i] = Place(len(text), len(text) + len(word))
        text += word
    return AltText(f"{text[0].upper()}{text[1:]}.", tuple(places)) if first < last else unprinted(words)


def mention(words: Sequence[str], thing: str) -> AltText:
    """Alt text that names a thing in place of a caption's words: "Possibly a cat."."""
    printed = _THINGS.get(thing) or f"{article(thing)} {thing}"
    return AltText(f"Possibly {printed}.", unprinted(words).places)


def unprinted(words: Sequence[str]) -> AltText:
    """No alt text for a caption's words."""
    return AltText("", (None,) * len(words))


def _opening(words: Sequence[str]) -> int:
    """How many words say no more than that this is an image."""
    found = _OPENING.match(" ".join(words))
    return found.group().count(" ") if found else 0


def _ending(words: Sequence[str]) -> int:
    """Where the words that are left hanging begin."""
    last = len(words)
    while last and words[last - 1] in _DANGLING:
        last -= 1
    return last


def _spelled(words: Sequence[str]) -> list[str]:
    return [word.capitalize() if word in _PROPER else word for word in with_articles(words)]
