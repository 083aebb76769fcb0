"""How likely a caption is as good as people's: a calibrated probability for every hypothesis of the beam.

The product of two models whose numbers stand in confidence.json (training.calibrate fits them): that the caption, if
this is a photo, is as good as people's, from the search's own measures (`measure`); and that this is a photo at all,
from the mean of each feature channel (`pooled`). numpy only, well under 1 ms.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from function.captioning.beam_search import Hypothesis
from function.captioning.engines.base import Floats
from function.captioning.english.sentences import FUNCTION_WORDS
from function.captioning.vocabulary import Vocabulary

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
class CalibratedLogistic:
    """A logistic model whose probability is calibrated afterwards.

    Beta calibration (Kull et al., AISTATS 2017): a second logistic model over `beta_features` of the first one's.
    """

    logistic: Logistic
    beta_calibration: Logistic

    def probability(self, values: Values) -> Values:
        """Values (n, 7) → probabilities (n,)."""
        return self.beta_calibration.probability(beta_features(self.logistic.probability(values)))


class ConfidenceModel:
    """The probability that a caption is as good as people's: as if this were a photo, times that it is one."""

    def __init__(self, caption: CalibratedLogistic, photo: Logistic) -> None:
        self._caption = caption
        self._photo = photo

    @classmethod
    def load(cls, path: Path) -> "ConfidenceModel":
        """Read the file that training.calibrate writes."""
        given = json.loads(path.read_text(encoding="utf-8"))
        logistic, beta, photo = (Logistic.from_dict(given[part]) for part in ("logistic", "beta_calibration", "photo"))
        return cls(CalibratedLogistic(logistic, beta), photo)

    def confidence(self, features: Floats, measures: Values) -> list[float]:
        """A probability, 0..1, for each hypothesis of one beam about features (1, 196, 512), from measures (n, 7)."""
        return [float(p) for p in self._caption.probability(measures) * self._photo.probability(pooled(features))]


def beta_features(probability: Values) -> Values:
    """Probabilities (n,), neither 0 nor 1 → the logarithm of each and, negated, of its complement: (n, 2)."""
    return np.stack([np.log(probability), -np.log1p(-probability)], axis=1)


def naming(vocabulary: Vocabulary) -> npt.NDArray[np.bool_]:
    """Which words of a vocabulary name something, (vocabulary,)."""
    return np.array([word not in FUNCTION_WORDS for word in vocabulary.words])


def measure(hypotheses: Sequence[Hypothesis], names: npt.NDArray[np.bool_], length_penalty: float) -> Values:
    """Measures of each hypothesis of one beam: (n, 7), columns as in MEASURES; `names` as from `naming`.

    score      log-probability over length^penalty, which the search ranks by
    content    mean log-probability of the words that name something
    names      how many different words do
    length     in words
    end        log-probability of ending there
    margin     score above the best other hypothesis; 0 if there is none
    agreement  with the other hypotheses on what is named: mean F1, 0..1; 1 if there is none
    """
    scores = [hypothesis.score(length_penalty) for hypothesis in hypotheses]
    named = [frozenset(word for word in hypothesis.words if names[word]) for hypothesis in hypotheses]
    rows = []
    for i, hypothesis in enumerate(hypotheses):
        content = [p for word, p in zip(hypothesis.words, hypothesis.log_probs, strict=True) if names[word]]
        others = scores[:i] + scores[i + 1 :]
        row = {
            "score": scores[i],
            "content": np.mean(content or hypothesis.log_probs),
            "names": len(named[i]),
            "length": len(hypothesis.words),
            "end": hypothesis.end_log_prob,
            "margin": scores[i] - max(others, default=scores[i]),
            "agreement": np.mean([_overlap(named[i], other) for other in named[:i] + named[i + 1 :]] or [1.0]),
        }
        rows.append([row[name] for name in MEASURES])
    return np.array(rows, np.float64).reshape(-1, len(MEASURES))


def _overlap(mine: frozenset[int], theirs: frozenset[int]) -> float:
    """F1 of two sets of words, 0..1."""
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def pooled(features: Floats) -> Values:
    """Features (n, 196, 512) → the square root of every channel's mean, (n, 512), which spreads the many small ones."""
    return np.asarray(np.sqrt(features.mean(1, dtype=np.float64)))
