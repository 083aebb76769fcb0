"""Evaluation on photos drawn for the purpose, with the released model."""

import json
from pathlib import Path

import pytest
from PIL import Image

from function.settings import Settings
from training import evaluate
from training.dataset import Flickr8k

NAMES = ["a.jpg", "b.jpg", "c.jpg"]


@pytest.fixture
def photos(tmp_path: Path, photos: Path) -> Flickr8k:
    root = tmp_path / "flickr8k"
    (root / "images").mkdir(parents=True)
    for name, source in zip(NAMES, ("dog.jpg", "wave.jpg", "cat.jpg"), strict=True):
        Image.open(photos / source).resize((224, 224)).save(root / "images" / name)
    (root / "captions.txt").write_text("".join(f"{name}#{k}\tA photo {k} .\n" for name in NAMES for k in range(5)))
    (root / "dev.txt").write_text("\n".join(NAMES))
    return Flickr8k(tmp_path)


def test_every_photo_of_a_split_is_captioned(photos: Flickr8k, tmp_path: Path) -> None:
    written = evaluate.caption(photos, "dev", Settings(), tmp_path / "dev.part")
    assert list(written) == NAMES
    assert all(written.values())


def test_a_stopped_run_goes_on_where_it_was(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    written = evaluate.caption(photos, "dev", Settings(), part)
    lines = part.read_text().splitlines()
    part.write_text("\n".join([lines[0], json.dumps([NAMES[0], "kept from before"])]) + "\n")
    assert evaluate.caption(photos, "dev", Settings(), part) == written | {NAMES[0]: "kept from before"}


def test_another_models_run_is_not_mixed_in(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text(json.dumps("another model") + "\n" + json.dumps([NAMES[0], "kept from before"]) + "\n")
    assert evaluate.caption(photos, "dev", Settings(), part)[NAMES[0]] != "kept from before"


def test_a_line_cut_short_starts_over(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text('"litert 5')
    assert len(evaluate.caption(photos, "dev", Settings(), part)) == 3


def test_two_reports_are_compared() -> None:
    first = {"engine": "litert", "captions": {"a": "x", "b": "y"}, "scores": {"CIDEr": 50.0}}
    second = {"engine": "tensorflow", "captions": {"a": "x", "b": "z"}, "scores": {"CIDEr": 50.25}}
    assert evaluate.compare(first, second) == "same caption on 50.0% of photos, CIDEr -0.25 against tensorflow"
