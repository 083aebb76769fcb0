"""Run VGG16 once over every photo, so that training reads features instead of pixels.

    <out>/train.npy, train_flipped.npy, dev.npy   float16 (photos, 196, 512), in the split's order

Each file is written as .part and renamed when whole; a run that was stopped goes on where it was.
Products are computed in bfloat16 where the processor has them, which halves the time.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from function.engines import CHANNELS, REGIONS
from function.engines.tensorflow import build_encoder, tf
from training import dataset

BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(description="Extract VGG16 features of every Flickr8k photo (about 15 minutes).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/ and vgg16/")
    parser.add_argument("--out", type=Path, default=dataset.RUNS / "features", help="folder for the features (2.6 GB)")
    args = parser.parse_args()
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    photos = dataset.Flickr8k(args.data)
    encoder = tf.function(build_encoder(dataset.vgg16(args.data)), autograph=False, reduce_retracing=True)
    args.out.mkdir(parents=True, exist_ok=True)
    for split, flip in (("train", False), ("dev", False), ("train", True)):
        extract(photos, split, flip, encoder, args.out / f"{split}{'_flipped' if flip else ''}.npy")


def extract(
    photos: dataset.Flickr8k, split: str, flip: bool, encoder: tf.types.experimental.Callable, out: Path
) -> None:
    """Write one split's features to `out`, resuming a part file at its first row of zeros."""
    if out.exists():
        print(f"{out} is complete")
        return
    names = photos.split(split)
    part = out.with_suffix(".part")
    shape = (len(names), REGIONS, CHANNELS)
    rows = np.lib.format.open_memmap(part, "r+" if part.exists() else "w+", np.float16, shape)
    start = _done(rows)
    with tqdm(total=len(names), initial=start, desc=out.stem, unit="photo") as progress:
        for i, pixels in _batches(photos, names, start, flip):
            rows[i : i + len(pixels)] = encoder(pixels).numpy()
            progress.update(len(pixels))
    rows.flush()
    part.rename(out)


def _done(rows: npt.NDArray[np.float16]) -> int:
    """How many leading rows hold features; a photo whose 100,352 features are all zero does not occur."""
    written = np.array([row.any() for row in rows])
    return int(np.argmin(written)) if not written.all() else len(rows)


def _batches(
    photos: dataset.Flickr8k, names: list[str], start: int, flip: bool
) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    for i in range(start, len(names), BATCH):
        pixels = np.stack([photos.pixels(name) for name in names[i : i + BATCH]])
        yield i, pixels[:, :, ::-1] if flip else pixels


if __name__ == "__main__":
    main()
