"""What it costs a sentence to name what the network does not see."""

import numpy as np
import pytest

from function.captioning.beam_search import Bias
from function.captioning.grounding import Grounding
from function.captioning.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["a", "hot", "dog", "dogs", "train", "tracks", "court", "baseball", "player", "teddy", "bear"])
OBJECTS = ["person", "train", "dog", "hot dog", "bear", "teddy bear", "sports ball"]
SEEN = np.array([0.9, 0.03, 0.03, 0.6, 0.03, 0.003, 0.3], np.float32)
DENIED = np.log(0.03 / 0.3)


@pytest.fixture
def grounding() -> Grounding:
    return Grounding(VOCABULARY, OBJECTS, weight=1.0, threshold=0.3)


@pytest.fixture
def bias(grounding: Grounding) -> Bias:
    return grounding.bias(SEEN)


def cost(bias: Bias, sentence: str) -> float:
    """What the ranking adds for a whole sentence, word by word."""
    words = VOCABULARY.encode(sentence.split())
    return float(sum(bias([words[:i]])[0, word] for i, word in enumerate(words)))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("a", 0.0),
        ("a player", 0.0),  # surely there
        ("a dog", DENIED),
        ("dogs", DENIED),
        ("a hot dog", 0.0),  # no dog
        ("a train", DENIED),
        ("train tracks", 0.0),  # no train
        ("a baseball player", 0.0),
        ("a bear", DENIED),
        ("a teddy bear", 2 * DENIED),  # "teddy" alone names it too, and it is counted once
        ("a dog train", 2 * DENIED),
    ],
)
def test_an_improbable_object_costs_and_a_probable_one_does_not(bias: Bias, sentence: str, expected: float) -> None:
    assert cost(bias, sentence) == pytest.approx(expected, abs=1e-5)


def test_every_sentence_has_its_own_next_words(bias: Bias) -> None:
    hot, dog = VOCABULARY.encode(["hot", "dog"])
    rows = bias([(), (hot,)])
    assert rows.shape == (2, len(VOCABULARY))
    assert rows[:, dog] == pytest.approx([DENIED, 0.0], abs=1e-5)


def test_the_weight_scales_what_it_costs(grounding: Grounding) -> None:
    free = Grounding(VOCABULARY, OBJECTS, weight=0.0, threshold=0.3).bias(SEEN)
    assert cost(free, "a dog") == 0
    double = Grounding(VOCABULARY, OBJECTS, weight=2.0, threshold=0.3).bias(SEEN)
    assert cost(double, "a dog") == pytest.approx(2 * DENIED, abs=1e-5)


def test_the_objects_that_a_sentence_names_are_listed_once(grounding: Grounding) -> None:
    words = VOCABULARY.encode(["a", "hot", "dog", "dogs", "dog", "train", "tracks"])
    assert [OBJECTS[i] for i in grounding.named(words)] == ["dog", "hot dog"]
