"""The rewards, against the field's own implementations where there are some."""

from pathlib import Path

import numpy as np
import pytest
from pycocoevalcap.bleu.bleu import Bleu as FieldsBleu
from pycocoevalcap.cider.cider import Cider

from training.data.base import Photo
from training.rewards import AbsentObjects, Bleu, CiderD, Coverage, Frequencies

PHOTOS = [
    ["a dog runs through the grass", "a brown dog is running on grass", "the dog runs"],
    ["two men play soccer on a field", "men playing soccer", "two men are running on the field"],
    ["a girl in a pink dress is on a swing", "a little girl swings", "a girl in pink"],
]
WRITTEN = ["a dog is running on the grass", "two men on a field", "a girl in a pink dress in a pink dress"]


def ids(sentence: str) -> list[int]:
    """Any numbers will do, as long as a word has always the same."""
    return [sum(ord(letter) * 31**i for i, letter in enumerate(word)) for word in sentence.split()]


def cider(references: list[list[list[int]]]) -> CiderD:
    """Of photos that belong to one collection."""
    return CiderD(references, [Frequencies(references)] * len(references))


@pytest.fixture(scope="module")
def reward() -> CiderD:
    return cider([[ids(sentence) for sentence in photo] for photo in PHOTOS])


def test_the_reward_is_what_pycocoevalcap_calls_cider(reward: CiderD) -> None:
    _, expected = Cider().compute_score(dict(enumerate(PHOTOS)), {i: [text] for i, text in enumerate(WRITTEN)})
    np.testing.assert_allclose(reward.scores(range(3), map(ids, WRITTEN)), expected, rtol=1e-5)


def test_a_sentence_about_another_photo_earns_less(reward: CiderD) -> None:
    right, wrong = reward.scores([0, 1], [ids(WRITTEN[0])] * 2)
    assert right > 2 * wrong


def test_an_unfinished_sentence_earns_less_where_ends_are_shown() -> None:
    end = 2
    reward = cider([[[*ids(sentence), end] for sentence in photo] for photo in PHOTOS])
    finished, cut = [*ids(PHOTOS[0][0]), end], ids(PHOTOS[0][0])
    better, worse = reward.scores([0, 0], [finished, cut])
    assert better > worse


def test_nothing_earns_nothing(reward: CiderD) -> None:
    assert reward.scores([0], [[]]) == 0


@pytest.mark.parametrize(
    ("sentence", "precisions", "brevity"),
    [
        ("a dog runs through the grass", (1, 1, 1, 1), 0),  # a copy
        ("a dog is running", (1, 1, 2 / 3, 1 / 2), 0),  # "dog is running" is told, "a dog is running" is not
        ("a a a a", (1 / 4, 1 / 4, 1 / 3, 1 / 2), 0),  # no word more often than in one reference
        ("a dog", (1, 1, 1, 1), 1 - 3 / 2),  # too short by one word
    ],
)
def test_bleu_counts_runs_of_words(sentence: str, precisions: tuple[float, ...], brevity: float) -> None:
    bleu = Bleu([[ids(reference) for reference in photo] for photo in PHOTOS])
    expected = np.exp(np.mean(np.log(precisions)) + brevity)
    np.testing.assert_allclose(bleu.scores([0], [ids(sentence)]), expected, rtol=1e-6)


def test_bleu_is_the_fields_own_but_for_smoothing() -> None:
    written = "the brown dog is running on the grass"
    references = [f"{text} and barks at the cat" for text in PHOTOS[0]]
    copied = references[1]
    for text in (copied, f"{written} and barks at the cat"):
        (_, _, _, expected), _ = FieldsBleu(4).compute_score({0: references}, {0: [text]}, verbose=0)
        [found] = Bleu([[ids(reference) for reference in references]]).scores([0], [ids(text)])
        assert found == pytest.approx(expected, abs=0.06)


# words 0 to 5: "the", "dog", "dogs", "run", "runs", "fast"
STEMS, CONTENT_WORDS = [0, 1, 1, 3, 3, 5], [False, True, True, True, True, True]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ([0, 1, 4], 1.0),  # the reference itself
        ([0, 2, 3], 1.0),  # the same stems
        ([1, 4], 1.5 / 1.75 / (0.85 + 0.15 * 1.5 / 1.75)),  # an article is little lost
        ([0, 1], 1.0 / 1.75 / (0.85 + 0.15 * 1.0 / 1.75)),  # a content word is much
        ([0, 1, 4, 5], 1.75 / 2.5 / (0.85 * 1.75 / 2.5 + 0.15)),  # a word too many is not
        ([5], 0.0),
        ([], 0.0),
    ],
)
def test_coverage_is_the_share_of_stems_that_are_found(sentence: list[int], expected: float) -> None:
    coverage = Coverage([[[0, 1, 4]]], STEMS, CONTENT_WORDS)
    np.testing.assert_allclose(coverage.scores([0], [sentence]), expected, rtol=1e-5)


def test_the_likest_reference_counts() -> None:
    assert Coverage([[[5], [0, 1, 4]]], STEMS, CONTENT_WORDS).scores([0], [[0, 1, 4]]) == 1


WORDS = ["a", "cat", "dog", "sits", "hot", "man"]


class Teacher:
    """Is fairly sure of a person in the second photo."""

    def scores(self, stem: str) -> np.ndarray | None:
        return None if stem == "a" else np.array([0.4, *[0.1] * 79], np.float32)


@pytest.mark.parametrize(
    ("sentence", "photo", "absent"),
    [
        ("a dog sits", 0, 0),  # labelled
        ("a man sits", 0, 0),  # a caption names him
        ("a cat sits", 0, 1),
        ("a cat a cat sits", 0, 1),  # a class counts once
        ("a man a cat a dog", 1, 2),  # the teacher sees the man
        ("a hot dog", 0, 1),  # a hot dog is no dog
        ("", 0, 0),
    ],
)
def test_objects_that_nothing_says_are_there_are_counted(sentence: str, photo: int, absent: int) -> None:
    photos = [Photo("a", Path("a.jpg"), ("Two men sit",), frozenset(["dog"])), Photo("b", Path("b.jpg"))]
    reward = AbsentObjects(photos, WORDS, Teacher())
    assert reward.scores([photo], [[WORDS.index(word) for word in sentence.split()]]) == absent


def test_what_is_common_in_its_own_collection_says_little_of_a_photo() -> None:
    references = [[ids(sentence) for sentence in photo] for photo in PHOTOS]
    dogs = Frequencies([*references, *[[ids("a dog sleeps")]] * 20])
    kitchens = Frequencies([*references, *[[ids("a kitchen")]] * 20])
    reward = CiderD([references[0], references[0]], [dogs, kitchens])
    among_dogs, among_kitchens = reward.scores([0, 1], [ids("a dog")] * 2)
    assert among_dogs < among_kitchens
