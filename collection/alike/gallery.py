"""The features of all listed photos in memory, and exact comparisons over all of them with numpy.

3 KB a photo in float32, so 100,000 photos take 300 MB; half a second to load, tens of milliseconds a question.
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
    """`ids` (n,) of the photos, unit vectors of their features (n, 512) and of their grey pictures (n, 256)."""

    def __init__(self, ids: npt.NDArray[np.int64], packed: bytes) -> None:
        self.ids = ids
        self._features, self._grey = unpack(packed)

    @classmethod
    def load(cls, index: Index) -> "Gallery":
        statement = (
            "SELECT photo, packed FROM features WHERE photo IN (SELECT id FROM photos WHERE listed) ORDER BY photo"
        )
        rows = index.all(statement)
        return cls(np.array([row[0] for row in rows], np.int64), b"".join(row[1] for row in rows))

    def like(self, packed: bytes, limit: int) -> list[tuple[int, float]]:
        """The photos most like one with these packed features: (id, cosine), best first."""
        cosines = self._features @ unpack(packed)[0][0]  # (n,)
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(int(self.ids[i]), float(cosines[i])) for i in best]

    def pairs(self, rules: Sequence[Rule]) -> Iterator[Pair]:
        """Every pair that has the least cosines of one of the rules."""
        for start in range(0, len(self.ids), _ROWS):
            rows = slice(start, start + _ROWS)
            features = self._features[rows] @ self._features[start:].T  # (rows, n - start)
            grey = self._grey[rows] @ self._grey[start:].T
            like = np.zeros(grey.shape, bool)
            for rule in rules:
                like |= (features >= rule.features) & (grey >= rule.grey)
            firsts, seconds = np.nonzero(np.triu(like, 1))
            for i, j in zip(firsts.tolist(), seconds.tolist(), strict=True):
                yield Pair(start + i, start + j, float(features[i, j]), float(grey[i, j]))

    def compare(self, first: int, second: int) -> Pair:
        """Two photos by their places."""
        features = float(self._features[first] @ self._features[second])
        return Pair(first, second, features, float(self._grey[first] @ self._grey[second]))

    def photos(self, pair: Pair) -> tuple[int, int]:
        """The ids of a pair's photos."""
        return int(self.ids[pair.first]), int(self.ids[pair.second])
