"""Confidence: its arithmetic on small numbers, then the released model on photos and on what is none."""

from pathlib import Path

import numpy as np
import pytest

from function.captioning.beam_captioner import BeamCaptioner
from function.captioning.beam_search import Hypothesis
from function.captioning.confidence import (
    MEASURES,
    CalibratedLogistic,
    ConfidenceModel,
    Logistic,
    measure,
    naming,
    pooled,
)
from function.captioning.engines.base import Floats
from function.captioning.vocabulary import Vocabulary
from function.images.read import read
from tests import nonphotos

VOCABULARY = Vocabulary(["a", "dog", "runs"])
A, DOG, RUNS = 4, 5, 6
LOOK = np.full(196, 1 / 196, np.float32)
SHORT = Hypothesis((A, DOG), (-0.5, -1.0), (LOOK,) * 2, -0.5)
IDENTITY = Logistic(np.ones(2), 0.0)
"""A beta calibration that changes nothing: log p - log(1 - p) is the logit."""
LONG = Hypothesis((A, DOG, RUNS), (-0.5, -1.0, -3.0), (LOOK,) * 3, -0.1)


@pytest.fixture
def features() -> Floats:
    return np.full((1, 196, 512), 4.0, np.float32)


def test_a_hypothesis_is_measured_by_what_the_search_knows() -> None:
    short, long = (
        dict(zip(MEASURES, row, strict=True)) for row in measure([SHORT, LONG], naming(VOCABULARY), length_penalty=1.0)
    )
    assert short == {
        "score": pytest.approx(-2 / 3),
        "content": -1.0,
        "names": 1,
        "length": 2,
        "end": -0.5,
        "margin": pytest.approx(-2 / 3 + 4.6 / 4),
        "agreement": pytest.approx(2 / 3),  # both name the dog, one also runs
    }
    assert long["content"] == -2.0
    assert long["margin"] == pytest.approx(-short["margin"])


def test_a_beam_of_one_has_no_margin_and_agrees_with_itself() -> None:
    alone = dict(zip(MEASURES, measure([SHORT], naming(VOCABULARY), 1.0)[0], strict=True))
    assert (alone["margin"], alone["agreement"]) == (0, 1)


def test_features_are_pooled_to_the_root_of_their_means(features: Floats) -> None:
    np.testing.assert_allclose(pooled(features), np.full((1, 512), 2.0))


def test_confidence_is_the_chance_of_a_good_caption_times_that_of_a_photo(features: Floats) -> None:
    likelier_when_short = Logistic(np.array([0, 0, 0, -1.0, 0, 0, 0]), 2.0)
    even = Logistic(np.zeros(512), 0.0)
    model = ConfidenceModel(CalibratedLogistic(likelier_when_short, IDENTITY), even)
    measures = measure([SHORT, LONG], naming(VOCABULARY), 1.0)
    assert model.confidence(features, measures) == pytest.approx([0.25, 0.5 / (1 + np.e)])


def test_beta_calibration_changes_how_sure_and_not_who_is_surer() -> None:
    values, logistic = np.linspace(-3, 3, 9)[:, None], Logistic(np.ones(1), 0.0)
    calibrated = CalibratedLogistic(logistic, Logistic(np.array([0.5, 2.0]), 0.0)).probability(values)
    assert (np.diff(calibrated) > 0).all()
    np.testing.assert_allclose(calibrated[4], 1 / (1 + np.exp(0.5 * np.log(2) - 2 * np.log(2))))


def test_a_logistic_model_survives_its_file() -> None:
    model = Logistic(np.array([0.123456789, -2.0]), 0.5)
    kept = Logistic.from_dict(model.as_dict())
    np.testing.assert_allclose(kept.weights, model.weights, rtol=1e-4)
    assert kept.bias == model.bias


@pytest.mark.slow
def test_what_is_no_photo_gets_no_description(captioner: BeamCaptioner) -> None:
    described = {}
    for name, data in nonphotos.all_of_them():
        caption = captioner.describe(read(data).pixels)
        assert caption.caption
        if caption.certainty != "none":
            described[name] = caption.alt_text
    assert len(described) <= 10, described  # of 200


def test_photos_of_any_source_are_described(captioner: BeamCaptioner, photos: Path) -> None:
    pixels = [read(path.read_bytes()).pixels for path in sorted(photos.glob("*.jpg"))]
    captions = [captioner.describe(photo) for photo in pixels]
    silent = [caption.caption for caption in captions if caption.certainty == "none"]
    assert len(pixels) == 16
    assert len(silent) <= 2, silent


@pytest.mark.parametrize("change", ["grey", "dark", "mirrored"])
def test_a_good_photo_stays_one(captioner: BeamCaptioner, photos: Path, change: str) -> None:
    pixels = read((photos / "dog.jpg").read_bytes()).pixels
    changed = {
        "grey": np.repeat(pixels.mean(-1, keepdims=True), 3, -1).astype(np.uint8),
        "dark": pixels // 4,
        "mirrored": pixels[:, ::-1],
    }[change]
    assert captioner.describe(changed).certainty != "none"


def test_every_sentence_has_a_probability(captioner: BeamCaptioner, photos: Path) -> None:
    caption = captioner.describe(read((photos / "dog.jpg").read_bytes()).pixels)
    confidences = [caption.confidence, *(alternative.confidence for alternative in caption.alternatives)]
    assert all(0 < confidence < 1 for confidence in confidences)
    assert len(set(confidences)) == 5
