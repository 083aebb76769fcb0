"""Extraction with an encoder that is quick to run: what is written, and how a stopped run goes on."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from training import features
from training.data.base import Photo

NAMES = [f"{i}.jpg" for i in range(40)]


@pytest.fixture
def photos(tmp_path: Path) -> list[Photo]:
    """Forty drawn photos, the left half of each grey and the right half black."""
    for i, name in enumerate(NAMES):
        image = Image.new("RGB", (224, 224), "black")
        image.paste((5 * i + 20,) * 3, (0, 0, 112, 224))
        image.save(tmp_path / name, quality=95)
    return [Photo(name, tmp_path / name) for name in NAMES]


def halves(pixels: np.ndarray) -> tf.Tensor:
    """A "trunk" whose first feature is the left half's brightness and whose second is the right half's."""
    left, right = pixels[:, :, :112].mean((1, 2, 3)), pixels[:, :, 112:].mean((1, 2, 3))
    rows = np.zeros((len(pixels), 14, 14, 512), np.float32)
    rows[:, 0, 0, 0], rows[:, 0, 0, 1] = left + 1, right + 1
    return tf.constant(rows)


def test_every_photo_is_encoded_in_the_splits_order(photos: list[Photo], tmp_path: Path) -> None:
    features.extract(photos, features.whole, halves, tmp_path / "train.npy")
    rows = np.load(tmp_path / "train.npy")
    assert (rows.shape, rows.dtype) == ((40, 14, 14, 512), np.float16)
    np.testing.assert_allclose(rows[:, 0, 0, 0], [5 * i + 21 for i in range(40)], atol=2)
    np.testing.assert_allclose(rows[:, 0, 0, 1], 1, atol=2)


def test_a_crop_is_a_part_of_the_photo_in_another_light_and_the_same_each_time(
    photos: list[Photo], tmp_path: Path
) -> None:
    for out in ("cropped.npy", "again/cropped.npy", "cropped2.npy"):
        (tmp_path / out).parent.mkdir(exist_ok=True)
        features.extract(photos, features.cropped, halves, tmp_path / out)
    first, again, other = (np.load(tmp_path / out) for out in ("cropped.npy", "again/cropped.npy", "cropped2.npy"))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    mirrored = first[:, 0, 0, 1] > first[:, 0, 0, 0]
    assert 0 < mirrored.sum() < len(NAMES)


def test_a_crop_keeps_its_share_of_the_area() -> None:
    columns = np.broadcast_to(np.arange(224, dtype=np.uint8)[None, :, None], (224, 224, 3))
    for seed in range(50):
        part = features.cropped(columns, np.random.default_rng(seed))
        assert part.shape == (224, 224, 3)
        assert 0.4 < np.ptp(part.astype(float)) / np.ptp(columns.astype(float)) <= 1.2


def test_a_stopped_run_goes_on_where_it_was(photos: list[Photo], tmp_path: Path) -> None:
    encoded: list[int] = []

    def interrupted(pixels: np.ndarray) -> tf.Tensor:
        if len(encoded) == 1:
            raise KeyboardInterrupt
        encoded.append(len(pixels))
        return halves(pixels)

    with pytest.raises(KeyboardInterrupt):
        features.extract(photos, features.whole, interrupted, tmp_path / "train.npy")
    assert not (tmp_path / "train.npy").exists()

    def counted(pixels: np.ndarray) -> tf.Tensor:
        encoded.append(len(pixels))
        return halves(pixels)

    features.extract(photos, features.whole, counted, tmp_path / "train.npy")
    assert encoded == [16, 16, 8]
    np.testing.assert_allclose(np.load(tmp_path / "train.npy")[:, 0, 0, 0], [5 * i + 21 for i in range(40)], atol=2)


def test_a_finished_split_is_not_encoded_again(
    photos: list[Photo], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def unwanted(pixels: np.ndarray) -> tf.Tensor:
        pytest.fail("encoded again")

    (tmp_path / "train.npy").write_bytes(b"done")
    features.extract(photos, features.whole, unwanted, tmp_path / "train.npy")
    assert "is complete" in capsys.readouterr().out
