"""Comparing models: on captions whose differences are known, scored by the real scorers."""

import numpy as np
import pytest
from pycocoevalcap.bleu.bleu import Bleu

from training import caption_quality, comparison

SCENES = ["a dog runs on grass", "two men ride bikes", "a child eats an apple", "a boat lies on a lake"]
TAILS = ["near a fence", "in the sun", "on a cold day", "by the road", "under a tree"]
REFERENCES = {f"{i}.jpg": [f"{SCENES[i % 4]} {tail}" for tail in TAILS] for i in range(40)}
RIGHT = {name: f"{texts[0]} today" for name, texts in REFERENCES.items()}
WRONG = dict.fromkeys(REFERENCES, "a red train stands in a station")
MIXED = {name: (RIGHT if i < 20 else WRONG)[name] for i, name in enumerate(REFERENCES)}
OTHER_HALF = {name: (WRONG if i < 20 else RIGHT)[name] for i, name in enumerate(REFERENCES)}


def test_better_captions_are_found_better_by_every_measure() -> None:
    differences = comparison.compared(REFERENCES, MIXED, RIGHT)
    assert [d.measure for d in differences] == ["CIDEr", "BLEU-4", "METEOR", "ROUGE-L"]
    for difference in differences:
        assert 0 < difference.low < difference.second - difference.first < difference.high
    assert comparison.verdict(differences[0]).startswith("B is better by CIDEr")


def test_equally_good_captions_are_not_told_apart() -> None:
    difference = comparison.compared(REFERENCES, MIXED, OTHER_HALF)[0]
    assert difference.low < 0 < difference.high
    assert comparison.verdict(difference).startswith("Neither")


def test_bleu_from_counts_is_the_scorers_own() -> None:
    people, written = (
        caption_quality.tokenized(REFERENCES),
        caption_quality.tokenized({name: [text] for name, text in MIXED.items()}),
    )
    expected = Bleu(4).compute_score(people, written, verbose=0)[0][3]
    counts = comparison._counts(people, written)
    assert comparison._score(counts, np.arange(len(REFERENCES))[None])[0] == pytest.approx(expected, rel=1e-6)


def test_the_comparison_is_told_as_a_table_and_in_words() -> None:
    text = comparison.as_text([comparison.Difference("CIDEr", 50, 52.5, 1.2, 3.9)], 0.5, "old.json", "new.json")
    assert "A is old.json, B is new.json; the same caption on 50.0% of photos." in text
    assert "| CIDEr | 50.00 | 52.50 | +2.50 | +1.20 … +3.90 |" in text
    assert comparison.verdict(comparison.Difference("CIDEr", 52.5, 50, -3.9, -1.2)).startswith("A is better")
    assert text.endswith("B is better by CIDEr, and the difference is real: 0 lies outside its interval.")
