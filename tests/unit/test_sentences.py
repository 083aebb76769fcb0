import pytest
from hypothesis import given
from hypothesis import strategies as st

from function.captioning.english.gender_neutral import rewritten
from function.captioning.english.sentences import AltText, alt_text, unprinted, with_articles
from function.captioning.vocabulary import tokenize


def published(caption: str, hedged: bool = False) -> str:
    return alt_text(tokenize(caption), hedged).text


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


def test_doubt_is_said() -> None:
    assert published("a dog running through grass") == "A dog running through grass."
    assert published("a dog running through grass", hedged=True) == "Possibly a dog running through grass."
    assert published("german shepherds", hedged=True) == "Possibly German shepherds."


@pytest.mark.parametrize("hedged", [False, True])
def test_a_caption_of_nothing_has_no_alt_text(hedged: bool) -> None:
    assert published("a", hedged) == published("", hedged) == ""
    assert published("an image of a", hedged) == ""
    assert unprinted(["a", "dog"]) == AltText("", (None, None))


def test_every_word_knows_where_it_stands() -> None:
    text, places = alt_text(tokenize("a photo of an german's dog with a"), hedged=True)
    assert text == "Possibly a German's dog."
    assert [place and text[place.start : place.end] for place in places] == [
        *(None, None, None),
        *("a", "German", "'s", "dog"),
        *(None, None),
    ]


WORDS = st.sampled_from(
    """
    a an the dog elephant hour unicycle german t-shirt 's man woman boys and two his her he runs image photo of
    close-up shot shows with 8 year old
    """.split()  # noqa: SIM905
)


@given(st.lists(WORDS, max_size=12), st.booleans(), st.booleans())
def test_every_place_holds_its_word_as_printed(words: list[str], hedged: bool, neutral: bool) -> None:
    spelled = [piece.word for piece in rewritten(words)] if neutral else words
    text, places = alt_text(spelled, hedged)
    printed = [(place, word) for place, word in zip(places, spelled, strict=True) if place]
    rest = text
    for place, word in reversed(printed):
        found = text[place.start : place.end].lower()
        assert found == word or {found, word} == {"a", "an"}
        rest = rest[: place.start] + rest[place.end :]
    assert "".join(rest.split()) == (("Possibly." if hedged else ".") if printed else "")
    assert [place for place, _ in printed] == sorted(place for place, _ in printed)


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
