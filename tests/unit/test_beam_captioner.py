"""The released model, on real photos."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.vocabulary import join
from function.images.read import read
from function.records import Caption, Wording
from function.settings import Settings
from tests.caption_content import tells_of_a_dog
from tests.drawing import oriented

GENDERED = re.compile(r"\b(?:(?:wo)?m[ae]n|boys?|girls?|lady|ladies|guys?|males?|females?|he|she|his|hers?|him)\b")


@pytest.fixture(scope="module")
def pixels(photos: Path) -> np.ndarray:
    names = ("dog.jpg", "beach.jpg", "cat.jpg")
    return np.stack([read((photos / name).read_bytes()).pixels for name in names])


@pytest.fixture(scope="module")
def captions(captioner: BeamCaptioner, pixels: np.ndarray) -> list[Caption]:
    return [captioner.describe(photo) for photo in pixels]


def test_a_dog_is_seen(captions: list[Caption]) -> None:
    assert tells_of_a_dog(captions[0].caption)


def test_a_photo_is_captioned_alike_whatever_came_before(
    captioner: BeamCaptioner, pixels: np.ndarray, captions: list[Caption]
) -> None:
    again = [captioner.describe(photo) for photo in pixels[::-1]][::-1]
    assert [c.caption for c in again] == [c.caption for c in captions]
    assert [[w.probability for w in c.words] for c in again] == [[w.probability for w in c.words] for c in captions]


def test_words_spell_the_caption_with_a_probability_and_a_place_each(captions: list[Caption]) -> None:
    for caption in captions:
        assert " ".join(word.word for word in caption.words).replace(" 's", "'s") == caption.caption
        for word in caption.words:
            assert 0 < word.probability <= 1
            assert word.attention.shape == (14, 14)
            assert word.attention.sum() == pytest.approx(1, abs=1e-3)
            assert word.attention.min() >= 0


def test_alternatives_are_other_sentences(captions: list[Caption]) -> None:
    for caption in captions:
        texts = [caption.caption, *(alternative.caption for alternative in caption.alternatives)]
        assert len(texts) == len(set(texts)) == 5


def test_no_caption_repeats_itself(captions: list[Caption]) -> None:
    for caption in captions:
        words = caption.caption.split()
        triples = list(zip(words, words[1:], words[2:], strict=False))
        assert len(triples) == len(set(triples))
        assert all(a != b for a, b in itertools.pairwise(words))


def test_tags_are_what_the_photo_shows_most_certain_first(captions: list[Caption]) -> None:
    assert "dog" in {tag.word for tag in captions[0].tags}
    for caption in captions:
        assert len(caption.tags) <= 8
        probabilities = [tag.probability for tag in caption.tags]
        assert probabilities == sorted(probabilities, reverse=True)
        assert all(0 < probability < 1 for probability in probabilities)
        assert not {"a", "the", "in", "dogs"} & {tag.word for tag in caption.tags}


def test_what_is_published_goes_with_the_certainty(
    captioner: BeamCaptioner, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def captioned(hedge_below: float, silent_below: float, thing_from: float = 1) -> Caption:
        settings = Settings(hedge_below=hedge_below, silent_below=silent_below, thing_from=thing_from)
        monkeypatch.setattr(captioner, "settings", settings)
        caption = captioner.describe(pixels[0])
        assert tells_of_a_dog(caption.caption)
        assert {tag.word for tag in caption.tags} >= {"dog"}
        return caption

    likely, possible, none = captioned(0, 0), captioned(1, 0), captioned(1, 1)
    assert (likely.certainty, possible.certainty, none.certainty) == ("likely", "possible", "none")
    assert tells_of_a_dog(likely.alt_text)
    assert possible.alt_text.startswith("Possibly ")
    assert likely.alternatives == possible.alternatives != []
    assert (none.alt_text, none.alternatives) == ("", [])
    assert [(word.start, word.end) for word in none.words] == [(None, None)] * len(none.words)
    thing = captioned(1, 1, thing_from=0.5)
    assert (thing.certainty, thing.alt_text, thing.alternatives) == ("possible", "Possibly a dog.", [])
    assert [(word.start, word.end) for word in thing.words] == [(None, None)] * len(thing.words)


def test_every_word_is_found_in_the_alt_text(captions: list[Caption]) -> None:
    for caption in captions:
        printed = [caption.alt_text[word.start : word.end].lower() for word in caption.words]
        assert printed == [word.word for word in caption.words]


def test_neutral_words_are_used_everywhere_or_nowhere(
    captioner: BeamCaptioner, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every photo of the folder; the model calls somebody a man or a woman on some of them."""
    pixels = [read(path.read_bytes()).pixels for path in sorted(photos.glob("*.jpg"))]
    monkeypatch.setattr(captioner, "settings", Settings(silent_below=0))
    told = [captioner.describe(photo) for photo in pixels]
    monkeypatch.setattr(captioner, "settings", Settings(neutral=True, silent_below=0))
    neutral = [captioner.describe(photo) for photo in pixels]
    assert any(GENDERED.search(text) for caption in told for text in _texts(caption))
    for caption, other in zip(neutral, told, strict=True):
        assert caption.neutral is None
        assert not [text for text in _texts(caption) if GENDERED.search(text)]
        assert _texts(other.neutral or other) == _texts(caption)
        assert (other.neutral is None) == (_texts(other) == _texts(caption))
        assert join(word.word for word in caption.words) == caption.caption
        assert _places(other.neutral or other) == _places(caption)
        assert all(word.attention.sum() == pytest.approx(1, abs=1e-3) for word in caption.words)
        texts = [caption.caption, *(alternative.caption for alternative in caption.alternatives)]
        assert len(texts) == len(set(texts))


def _places(caption: Caption | Wording) -> list[tuple[int | None, int | None]]:
    return [(word.start, word.end) for word in caption.words]


def _texts(caption: Caption | Wording) -> list[str]:
    alternatives = [alternative.caption for alternative in caption.alternatives]
    return [
        caption.caption,
        caption.alt_text,
        *alternatives,
        *(tag.word for tag in caption.tags),
        *(word.word for word in caption.words),
    ]


@pytest.mark.parametrize("width", [1, 3])
def test_the_beam_width_is_a_choice(
    captioner: BeamCaptioner, pixels: np.ndarray, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioner, "settings", Settings(beam=width))
    assert len(captioner.describe(pixels[0]).alternatives) == width - 1


def test_a_photo_turned_in_the_camera_gets_the_same_caption(captioner: BeamCaptioner, photos: Path) -> None:
    with Image.open(photos / "dog.jpg") as photo:
        turned = [oriented(photo, orientation, "PNG") for orientation in range(1, 9)]
    captions = [captioner.describe(read(data).pixels) for data in turned]
    assert len({caption.caption for caption in captions}) == 1


def test_confidence_is_the_chance_of_a_good_caption_times_that_of_a_photo(
    captioner: BeamCaptioner, pixels: np.ndarray, captions: list[Caption], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = captioner._confidence_model
    features = captioner.encode(pixels[0])
    good = model.good(captioner.measures(captioner.read(features)))
    assert captions[0].confidence == pytest.approx(good[0] * model.photo(features))
    monkeypatch.setattr(model, "photo", lambda features: 0.0)
    assert captioner.describe(pixels[0]).certainty == "none"
