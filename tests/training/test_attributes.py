from typing import ClassVar

import numpy as np
import pytest

from training.attributes import Attributes, lemma, mean_average_precision


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("dogs", "dog"), ("men", "man"), ("children", "child"), ("running", "run"), ("swinging", "swing"),
        ("wearing", "wear"), ("building", "building"), ("red", "red"), ("shorts", "shorts"),
    ],
)  # fmt: skip
def test_a_word_is_known_by_its_dictionary_form(word: str, base: str) -> None:
    assert lemma(word) == base


@pytest.mark.parametrize("word", ["the", "is", "are", "with", "two", "there", "'s", "their", "front"])
def test_a_word_without_content_is_none(word: str) -> None:
    assert lemma(word) is None


class Captioned:
    captions: ClassVar = {"a.jpg": ["Two dogs run.", "A dog"], "b.jpg": ["A man runs with a dog"], "c.jpg": ["A man"]}

    def split(self, name: str) -> list[str]:
        return list(self.captions)


def test_the_attributes_are_what_the_most_photos_are_described_by() -> None:
    assert Attributes.commonest(Captioned(), 3).words == ("dog", "man", "run")


def test_a_photo_has_what_any_of_its_captions_mentions() -> None:
    attributes = Attributes(["dog", "man", "run"])
    np.testing.assert_array_equal(attributes.labels(["Two dogs", "A brown animal runs"]), [1, 0, 1])
    np.testing.assert_array_equal(attributes.labels(["Nothing known"]), [0, 0, 0])


def test_average_precision_is_the_mean_precision_at_every_hit() -> None:
    labels = np.array([[1], [0], [1], [0]], np.float32)
    assert mean_average_precision(np.array([[4.0], [3], [2], [1]]), labels) == pytest.approx((1 + 2 / 3) / 2)
    assert mean_average_precision(np.array([[4.0], [1], [3], [2]]), labels) == pytest.approx(1)


def test_an_attribute_that_no_photo_has_is_left_out() -> None:
    labels = np.array([[1, 0], [0, 0]], np.float32)
    assert mean_average_precision(np.array([[2.0, 1], [1, 2]]), labels) == pytest.approx(1)
