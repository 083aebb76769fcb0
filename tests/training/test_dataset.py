from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training import dataset
from training.dataset import BadData, Flickr8k


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data set of two drawn photos."""
    root = tmp_path / "flickr8k"
    (root / "images").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        Image.new("RGB", (224, 224), "teal").save(root / "images" / name)
    lines = [f"{name}#{k}\tA dog {k} ." for name in ("a.jpg", "b.jpg") for k in range(5)]
    (root / "captions.txt").write_text("\n".join(lines) + "\n")
    (root / "train.txt").write_text("a.jpg\n")
    (root / "dev.txt").write_text("b.jpg\n")
    return tmp_path


def test_a_split_names_its_photos(data: Path) -> None:
    photos = Flickr8k(data)
    assert (photos.split("train"), photos.split("dev")) == (["a.jpg"], ["b.jpg"])
    assert photos.captions["a.jpg"] == [f"A dog {k} ." for k in range(5)]
    assert photos.pixels("a.jpg").shape == (224, 224, 3)


def test_a_missing_data_set_says_what_to_download_and_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        Flickr8k(tmp_path)
    for words in ("Flickr8k_Dataset.zip", "Flickr8k_text.zip", str(tmp_path / "flickr8k"), "--data"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("captions.txt", "a.jpg A dog .\n", r"captions\.txt, line 1: expected name\.jpg#k<TAB>caption"),
        ("captions.txt", "a.jpg#0\tA dog .\n", r"has 1 captions of a\.jpg, expected 5"),
        ("captions.txt", b"\xff\xfe", "is not UTF-8 text"),
        ("train.txt", "c.jpg\n", r"train\.txt lists c\.jpg, which captions\.txt does not describe"),
    ],
    ids=["no tab", "too few captions", "not text", "an unknown photo"],
)
def test_a_malformed_file_is_named(data: Path, file: str, content: str | bytes, message: str) -> None:
    (data / "flickr8k" / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadData, match=message):
        Flickr8k(data).split("train")


def test_a_missing_photo_is_named(data: Path) -> None:
    (data / "flickr8k" / "images" / "a.jpg").unlink()
    with pytest.raises(BadData, match=r"a\.jpg is missing"):
        Flickr8k(data).split("train")


def test_missing_weights_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"keras\.applications\.VGG16"):
        dataset.vgg16(tmp_path)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg16").mkdir()
    layers = {name: np.zeros((3, 3, 64, 64), np.float32) for name in ("block1_conv1/kernel", "block1_conv2/kernel")}
    layers |= {name: np.zeros(512, np.float32) for name in ("block1_conv1/bias", "block5_conv3/bias")}
    np.savez(tmp_path / "vgg16" / "vgg16_imagenet_notop.npz", **layers)
    with pytest.raises(BadData, match=r"does not hold the ImageNet weights \(block1_conv1/kernel differs\)"):
        dataset.vgg16(tmp_path)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg16").mkdir()
    (tmp_path / "vgg16" / "vgg16_imagenet_notop.npz").write_bytes(b"not a zip")
    with pytest.raises(BadData, match="cannot be read"):
        dataset.vgg16(tmp_path)
