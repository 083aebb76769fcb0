"""Measure how well the same picture is told from similar ones: made copies against all other pairs of a folder.

    python -m benchmarks.alike --photos FOLDER [--copied 200] [--compared 1500]

Recall by kind of copy, and the pairs of different photos that would count as the same. Prints JSON.
"""

import argparse
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from collection.alike.gallery import Gallery
from collection.alike.groups import SAME, SERIES_FEATURES
from collection.captions.model import Model
from function.settings import Settings

SUFFIXES = (".jpg", ".png", ".webp")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder of different photos")
    parser.add_argument("--copied", type=int, default=200, help="photos that copies are made of")
    parser.add_argument("--compared", type=int, default=1500, help="photos that are compared with each other")
    args = parser.parse_args()
    files = sorted(file for file in args.photos.rglob("*") if file.suffix in SUFFIXES)
    model = Model(Settings(threads=1))
    print(json.dumps({**recall(model, files[: args.copied]), **precision(model, files[: args.compared])}, indent=2))


def recall(model: Model, files: list[Path]) -> dict[str, Any]:
    """The share of copies, by kind, that count as the same picture."""
    found: dict[str, list[bool]] = {}
    for file in files:
        original = model.features(file.read_bytes())
        for kind, data in copies(file):
            pair = Gallery(np.arange(2), original + model.features(data)).compare(0, 1)
            is_same = any(pair.features >= rule.features and pair.grey >= rule.grey for rule in SAME)
            found.setdefault(kind, []).append(is_same)
    return {"copies_found": {kind: round(sum(values) / len(values), 3) for kind, values in found.items()}}


def precision(model: Model, files: list[Path]) -> dict[str, Any]:
    """Pairs of different photos that would count as the same, and as one scene if they were taken together."""
    gallery = Gallery(np.arange(len(files)), b"".join(model.features(file.read_bytes()) for file in files))
    wrong = [(files[pair.first].name, files[pair.second].name) for pair in gallery.pairs(SAME)]
    alike = sum(gallery.compare(i, j).features >= SERIES_FEATURES for i in range(len(files)) for j in range(i))
    return {
        "pairs": len(files) * (len(files) - 1) // 2,
        "taken_for_the_same": wrong,
        "alike_enough_for_a_series": alike,
    }


def copies(file: Path) -> Iterator[tuple[str, bytes]]:
    """The same picture saved again, in the ways that programs do."""
    with Image.open(file) as opened:
        image = opened.convert("RGB")
    width, height = image.size
    across, down = round(width * 0.05), round(height * 0.05)
    yield "half the size", jpeg(image.resize((width // 2, height // 2)))
    yield "quality 40", jpeg(image, 40)
    yield "cropped by 5%, centred", jpeg(image.crop((across // 2, down // 2, width - across // 2, height - down // 2)))
    yield "cropped by 5%, two sides", jpeg(image.crop((across, down, width, height)))
    yield "brightened by 20%", jpeg(ImageEnhance.Brightness(image).enhance(1.2))


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


if __name__ == "__main__":
    main()
