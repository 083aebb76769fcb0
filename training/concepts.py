"""What the decoder learns to predict of a photo before it writes: attributes and objects.

An attribute is the lemma of a content word of captions: "dogs" and "dog" are one, function words and counts are none.
A photo has every attribute that at least one of its captions mentions. An object is one of COCO's 80 classes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import simplemma

from function.captioning.english.object_names import OBJECTS, object_classes
from function.captioning.vocabulary import tokenize
from training.data.base import Photo

COUNT = 800
"""Attributes that are learned, of which every one is in at least some dozens of photos."""
FULL_CAPTIONS = 5
OBJECT_WEIGHT = 2.0
"""Of an object beside an attribute, in the loss."""
Scores = npt.NDArray[np.float32]
_NO_CONTENT = frozenset(
    """
    a an the this that these those such same own each every any all no not none other others another both some several
    many more most few lot number left right let one two three four five six seven eight group pair there here it its
    he his him himself she her herself they their them themselves you your we our me my who which what where when how
    and or but if because also else than then so too very only just like of in on at to by for from with without into
    onto over under up down out off through across along around behind between near nearby next after before above
    below beside beneath underneath inside outside among amongst amid amidst atop against about upon toward towards
    past away together during while whilst as is are was be being been has have having do does doing did can will 's s
    t get gets getting got go goes going take takes taking make makes making made use uses using used try tries trying
    tried front back side top something someone haired
    """.split()  # noqa: SIM905 (a word a line would hide the code)
)
_PLURAL = ("glasses", "goggles", "shorts", "sunglasses", "trunks", "woods")
_LEMMAS = {
    "playing": "play",
    "swinging": "swing",
    "sitting": "sit",
    "hanging": "hang",
    "poles": "pole",
    "colored": "colorful",
}
_LEMMAS |= {word: word for word in _PLURAL}
"""Where simplemma errs on words that captions use a lot, and things that come in the plural."""


def lemma(word: str) -> str | None:
    """The dictionary form of a caption's word, or None of a word without content."""
    base = _LEMMAS.get(word) or simplemma.lemmatize(word, lang="en").lower()
    return None if len(base) < 2 or {word, base} & _NO_CONTENT else base


class Concepts:
    """An ordered set of concepts: attributes, then COCO's classes of objects."""

    def __init__(self, attributes: Sequence[str], objects: Sequence[str] = tuple(OBJECTS)) -> None:
        self.attributes = tuple(attributes)
        self.objects = tuple(objects)
        self._attribute_at = {word: i for i, word in enumerate(self.attributes)}
        self._object_at = {name: len(self.attributes) + i for i, name in enumerate(self.objects)}

    @classmethod
    def commonest(cls, photos: Iterable[Photo], count: int = COUNT) -> "Concepts":
        """The attributes that the most of some photos have, commonest first, and all classes of objects."""
        return cls(commonest_attributes(photos, count))

    def __len__(self) -> int:
        return len(self.attributes) + len(self.objects)

    def labels(self, photo: Photo, teacher: Scores | None = None) -> tuple[Scores, Scores]:
        """Truth of each concept, 0..1, and how much it counts, both (concepts,).

        An attribute is 1 where a caption mentions it; a photo with fewer than five captions counts less. An object is
        1 where a label or a caption names it, else what the labels say, or the teacher's probability (objects,).
        """
        labels, weights = np.zeros(len(self), np.float32), np.zeros(len(self), np.float32)
        labels[[self._attribute_at[word] for word in mentioned(photo.captions) if word in self._attribute_at]] = 1
        weights[: len(self.attributes)] = min(1.0, len(photo.captions) / FULL_CAPTIONS)
        if photo.objects is not None or teacher is not None:
            weights[len(self.attributes) :] = OBJECT_WEIGHT
        if photo.objects is None and teacher is not None:
            labels[len(self.attributes) :] = teacher
        there = object_classes(map(tokenize, photo.captions)) | (photo.objects or frozenset())
        labels[[self._object_at[name] for name in there if name in self._object_at]] = 1
        return labels, weights


def commonest_attributes(photos: Iterable[Photo], count: int) -> list[str]:
    """The attributes that the most of some photos have, commonest first."""
    counts = Counter(word for photo in photos for word in mentioned(photo.captions))
    return sorted(counts, key=lambda word: (-counts[word], word))[:count]


def attribute_labels(attributes: Sequence[str], captions: Iterable[str]) -> Scores:
    """1 for each attribute that a caption mentions, else 0: (attributes,)."""
    found = mentioned(captions)
    return np.array([word in found for word in attributes], np.float32)


def mentioned(captions: Iterable[str]) -> set[str]:
    """The lemmas of all content words of some captions."""
    return {base for caption in captions for word in tokenize(caption) if (base := lemma(word))}


def mean_average_precision(scores: npt.NDArray[np.floating], labels: npt.NDArray[np.float32]) -> float:
    """Over attributes, how well each ranks the photos that have it first: (photos, attributes) both, 0..1.

    Ties keep the photos' order. Attributes that no photo has are left out.
    """
    precisions = []
    for score, label in zip(scores.T, labels.T, strict=True):
        hits = label[np.argsort(-score, kind="stable")]
        if hits.any():
            precisions.append(np.sum(np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits) / hits.sum())
    return float(np.mean(precisions))
