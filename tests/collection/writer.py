"""A model that writes its sentence from the photo's mean colour at once, and what a test does with a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from collection.alike import features
from collection.captions.model import Described, Describer
from collection.captions.pipeline import Outcome, Pipeline
from collection.index import paths
from collection.index.database import Index
from collection.scan.update import update
from function import records
from function.errors import GlimpseError
from function.images.read import read


class Writer:
    """In the place of `collection.captions.model.Model`; `described` are the hashes it was asked for.

    `encoded` counts the photos of which it was asked for features alone.
    """

    def __init__(self, encoder: str = "test", **changes: Any) -> None:
        self.described: list[bytes] = []
        self.encoder = encoder
        self.encoded = 0
        self.changes = changes

    def describe(self, data: bytes, sha256: bytes) -> Described:
        self.described.append(sha256)
        try:
            photo = read(data)
        except GlimpseError as error:
            return Described(dict(records.failed(sha256.hex()[:32], error)), None, None)
        colour = ("red", "green", "blue")[int(photo.pixels.reshape(-1, 3).mean(axis=0).argmax())]
        record = {
            **sentence(f"a {colour} wall", [colour, "wall"]),
            "id": sha256.hex()[:32],
            "image": {"format": photo.format, "width": photo.width, "height": photo.height},
            **self.changes,
        }
        return Described(record, _features(photo.pixels), features.sharpness(photo.pixels))

    def features(self, data: bytes) -> bytes:
        self.encoded += 1
        return _features(read(data).pixels)


def _features(pixels: npt.NDArray[np.uint8]) -> bytes:
    return features.pack(np.resize(pixels.astype(np.float32), (1, 196, 512)), pixels)


def sentence(
    caption: str, tags: Sequence[str] = (), certainty: str = "likely", others: Sequence[str] = ()
) -> dict[str, Any]:
    """A record's words."""
    shown = {"likely": f"{caption.capitalize()}.", "possible": f"Possibly {caption}.", "none": ""}[certainty]
    return {
        "status": "captioned",
        "caption": caption,
        "confidence": 0.7,
        "certainty": certainty,
        "alt_text": shown,
        "language": "en",
        "alternatives": [{"caption": other, "confidence": 0.4} for other in others],
        "words": [],
        "tags": [{"word": tag, "probability": 0.9} for tag in tags],
        "model": {"name": "test", "version": "1", "engine": "none"},
        "created_at": "2026-01-01T00:00:00Z",
    }


def caption(index: Index, folder: Path, writer: Describer, workers: int = 2) -> list[Outcome]:
    """Scan and caption a folder, as `glimpse FOLDER` does."""
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, changes.within)
    return list(Pipeline(index, writer, lambda place: b"", workers).run(changes.root, rows))


def photo_of(index: Index, name: str) -> Any:
    """The row of the photo whose path below its root is `name`."""
    return index.one(
        """SELECT photos.*, sha256 FROM photos JOIN contents ON photo = photos.id JOIN paths USING (sha256)
        WHERE shown = ?""",
        [name],
    )
