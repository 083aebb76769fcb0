"""How far a caption may be believed: calibrated probabilities for every hypothesis of the beam.

Three models whose numbers stand in confidence.json (training.calibrate fits them): that a caption is as good as
people's, and that it names nothing that is not there, both from what the search and the heads know of it (`Measure`);
and that this is a photo at all, from the mean of each feature channel (`pooled`). numpy only, well under 1 ms.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from function.captioning.beam_search import Hypothesis
from function.captioning.engines.base import Floats
from function.captioning.english.sentences import FUNCTION_WORDS
from function.captioning.grounding import LEAST, Grounding
from function.captioning.vocabulary import Vocabulary

MEASURES = (
    *("score", "content", "names", "length", "end", "margin", "agreement"),
    *("objects", "things", "denied", "absent", "mentioned", "improbable", "undecided"),
)
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
        """Values (n, d) → probabilities (n,)."""
        return self.beta_calibration.probability(beta_features(self.logistic.probability(values)))

    def as_dict(self) -> dict[str, Any]:
        return {"logistic": self.logistic.as_dict(), "beta_calibration": self.beta_calibration.as_dict()}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "CalibratedLogistic":
        return cls(*(Logistic.from_dict(given[part]) for part in ("logistic", "beta_calibration")))


class ConfidenceModel:
    """The probabilities that a caption is good, that it is grounded, and that its photo is one."""

    def __init__(self, good: CalibratedLogistic, grounded: CalibratedLogistic, photo: Logistic) -> None:
        self._good = good
        self._grounded = grounded
        self._photo = photo

    @classmethod
    def load(cls, path: Path) -> "ConfidenceModel":
        """Read the file that training.calibrate writes."""
        given = json.loads(path.read_text(encoding="utf-8"))
        good, grounded = (CalibratedLogistic.from_dict(given[part]) for part in ("good", "grounded"))
        return cls(good, grounded, Logistic.from_dict(given["photo"]))

    def as_dict(self) -> dict[str, Any]:
        return {
            "good": self._good.as_dict(),
            "grounded": self._grounded.as_dict(),
            "photo": self._photo.as_dict(),
        }

    def good(self, measures: Values) -> Values:
        """Of hypotheses with measures (n, 14), the probability (n,) that each is as good as people's, of a photo."""
        return self._good.probability(measures)

    def grounded(self, measures: Values) -> Values:
        """Of hypotheses with measures (n, 14), the probability (n,) that each names no object that is not there."""
        return self._grounded.probability(measures)

    def photo(self, features: Floats) -> float:
        """The probability that features (1, 196, 512) are a photo's."""
        return float(self._photo.probability(pooled(features))[0])


def beta_features(probability: Values) -> Values:
    """Probabilities (n,), neither 0 nor 1 → the logarithm of each and, negated, of its complement: (n, 2)."""
    return np.stack([np.log(probability), -np.log1p(-probability)], axis=1)


class Measure:
    """Measures the hypotheses of a beam by what the search and the heads know of them."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        attributes: Mapping[str, Sequence[str]],
        grounding: Grounding,
        length_penalty: float,
    ) -> None:
        """`attributes` are the network's, each with the words of the vocabulary that mention it."""
        self._names = np.array([word not in FUNCTION_WORDS for word in vocabulary.words])  # (vocabulary,)
        of = {word: i for i, words in enumerate(attributes.values()) for word in words}
        self._attribute = [of.get(word) for word in vocabulary.words]
        self._grounding = grounding
        self._length_penalty = length_penalty

    def __call__(self, hypotheses: Sequence[Hypothesis], attributes: Floats, objects: Floats) -> Values:
        """Measures (n, 14) of the hypotheses of one photo, columns as in MEASURES.

        `attributes` (a,) and `objects` (o,) are the probabilities of the photo's.

        score       log-probability over length^penalty, without the grounding's bias
        content     mean log-probability of the words that name something
        names       how many different words do
        length      in words
        end         log-probability of ending there
        margin      score above the best other hypothesis; 0 if there is none
        agreement   with the other hypotheses on what is named: mean F1, 0..1; 1 if there is none
        objects     how many classes of objects it names
        things      how many of these are no people
        denied      log-probability of the least probable of these; 0 if it names none
        absent      how many of these are absent, by their probabilities
        mentioned   mean log-probability of the attributes that it mentions; 0 if it mentions none
        improbable  log-probability of the least probable of these; 0 likewise
        undecided   entropy of all attributes in nats: how much there may be, or not, to tell of the photo
        """
        scores = [replace(hypothesis, bias=0.0).score(self._length_penalty) for hypothesis in hypotheses]
        named = [frozenset(word for word in hypothesis.words if self._names[word]) for hypothesis in hypotheses]
        undecided = _entropy(attributes)
        rows = []
        for i, hypothesis in enumerate(hypotheses):
            content = [p for w, p in zip(hypothesis.words, hypothesis.log_probs, strict=True) if self._names[w]]
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
            row |= self._supported(hypothesis, attributes, objects) | {"undecided": undecided}
            rows.append([row[name] for name in MEASURES])
        return np.array(rows, np.float64).reshape(-1, len(MEASURES))

    def _supported(self, hypothesis: Hypothesis, attributes: Floats, objects: Floats) -> dict[str, float]:
        """What the heads say of a hypothesis."""
        named = self._grounding.named(hypothesis.words)
        mentioned = {self._attribute[word] for word in hypothesis.words}
        probable = [_log(attributes[i]) for i in mentioned if i is not None] or [0.0]
        return {
            "objects": len(named),
            "things": sum(not self._grounding.is_person(i) for i in named),
            "denied": min((_log(objects[i]) for i in named), default=0.0),
            "absent": float(sum(1 - objects[i] for i in named)),
            "mentioned": float(np.mean(probable)),
            "improbable": min(probable),
        }


def _log(probability: float) -> float:
    return float(np.log(max(probability, LEAST)))


def _entropy(probabilities: Floats) -> float:
    """Of independent events with these probabilities, in nats."""
    p = np.clip(probabilities.astype(np.float64), LEAST, 1 - LEAST)
    return float(-(p * np.log(p) + (1 - p) * np.log1p(-p)).sum())


def _overlap(mine: frozenset[int], theirs: frozenset[int]) -> float:
    """F1 of two sets of words, 0..1."""
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def pooled(features: Floats) -> Values:
    """Features (n, 196, 512) → the square root of every channel's mean, (n, 512), which spreads the many small ones."""
    return np.asarray(np.sqrt(features.mean(1, dtype=np.float64)))
