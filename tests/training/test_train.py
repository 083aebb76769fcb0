from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from function.captioning.vocabulary import END, PAD, START, Vocabulary
from training.train import BUCKETS, Batches

PHOTOS = [f"{i}.jpg" for i in range(10)]


class DrawnData:
    """The part of Flickr8k that batches need: ten photos, whose captions grow longer."""

    captions: ClassVar = {name: ["a dog runs" + " a" * (2 * i + k) for k in range(5)] for i, name in enumerate(PHOTOS)}

    def split(self, name: str) -> list[str]:
        return PHOTOS


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    """Each photo's features hold its number; those of its mirror image hold the number below zero."""
    numbers = np.arange(1, 11, dtype=np.float16)[:, None] * np.ones((1, 512), np.float16)
    np.save(tmp_path / "train.npy", numbers)
    np.save(tmp_path / "train_flipped.npy", -numbers)
    variants = ("train", "train_flipped")
    return Batches(DrawnData(), Vocabulary(["a", "dog", "runs"]), tmp_path, size=4, variants=variants)


def test_every_photo_comes_once_an_epoch_with_its_own_captions(batches: Batches) -> None:
    seen = []
    for features, captions, _ in batches.epoch(0):
        for feature, caption in zip(features, captions, strict=True):
            number = int(abs(feature[0])) - 1
            seen.append(number)
            lengths = np.sum(caption != PAD, axis=1)
            np.testing.assert_array_equal(lengths, [min(2 * number + k + 5, BUCKETS[-1]) for k in range(5)])
    assert sorted(seen) == list(range(10))


def test_captions_run_from_start_to_end_and_then_padding(batches: Batches) -> None:
    for _, captions, _ in batches.epoch(0):
        assert captions.shape[2] in BUCKETS
        for caption in captions.reshape(-1, captions.shape[2]):
            words = caption[caption != PAD]
            assert (words[0], words[-1]) == (START, END)
            assert not caption[len(words) :].any()


def test_an_epoch_depends_on_its_seed_alone(batches: Batches) -> None:
    def order(seed: int) -> list[float]:
        return [float(feature[0]) for features, _, _ in batches.epoch(seed) for feature in features]

    assert order(1) == order(1) != order(2)


def test_some_photos_are_flipped(batches: Batches) -> None:
    signs = {np.sign(feature[0]) for seed in range(5) for features, _, _ in batches.epoch(seed) for feature in features}
    assert signs == {-1.0, 1.0}


def test_the_number_of_batches_is_known_beforehand(batches: Batches) -> None:
    assert len(list(batches.epoch(0))) == len(batches)
