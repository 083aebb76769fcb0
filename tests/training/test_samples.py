from typing import Any

import pytest

from training import samples

NAMES = [f"{i}.jpg" for i in range(40)]
REFERENCES = {name: [f"person {k} of {name}" for k in range(5)] for name in NAMES}


def report(caption: str, confidence: float) -> dict[str, dict[str, Any]]:
    return {"captions": dict.fromkeys(NAMES, caption), "confidences": dict.fromkeys(NAMES, confidence)}


def test_twenty_four_photos_are_shown_with_what_five_people_wrote() -> None:
    page = samples.page(report("a dog runs", 0.9), REFERENCES)
    assert page.count("**A dog runs.** (90%)") == 24
    assert page.count("    - person ") == 24 * 5


def test_every_model_is_shown_on_the_same_photos() -> None:
    one, other = (samples.page(report(caption, 0.9), REFERENCES) for caption in ("a dog", "a cat"))
    assert one.replace("A dog", "A cat") == other


@pytest.mark.parametrize(("confidence", "published"), [(0.3, "Possibly a dog runs."), (0.01, "(needs a description)")])
def test_captions_are_shown_as_they_are_published(confidence: float, published: str) -> None:
    assert f"**{published}" in samples.page(report("a dog runs", confidence), REFERENCES)
