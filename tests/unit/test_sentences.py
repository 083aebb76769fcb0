import pytest

from function.captioning.english.sentences import NO_DESCRIPTION, alt_text, with_articles
from function.captioning.vocabulary import tokenize


def published(caption: str, confidence: float = 0.9) -> str:
    return alt_text(tokenize(caption), confidence, hedge_below=0.5, silent_below=0.1)


@pytest.mark.parametrize(
    ("caption", "sentence"),
    [
        ("a dog runs", "A dog runs."),
        ("a man's dog runs", "A man's dog runs."),
        ("a elephant and an dog", "An elephant and a dog."),
        ("an man waits a hour for an unicycle", "A man waits an hour for a unicycle."),
        ("an image of a dog", "A dog."),
        ("the photo shows a dog", "A dog."),
        ("a close-up photo of an orange cat", "An orange cat."),
        ("a dog and a photo of a cat", "A dog and a photo of a cat."),
        ("a dog runs through the", "A dog runs through."),
        ("two dogs with a", "Two dogs."),
        ("a man looks on", "A man looks on."),
        ("a german shepherd", "A German shepherd."),
    ],
)
def test_the_alt_text_is_a_finished_sentence(caption: str, sentence: str) -> None:
    assert published(caption) == sentence


def test_doubt_is_said_and_ignorance_too() -> None:
    assert published("a dog running through grass", 0.5) == "A dog running through grass."
    assert published("a dog running through grass", 0.499) == "Possibly a dog running through grass."
    assert published("german shepherds", 0.2) == "Possibly German shepherds."
    assert published("a dog running through grass", 0.1) == "Possibly a dog running through grass."
    assert published("a dog running through grass", 0.099) == NO_DESCRIPTION


def test_a_caption_of_nothing_is_no_description() -> None:
    assert published("a", 1.0) == published("", 1.0) == NO_DESCRIPTION


@pytest.mark.parametrize(
    "phrase",
    """
    a dog|an elephant|an hour|an honest man|a horse|a unicycle|a uniform|an unusual hat|an uninhabited island
    |an umbrella|a used car|a utility pole|a one-way street|an orange shirt|an x-ray|a european city|an older man
    |an 8 year old|an 11 year old|an 18 wheeler|a 10 year old|a yellow bus|an inflatable boat|a t-shirt|an ice cream
    |a ukulele|an upside down boy|an usher|a hotel|an ewok|an heirloom
    """.split("|"),  # noqa: SIM905
)
def test_articles_agree_with_the_sound_that_follows(phrase: str) -> None:
    words = phrase.split()
    for wrong in ("a", "an"):
        assert with_articles([wrong, *words[1:]]) == words


def test_an_article_at_the_end_is_left_alone() -> None:
    assert with_articles(["pick", "a"]) == ["pick", "a"]
