"""Evaluation on photos drawn for the purpose, with the released model."""

import json
from pathlib import Path

import pytest
from PIL import Image

from function.settings import Settings
from training import evaluate
from training.dataset import Flickr8k

NAMES = ["a.jpg", "b.jpg", "c.jpg"]
KEPT = json.dumps([NAMES[0], ["kept from before", 0.25]])


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
    written, confidences = evaluate.caption(photos, "dev", Settings(), tmp_path / "dev.part")
    assert list(written) == list(confidences) == NAMES
    assert all(written.values())
    assert all(0 < confidence < 1 for confidence in confidences.values())


def test_a_stopped_run_goes_on_where_it_was(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    written, confidences = evaluate.caption(photos, "dev", Settings(), part)
    lines = part.read_text().splitlines()
    part.write_text("\n".join([lines[0], KEPT]) + "\n")
    resumed = evaluate.caption(photos, "dev", Settings(), part)
    assert resumed == (written | {NAMES[0]: "kept from before"}, confidences | {NAMES[0]: 0.25})


def test_another_models_run_is_not_mixed_in(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text(json.dumps("another model") + "\n" + KEPT + "\n")
    assert evaluate.caption(photos, "dev", Settings(), part)[0][NAMES[0]] != "kept from before"


def test_a_line_cut_short_starts_over(photos: Flickr8k, tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text('"litert 5')
    assert len(evaluate.caption(photos, "dev", Settings(), part)[0]) == 3


def test_reports_on_different_photos_are_not_compared(photos: Flickr8k, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps({"captions": {"a.jpg": "a dog"}}))
    second.write_text(json.dumps({"captions": {"b.jpg": "a dog"}}))
    with pytest.raises(SystemExit, match="different photos"):
        evaluate.compare(photos, first, second)
