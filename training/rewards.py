"""How good a sentence is beside the references of its photo: the reward that reinforcement maximises.

CIDEr-D (Vedantam et al., CVPR 2015, section 7): cosine similarity of tf-idf weighted n-grams, n = 1..4, with clipped
counts and a Gaussian penalty on the difference in length. Sentences are sequences of word ids; whether they include
the end is the caller's choice, and including it on both sides teaches how sentences end. Tests hold it to
pycocoevalcap's implementation, which is too slow to ask thirty thousand times an epoch.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

ORDERS = 4
SIGMA = 6.0
"""Spread of the length penalty, in words."""

Sentence = Sequence[int]
Gram = tuple[int, ...]


class CiderD:
    """Scores sentences against the references of one of the photos it was made with; 10 is a copy, 0 nothing shared."""

    def __init__(self, references: Sequence[Sequence[Sentence]]) -> None:
        self._frequencies = Counter(gram for photo in references for gram in {g for s in photo for g in _grams(s)})
        self._photos = np.log(float(len(references)))
        self._references = [[self._vector(sentence) for sentence in photo] for photo in references]

    def scores(self, photos: Iterable[int], sentences: Iterable[Sentence]) -> npt.NDArray[np.float32]:
        """The score of each sentence for the photo of the same position."""
        return np.array([self._score(p, s) for p, s in zip(photos, sentences, strict=True)], np.float32)

    def _score(self, photo: int, sentence: Sentence) -> float:
        weights, norms, length = self._vector(sentence)
        total = 0.0
        for others, other_norms, other_length in self._references[photo]:
            products = [0.0] * ORDERS
            for gram, weight in weights.items():
                other = others.get(gram)
                if other is not None:
                    products[len(gram) - 1] += min(weight, other) * other
            similarity = sum(p / (a * b) for p, a, b in zip(products, norms, other_norms, strict=True) if p)
            total += similarity * float(np.exp(-((length - other_length) ** 2) / (2 * SIGMA**2)))
        return 10 * total / ORDERS / len(self._references[photo])

    def _vector(self, sentence: Sentence) -> tuple[dict[Gram, float], list[float], int]:
        """Weight of each n-gram, the norm for each n, and the length in pairs of words."""
        weights = {
            gram: count * (self._photos - float(np.log(max(1, self._frequencies[gram]))))
            for gram, count in Counter(_grams(sentence)).items()
        }
        squares = [0.0] * ORDERS
        for gram, weight in weights.items():
            squares[len(gram) - 1] += weight**2
        return weights, [square**0.5 for square in squares], max(len(sentence) - 1, 0)


def _grams(sentence: Sentence) -> list[Gram]:
    words = tuple(sentence)
    return [words[i : i + n] for n in range(1, ORDERS + 1) for i in range(len(words) - n + 1)]
