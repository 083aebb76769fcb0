"""The released model, on real photos."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from function import images
from function.captioner import Captioner, as_sentence
from function.records import Caption
from tests.drawing import oriented
from tests.sights import tells_of_a_dog


@pytest.fixture(scope="module")
def pixels(photos) -> np.ndarray:
    names = ("dog.jpg", "beach.jpg", "cat.jpg")
    return np.stack([images.read((photos / name).read_bytes()).pixels for name in names])


@pytest.fixture(scope="module")
def captions(captioner: Captioner, pixels: np.ndarray) -> list[Caption]:
    return captioner.describe(pixels)


def test_a_dog_is_seen(captions: list[Caption]) -> None:
    assert tells_of_a_dog(captions[0].caption)


def test_a_batch_is_captioned_like_its_photos_one_by_one(captioner, pixels, captions) -> None:
    alone = [captioner.describe(pixels[i : i + 1])[0] for i in range(len(pixels))]
    assert [c.caption for c in alone] == [c.caption for c in captions]
    assert [[w.probability for w in c.words] for c in alone] == [[w.probability for w in c.words] for c in captions]


def test_nothing_in_gives_nothing_out(captioner: Captioner) -> None:
    assert captioner.describe(np.zeros((0, 224, 224, 3), np.uint8)) == []


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
        assert 1 <= len(caption.tags) <= 8
        probabilities = [tag.probability for tag in caption.tags]
        assert probabilities == sorted(probabilities, reverse=True)
        assert all(0 < probability < 1 for probability in probabilities)
        assert not {"a", "the", "in", "dogs"} & {tag.word for tag in caption.tags}


def test_the_alt_text_is_a_sentence() -> None:
    assert as_sentence("a dog runs") == "A dog runs."


@pytest.mark.parametrize("width", [1, 3])
def test_the_beam_width_is_a_choice(captioner: Captioner, pixels: np.ndarray, width: int, monkeypatch) -> None:
    monkeypatch.setattr(captioner, "_beam", width)
    assert len(captioner.describe(pixels[:1])[0].alternatives) == width - 1


def test_a_photo_turned_in_the_camera_gets_the_same_caption(captioner: Captioner, photos: Path) -> None:
    with Image.open(photos / "dog.jpg") as photo:
        turned = [oriented(photo, orientation, "JPEG", quality=95) for orientation in range(1, 9)]
    captions = captioner.describe(np.stack([images.read(data).pixels for data in turned]))
    assert len({caption.caption for caption in captions}) == 1
