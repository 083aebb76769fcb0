"""The features of all listed photos in memory, and every pair of them compared with numpy.

3 KB a photo in float32, so 100,000 photos take 300 MB. What different encoders made is not compared.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collection.alike.features import unpack
from collection.index.database import Index

_ROWS = 512  # photos compared with all others at once


class Rule(NamedTuple):
    """The least cosines of features and of grey pictures."""

    features: float
    grey: float


class Pair(NamedTuple):
    """Two photos of a gallery by their places in it, the smaller first; cosines of features and of grey pictures."""

    first: int
    second: int
    features: float
    grey: float


class Gallery:
    """`ids` (n,) of the photos, unit vectors of their features (n, 512) and of their grey pictures (n, 256).

    `encoders` (n,) are those that made the features.
    """

    def __init__(self, ids: npt.NDArray[np.int64], packed: bytes, encoders: Sequence[str] = ()) -> None:
        self.ids = ids
        self._features, self._grey = unpack(packed)
        self._encoders = np.unique(encoders, return_inverse=True)[1] if encoders else np.zeros(len(ids), np.int64)

    @classmethod
    def load(cls, index: Index) -> "Gallery":
        rows = index.all(
            """SELECT photo, packed, encoder FROM features
            WHERE photo IN (SELECT id FROM photos WHERE listed) ORDER BY photo"""
        )
        ids = np.array([row["photo"] for row in rows], np.int64)
        return cls(ids, b"".join(row["packed"] for row in rows), [row["encoder"] for row in rows])

    @property
    def strangers(self) -> int:
        """How many photos have features of another encoder than most."""
        return len(self.ids) - int(np.bincount(self._encoders).max(initial=0))

    def pairs(self, rules: Sequence[Rule]) -> Iterator[Pair]:
        """Every pair that has the least cosines of one of the rules."""
        for start in range(0, len(self.ids), _ROWS):
            rows = slice(start, start + _ROWS)
            features = self._features[rows] @ self._features[start:].T  # (rows, n - start)
            grey = self._grey[rows] @ self._grey[start:].T
            like = np.zeros(grey.shape, bool)
            for rule in rules:
                like |= (features >= rule.features) & (grey >= rule.grey)
            like &= self._encoders[rows, None] == self._encoders[None, start:]
            firsts, seconds = np.nonzero(np.triu(like, 1))
            for i, j in zip(firsts.tolist(), seconds.tolist(), strict=True):
                yield Pair(start + i, start + j, float(features[i, j]), float(grey[i, j]))

    def comparable(self, first: int, second: int) -> bool:
        """Whether one encoder made the features of two photos, by their places."""
        return bool(self._encoders[first] == self._encoders[second])

    def compare(self, first: int, second: int) -> Pair:
        """Two photos by their places, whose features one encoder made."""
        features = float(self._features[first] @ self._features[second])
        return Pair(first, second, features, float(self._grey[first] @ self._grey[second]))

    def photos(self, pair: Pair) -> tuple[int, int]:
        """The ids of a pair's photos."""
        return int(self.ids[pair.first]), int(self.ids[pair.second])
