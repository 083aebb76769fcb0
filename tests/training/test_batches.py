from pathlib import Path

import numpy as np
import pytest

from function.captioning.vocabulary import END, PAD, START, Vocabulary
from training import batches as module
from training.batches import BUCKETS, Batches, Views
from training.concepts import Concepts
from training.data.base import DataSet, Photo

VOCABULARY = Vocabulary(["a", "dog", "runs"])
CONCEPTS = Concepts(["dog", "run"], ["dog"])


class Drawn(DataSet):
    """Ten photos whose captions grow longer, or as many without captions."""

    splits = ("train",)

    def __init__(self, name: str, captions: int) -> None:
        self.name, self.count = name, captions  # type: ignore[misc]

    def split(self, name: str) -> list[Photo]:
        return [
            Photo(f"{i}.jpg", Path(f"{self.name}{i}.jpg"), tuple(caption(i, k) for k in range(self.count)))
            for i in range(10)
        ]

    def help(self) -> str:
        return ""


def caption(i: int, k: int) -> str:
    return "a dog runs" + " a" * (2 * i + k)


class Teacher:
    """Sees a dog with a probability of 0.25 everywhere."""

    def scores(self, stem: str) -> np.ndarray:
        return np.array([0.25], np.float32)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 4)


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    """Each photo's features hold its number, 1 to 20; those of its second view hold the number below zero."""
    numbers = np.arange(1, 21, dtype=np.float16)[:, None] * np.ones((1, 512), np.float16)
    np.save(tmp_path / "told-train-whole.npy", numbers[:10])
    np.save(tmp_path / "told-train-crop.npy", -numbers[:10])
    np.save(tmp_path / "untold-train-whole.npy", numbers[10:])
    return Batches([Drawn("told", 5), Drawn("untold", 0)], VOCABULARY, CONCEPTS, tmp_path, Teacher())


def test_every_photo_comes_once_an_epoch_with_its_own_captions(batches: Batches) -> None:
    seen = []
    for batch in batches.epoch(0):
        for feature, captions in zip(batch.features, batch.captions, strict=True):
            number = int(abs(feature[0])) - 1
            seen.append(number)
            lengths = sorted(np.sum(captions != PAD, axis=1))
            expected = [min(2 * number + k + 5, BUCKETS[-1]) for k in range(5)] if number < 10 else [0] * 5
            np.testing.assert_array_equal(lengths, expected)
    assert sorted(seen) == list(range(20))


def test_captions_run_from_start_to_end_and_then_padding(batches: Batches) -> None:
    for batch in batches.epoch(0):
        assert batch.captions.shape[2] in BUCKETS
        for ids in batch.captions.reshape(-1, batch.captions.shape[2]):
            words = ids[ids != PAD]
            assert not words.size or (words[0], words[-1]) == (START, END)
            assert not ids[len(words) :].any()


def test_photos_without_captions_teach_objects_alone(batches: Batches) -> None:
    for batch in batches.epoch(0):
        is_told = batch.captions.any((1, 2))
        np.testing.assert_array_equal(batch.weights[:, 0], is_told)
        np.testing.assert_array_equal(batch.labels[:, 2], np.where(is_told, 1, 0.25))
    np.testing.assert_array_equal(batches.captioned(), range(10))


def test_of_more_than_five_captions_some_are_drawn(tmp_path: Path) -> None:
    np.save(tmp_path / "told-train-whole.npy", np.ones((10, 512), np.float16))
    many = Batches([Drawn("told", 9)], VOCABULARY, CONCEPTS, tmp_path, Teacher())
    lengths = {tuple(np.sum(b.captions[0] != PAD, 1)) for seed in range(5) for b in many.epoch(seed)}
    assert all(len(set(row)) > 1 for row in lengths if max(row) < BUCKETS[-1])
    assert len(lengths) > 5


def test_an_epoch_depends_on_its_seed_alone(batches: Batches) -> None:
    def order(seed: int) -> list[float]:
        return [float(feature[0]) for batch in batches.epoch(seed) for feature in batch.features]

    assert order(1) == order(1) != order(2)


def test_photos_come_in_every_view_there_is(batches: Batches) -> None:
    signs = {np.sign(f[0]) for seed in range(5) for batch in batches.epoch(seed) for f in batch.features}
    assert signs == {-1.0, 1.0}


def test_the_number_of_batches_is_known_beforehand(batches: Batches) -> None:
    assert len(list(batches.epoch(0))) == len(batches)


def test_missing_features_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no features of told.*training\.features"):
        Views(tmp_path, ["told"])


def test_features_of_other_photos_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "told-train-whole.npy", np.ones((9, 512), np.float16))
    with pytest.raises(SystemExit, match="of other photos"):
        Batches([Drawn("told", 5)], VOCABULARY, CONCEPTS, tmp_path, Teacher())
