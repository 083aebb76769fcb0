"""Run VGG16's trunk once over every photo, so that training reads features instead of pixels.

    <out>/<set>-dev-whole.npy, <out>/<set>-train-<view>.npy   float16 (photos, 14, 14, 512), in the split's order

Each file is written as .part and renamed when whole; a run that was stopped goes on where it was.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from tqdm import tqdm

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import tf
from function.images.read import SIDE
from training.data import vgg16
from training.data.base import DEFAULT, RUNS, SEED, Photo
from training.data.sets import SETS, open_sets
from training.hardware import use_bfloat16
from training.model import build_trunk

BATCH = 16
AREA = (0.55, 1.0)
"""Of a photo, that a crop keeps."""
STRETCH = 0.2
"""How far a crop's aspect ratio may stray, in nats either way."""
LIGHT = (0.8, 1.2)
"""What a crop's brightness and contrast are multiplied by."""
Pixels = npt.NDArray[np.uint8]
View = Callable[[Pixels, np.random.Generator], Pixels]


def whole(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return pixels


def cropped(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A part of the photo at full size, in another light, mirrored half of the time."""
    area, ratio = random.uniform(*AREA), np.exp(random.uniform(-STRETCH, STRETCH))
    width, height = np.minimum(np.sqrt([area * ratio, area / ratio]), 1) * SIDE
    left, top = random.uniform(0, SIDE - width), random.uniform(0, SIDE - height)
    box = (left, top, left + width, top + height)
    part = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box)
    light = np.asarray(part, np.float32)
    light = (light - light.mean()) * random.uniform(*LIGHT) + light.mean() * random.uniform(*LIGHT)
    part = light.clip(0, 255).astype(np.uint8)
    return np.asarray(part[:, ::-1] if random.random() < 0.5 else part)


VIEWS: dict[str, View] = {"whole": whole, "crop1": cropped, "crop2": cropped}
"""What training shows of the train photos, by the name in the file's."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Extract VGG16's features of every photo (30 ms a photo and view).")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets and vgg16/")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS), help="data sets to read")
    parser.add_argument("--out", type=Path, default=RUNS / "features", help="folder for the features (13 GB)")
    parser.add_argument("--views", nargs="+", default=list(VIEWS), choices=list(VIEWS), help="views of train photos")
    args = parser.parse_args()
    use_bfloat16()
    sets = open_sets(args.data, tuple(args.sets))
    trunk = tf.function(build_trunk(vgg16.weights(args.data)), autograph=False, reduce_retracing=True)
    args.out.mkdir(parents=True, exist_ok=True)
    for data in sets:
        if "dev" in data.splits:
            extract(data.split("dev"), whole, trunk, args.out / f"{data.name}-dev-whole.npy")
    for view in args.views:
        for data in sets:
            extract(data.split("train"), VIEWS[view], trunk, args.out / f"{data.name}-train-{view}.npy")


def extract(photos: Sequence[Photo], view: View, trunk: Callable[[Pixels], tf.Tensor], out: Path) -> None:
    """Write the features of one view of photos to `out`, resuming a part file at its first row of zeros."""
    if out.exists():
        print(f"{out} is complete")
        return
    part = out.with_suffix(".part")
    shape = (len(photos), GRID, GRID, CHANNELS)
    rows = np.lib.format.open_memmap(part, "r+" if part.exists() else "w+", np.float16, shape)
    start = _done(rows)
    with tqdm(total=len(photos), initial=start, desc=out.stem, unit="photo") as progress:
        for i, pixels in _batches(photos, start, view, out.stem):
            rows[i : i + len(pixels)] = trunk(pixels).numpy()
            progress.update(len(pixels))
    rows.flush()
    part.rename(out)


def _done(rows: npt.NDArray[np.float16]) -> int:
    """How many leading rows hold features; a photo whose 100,352 features are all zero does not occur."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if rows[middle].any() else (low, middle)
    return low


def _batches(photos: Sequence[Photo], start: int, view: View, seed: str) -> Iterator[tuple[int, Pixels]]:
    """From row `start` on; what chance decides about a photo depends on its name and `seed` alone."""
    for i in range(start, len(photos), BATCH):
        batch = photos[i : i + BATCH]
        randoms = [np.random.default_rng(list(f"{SEED} {seed} {photo.name}".encode())) for photo in batch]
        yield i, np.stack([view(photo.pixels(), random) for photo, random in zip(batch, randoms, strict=True)])


if __name__ == "__main__":
    main()
