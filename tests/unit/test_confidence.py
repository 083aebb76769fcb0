"""Confidence: its arithmetic on small numbers, then the released model on photos and on what is none."""

import json
from dataclasses import replace
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
    Measure,
    Values,
    pooled,
)
from function.captioning.engines.base import Floats
from function.captioning.grounding import Grounding
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


ATTRIBUTES = {"dog": ["dog"], "run": ["runs"]}
SEEN = np.array([0.5, 0.25], np.float32), np.array([0.125, 0.75], np.float32)
"""Probabilities of the attributes, and of a dog and a cat as objects."""


def measured(*hypotheses: Hypothesis) -> Values:
    grounding = Grounding(VOCABULARY, ["dog", "cat"], weight=1.0, threshold=0.3)
    return Measure(VOCABULARY, ATTRIBUTES, grounding, length_penalty=1.0)(hypotheses, *SEEN)


@pytest.fixture
def features() -> Floats:
    return np.full((1, 196, 512), 4.0, np.float32)


def test_a_hypothesis_is_measured_by_what_the_search_and_the_heads_know() -> None:
    short, long = (dict(zip(MEASURES, row, strict=True)) for row in measured(SHORT, LONG))
    assert short == {
        "score": pytest.approx(-2 / 3),
        "content": -1.0,
        "names": 1,
        "length": 2,
        "end": -0.5,
        "margin": pytest.approx(-2 / 3 + 4.6 / 4),
        "agreement": pytest.approx(2 / 3),  # both name the dog, one also runs
        "objects": 1,
        "things": 1,
        "absent": pytest.approx(0.875),
        "denied": pytest.approx(np.log(0.125)),
        "mentioned": pytest.approx(np.log(0.5)),
        "improbable": pytest.approx(np.log(0.5)),
        "undecided": pytest.approx(np.log(2) + 0.25 * np.log(4) + 0.75 * np.log(4 / 3)),
    }
    assert long["content"] == -2.0
    assert long["margin"] == pytest.approx(-short["margin"])
    assert long["mentioned"] == pytest.approx((np.log(0.5) + np.log(0.25)) / 2)
    assert long["improbable"] == pytest.approx(np.log(0.25))


def test_what_names_and_mentions_nothing_is_not_held_against_the_heads() -> None:
    article = Hypothesis((A,), (-0.5,), (LOOK,), -0.5)
    row = dict(zip(MEASURES, measured(article)[0], strict=True))
    assert [row[name] for name in ("objects", "things", "denied", "absent", "mentioned", "improbable")] == [0] * 6


def test_the_bias_of_the_search_does_not_change_the_measures() -> None:
    np.testing.assert_array_equal(measured(replace(SHORT, bias=-5.0), LONG), measured(SHORT, LONG))


def test_a_beam_of_one_has_no_margin_and_agrees_with_itself() -> None:
    alone = dict(zip(MEASURES, measured(SHORT)[0], strict=True))
    assert (alone["margin"], alone["agreement"]) == (0, 1)


def test_features_are_pooled_to_the_root_of_their_means(features: Floats) -> None:
    np.testing.assert_allclose(pooled(features), np.full((1, 512), 2.0))


def test_each_of_the_three_probabilities_has_a_model_of_its_own(features: Floats) -> None:
    likelier_when_short = np.where(np.array(MEASURES) == "length", -1.0, 0.0)
    even = Logistic(np.zeros(512), 0.0)
    good, grounded = (CalibratedLogistic(Logistic(likelier_when_short, bias), IDENTITY) for bias in (2.0, 3.0))
    model = ConfidenceModel(good, grounded, even)
    measures = measured(SHORT, LONG)
    assert model.good(measures) == pytest.approx([0.5, 1 / (1 + np.e)])
    assert model.grounded(measures) == pytest.approx([1 / (1 + 1 / np.e), 0.5])
    assert model.photo(features) == 0.5


def test_a_confidence_model_survives_its_file(tmp_path: Path, features: Floats) -> None:
    good, grounded = (CalibratedLogistic(Logistic(np.full(len(MEASURES), w), 0.5), IDENTITY) for w in (0.1, 0.2))
    model = ConfidenceModel(good, grounded, Logistic(np.full(512, 1e-3), -1.0))
    (tmp_path / "confidence.json").write_text(json.dumps(model.as_dict()))
    kept, measures = ConfidenceModel.load(tmp_path / "confidence.json"), measured(SHORT, LONG)
    assert kept.good(measures) == pytest.approx(model.good(measures), rel=1e-4)
    assert kept.photo(features) == pytest.approx(model.photo(features), rel=1e-4)
    assert kept.grounded(measures) == pytest.approx(model.grounded(measures), rel=1e-4)


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
