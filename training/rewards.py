"""How good a sentence is beside the references of its photo: what reinforcement maximises.

CIDEr-D (Vedantam et al., CVPR 2015, section 7): cosine similarity of tf-idf weighted n-grams, n = 1..4, with clipped
counts and a Gaussian penalty on the difference in length. Sentences are sequences of word ids; whether they include
the end is the caller's choice, and including it on both sides teaches how sentences end. Tests hold it to
pycocoevalcap's implementation, which is too slow to ask thirty thousand times an epoch.

BLEU-4 of one sentence (Papineni et al., ACL 2002) counts runs of common words, which CIDEr-D's weights make cheap.
Runs of two words and more are smoothed by adding one (Lin and Och, COLING 2004), or most sentences would score nothing.

Coverage is what METEOR 1.5 counts before synonyms and word order (Denkowski and Lavie, WMT 2014, section 2): stems in
common, content words three times as dear as others, recall far above precision. CIDEr-D alone makes sentences short.
"""

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from function.captioning.english.object_names import OBJECTS, object_classes
from function.captioning.vocabulary import tokenize
from training.data.base import Photo
from training.data.teacher import Detector

ORDERS = 4
SIGMA = 6.0
"""Spread of the length penalty, in words."""
RECALL = 0.85
"""METEOR's α: the share of recall in the harmonic mean."""
CONTENT, FUNCTION = 0.75, 0.25
"""METEOR's δ and 1 - δ: what a content word and any other word count."""
THERE = 0.3
"""The detector's probability from which an object is taken to be in a photo; its F1 is best there."""

Sentence = Sequence[int]
Gram = tuple[int, ...]


class Reward(ABC):
    """Scores sentences against the references of one of the photos it was made with."""

    def scores(self, photos: Iterable[int], sentences: Iterable[Sentence]) -> npt.NDArray[np.float32]:
        """The score of each sentence for the photo of the same position."""
        return np.array([self._score(p, s) for p, s in zip(photos, sentences, strict=True)], np.float32)

    @abstractmethod
    def _score(self, photo: int, sentence: Sentence) -> float: ...


class Frequencies:
    """In how many photos' references each n-gram occurs: what CIDEr weighs by, of one collection of photos.

    A collection is what evaluation scores together. "A dog runs" says little of a photo among photos of dogs and much
    among kitchens, so photos of both are not counted together.
    """

    def __init__(self, photos: Iterable[Sequence[Sentence]]) -> None:
        """`photos` are the references of each; one without any does not count."""
        referenced = [photo for photo in photos if photo]
        self._counts = Counter(gram for photo in referenced for gram in {g for s in photo for g in _grams(s)})
        self._photos = math.log(max(1, len(referenced)))

    def weight(self, gram: Gram) -> float:
        """The logarithm of one photo in how many has it."""
        return self._photos - math.log(max(1, self._counts[gram]))


class CiderD(Reward):
    """CIDEr-D: 10 is a copy, 0 nothing shared."""

    def __init__(self, references: Sequence[Sequence[Sentence]], frequencies: Sequence[Frequencies]) -> None:
        """The references of each photo, and the frequencies in the collection that it belongs to."""
        self._frequencies = frequencies
        self._references = [
            [self._vector(photo, sentence) for sentence in sentences] for photo, sentences in enumerate(references)
        ]

    def _score(self, photo: int, sentence: Sentence) -> float:
        weights, norms, length = self._vector(photo, sentence)
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

    def _vector(self, photo: int, sentence: Sentence) -> tuple[dict[Gram, float], list[float], int]:
        """Weight of each n-gram, the norm for each n, and the length in pairs of words."""
        weigh = self._frequencies[photo].weight
        weights = {gram: count * weigh(gram) for gram, count in Counter(_grams(sentence)).items()}
        squares = [0.0] * ORDERS
        for gram, weight in weights.items():
            squares[len(gram) - 1] += weight**2
        return weights, [square**0.5 for square in squares], max(len(sentence) - 1, 0)


def _grams(sentence: Sentence) -> list[Gram]:
    words = tuple(sentence)
    return [words[i : i + n] for n in range(1, ORDERS + 1) for i in range(len(words) - n + 1)]


class Bleu(Reward):
    """BLEU-4 with smoothing, 0..1."""

    def __init__(self, references: Sequence[Sequence[Sentence]]) -> None:
        counts = [[Counter(_grams(sentence)) for sentence in photo] for photo in references]
        self._most = [reduce(or_, photo, Counter[Gram]()) for photo in counts]
        self._lengths = [sorted(len(sentence) for sentence in photo) for photo in references]

    def _score(self, photo: int, sentence: Sentence) -> float:
        hits = [0] * ORDERS
        for gram, count in Counter(_grams(sentence)).items():
            hits[len(gram) - 1] += min(count, self._most[photo][gram])
        if not hits[0]:
            return 0.0
        length = len(sentence)
        smoothing = [0] + [1] * (ORDERS - 1)
        precisions = [(hits[n] + smoothing[n]) / (max(length - n, 0) + smoothing[n]) for n in range(ORDERS)]
        nearest = min(self._lengths[photo], key=lambda other: abs(other - length))
        brevity = min(0.0, 1 - nearest / length)
        return float(np.exp(np.log(precisions).mean() + brevity))


class Coverage(Reward):
    """Scores sentences by the stems they share with the reference that is most like them, 0..1."""

    def __init__(self, references: Sequence[Sequence[Sentence]], stems: Sequence[int], content: Sequence[bool]) -> None:
        """`stems` and `content` say, by word id, which stem a word has and whether it is a content word."""
        self._stems = stems
        self._weights = {
            stem: CONTENT if is_content else FUNCTION for stem, is_content in zip(stems, content, strict=True)
        }
        self._references = [[self._counted(sentence) for sentence in photo] for photo in references]

    def _score(self, photo: int, sentence: Sentence) -> float:
        counts, total = self._counted(sentence)
        return max(self._overlap(counts, total, *reference) for reference in self._references[photo])

    def _overlap(self, counts: Counter[int], total: float, others: Counter[int], other_total: float) -> float:
        shared = sum(self._weights[stem] * min(count, others[stem]) for stem, count in counts.items() if stem in others)
        if not shared:
            return 0.0
        precision, recall = shared / total, shared / other_total
        return precision * recall / (RECALL * precision + (1 - RECALL) * recall)

    def _counted(self, sentence: Sentence) -> tuple[Counter[int], float]:
        counts = Counter(self._stems[word] for word in sentence)
        return counts, sum(self._weights[stem] * count for stem, count in counts.items())


class AbsentObjects(Reward):
    """How many classes of objects a sentence names that nothing says are there, as CHAIR counts them.

    (Rohrbach et al., EMNLP 2018.) There is what a label names, what any human caption names, and what the detector
    gives a probability of at least `THERE`.
    """

    def __init__(self, photos: Sequence[Photo], words: Sequence[str], teacher: Detector) -> None:
        self._words = words
        self._there = [self._in(photo, teacher) for photo in photos]

    def _score(self, photo: int, sentence: Sentence) -> float:
        return float(len(object_classes([[self._words[word] for word in sentence]]) - self._there[photo]))

    @staticmethod
    def _in(photo: Photo, teacher: Detector) -> frozenset[str]:
        there = object_classes(map(tokenize, photo.captions)) | (photo.objects or frozenset())
        scores = teacher.scores(photo.path.stem)
        if scores is not None:
            there |= {name for name, score in zip(OBJECTS, scores, strict=True) if score >= THERE}
        return frozenset(there)
