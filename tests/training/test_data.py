"""The data sets' files: what is read from them, and what is said when they are missing or malformed."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.data import vgg16
from training.data.base import BadData
from training.data.coco import Coco
from training.data.flickr import Flickr8k, Flickr30k
from training.data.imagenet import ImageNet
from training.data.sets import SETS, open_sets
from training.data.teacher import Teacher


def draw(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.new("RGB", (224, 224), "teal").save(folder / name)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Flickr8k with two drawn photos."""
    root = tmp_path / "flickr8k"
    draw(root / "images", "a.jpg", "b.jpg")
    lines = [f"{name}#{k}\tA dog {k} ." for name in ("a.jpg", "b.jpg") for k in range(5)]
    (root / "captions.txt").write_text("\n".join(lines) + "\n")
    (root / "train.txt").write_text("a.jpg\n")
    (root / "dev.txt").write_text("b.jpg\n")
    return tmp_path


def test_a_split_lists_its_photos(data: Path) -> None:
    [train], [dev] = Flickr8k(data).split("train"), Flickr8k(data).split("dev")
    assert (train.name, dev.name) == ("a.jpg", "b.jpg")
    assert train.captions == tuple(f"A dog {k} ." for k in range(5))
    assert train.objects is None
    assert train.pixels().shape == (224, 224, 3)


def test_a_photo_may_be_kept_in_another_format_than_its_name_says(data: Path) -> None:
    images = data / "flickr8k" / "images"
    (images / "a.jpg").unlink()
    draw(images, "a.webp")
    [photo] = Flickr8k(data).split("train")
    assert (photo.name, photo.path.name) == ("a.jpg", "a.webp")


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


def test_flickr30k_needs_no_lists(tmp_path: Path) -> None:
    root = tmp_path / "flickr30k"
    draw(root / "images", "2.webp", "1.webp")
    (root / "captions.txt").write_text("".join(f"{n}.jpg#{k}\tA man\n" for n in (2, 1) for k in range(5)))
    assert [photo.name for photo in Flickr30k(tmp_path).split("train")] == ["1.jpg", "2.jpg"]


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    root = tmp_path / "coco"
    draw(root / "images", "9.webp", "25.webp", "30.webp")
    rows = [
        {"image": "9.webp", "split": "train", "captions": ["A meal."], "objects": ["bowl", "orange"]},
        {"image": "25.webp", "split": "train", "captions": [], "objects": None},
        {"image": "30.webp", "split": "dev", "captions": ["A vase."] * 6, "objects": []},
    ]
    (root / "photos.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_coco_knows_what_is_in_a_photo_what_is_not_and_where_nobody_looked(coco: Path) -> None:
    labelled, unlabelled = Coco(coco).split("train")
    [empty] = Coco(coco).split("dev")
    assert labelled.objects == frozenset({"bowl", "orange"})
    assert unlabelled.objects is None
    assert unlabelled.captions == ()
    assert empty.objects == frozenset()
    assert len(empty.captions) == 6


@pytest.mark.parametrize("line", ["not JSON", '{"image": "9.webp"}', "[]"])
def test_a_malformed_line_of_coco_is_named(coco: Path, line: str) -> None:
    with (coco / "coco" / "photos.jsonl").open("a") as file:
        print(line, file=file)
    with pytest.raises(BadData, match=r"photos\.jsonl, line 4"):
        Coco(coco).split("train")


def test_captions_of_photos_that_are_not_there_come_by_photo(coco: Path) -> None:
    assert Coco(coco).captions_only() == []
    with gzip.open(coco / "coco" / "captions_only.txt.gz", "wt") as file:
        file.write("7\ta cat\n8\ta dog\n7\ta kitten\n")
    assert Coco(coco).captions_only() == [("a cat", "a kitten"), ("a dog",)]


def test_imagenet_has_photos_of_classes_and_no_captions(tmp_path: Path) -> None:
    draw(tmp_path / "imagenet" / "images", "v1.webp")
    (tmp_path / "imagenet" / "labels.tsv").write_text("v1\t0\ttench\n")
    [photo] = ImageNet(tmp_path).split("train")
    assert (photo.name, photo.captions) == ("v1", ())
    assert ImageNet(tmp_path).classes() == {"v1": "tench"}
    (tmp_path / "imagenet" / "labels.tsv").write_text("v1 0 tench\n")
    with pytest.raises(BadData, match=r"labels\.tsv: expected"):
        ImageNet(tmp_path).split("train")


def test_the_sets_that_are_there_are_opened_and_flickr8k_has_to_be(data: Path) -> None:
    assert [opened.name for opened in open_sets(data)] == ["flickr8k"]
    with pytest.raises(BadData, match="flickr8k"):
        open_sets(data / "elsewhere", tuple(SETS))
    with pytest.raises(BadData, match="no data set other"):
        open_sets(data, ("flickr8k", "other"))


def test_the_teachers_scores_are_found_by_a_photos_name(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"objects\.npz is missing"):
        Teacher(tmp_path)
    from function.captioning.english.object_names import OBJECTS

    (tmp_path / "teacher").mkdir()
    scores = np.zeros((1, 80), np.uint8)
    scores[0, 0] = 255
    names = list(reversed(OBJECTS))  # in another order than ours: the last class comes first
    np.savez(tmp_path / "teacher" / "objects.npz", names=["a.webp"], scores=scores, classes=names)
    teacher = Teacher(tmp_path)
    assert teacher.scores("b") is None
    found = teacher.scores("a")
    assert found is not None
    assert (found[-1], found.sum()) == (1, 1)


def test_missing_weights_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"keras\.applications\.VGG16"):
        vgg16.weights(tmp_path)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg16").mkdir()
    layers: dict[str, Any] = {
        name: np.zeros((3, 3, 64, 64), np.float32) for name in ("block1_conv1/kernel", "block1_conv2/kernel")
    }
    layers |= {name: np.zeros(512, np.float32) for name in ("block1_conv1/bias", "block5_conv3/bias")}
    np.savez(tmp_path / "vgg16" / "vgg16_imagenet_notop.npz", **layers)
    with pytest.raises(BadData, match=r"does not hold the ImageNet weights \(block1_conv1/kernel differs\)"):
        vgg16.weights(tmp_path)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vgg16").mkdir()
    (tmp_path / "vgg16" / "vgg16_imagenet_notop.npz").write_bytes(b"not a zip")
    with pytest.raises(BadData, match="cannot be read"):
        vgg16.weights(tmp_path)
