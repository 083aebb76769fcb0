"""What people mention of a photo, as single words: the attributes that the decoder learns to recognise.

An attribute is the lemma of a content word: "dogs" and "dog" are one, function words and counts are none.
A photo has every attribute that at least one of its five captions mentions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import simplemma

from function.captioning.vocabulary import tokenize
from training import dataset

COUNT = 400
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


class Attributes:
    """An ordered set of attributes."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.positions = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def commonest(cls, photos: dataset.Flickr8k, count: int = COUNT) -> "Attributes":
        """Those that the most train photos have, commonest first."""
        counts = Counter(word for name in photos.split("train") for word in mentioned(photos.captions[name]))
        return cls(sorted(counts, key=lambda word: (-counts[word], word))[:count])

    def __len__(self) -> int:
        return len(self.words)

    def labels(self, captions: Iterable[str]) -> npt.NDArray[np.float32]:
        """1 for each attribute that a caption mentions, else 0: (attributes,)."""
        labels = np.zeros(len(self), np.float32)
        labels[[self.positions[word] for word in mentioned(captions) if word in self.positions]] = 1
        return labels


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
