import numpy as np
import pytest

from training import caption_quality

REFERENCES = {
    "dog.jpg": ["a dog runs", "a dog runs fast", "the dog runs on grass", "a brown dog runs", "cats sleep"],
    "boat.jpg": ["a boat on a lake", "a small boat on a lake", "boat on the water", "a boat floats", "a boat on water"],
    "bike.jpg": ["two men ride bikes", "men ride bikes", "two men on bikes", "bikes and men", "people on bikes"],
}


def test_people_are_scored_by_each_other() -> None:
    scores = caption_quality.human(REFERENCES)
    assert scores.shape == (3, 5)
    assert scores[0].argmin() == 4  # the cats
    assert scores[0, 4] == pytest.approx(0, abs=0.05)


def test_a_machine_that_copies_a_person_gains_no_more_than_its_company() -> None:
    """It is held against the same sets of four: in four of them stands the sentence it copied."""
    copied = {name: [texts[4]] for name, texts in REFERENCES.items()}
    apart = caption_quality.human(REFERENCES)[:, 4]
    scores = caption_quality.machine(REFERENCES, copied)
    assert scores.shape == (3, 1)
    assert np.all(scores[:, 0] > apart)


def test_a_sentence_about_something_else_is_worth_nothing() -> None:
    assert caption_quality.machine(REFERENCES, {name: ["planes fly"] for name in REFERENCES}).max() == pytest.approx(
        0, abs=1e-6
    )


def test_three_people_in_four_reach_the_bar() -> None:
    scores = np.arange(100.0)
    assert np.mean(scores >= caption_quality.bar(scores)) == 0.75
