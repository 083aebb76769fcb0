"""The features of all listed photos in memory, and exact comparisons over all of them with numpy.

3 KB a photo in float32, so 100,000 photos take 300 MB; half a second to load, tens of milliseconds a question.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collection.alike.features import unpack
from collection.index.database import Index

_ROWS = 512  # photos compared with all others at once


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

    def pairs(self, least_features: float, least_grey: float) -> Iterator[Pair]:
        """Every pair with at least these cosines."""
        for start in range(0, len(self._grey), _ROWS):
            cosines = self._grey[start : start + _ROWS] @ self._grey[start:].T  # (rows, n - start)
            firsts, seconds = np.nonzero(cosines >= least_grey)
            for i, j in zip(firsts.tolist(), seconds.tolist(), strict=True):
                if i < j and (pair := self.compare(start + i, start + j)).features >= least_features:
                    yield pair

    def compare(self, first: int, second: int) -> Pair:
        """Two photos by their places."""
        features = float(self._features[first] @ self._features[second])
        return Pair(first, second, features, float(self._grey[first] @ self._grey[second]))
