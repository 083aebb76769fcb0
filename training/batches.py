"""Training photos of all data sets in batches: features, captions, concepts.

The trunk's features lie in one file for each data set, split and view: <features>/<set>-<split>-<view>.npy, rows in
the order of the split (training.features writes them).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from function.captioning.vocabulary import END, START, Vocabulary, tokenize
from training.concepts import Concepts
from training.data.base import DataSet, Photo
from training.data.teacher import Detector

BUCKETS = (2, 12, 16, 20, 24)
"""Caption lengths, start and end included, that batches are padded to; longer captions are cut. 2 holds no word."""
SENTENCES = 5
"""Captions of one photo in a batch; of more, some are drawn, fewer are padded with empty ones."""
BATCH = 24
Ids = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]


class Batch(NamedTuple):
    """n photos: features (n, 14, 14, 512) float16, captions (n, 5, t + 1), labels and weights (n, concepts)."""

    features: npt.NDArray[np.float16]
    captions: Ids
    labels: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]


class Views:
    """The features of the photos of several data sets as one list, each photo in as many views as there are files."""

    def __init__(self, folder: Path, names: Sequence[str], split: str = "train") -> None:
        """`names` are data sets, in order. A set's files may differ in number from another's."""
        self._files = [
            [np.load(path, mmap_mode="r") for path in sorted(folder.glob(f"{name}-{split}-*.npy"))] for name in names
        ]
        for name, files in zip(names, self._files, strict=True):
            if not files:
                raise SystemExit(f"error: there are no features of {name}. Run `python -m training.features` first.")
        self.places = [(s, row) for s, files in enumerate(self._files) for row in range(len(files[0]))]

    def read(self, photos: Rows, random: np.random.Generator) -> npt.NDArray[np.float16]:
        """Features (n, 14, 14, 512) of photos by number, each in one view by chance."""
        rows = []
        for photo in photos:
            part, row = self.places[photo]
            files = self._files[part]
            rows.append(files[random.integers(len(files))][row])
        return np.stack(rows)


class Batches:
    """Training photos with captions and concepts, in batches of like caption length."""

    def __init__(
        self, sets: Sequence[DataSet], vocabulary: Vocabulary, concepts: Concepts, features: Path, teacher: Detector
    ) -> None:
        splits = {data.name: data.split("train") for data in sets}
        self.photos: list[Photo] = [photo for split in splits.values() for photo in split]
        self.sources = np.repeat(list(splits), [len(split) for split in splits.values()])
        self.views = Views(features, [data.name for data in sets])
        if len(self.views.places) != len(self.photos):
            raise SystemExit("error: the features are of other photos. Run `python -m training.features` anew.")
        self.captions = [[encode(vocabulary, caption) for caption in photo.captions] for photo in self.photos]
        labelled = [concepts.labels(photo, teacher.scores(photo.path.stem)) for photo in self.photos]
        self.labels, self.weights = (np.stack(column) for column in zip(*labelled, strict=True))
        longest = [max(map(len, captions), default=BUCKETS[0]) for captions in self.captions]
        self._buckets = np.array([next(b for b in BUCKETS if b >= length) for length in longest])

    def __len__(self) -> int:
        return sum(-(-int(np.sum(self._buckets == bucket)) // BATCH) for bucket in BUCKETS)

    def epoch(self, seed: int) -> Iterator[Batch]:
        """One pass over every photo, in an order and with views that depend on `seed` alone."""
        random = np.random.default_rng(seed)
        batches = []
        for bucket in BUCKETS:
            members = random.permutation(np.flatnonzero(self._buckets == bucket))
            batches += [(bucket, members[i : i + BATCH]) for i in range(0, len(members), BATCH)]
        for i in random.permutation(len(batches)):
            bucket, members = batches[i]
            yield self.batch(members, self._padded(members, bucket, random), random)

    def batch(self, members: Rows, captions: Ids, random: np.random.Generator) -> Batch:
        """Photos by number with the captions given."""
        return Batch(self.views.read(members, random), captions, self.labels[members], self.weights[members])

    def captioned(self, sources: Sequence[str] | None = None) -> Rows:
        """Which photos have captions, by number; of the data sets named, or of all."""
        captioned = np.array([bool(captions) for captions in self.captions])
        return np.flatnonzero(captioned if sources is None else captioned & np.isin(self.sources, sources))

    def _padded(self, members: Rows, length: int, random: np.random.Generator) -> Ids:
        ids = np.zeros((len(members), SENTENCES, length), np.int32)
        for i, photo in enumerate(members):
            captions = self.captions[photo]
            for j, k in enumerate(random.permutation(len(captions))[:SENTENCES]):
                ids[i, j, : len(captions[k])] = captions[k]
        return ids


def encode(vocabulary: Vocabulary, caption: str) -> list[int]:
    """Start, the words' ids and end, at most as many as the longest bucket holds."""
    return [START, *vocabulary.encode(tokenize(caption))[: BUCKETS[-1] - 2], END]
