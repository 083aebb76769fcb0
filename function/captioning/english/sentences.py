"""English around a caption: articles that agree, and alt text to publish. A leaf: imports nothing of the project.

Works on the words of a caption as `vocabulary.tokenize` gives them.
"""

import re
from collections.abc import Iterable, Sequence

FUNCTION_WORDS = frozenset(
    """
    a an the and or of in on at to by for from with without into onto over under up down out off through across along
    around behind between near next after before while as is are was be being been has have having it its his her their
    they he she him them there that this who which what 's one two three four some several many another other each both
    something someone
    """.split()  # noqa: SIM905 (a word a line would hide the code)
)
NO_DESCRIPTION = "No description: the model cannot tell what this shows."

_OPENING = re.compile(r"(?:(?:a|an|the|this) )?(?:close-?up )?(?:image|photo|photograph|picture|shot) (?:of|shows) ")
_DANGLING = frozenset(["a", "an", "the", "and", "or", "of", "with", "his", "her", "their", "its", "at", "from", "into"])
_PROPER = frozenset(
    """
    african american asian australian british chinese christmas english german halloween indian japanese mexican santa
    t-shirt t-shirts
    """.split()  # noqa: SIM905
)
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


def alt_text(words: Sequence[str], confidence: float, hedge_below: float, silent_below: float) -> str:
    """A caption's words as a sentence to publish, as sure as the model is.

    Confidence and both thresholds are probabilities, 0..1: below `hedge_below` the sentence begins with "Possibly",
    below `silent_below` it says that there is no description.
    """
    phrase = as_phrase(words)
    if confidence < silent_below or not phrase:
        return NO_DESCRIPTION
    sentence = f"Possibly {phrase}" if confidence < hedge_below else f"{phrase[0].upper()}{phrase[1:]}"
    return f"{sentence}."


def as_phrase(words: Sequence[str]) -> str:
    """Words as they stand in a sentence: no "an image of" before them, nothing left hanging, names with capitals."""
    kept = _OPENING.sub("", f"{' '.join(words)} ", count=1).split() if _OPENING.match(" ".join(words)) else list(words)
    while kept and kept[-1] in _DANGLING:
        kept.pop()
    named = [word.capitalize() if word in _PROPER else word for word in with_articles(kept)]
    return " ".join(named).replace(" 's", "'s")
