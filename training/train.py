"""Teach the network to write captions from what the trunk made of the train split.

<out>/vocabulary.json   words seen at least --minimum-count times
<out>/last.npz          everything a resumed run needs, after every epoch
<out>/best.npz          the averaged weights with the best CIDEr on dev (greedy)
<out>/log.jsonl         a line per epoch: loss, CIDEr, minutes
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from pycocoevalcap.cider.cider import Cider
from tqdm import tqdm

from function.captioning.engines.network import Decoder, keras, tf
from function.captioning.vocabulary import END, START, Vocabulary, join, tokenize
from training import dataset, network
from training.attributes import Attributes
from training.encoder import Block5
from training.features import VARIANTS
from training.network import Network

BUCKETS = (12, 16, 20, 24)
"""Caption lengths, start and end included, that batches are padded to; longer captions are cut."""


class Batches:
    """Train photos with their five captions, in batches of like caption length, each in one variant of its features."""

    def __init__(
        self,
        photos: dataset.Flickr8k,
        vocabulary: Vocabulary,
        features: Path,
        size: int = 24,
        variants: Iterable[str] = tuple(VARIANTS),
    ) -> None:
        names = photos.split("train")
        self.features = [np.load(features / f"{variant}.npy", mmap_mode="r") for variant in variants]
        self.size = size
        self.captions = [[_encode(vocabulary, caption) for caption in photos.captions[name]] for name in names]
        attributes = Attributes.commonest(photos)
        self.labels = np.stack([attributes.labels(photos.captions[name]) for name in names])
        longest = [max(map(len, captions)) for captions in self.captions]
        self.buckets = np.array([next(b for b in BUCKETS if b >= length) for length in longest])

    def __len__(self) -> int:
        return sum(-(-int(np.sum(self.buckets == bucket)) // self.size) for bucket in BUCKETS)

    def epoch(self, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """One pass in an order and with variants that depend on `seed` alone: features, caption ids, attributes."""
        random = np.random.default_rng(seed)
        batches = []
        for bucket in BUCKETS:
            members = random.permutation(np.flatnonzero(self.buckets == bucket))
            batches += [(bucket, members[i : i + self.size]) for i in range(0, len(members), self.size)]
        for i in random.permutation(len(batches)):
            bucket, members = batches[i]
            yield self.shown(members, random), self._padded(members, bucket), self.labels[members]

    def shown(self, members: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """The features of train photos by number, each in one variant by chance."""
        variants = random.integers(len(self.features), size=len(members))
        return np.stack([self.features[v][photo] for v, photo in zip(variants, members, strict=True)])

    def _padded(self, members: np.ndarray, length: int) -> np.ndarray:
        ids = np.zeros((len(members), dataset.CAPTIONS_PER_PHOTO, length), np.int32)
        for i, photo in enumerate(members):
            for j, caption in enumerate(self.captions[photo]):
                ids[i, j, : len(caption)] = caption
        return ids


def _encode(vocabulary: Vocabulary, caption: str) -> list[int]:
    return [START, *vocabulary.encode(tokenize(caption))[: BUCKETS[-1] - 2], END]


class Examiner:
    """CIDEr of greedy captions of dev, as a measure of progress (training.evaluate gives the real scores)."""

    def __init__(self, photos: dataset.Flickr8k, vocabulary: Vocabulary, features: Path) -> None:
        self.vocabulary = vocabulary
        self.features = np.load(features / "dev.npy", mmap_mode="r")
        self.references = {
            i: [" ".join(tokenize(caption)) for caption in photos.captions[name]]
            for i, name in enumerate(photos.split("dev"))
        }

    def cider(self, learned: Network) -> float:
        """CIDEr × 100."""
        rows = [network.greedy(learned, self.features[i : i + 200]) for i in range(0, len(self.features), 200)]
        written = {i: [join(self.vocabulary.words[w] for w in row if w)] for i, row in enumerate(np.concatenate(rows))}
        return float(Cider().compute_score(self.references, written)[0]) * 100


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the captioning network on Flickr8k train; stops and resumes.")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/ and vgg16/")
    parser.add_argument("--features", type=Path, default=dataset.RUNS / "features", help="what training.features wrote")
    parser.add_argument("--out", type=Path, default=dataset.RUNS / "trained", help="folder for checkpoints")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the train split")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of the decoder, at its highest")
    parser.add_argument("--block5-rate", type=float, default=5e-5, help="of VGG16's block 5, at its highest")
    parser.add_argument("--minimum-count", type=int, default=5, help="rarer words become unknown")
    args = parser.parse_args()
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    keras.utils.set_random_seed(dataset.SEED)
    photos = dataset.Flickr8k(args.data)
    args.out.mkdir(parents=True, exist_ok=True)
    captions = (tokenize(caption) for name in photos.split("train") for caption in photos.captions[name])
    vocabulary = Vocabulary.build(captions, args.minimum_count)
    vocabulary.save(args.out / "vocabulary.json")
    batches = Batches(photos, vocabulary, args.features)
    learned = Network(Block5(dataset.vgg16(args.data)), Decoder(len(vocabulary), batches.labels.shape[1]))
    trainer = network.Trainer(learned, args.epochs * len(batches), args.learning_rate, args.block5_rate)
    train(trainer, batches, Examiner(photos, vocabulary, args.features), args.epochs, args.out)


def train(trainer: network.Trainer, batches: Batches, examiner: Examiner, epochs: int, out: Path) -> None:
    """Run the epochs that are still to do, keeping the best averaged weights in `out`/best.npz."""
    first, best = resume(trainer, out / "last.npz")
    examined = trainer.network.twin()
    for epoch in range(first, epochs):
        started = time.monotonic()
        mean_loss = train_epoch(trainer, batches, epoch)
        averaged = trainer.averaged()
        examined.load(averaged)
        cider = examiner.cider(examined)
        minutes = (time.monotonic() - started) / 60
        with (out / "log.jsonl").open("a") as log:
            print(json.dumps({"epoch": epoch, "loss": mean_loss, "cider": cider, "minutes": minutes}), file=log)
        print(f"epoch {epoch + 1}/{epochs}: loss {mean_loss:.3f}, dev CIDEr {cider:.1f} (greedy), {minutes:.1f} min")
        if cider > best:
            best = cider
            write(out / "best.npz", averaged)
        write(out / "last.npz", {**trainer.save(), "epoch": np.array(epoch), "best": np.array(best)})


def train_epoch(trainer: network.Trainer, batches: Batches, epoch: int) -> float:
    losses = []
    show = tf.function(network.shown, autograph=False, reduce_retracing=False)
    with tqdm(
        batches.epoch(dataset.SEED + epoch), total=len(batches), desc=f"epoch {epoch + 1}", unit="batch"
    ) as progress:
        for features, captions, labels in progress:
            shown = show(tf.constant(features))
            losses.append(float(trainer.step(shown, tf.constant(captions), tf.constant(labels))))
            progress.set_postfix(loss=f"{np.mean(losses[-50:]):.3f}", refresh=False)
    return float(np.mean(losses))


def resume(trainer: network.Trainer, checkpoint: Path) -> tuple[int, float]:
    """The next epoch and the best CIDEr so far."""
    if not checkpoint.exists():
        return 0, -1.0
    with np.load(checkpoint) as arrays:
        trainer.restore(dict(arrays))
        return int(arrays["epoch"]) + 1, float(arrays["best"])


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Replace `path` whole or not at all."""
    part = path.with_suffix(".part.npz")
    np.savez(part, **arrays)
    part.replace(path)


if __name__ == "__main__":
    main()
