"""How likely a caption is as good as people's: a calibrated probability for every sentence of the beam.

The product of two models whose numbers stand in confidence.json (training.calibrate fits them):
that the sentence, if this is a photo, is as good as people's, from what the search knows of it (`measure`);
and that this is a photo at all, from the mean of each feature channel (`pooled`). numpy only, well under 1 ms.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from function.captioning import manifest
from function.captioning.beam_search import Sentence
from function.captioning.engines.base import Floats
from function.captioning.english.sentences import FUNCTION_WORDS
from function.captioning.vocabulary import Vocabulary

FILE = "confidence.json"
MEASURES = ("score", "content", "names", "length", "end", "margin", "agreement")
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """A logistic model: the probability is sigmoid(values · weights + bias)."""

    weights: Values
    bias: float

    def probability(self, values: Values) -> Values:
        """Values (n, d) → probabilities (n,)."""
        logits = np.clip(values @ self.weights + self.bias, -30, 30)
        return np.asarray(1 / (1 + np.exp(-logits)))

    def as_dict(self) -> dict[str, Any]:
        return {"bias": round(self.bias, 6), "weights": [float(f"{weight:.5g}") for weight in self.weights]}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Logistic":
        return cls(np.array(given["weights"], np.float64), float(given["bias"]))


@dataclass(frozen=True)
class Worth:
    """How likely sentences are as good as people's: a logistic model, bent to keep what it promises.

    The bend is beta calibration (Kull et al., AISTATS 2017): a logistic model over `surprises`.
    """

    straight: Logistic
    bend: Logistic

    def probability(self, values: Values) -> Values:
        """Values (n, 7) → probabilities (n,)."""
        return self.bend.probability(surprises(self.straight.probability(values)))


class Judge:
    """Says how sure to be of sentences about one image."""

    def __init__(self, worth: Worth, photo: Logistic, vocabulary: Vocabulary, length_penalty: float) -> None:
        self._worth = worth
        self._photo = photo
        self._names = naming(vocabulary)
        self._length_penalty = length_penalty

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, length_penalty: float) -> "Judge":
        """Read confidence.json. Raises Misconfigured as `manifest.verified` does."""
        given = json.loads(manifest.verified(folder, FILE).read_text(encoding="utf-8"))
        worth, bend, photo = (Logistic.from_dict(given[part]) for part in ("worth", "bend", "photo"))
        return cls(Worth(worth, bend), photo, vocabulary, length_penalty)

    def confidence(self, features: Floats, sentences: Sequence[Sentence]) -> list[float]:
        """A probability, 0..1, for each of one beam's sentences about features (1, 196, 512)."""
        worth = self._worth.probability(measure(sentences, self._names, self._length_penalty))
        return [float(p) for p in worth * self._photo.probability(pooled(features))]


def surprises(probability: Values) -> Values:
    """Probabilities (n,), neither 0 nor 1 → the logarithm of each and, negated, of its complement: (n, 2)."""
    return np.stack([np.log(probability), -np.log1p(-probability)], axis=1)


def naming(vocabulary: Vocabulary) -> npt.NDArray[np.bool_]:
    """Which words of a vocabulary name something, (vocabulary,)."""
    return np.array([word not in FUNCTION_WORDS for word in vocabulary.words])


def measure(sentences: Sequence[Sentence], names: npt.NDArray[np.bool_], length_penalty: float) -> Values:
    """What the search knows of each sentence of one beam: (n, 7), columns as in MEASURES.

    score      log-probability over length^penalty, which the search ranks by
    content    mean log-probability of the words that name something
    names      how many different words do
    length     in words
    end        log-probability of ending there
    margin     score above the best other sentence; 0 if there is none
    agreement  with the other sentences on what is named: mean F1, 0..1; 1 if there is none
    """
    scores = [sentence.score(length_penalty) for sentence in sentences]
    named = [frozenset(word for word in sentence.words if names[word]) for sentence in sentences]
    rows = []
    for i, sentence in enumerate(sentences):
        content = [p for word, p in zip(sentence.words, sentence.log_probs, strict=True) if names[word]]
        others = scores[:i] + scores[i + 1 :]
        row = {
            "score": scores[i],
            "content": np.mean(content or sentence.log_probs),
            "names": len(named[i]),
            "length": len(sentence.words),
            "end": sentence.end_log_prob,
            "margin": scores[i] - max(others, default=scores[i]),
            "agreement": np.mean([_overlap(named[i], other) for other in named[:i] + named[i + 1 :]] or [1.0]),
        }
        rows.append([row[name] for name in MEASURES])
    return np.array(rows, np.float64).reshape(-1, len(MEASURES))


def _overlap(mine: frozenset[int], theirs: frozenset[int]) -> float:
    """F1 of two sets of words, 0..1."""
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def pooled(features: Floats) -> Values:
    """Features (n, 196, 512) → the root of every channel's mean, (n, 512), which spreads the many small ones."""
    return np.asarray(np.sqrt(features.mean(1, dtype=np.float64)))
