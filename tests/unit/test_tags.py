import numpy as np

from function.records import Tag
from function.tags import MAX_TAGS, choose

WORDS = [f"word{i}" for i in range(20)]


def probabilities(*first: float) -> np.ndarray:
    return np.array([*first, *[0.01] * (len(WORDS) - len(first))])


def test_the_most_certain_word_comes_first() -> None:
    assert choose(WORDS, probabilities(0.5, 0.75)) == [Tag("word1", 0.75), Tag("word0", 0.5)]


def test_a_word_that_people_would_rather_not_mention_is_no_tag() -> None:
    assert [tag.word for tag in choose(WORDS, probabilities(0.9, 0.49, 0.5))] == ["word0", "word2"]


def test_there_are_never_more_than_eight() -> None:
    assert len(choose(WORDS, np.full(20, 0.9))) == MAX_TAGS == 8


def test_there_is_always_one() -> None:
    assert choose(WORDS, probabilities(0.02)) == [Tag("word0", 0.02)]
