"""The beam search on a toy language: six words and a table of which follows which."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from function.captioning.beam_search import MAX_WORDS, MIN_WORDS, _best, beam_search
from function.captioning.engines.base import Floats, Images, Words
from function.captioning.vocabulary import END, PAD, START, UNKNOWN

A, DOG, RUNS, FAST = 4, 5, 6, 7
VOCABULARY = 8
STATE = np.zeros((1, 1), np.float32)


class BigramEngine:
    """An engine whose next word depends on the last word alone; the state counts steps."""

    name = "bigram"

    def __init__(self, follows: dict[int, dict[int, float]]) -> None:
        table = np.full((VOCABULARY, VOCABULARY), 1e-9)
        for word, nexts in follows.items():
            for following, probability in nexts.items():
                table[word, following] = probability
        self.log_probs = np.log(table / table.sum(1, keepdims=True)).astype(np.float32)
        self.widths: set[int] = set()

    def encode(self, images: Images) -> Floats:
        raise NotImplementedError

    def start(self, features: Floats) -> tuple[None, Floats, Floats]:
        raise NotImplementedError

    def step(self, words: Words, memory: None, state: Floats) -> tuple[Floats, Floats, Floats]:
        self.widths.add(len(words))
        attention = np.full((len(words), 196), 1 / 196, np.float32)
        return self.log_probs[words], state + 1, attention

    def probability(self, words: tuple[int, ...]) -> float:
        path = (START, *words, END)
        return float(np.exp(sum(self.log_probs[a, b] for a, b in itertools.pairwise(path))))


@pytest.fixture
def engine() -> BigramEngine:
    return BigramEngine(
        {
            START: {A: 0.6, DOG: 0.4},
            A: {DOG: 0.5, RUNS: 0.3, END: 0.2},
            DOG: {RUNS: 0.7, FAST: 0.2, END: 0.1},
            RUNS: {FAST: 0.35, END: 0.65},
            FAST: {END: 0.9, A: 0.1},
        }
    )


def without_dogs(sentences: Sequence[Sequence[int]]) -> np.ndarray:
    """A bias against one word."""
    rows = np.zeros((len(sentences), VOCABULARY))
    rows[:, DOG] = -3.0
    return rows


def every_sentence(engine: BigramEngine, longest: int) -> list[tuple[int, ...]]:
    words = (A, DOG, RUNS, FAST)
    return [s for n in range(MIN_WORDS, longest + 1) for s in itertools.product(words, repeat=n)]


def test_the_best_next_words_are_those_of_a_full_sort_the_lower_id_first_where_scores_are_equal() -> None:
    scores = np.random.default_rng(0).integers(0, 50, (5, 500)).astype(np.float64)
    scores[1:3] = -np.inf
    rows, words = _best(scores, 5)
    order = sorted(range(scores.size), key=lambda place: (-scores.flat[place], place))
    assert [int(row) * 500 + int(word) for row, word in zip(rows, words, strict=True)] == order[:5]


def test_a_wide_beam_finds_the_most_probable_sentences(engine: BigramEngine) -> None:
    found = beam_search(engine, None, STATE, width=30, length_penalty=0.0)
    expected = sorted(every_sentence(engine, 4), key=lambda s: -engine.probability(s))[:3]
    assert [sentence.words for sentence in found[:3]] == expected


def test_scores_are_the_models_own_probabilities(engine: BigramEngine) -> None:
    for sentence in beam_search(engine, None, STATE, width=4, length_penalty=0.0):
        assert np.exp(sentence.total) == pytest.approx(engine.probability(sentence.words), rel=1e-4)
        assert len(sentence.log_probs) == len(sentence.words) == len(sentence.attention)


def test_a_greedy_beam_takes_the_likeliest_word_each_time(engine: BigramEngine) -> None:
    assert beam_search(engine, None, STATE, width=1, length_penalty=0.0)[0].words == (A, DOG, RUNS)


def test_a_length_penalty_prefers_longer_sentences(engine: BigramEngine) -> None:
    def mean_length(penalty: float) -> float:
        return float(np.mean([len(s.words) for s in beam_search(engine, None, STATE, 3, penalty)]))

    assert mean_length(1.0) > mean_length(0.0)


def test_sentences_come_best_first(engine: BigramEngine) -> None:
    scores = [sentence.score(0.8) for sentence in beam_search(engine, None, STATE, 5, 0.8)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5


def test_no_run_of_three_words_is_told_twice() -> None:
    circle = BigramEngine({START: {A: 1}, A: {DOG: 1}, DOG: {RUNS: 1}, RUNS: {A: 0.99, END: 0.01}})
    for sentence in beam_search(circle, None, STATE, 3, 1.0):
        triples = list(itertools.pairwise(itertools.pairwise(sentence.words)))
        assert len(triples) == len(set(triples))


def test_no_word_follows_itself() -> None:
    repeating = BigramEngine({START: {A: 1}, A: {A: 0.9, DOG: 0.1}, DOG: {END: 1}})
    for sentence in beam_search(repeating, None, STATE, 3, 1.0):
        assert all(a != b for a, b in itertools.pairwise(sentence.words))


def test_and_does_not_join_a_word_to_itself() -> None:
    twins = BigramEngine({START: {DOG: 1}, DOG: {A: 0.5, END: 0.5}, A: {DOG: 0.9, RUNS: 0.1}, RUNS: {END: 1}})
    free, bound = (beam_search(twins, None, STATE, 3, 1.0, conjunction) for conjunction in (UNKNOWN, A))
    assert any(sentence.words[:3] == (DOG, A, DOG) for sentence in free)
    assert not any(sentence.words[:3] == (DOG, A, DOG) for sentence in bound)
    assert bound[0].words == (DOG, A, RUNS)


def test_special_words_are_never_written() -> None:
    odd = BigramEngine({START: {UNKNOWN: 0.5, PAD: 0.3, START: 0.1, A: 0.1}, A: {END: 0.5, UNKNOWN: 0.5}})
    for sentence in beam_search(odd, None, STATE, 3, 0.8):
        assert not {PAD, START, END, UNKNOWN} & set(sentence.words)


def test_a_model_that_never_ends_is_stopped() -> None:
    endless = BigramEngine({word: {A: 0.3, DOG: 0.3, RUNS: 0.2, FAST: 0.2} for word in (START, A, DOG, RUNS, FAST)})
    assert max(len(sentence.words) for sentence in beam_search(endless, None, STATE, 3, 1.0)) <= MAX_WORDS


def test_the_engine_always_sees_the_same_shape(engine: BigramEngine) -> None:
    beam_search(engine, None, STATE, 5, 0.8)
    assert engine.widths == {5}


def test_the_same_photo_gets_the_same_sentences(engine: BigramEngine) -> None:
    first, second = (beam_search(engine, None, STATE, 5, 0.8) for _ in range(2))
    assert [s.words for s in first] == [s.words for s in second]


def test_a_bias_decides_the_ranking_and_leaves_the_probabilities_alone(engine: BigramEngine) -> None:
    free = {h.words: h for h in beam_search(engine, None, STATE, 30, 0.0)}
    biased = beam_search(engine, None, STATE, 30, 0.0, bias=without_dogs)
    for hypothesis in biased:
        assert hypothesis.bias == -3.0 * hypothesis.words.count(DOG)
        if hypothesis.words in free:
            assert hypothesis.log_probs == pytest.approx(free[hypothesis.words].log_probs)
    assert DOG in max(free.values(), key=lambda h: h.score(0.0)).words
    assert DOG not in biased[0].words
