from pathlib import Path

import pytest

from function.captioning.vocabulary import END, PAD, START, UNKNOWN, Vocabulary, join, tokenize


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("A dog runs .", ["a", "dog", "runs"]),
        ("A man's T-shirt!", ["a", "man", "'s", "t-shirt"]),
        ("the man 's hat", ["the", "man", "'s", "hat"]),
        ("It’s o'clock, don't!", ["it", "'s", "o'clock", "don't"]),
        ('Two "dogs" & 3 cats', ["two", "dogs", "3", "cats"]),
        (" . ", []),
    ],
)
def test_tokenizer_keeps_words_and_drops_the_rest(sentence: str, words: list[str]) -> None:
    assert tokenize(sentence) == words


def test_join_undoes_tokenize() -> None:
    assert join(tokenize("a man's t-shirt")) == "a man's t-shirt"


def test_vocabulary_keeps_common_words_commonest_first() -> None:
    vocabulary = Vocabulary.build([["a", "dog"], ["a", "cat"], ["a", "cat"]], minimum_count=2)
    assert vocabulary.words == ("<pad>", "<start>", "<end>", "<unknown>", "a", "cat")
    assert (PAD, START, END, UNKNOWN) == (0, 1, 2, 3)


def test_words_outside_the_vocabulary_become_unknown() -> None:
    assert Vocabulary(["a", "cat"]).encode(["a", "dog", "cat"]) == [4, UNKNOWN, 5]


def test_vocabulary_survives_saving(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["a", "café", "'s"])
    vocabulary.save(tmp_path / "vocabulary.json")
    assert Vocabulary.load(tmp_path / "vocabulary.json").words == vocabulary.words
