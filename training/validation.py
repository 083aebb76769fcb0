"""How far training is, by greedy captions and predicted concepts of every dev split."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from pycocoevalcap.cider.cider import Cider

from function.captioning.english.object_names import object_classes
from function.captioning.vocabulary import Vocabulary, join, tokenize
from training.concepts import Concepts, mean_average_precision
from training.data.base import DataSet
from training.model import Network, greedy

BATCH = 100


class Scorer(Protocol):
    """Whatever measures a network: a dev split, or another in its place."""

    def scores(self, network: Network) -> dict[str, float]:
        """By name; a CIDEr's ends in " cider"."""


class Validator:
    """One dev split: CIDEr × 100 of greedy captions, and how often they name an object that is not there."""

    def __init__(self, data: DataSet, vocabulary: Vocabulary, concepts: Concepts, features: Path) -> None:
        self.name = data.name
        self._words = vocabulary.words
        self._concepts = concepts
        self._features = np.load(features / f"{data.name}-dev-whole.npy", mmap_mode="r")
        photos = data.split("dev")
        tokens = [[tokenize(caption) for caption in photo.captions] for photo in photos]
        self._references = {i: [" ".join(words) for words in captions] for i, captions in enumerate(tokens)}
        self._there = [object_classes(t) | (p.objects or frozenset()) for t, p in zip(tokens, photos, strict=True)]
        self._labels = np.stack([concepts.labels(photo)[0] for photo in photos])

    def scores(self, network: Network) -> dict[str, float]:
        """`cider`, `chair` (share of captions, in per cent, that name an absent object), and the heads' precision."""
        parts = [self._features[i : i + BATCH] for i in range(0, len(self._features), BATCH)]
        ids = np.concatenate([greedy(network, part) for part in parts])  # (photos, words)
        written = [[self._words[word] for word in row if word] for row in ids]
        predicted = np.concatenate([network.decoder.encode_memory(network.block5(part))[1].numpy() for part in parts])
        split = len(self._concepts.attributes)
        captions = {i: [join(words)] for i, words in enumerate(written)}
        absent = [bool(object_classes([words]) - there) for words, there in zip(written, self._there, strict=True)]
        return {
            f"{self.name} cider": 100 * float(Cider().compute_score(self._references, captions)[0]),
            f"{self.name} chair": 100 * float(np.mean(absent)),
            f"{self.name} attributes": 100 * mean_average_precision(predicted[:, :200], self._labels[:, :200]),
            f"{self.name} objects": 100 * mean_average_precision(predicted[:, split:], self._labels[:, split:]),
        }


def validate(network: Network, validators: Sequence[Scorer]) -> dict[str, float]:
    """All dev splits' scores, and `cider`, the mean of their CIDErs, by which weights are chosen."""
    scores = {name: value for validator in validators for name, value in validator.scores(network).items()}
    return {"cider": float(np.mean([v for name, v in scores.items() if name.endswith(" cider")])), **scores}
