from typing import Any

import pytest

from training import samples

NAMES = [f"{i}.jpg" for i in range(40)]
REFERENCES = {name: [f"person {k} of {name}" for k in range(5)] for name in NAMES}


def report(alt_text: str, confidence: float) -> dict[str, dict[str, Any]]:
    parts = {"captions": "a dog runs", "alt_texts": alt_text, "confidences": confidence}
    return {part: dict.fromkeys(NAMES, value) for part, value in parts.items()}


def test_twenty_four_photos_are_shown_with_what_five_people_wrote() -> None:
    page = samples.page(report("A dog runs.", 0.9), REFERENCES)
    assert page.count("**A dog runs.** (90%)") == 24
    assert page.count("    - person ") == 24 * 5


def test_every_model_is_shown_on_the_same_photos() -> None:
    one, other = (samples.page(report(caption, 0.9), REFERENCES) for caption in ("A dog.", "A cat."))
    assert one.replace("A dog", "A cat") == other


@pytest.mark.parametrize(
    ("alt_text", "shown"), [("Possibly a dog runs.", "Possibly a dog runs."), ("", "(needs a description)")]
)
def test_captions_are_shown_as_they_are_published(alt_text: str, shown: str) -> None:
    assert f"**{shown}**" in samples.page(report(alt_text, 0.3), REFERENCES)
