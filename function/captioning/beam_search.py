"""Beam search: from what an engine starts from to a few hypotheses, best first.

Works on numpy arrays and an engine's `step`, so every engine and every door searches in the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from function.captioning.engines.base import Engine, Floats
from function.captioning.vocabulary import END, PAD, START, UNKNOWN

MAX_WORDS = 20
MIN_WORDS = 2
NO_REPEAT = 3
"""No run of this many words may occur twice in a sentence (trigram blocking, Paulus et al., ICLR 2018)."""
_BLOCK = 64  # scores of which the highest alone is looked at first: a partition of all takes ten times as long


Bias = Callable[[Sequence[Sequence[int]]], npt.NDArray[np.float64]]
"""From unfinished sentences, as word ids, to what the ranking adds for each next word, nats (n, vocabulary)."""


@dataclass(frozen=True)
class Hypothesis:
    """A sentence of the beam: word ids, each word's log-probability (nats) and attention (196,), and the end's.

    `bias`, nats, is what the ranking adds to the log-probability.
    """

    words: tuple[int, ...] = ()
    log_probs: tuple[float, ...] = ()
    attention: tuple[Floats, ...] = ()
    end_log_prob: float = 0.0
    bias: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.log_probs) + self.end_log_prob

    def score(self, length_penalty: float) -> float:
        """Log-probability and bias over length^penalty (Wu et al., 2016): 0 favours short sentences, 1 is the mean."""
        return float((self.total + self.bias) / (len(self.words) + 1) ** length_penalty)


def beam_search(
    engine: Engine,
    memory: Any,
    state: Floats,
    width: int,
    length_penalty: float,
    conjunction: int = UNKNOWN,
    bias: Bias | None = None,
) -> list[Hypothesis]:
    """Up to `width` hypotheses from an engine's memory and first state (1, d), best first. Deterministic.

    `conjunction` is the id of "and": no word stands on both of its sides ("a brown and brown dog"). `bias` has a say in
    the ranking beside the engine's probabilities.

    Every step advances exactly `width` rows, so that the engine always sees one shape; rows that do not
    hold a hypothesis yet (all but one, at the start) carry a score of minus infinity.
    """
    state = np.repeat(state, width, axis=0)
    words = np.full(width, START, np.int32)
    alive = [Hypothesis() for _ in range(width)]
    scores = np.array([0.0] + [-np.inf] * (width - 1))
    finished: list[Hypothesis] = []
    for length in range(MAX_WORDS + 1):
        predicted, state, attention = engine.step(words, memory, state)
        log_probs = _allowed(predicted.astype(np.float64), alive, length, conjunction)
        finished += _endings(alive, scores, log_probs[:, END])
        if length == MAX_WORDS or _settled(finished, scores, width, length_penalty):
            break
        log_probs[:, END] = -np.inf
        biases = bias([hypothesis.words for hypothesis in alive]) if bias else np.zeros_like(log_probs)
        rows, words = _best(scores[:, None] + log_probs + biases, width)
        scores = scores[rows] + log_probs[rows, words] + biases[rows, words]
        alive = [
            _extended(alive[r], int(w), log_probs[r, w], attention[r], biases[r, w])
            for r, w in zip(rows, words, strict=True)
        ]
        state = state[rows]
    return sorted(finished, key=lambda hypothesis: -hypothesis.score(length_penalty))[:width]


def _allowed(
    log_probs: npt.NDArray[np.float64], alive: list[Hypothesis], length: int, conjunction: int
) -> npt.NDArray[np.float64]:
    """Rule out special words, an end too soon, a word twice running, and three words in a row that occurred before."""
    log_probs[:, [PAD, START, UNKNOWN]] = -np.inf
    if length < MIN_WORDS:
        log_probs[:, END] = -np.inf
    for row, hypothesis in enumerate(alive):
        words = hypothesis.words
        tail = words[len(words) - NO_REPEAT + 1 :]
        for i in range(len(words) - NO_REPEAT + 1):
            if words[i : i + NO_REPEAT - 1] == tail:
                log_probs[row, words[i + NO_REPEAT - 1]] = -np.inf
        if words:
            log_probs[row, words[-1]] = -np.inf
        if len(words) > 1 and words[-1] == conjunction:
            log_probs[row, words[-2]] = -np.inf
    return log_probs


def _endings(
    alive: list[Hypothesis], scores: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]
) -> list[Hypothesis]:
    """Each unfinished hypothesis as it would be if it ended here."""
    return [
        replace(hypothesis, end_log_prob=float(end))
        for hypothesis, score, end in zip(alive, scores, ends, strict=True)
        if np.isfinite(score) and np.isfinite(end)
    ]


def _settled(finished: list[Hypothesis], scores: npt.NDArray[np.float64], width: int, length_penalty: float) -> bool:
    """Whether no unfinished hypothesis can still come among the best `width`, however probable its next words."""
    if len(finished) < width:
        return False
    kept = sorted((hypothesis.score(length_penalty) for hypothesis in finished), reverse=True)[width - 1]
    return bool(np.max(scores) / (MAX_WORDS + 1) ** length_penalty <= kept)


def _best(scores: npt.NDArray[np.float64], width: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
    """Rows and words of the `width` highest scores (k, vocabulary); ties go to the lower id."""
    flat = scores.ravel()
    highest = np.maximum.reduceat(flat, np.arange(0, flat.size, _BLOCK))  # `width` of them are no worse than the last
    least = np.partition(highest, -width)[-width] if highest.size >= width else -np.inf
    top = np.flatnonzero(flat >= least)
    top = top[np.lexsort((top, -flat[top]))][:width]
    rows, words = np.divmod(top, scores.shape[1])
    return rows, words.astype(np.int32)


def _extended(hypothesis: Hypothesis, word: int, log_prob: float, attention: Floats, bias: float) -> Hypothesis:
    return Hypothesis(
        (*hypothesis.words, word),
        (*hypothesis.log_probs, float(log_prob)),
        (*hypothesis.attention, attention),
        bias=hypothesis.bias + float(bias),
    )
