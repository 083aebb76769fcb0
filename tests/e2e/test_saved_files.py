"""Captions in files with every kind of metadata, put there by the page's code in node: nothing else changes.

`python -m benchmarks.embedding` does this over more pictures, and over photos of cameras.
"""

from pathlib import Path

import pytest

from benchmarks.embedding import Outcome, collect, embed, judge
from benchmarks.metadata_photos import make_photos

PICTURES = ("baseline.jpg", "rgb.png", "lossy.webp")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    made, results = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("results")
    make_photos(made, PICTURES)
    outcomes = embed(collect([made]), results)
    judge(outcomes, results)
    return outcomes


def test_every_photo_takes_the_caption(outcomes: list[Outcome]) -> None:
    assert len(outcomes) > 100
    assert [outcome.photo.name for outcome in outcomes if outcome.status != "embedded"] == []


def test_nothing_else_changes(outcomes: list[Outcome]) -> None:
    assert {outcome.photo.name: outcome.faults for outcome in outcomes if outcome.faults} == {}


def test_what_would_be_lost_is_noticed(outcomes: list[Outcome], tmp_path: Path) -> None:
    """A picture without metadata in place of a result is found out."""
    photo = next(outcome.photo for outcome in outcomes if outcome.photo.name == "all-baseline.jpg")
    (tmp_path / "0").write_bytes((photo.parent / "baseline.jpg").read_bytes())
    swapped = Outcome(photo, "embedded")
    judge([swapped], tmp_path)
    assert any(fault.startswith("XMP-dc:Title") for fault in swapped.faults)
    assert any(fault.startswith("IPTC:City") for fault in swapped.faults)
    assert "words: XMP-dc:Description" in swapped.faults
