"""Calibration on numbers whose truth is known, on drawn images, and what the released files say."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from function.captioning import manifest
from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.confidence import MEASURES, CalibratedLogistic, ConfidenceModel, Logistic
from function.captioning.manifest import Manifest
from function.settings import Settings
from training import calibrate, calibration_report, photo_classifier
from training.calibrate import Observed
from training.calibration_report import Check
from training.data.base import Photo
from training.nonphotos import draw


@pytest.fixture(scope="module")
def observed() -> Observed:
    """2,000 photos of five sentences; whether one is good hangs on its score alone: sigmoid(3 + 2 · score)."""
    random = np.random.default_rng(1)
    measures = random.normal(-1.5, 1, (2000, 5, len(MEASURES)))
    good = random.random((2000, 5)) < 1 / (1 + np.exp(-3 - 2 * measures[:, :, 0]))
    return Observed(
        measures,
        random.normal(size=(2000, 5, len(calibrate.OTHERS))),
        np.ones((2000, 512)),
        good,
        measures[:, :, 8] > -1.5,
        np.repeat("drawn", 2000),
    )


def test_the_fit_finds_the_truth(observed: Observed) -> None:
    model = calibrate.fit(observed, observed.good, calibrate.everything(observed))
    assert model.logistic.bias == pytest.approx(3, abs=0.4)
    np.testing.assert_allclose(model.logistic.weights, [2] + [0] * (len(MEASURES) - 1), atol=0.2)
    np.testing.assert_allclose(model.beta_calibration.weights, 1, atol=0.4)  # nothing to correct


def test_what_is_not_logistic_is_calibrated(observed: Observed) -> None:
    """Here a score above the mean says twice as much as one below."""
    score = observed.measures[:, :, 0] + 1.5
    good = np.random.default_rng(2).random(score.shape) < 1 / (1 + np.exp(-np.where(score > 0, 4, 1) * score))
    first, second = calibrate.halves(len(good))
    model, values = calibrate.fit(observed, good, first), observed.measures[second, 0]
    errors = [
        calibration_report.error(sure, good[second, 0])
        for sure in (model.probability(values), model.logistic.probability(values))
    ]
    assert errors[0] < errors[1]


def test_what_is_checked_was_not_fitted_on(observed: Observed) -> None:
    first, second = calibrate.halves(len(observed.good))
    assert first.sum() == second.sum() == 1000
    assert not np.any(first & second)
    always_a_photo = Logistic(np.zeros(512), 30.0)
    for check in calibrate.cross_checked(observed, observed, always_a_photo):
        assert calibration_report.error(check.sure[:, 0], check.good[:, 0]) < 0.05
        assert calibration_report.area(check.sure[:, 0], check.good[:, 0]) > 0.8
        assert calibration_report.area(check.plain[:, 0], check.grounded[:, 0]) > 0.99


def test_calibration_error_is_the_distance_from_the_truth() -> None:
    sure = np.repeat([0.25, 0.75], 100)
    good = np.concatenate([np.arange(100) < 25, np.arange(100) < 55])
    assert calibration_report.error(sure, good) == pytest.approx(0.1)
    assert calibration_report.noise(sure) == pytest.approx(0.035, abs=0.01)


def test_the_diagram_has_a_bar_for_every_bin() -> None:
    truth = np.array([[False], [False], [True], [True]])
    sure = np.array([[0.0], [0.25], [0.75], [1.0]])
    check = Check(sure, sure, truth, truth, np.repeat("drawn", 4))
    assert calibration_report.diagram([check]).count("<rect") == 4


def test_a_part_of_a_page_is_renewed_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "model.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- /a -->\nafter\n")
    calibration_report.renew(page, "a", r"new \1")
    calibration_report.renew(page, "b", "more")
    assert page.read_text() == ("before\n<!-- a -->\nnew \\1\n<!-- /a -->\nafter\n\n<!-- b -->\nmore\n<!-- /b -->\n")


def test_the_file_is_written_with_its_checksum(tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text("[]")
    model = Manifest(tmp_path, "tiny", "1", "en", "beam_captioner", 224, 14, 512)
    model.with_file("vocabulary", "words.json").write()
    caption = CalibratedLogistic(Logistic(np.ones(len(MEASURES)), 0.5), Logistic(np.ones(2), 0.0))
    fitted = ConfidenceModel(caption, caption, Logistic(np.ones(512), 1.0))
    for _ in range(2):
        calibrate.write(manifest.read(tmp_path), fitted, {"drawn": 0.3})
        assert manifest.read(tmp_path).file("vocabulary")
        content = json.loads(manifest.read(tmp_path).file("confidence").read_text())
        for part in ("good", "grounded"):
            assert content[part]["logistic"] == {"bias": 0.5, "weights": [1.0] * len(MEASURES)}
            assert content[part]["beta_calibration"] == {"bias": 0.0, "weights": [1.0] * 2}


def test_the_released_file_fits_the_code() -> None:
    content = json.loads(manifest.read(Settings().model).file("confidence").read_text())
    assert tuple(content["measures"]) == MEASURES
    for part in (content["good"], content["grounded"]):
        sizes = {name: len(fitted["weights"]) for name, fitted in part.items()}
        assert sizes == {"logistic": len(MEASURES), "beta_calibration": 2}
    assert len(content["photo"]["weights"]) == 512


def test_kinds_are_told_from_photos_and_unseen_kinds_are_counted_apart() -> None:
    random = np.random.default_rng(0)
    photos, others = random.normal(2, 0.5, (200, 512)), random.normal(1, 0.5, (90, 512))
    others[60:] = random.normal(2, 0.5, (30, 512))  # a kind that looks like photos
    kinds = np.repeat(["chart", "page", "painting"], 30)
    model, unseen = photo_classifier.fit(photo_classifier.Samples(photos, others, kinds))
    assert unseen["chart"] == unseen["page"] == 1
    assert unseen["painting"] < 0.5
    assert model.probability(photos).min() > model.probability(others[:60]).max()


@pytest.mark.parametrize("kind", sorted(draw.KINDS))
def test_drawn_images_depend_on_their_seed_alone(kind: str) -> None:
    drawn = [draw.draw(seed, [kind]) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0][0] == kind


def test_pieces_of_a_photo_have_the_size_of_photos(photos: Path) -> None:
    from function.images.read import read

    pixels = read((photos / "dog.jpg").read_bytes()).pixels
    pieces = [photo_classifier.piece(np.random.default_rng(seed), pixels) for seed in range(12)]
    assert {piece.shape for piece in pieces} == {(224, 224, 3)}
    assert len({piece.tobytes() for piece in pieces}) == 12


@pytest.fixture
def described(photos: Path) -> list[Photo]:
    """Six free photos, two of them described as the model would."""
    names = ["dog.jpg", "wave.jpg", "cat.jpg", "beach.jpg", "horses.jpg", "temple.jpg"]
    said = {"dog.jpg": "a german shepherd runs through the grass", "wave.jpg": "a surfer rides a wave in the ocean"}
    return [Photo(name, photos / name, tuple(f"{said.get(name, f'thing {k}')} ." for k in range(5))) for name in names]


def test_photos_are_observed_through_the_captioner_that_serves(
    described: list[Photo], captioner: BeamCaptioner
) -> None:
    observed, bar = calibrate.observe(described, "drawn", captioner)
    assert observed.measures.shape == (6, 5, len(MEASURES))
    assert observed.others.shape == (6, 5, len(calibrate.OTHERS))
    assert observed.features.shape == (6, 512)
    assert np.isfinite(observed.measures).all()
    assert np.isfinite(observed.others).all()
    assert observed.good.shape == observed.grounded.shape == (6, 5)
    assert list(observed.sources) == ["drawn"] * 6
    assert bar >= 0


def test_data_sets_are_joined_and_told_apart_again(observed: Observed) -> None:
    both = calibrate.joined([observed, replace(observed, sources=np.repeat("other", 2000))])
    assert len(both.good) == 4000
    check = Check(both.good.astype(float), both.measures[:, :, 0], both.good, both.grounded, both.sources)
    assert len(check.of("other").good) == len(check.of("drawn").good) == 2000
    assert len(calibration_report.joined([check, check]).good) == 8000


def test_photos_pieces_and_others_are_gathered(described: list[Photo], captioner: BeamCaptioner) -> None:
    samples = photo_classifier.gather(captioner.encode, described, 3)
    assert samples.photos.shape == (6, 512)
    assert samples.others.shape == (3, 512)
    assert list(samples.kinds) == sorted(draw.KINDS)[:3]
