"""Run VGG16's trunk once over every photo, so that training reads features instead of pixels.

    <out>/dev.npy, and train.npy with its VARIANTS   float16 (photos, 14, 14, 512), in the split's order

Each file is written as .part and renamed when whole; a run that was stopped goes on where it was.
Products are computed in bfloat16 where the processor has them, which halves the time.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from tqdm import tqdm

from function.captioning.engines.base import CHANNELS, GRID
from function.captioning.engines.network import tf
from function.images.read import SIDE
from training import dataset
from training.encoder import build_trunk

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


def flipped(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return pixels[:, ::-1]


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
    return flipped(part, random) if random.random() < 0.5 else part


VARIANTS: dict[str, View] = {
    "train": whole,
    "train_flipped": flipped,
    "train_cropped1": cropped,
    "train_cropped2": cropped,
}
"""What training shows of the train photos, by the name of the file."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Extract VGG16 features of every Flickr8k photo (about 12 minutes).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/ and vgg16/")
    parser.add_argument("--out", type=Path, default=dataset.RUNS / "features", help="folder for the features (5 GB)")
    args = parser.parse_args()
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    photos = dataset.Flickr8k(args.data)
    encoder = tf.function(build_trunk(dataset.vgg16(args.data)), autograph=False, reduce_retracing=True)
    args.out.mkdir(parents=True, exist_ok=True)
    extract(photos, "dev", whole, encoder, args.out / "dev.npy")
    for variant, view in VARIANTS.items():
        extract(photos, "train", view, encoder, args.out / f"{variant}.npy")


def extract(
    photos: dataset.Flickr8k, split: str, view: View, encoder: tf.types.experimental.Callable, out: Path
) -> None:
    """Write the features of one view of a split to `out`, resuming a part file at its first row of zeros."""
    if out.exists():
        print(f"{out} is complete")
        return
    names = photos.split(split)
    part = out.with_suffix(".part")
    shape = (len(names), GRID, GRID, CHANNELS)
    rows = np.lib.format.open_memmap(part, "r+" if part.exists() else "w+", np.float16, shape)
    start = _done(rows)
    with tqdm(total=len(names), initial=start, desc=out.stem, unit="photo") as progress:
        for i, pixels in _batches(photos, names, start, view, out.stem):
            rows[i : i + len(pixels)] = encoder(pixels).numpy()
            progress.update(len(pixels))
    rows.flush()
    part.rename(out)


def _done(rows: npt.NDArray[np.float16]) -> int:
    """How many leading rows hold features; a photo whose 100,352 features are all zero does not occur."""
    written = np.array([row.any() for row in rows])
    return int(np.argmin(written)) if not written.all() else len(rows)


def _batches(
    photos: dataset.Flickr8k, names: list[str], start: int, view: View, seed: str
) -> Iterator[tuple[int, Pixels]]:
    """From row `start` on; what chance decides about a photo depends on its name and `seed` alone."""
    for i in range(start, len(names), BATCH):
        batch = names[i : i + BATCH]
        randoms = [np.random.default_rng(list(f"{dataset.SEED} {seed} {name}".encode())) for name in batch]
        yield i, np.stack([view(photos.pixels(name), random) for name, random in zip(batch, randoms, strict=True)])


if __name__ == "__main__":
    main()
