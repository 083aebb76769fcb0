"""COCO: everyday photos with captions and with labels of 80 classes of objects.

    <data>/coco/images/ID.jpg (or .webp)   photos
    <data>/coco/photos.jsonl               a JSON object a line: image, split, captions, objects (or null)
    <data>/coco/captions_only.txt.gz       id<TAB>caption, of photos that are not there (optional)

Lin and others, ECCV 2014; captions: Chen and others, 2015.
"""

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from training.data.base import DataSet, Photo


class Coco(DataSet):
    name = "coco"
    splits = ("train", "dev")

    def split(self, name: str) -> list[Photo]:
        rows = [self._row(number, line) for number, line in enumerate(self.text("photos.jsonl").splitlines(), 1)]
        return [self._photo(row) for row in rows if row["split"] == name]

    def captions_only(self) -> list[tuple[str, ...]]:
        """Captions of photos that are not there, by photo; empty where the file is missing."""
        path = self.root / "captions_only.txt.gz"
        if not path.is_file():
            return []
        found = defaultdict(list)
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                photo, _, caption = line.rstrip("\n").partition("\t")
                found[photo].append(caption)
        return [tuple(captions) for captions in found.values()]

    def help(self) -> str:
        return f"""
COCO goes into {self.root}:
  images/       photos
  photos.jsonl  a line for each photo: {{"image": "9.jpg", "split": "train" or "dev", "captions": [sentence, …],
                "objects": [name of a class, …] or null}}"""

    def _row(self, number: int, line: str) -> dict[str, Any]:
        try:
            row: dict[str, Any] = json.loads(line)
            _ = row["image"], row["split"], row["captions"], row["objects"]
        except (ValueError, TypeError, KeyError):
            self.fail(f"photos.jsonl, line {number}: expected a JSON object with image, split, captions and objects.")
        return row

    def _photo(self, row: dict[str, Any]) -> Photo:
        objects = None if row["objects"] is None else frozenset(row["objects"])
        path = self.path(Path(row["image"]).stem, "photos.jsonl")
        return Photo(row["image"], path, tuple(row["captions"]), objects)
