import numpy as np

from function.captioning.tags import MAX_TAGS, choose, without_gender
from function.records import Tag

WORDS = [f"word{i}" for i in range(20)]


def probabilities(*first: float) -> np.ndarray:
    return np.array([*first, *[0.01] * (len(WORDS) - len(first))])


def test_the_most_certain_word_comes_first() -> None:
    assert choose(WORDS, probabilities(0.5, 0.75)) == [Tag("word1", 0.75), Tag("word0", 0.5)]


def test_a_word_that_people_would_rather_not_mention_is_no_tag() -> None:
    assert [tag.word for tag in choose(WORDS, probabilities(0.9, 0.49, 0.5))] == ["word0", "word2"]


def test_there_are_never_more_than_eight() -> None:
    assert len(choose(WORDS, np.full(20, 0.9))) == MAX_TAGS == 8


def test_a_photo_that_the_model_knows_nothing_of_gets_none() -> None:
    assert choose(WORDS, probabilities(0.02)) == []


def test_without_gender_two_that_become_one_keep_the_more_certain() -> None:
    tags = [Tag("woman", 0.9), Tag("dog", 0.8), Tag("man", 0.7), Tag("boy", 0.6)]
    assert without_gender(tags) == [Tag("person", 0.9), Tag("dog", 0.8), Tag("child", 0.6)]
