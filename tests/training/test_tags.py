"""How tags are scored; the scores themselves come from `python -m training.tags`."""

import numpy as np
import pytest

from function.captioning.beam_search import Hypothesis
from function.captioning.vocabulary import Vocabulary
from training import tags

ATTRIBUTES = ["dog", "man", "run"]


def test_a_caption_vouches_for_its_own_words() -> None:
    vocabulary = Vocabulary(["a", "dogs", "dog", "runs", "kite"])
    words = tuple(vocabulary.encode(["a", "dogs", "runs", "dog", "kite"]))
    scores = tags.by_caption(Hypothesis(words, tuple(np.log([0.9, 0.3, 0.5, 0.4, 0.8]))), vocabulary.words, ATTRIBUTES)
    assert scores == pytest.approx([0.4, 0, 0.5])


def test_true_probabilities_have_no_calibration_error() -> None:
    report = tags.calibration(np.full((4, 3), 0.25, np.float32), np.eye(4, 3, dtype=np.float32))
    assert "12 attributes given 0.25 on average are mentioned in 0.25" in report
    assert report.endswith("expected calibration error 0.000")


def test_overconfidence_is_the_calibration_error() -> None:
    report = tags.calibration(np.full((4, 3), 0.75, np.float32), np.eye(4, 3, dtype=np.float32))
    assert report.endswith("expected calibration error 0.500")


def test_tags_are_counted_and_checked() -> None:
    scores = np.array([[0.9, 0.7, 0.1], [0.6, 0.1, 0.1]], np.float32)
    labels = np.array([[1, 0, 0], [1, 0, 0]], np.float32)
    assert tags.precision_of_tags(scores, labels, ATTRIBUTES) == "1.5 tags a photo, 66.7% mentioned"
