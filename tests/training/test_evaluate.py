"""Evaluation on a few free photos, with the released model."""

import json
from pathlib import Path

import pytest

from function.settings import Settings
from training import evaluate
from training.data.base import Photo
from training.evaluate import Written

NAMES = ["dog.jpg", "wave.jpg", "cat.jpg"]
KEPT = json.dumps([NAMES[0], ["kept from before", 0.25, "possible", "Possibly kept."]])


@pytest.fixture
def described(photos: Path) -> list[Photo]:
    return [Photo(name, photos / name, tuple(f"A photo {k} ." for k in range(5))) for name in NAMES]


def test_every_photo_is_captioned(described: list[Photo], tmp_path: Path) -> None:
    written = evaluate.caption(described, Settings(), tmp_path / "dev.part")
    assert list(written) == NAMES
    assert all(said.caption and 0 < said.confidence < 1 for said in written.values())
    assert {said.certainty for said in written.values()} <= {"likely", "possible", "none"}


def test_a_stopped_run_goes_on_where_it_was(described: list[Photo], tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    written = evaluate.caption(described, Settings(), part)
    lines = part.read_text().splitlines()
    part.write_text("\n".join([lines[0], KEPT]) + "\n")
    resumed = evaluate.caption(described, Settings(), part)
    assert resumed == written | {NAMES[0]: Written("kept from before", 0.25, "possible", "Possibly kept.")}


def test_another_models_run_is_not_mixed_in(described: list[Photo], tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text(json.dumps("another model") + "\n" + KEPT + "\n")
    assert evaluate.caption(described, Settings(), part)[NAMES[0]].caption != "kept from before"


def test_a_line_cut_short_starts_over(described: list[Photo], tmp_path: Path) -> None:
    part = tmp_path / "dev.part"
    part.write_text('"litert 5')
    assert len(evaluate.caption(described, Settings(), part)) == 3


def test_reports_on_different_photos_are_not_compared(described: list[Photo], tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps({"captions": {"a.jpg": "a dog"}}))
    second.write_text(json.dumps({"captions": {"b.jpg": "a dog"}}))
    with pytest.raises(SystemExit, match="different photos"):
        evaluate.compare(described, first, second)


def test_objects_named_plainly_are_counted_apart() -> None:
    photos = [Photo(name, Path(name), (), frozenset(["dog"])) for name in NAMES]
    said = {
        "dog.jpg": Written("a dog runs", 0.9, "likely", "A dog runs."),
        "wave.jpg": Written("a cat sits", 0.3, "possible", "Possibly a cat sits."),
        "cat.jpg": Written("a man and a dog", 0.8, "likely", "A man and a dog."),
    }
    found = evaluate.naming(photos, said)
    assert found["CHAIRs"] == pytest.approx(200 / 3)
    assert found["CHAIRs plainly"] == 50
    assert found["told plainly"] == pytest.approx(200 / 3)
    assert found["recall"] == pytest.approx(200 / 3)
