"""The photos most like one: exact, over the features of all photos, which are kept in memory between questions.

512 bytes a photo, so 100,000 photos take 51 MB; a question reads only what was written since the one before.
"""

import threading

import numpy as np

from collection.alike.features import CHANNELS, Floats, Vectors, unpack, vectors
from collection.index.database import Index

_ROWS = 512  # photos compared at once: what they take in float32 stays in the processor's cache


class Neighbours:
    """The features of one index. Used by several threads at once, each with its own connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def of_photo(self, index: Index, photo: int, limit: int) -> list[int]:
        """The listed photos most like one of the index, best first, without itself; none where it has no features."""
        known = index.one("SELECT packed, encoder FROM features WHERE photo = ?", [photo])
        if known is None:
            return []
        found = self.of_features(index, known["packed"], known["encoder"], limit + 1)
        return [other for other in found if other != photo][:limit]

    def of_features(self, index: Index, packed: bytes, encoder: str, limit: int) -> list[int]:
        """The listed photos whose features are most like these, which an encoder made, best first."""
        with self._lock:
            self._read(index)
            photos, values, lengths, encoders = self._photos, self._values, self._lengths, self._encoders
        unlisted = np.array([row[0] for row in index.run("SELECT id FROM photos WHERE listed = 0")], np.int64)
        cosines = _cosines(values, lengths, unpack(packed)[0][0])  # (n,)
        cosines[(encoders != encoder) | np.isin(photos, unlisted)] = -np.inf
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [int(photos[i]) for i in best if cosines[i] > -np.inf]

    def _clear(self) -> None:
        self._newest = 0  # id of the last row that was read
        self._photos = np.zeros(0, np.int64)  # (n,)
        self._values: Vectors = np.zeros((0, CHANNELS), np.int8)  # (n, 512)
        self._lengths: Floats = np.zeros(0, np.float32)  # (n,)
        self._encoders = np.zeros(0, "U16")  # (n,)

    def _read(self, index: Index) -> None:
        """Read what was written since the last time, or everything where features were written anew."""
        rows = index.all("SELECT * FROM features WHERE id > ? ORDER BY id", [self._newest])
        if not rows:
            return
        photos = np.array([row["photo"] for row in rows], np.int64)
        if np.isin(photos, self._photos).any():
            self._clear()
            self._read(index)
            return
        values = vectors(b"".join(row["packed"] for row in rows))
        encoders = np.array([row["encoder"] for row in rows])
        self._photos = np.concatenate((self._photos, photos))
        self._values = np.concatenate((self._values, values))
        self._lengths = np.concatenate((self._lengths, _lengths(values)))
        self._encoders = np.concatenate((self._encoders, encoders))
        self._newest = rows[-1]["id"]


def _cosines(values: Vectors, lengths: Floats, wanted: Floats) -> Floats:
    """Cosines (n,) of vectors (n, 512) with a unit vector (512,)."""
    parts = [values[start : start + _ROWS].astype(np.float32) @ wanted for start in range(0, len(values), _ROWS)]
    products: Floats = np.concatenate([*parts, np.zeros(0, np.float32)])
    return products / lengths


def _lengths(values: Vectors) -> Floats:
    """Lengths (n,) of vectors (n, 512); 1 for one of zeros."""
    parts = [values[start : start + _ROWS].astype(np.float32) for start in range(0, len(values), _ROWS)]
    lengths = np.sqrt(np.concatenate([np.einsum("ij,ij->i", part, part) for part in parts]))
    return np.where(lengths > 0, lengths, 1).astype(np.float32)
