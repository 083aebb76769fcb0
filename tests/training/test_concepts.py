from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.concepts import OBJECT_WEIGHT, Concepts, lemma, mean_average_precision
from training.data.base import Photo


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


def photo(*captions: str, objects: frozenset[str] | None = None) -> Photo:
    return Photo("a.jpg", Path("a.jpg"), captions, objects)


PHOTOS = [photo("Two dogs run.", "A dog"), photo("A man runs with a dog"), photo("A man")]


def test_the_attributes_are_what_the_most_photos_are_described_by() -> None:
    assert Concepts.commonest(PHOTOS, 3).attributes == ("dog", "man", "run")


def test_a_photo_has_the_attributes_that_any_of_its_captions_mentions() -> None:
    concepts = Concepts(["dog", "man", "run"], [])
    np.testing.assert_array_equal(concepts.labels(photo("Two dogs", "A brown animal runs"))[0], [1, 0, 1])
    np.testing.assert_array_equal(concepts.labels(photo("Nothing known"))[0], [0, 0, 0])


def test_a_photo_counts_by_its_captions() -> None:
    concepts = Concepts(["dog", "man"], [])
    for count, weight in ((0, 0), (1, 0.2), (5, 1), (9, 1)):
        np.testing.assert_allclose(concepts.labels(photo(*["A dog"] * count))[1], [weight, weight])


OBJECTS = Concepts([], ["person", "dog", "cat"])
TEACHER = np.array([0.2, 0.9, 0.0], np.float32)


@pytest.mark.parametrize(
    ("given", "teacher", "expected"),
    [
        (photo(objects=frozenset(["cat"])), TEACHER, [0, 0, 1]),  # labels are the truth
        (photo("A man sits", objects=frozenset()), None, [1, 0, 0]),  # and so is what people name
        (photo(), TEACHER, [0.2, 0.9, 0]),  # the teacher speaks where nobody else does
        (photo("Two cats"), TEACHER, [0.2, 0.9, 1]),
    ],
    ids=["labels", "captions", "teacher", "captions and teacher"],
)
def test_objects_come_from_labels_captions_and_the_teacher(given: Photo, teacher: Any, expected: list[float]) -> None:
    labels, weights = OBJECTS.labels(given, teacher)
    np.testing.assert_allclose(labels, expected, rtol=1e-6)
    assert (weights == OBJECT_WEIGHT).all()


def test_objects_that_nobody_looked_for_do_not_count() -> None:
    assert not OBJECTS.labels(photo("A dog"))[1].any()


def test_average_precision_is_the_mean_precision_at_every_hit() -> None:
    labels = np.array([[1], [0], [1], [0]], np.float32)
    assert mean_average_precision(np.array([[4.0], [3], [2], [1]]), labels) == pytest.approx((1 + 2 / 3) / 2)
    assert mean_average_precision(np.array([[4.0], [1], [3], [2]]), labels) == pytest.approx(1)


def test_an_attribute_that_no_photo_has_is_left_out() -> None:
    labels = np.array([[1, 0], [0, 0]], np.float32)
    assert mean_average_precision(np.array([[2.0, 1], [1, 2]]), labels) == pytest.approx(1)
