"""Soft labels of COCO's 80 classes by an object detector, for photos that nobody labelled.

    <data>/teacher/objects.npz   names (n,), scores uint8 (n, 80) where 255 stands for 1, classes (80,)

The detector was trained on all of COCO; docs/model.md says which it is. Its answers are only read while training.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from function.captioning.english.object_names import OBJECTS
from training.data.base import BadData


class Detector(Protocol):
    """Whoever tells how likely each class is in a photo: the teacher, or another in its place."""

    def scores(self, stem: str) -> npt.NDArray[np.float32] | None:
        """The probability (80,) that each class is in the photo, in the order of OBJECTS; None if it is unknown."""


class Teacher:
    """The detector's scores by the file name of a photo without its suffix."""

    def __init__(self, data: Path) -> None:
        path = data / "teacher" / "objects.npz"
        if not path.is_file():
            raise BadData(f"{path} is missing: the scores of an object detector for every photo, names and scores.")
        with np.load(path) as file:
            order = [list(file["classes"]).index(name) for name in OBJECTS]
            scores = file["scores"][:, order]
            self._scores = {Path(str(name)).stem: row for name, row in zip(file["names"], scores, strict=True)}

    def scores(self, stem: str) -> npt.NDArray[np.float32] | None:
        """The probability (80,) that each class is in the photo, in the order of OBJECTS; None if it is unknown."""
        row = self._scores.get(stem)
        return None if row is None else (row / 255).astype(np.float32)
